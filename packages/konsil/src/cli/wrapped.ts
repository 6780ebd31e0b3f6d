/** As wide as lines of prose are, where the terminal is not narrower. */
const widest = 100;

/** Text in lines, the first after `lead`, the others under it. Words are never broken. */
export function wrapped(lead: string, text: string): string {
  const lines: string[] = [];
  const width = Math.min(widest, process.stdout.columns ?? widest);
  let line = lead;
  for (const word of text.split(/\s+/)) {
    if (line.length + word.length > width && line.trim() !== "" && line.length > lead.length) {
      lines.push(line.trimEnd());
      line = " ".repeat(lead.length);
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()].join("\n");
}
