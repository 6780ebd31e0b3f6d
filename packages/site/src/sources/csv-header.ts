import { createReadStream } from "node:fs";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { unreadable } from "./unreadable.ts";

/** How the cells of a CSV file are separated, and the names in its first row. */
export interface CsvHeader {
  readonly delimiter: string;
  readonly names: readonly string[];
}

const delimiters = [",", ";", "\t", "|"];

/** The delimiter that occurs most in `line` outside quotes; a comma when none does. */
function delimiterOf(line: string): string {
  const unquoted = line.replace(/"(?:[^"]|"")*"/g, "");
  let best = ",";
  let most = 0;
  for (const delimiter of delimiters) {
    const count = unquoted.split(delimiter).length - 1;
    if (count > most) {
      best = delimiter;
      most = count;
    }
  }
  return best;
}

/** The cells of one line, by RFC 4180: quotes around a cell, doubled inside it. */
function cellsOf(line: string, delimiter: string): readonly string[] {
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const character = line.charAt(i);
    if (quoted && character === '"' && line.charAt(i + 1) === '"') {
      cell += '"';
      i++;
    } else if (character === '"') {
      quoted = !quoted;
    } else if (character === delimiter && !quoted) {
      cells.push(cell);
      cell = "";
    } else {
      cell += character;
    }
  }
  cells.push(cell);
  return cells;
}

/** The end of the first line of `text` that is not inside quotes, or -1. */
function endOfLine(text: string): number {
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === "\n" || character === "\r")) return i;
  }
  return -1;
}

/** More than any header needs, and little enough to look at. */
const longestHeader = 4 * 1024 * 1024;

/** The first line of a file, without byte order mark. Rejects when it is not UTF-8. */
async function firstLine(file: string): Promise<string> {
  const stored = createReadStream(file);
  const bytes: Readable = file.endsWith(".gz") ? pipeline(stored, createGunzip(), () => {}) : stored;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  try {
    for await (const chunk of bytes) {
      text += decoder.decode(chunk as Buffer, { stream: true });
      const end = endOfLine(text);
      if (end >= 0) return text.slice(0, end);
      if (text.length > longestHeader) throw new Error("The first line does not end.");
    }
    return text + decoder.decode();
  } finally {
    bytes.destroy();
    stored.destroy();
  }
}

/**
 * Reads the first line of a file as the names of its columns.
 * @throws DataError DATA_UNREADABLE when it has none, or one name twice
 */
export async function readCsvHeader(
  file: string,
  label: string,
  delimiter: string | undefined,
): Promise<CsvHeader> {
  const line = await firstLine(file);
  // For its owner only.
  const where = new Error(`${file}, line 1`);
  if (line.trim() === "")
    throw unreadable(label, "Its first line is empty. It must name the columns.", where);
  const separator = delimiter ?? delimiterOf(line);
  const names = cellsOf(line, separator);
  const second = names.findIndex((name, i) => name !== "" && names.indexOf(name) !== i);
  if (second >= 0) {
    // By position: where a header is missing, its names are the values of a patient.
    const first = names.indexOf(names[second] as string);
    throw unreadable(
      label,
      `Columns ${first + 1} and ${second + 1} of its header have the same name. Give each a name of its own.`,
      where,
    );
  }
  return { delimiter: separator, names };
}
