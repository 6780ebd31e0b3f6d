import { printable } from "@konsil/core";

/** What a run has written since so many characters of its log were read: lines for people, without what rewrites a terminal. */
export function logText(log: string | null, read: number): string {
  return printable((log ?? "").slice(read).replace(/\r\n?/g, "\n"));
}
