/** As wide as lines of prose are, where the terminal is not narrower. */
const widest = 100;

/** Text in lines of a width. Words are never broken. */
function linesOf(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Blanks between columns. */
const gap = 2;

/** Text in lines beside others: each of `columns` in lines of its width, and the last as wide as is left. */
export function wrappedBeside(
  lead: string,
  columns: readonly { readonly text: string; readonly width: number }[],
  last: string,
): string {
  const width = Math.min(widest, process.stdout.columns ?? widest);
  const taken = columns.reduce((sum, column) => sum + column.width + gap, lead.length);
  const cells = [
    ...columns.map((column) => linesOf(column.text, column.width)),
    linesOf(last, width - taken),
  ];
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, i) => {
    const parts = columns.map((column, c) => (cells[c]?.[i] ?? "").padEnd(column.width + gap));
    return [i === 0 ? lead : " ".repeat(lead.length), ...parts, cells.at(-1)?.[i] ?? ""].join("").trimEnd();
  }).join("\n");
}

/** Text in lines, the first after `lead`, the others under it. */
export function wrapped(lead: string, text: string): string {
  return wrappedBeside(lead, [], text);
}
