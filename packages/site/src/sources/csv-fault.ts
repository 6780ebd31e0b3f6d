import type { FormatFault } from "./fault.ts";

const cells = (n: string): string => `${n} cell${n === "1" ? "" : "s"}`;

/** What DuckDB and Node say of a malformed CSV file, as a fault. Lines count from 1, which is the header. */
export const csvFault: FormatFault = (message, path) => {
  const line = /\bLine: (\d+)/.exec(message)?.[1];
  const where = line === undefined ? path : `${path}, line ${line}`;
  const [, expected, found] = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message) ?? [];
  if (expected !== undefined && found !== undefined)
    return {
      words:
        "One of its rows has more or fewer cells than the header. A cell that holds the delimiter stands in quotes.",
      where: `${where}: ${cells(found)}, and the header has ${expected}`,
    };
  if (/unterminated quote|quote should be followed/i.test(message))
    return {
      words: "One of its cells begins with a quote and does not end with one. A quote inside is doubled.",
      where,
    };
  if (/encoding utf-8|unicode|utf-8 encoded/i.test(message))
    return { words: "It is not UTF-8. Save it in that encoding.", where };
  if (/incorrect header check|unexpected end of file|gzip/i.test(message))
    return { words: "It is called .gz, and is not a whole gzip file.", where };
  return undefined;
};
