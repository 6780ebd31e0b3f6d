import { z } from "zod";
import { contentHash } from "../encoding/index.ts";
import { type ErrorCode, errorCodes } from "../errors/index.ts";
import {
  type ReleaseNote,
  type Reply,
  type Request,
  type RowsNote,
  releaseNote,
  rowsNote,
} from "../site/index.ts";

const format = "konsil.site-journal/1";

/** How every line of a site's journal begins: by it a journal is told from another file. */
export const journalBeginning: string = `{"format":"${format}"`;

/** What a site's journal has of one reply: who asked what, when, and what left under which rule. Never what was told. */
export interface JournalLine {
  readonly format: typeof format;
  /** ISO 8601, in UTC. */
  readonly at: string;
  readonly site: string;
  /** Who asked, as whoever runs the federation says. */
  readonly researcher: string;
  readonly analysis: string;
  readonly round: string;
  /** `name@version`; null for a request that could not be read. */
  readonly algorithm: string | null;
  /** `name@version`; null where the columns were asked for. */
  readonly step: string | null;
  /** Hash of the arguments and the data that were asked for: the same question has the same one. */
  readonly question: string | null;
  /** The sites that were asked the same, as the request names them. */
  readonly roster: readonly string[];
  readonly answer: "answered" | "abstained" | "refused";
  readonly code: ErrorCode | null;
  /** What the code means: the rule by which nothing left. */
  readonly words: string | null;
  readonly rows: RowsNote | null;
  readonly released: readonly ReleaseNote[];
}

const name = z.string();

const schema: z.ZodType<JournalLine> = z.strictObject({
  format: z.literal(format),
  at: z.iso.datetime(),
  site: name,
  researcher: name,
  analysis: name,
  round: name,
  algorithm: name.nullable(),
  step: name.nullable(),
  question: name.nullable(),
  roster: z.array(name),
  answer: z.enum(["answered", "abstained", "refused"]),
  code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]).nullable(),
  words: name.nullable(),
  rows: rowsNote.nullable(),
  released: z.array(releaseNote),
});

const spelled = ({ name: own, version }: { readonly name: string; readonly version: number }): string =>
  `${own}@${version}`;

/** The line of a reply. `request` is undefined for one that could not be read. */
export function journalLine(
  request: Request | undefined,
  reply: Reply,
  by: { readonly at: string; readonly researcher: string },
): JournalLine {
  const asked = {
    format,
    at: by.at,
    site: reply.site,
    researcher: by.researcher,
    analysis: reply.analysis,
    round: reply.round,
    algorithm: request === undefined ? null : spelled(request.algorithm),
    step: request?.step == null ? null : spelled(request.step),
    question: request === undefined ? null : contentHash([request.arguments, request.data]),
    roster: request?.roster ?? [],
  } as const;
  // A refusal's message holds what the researcher wrote: its code, and what that means, say which rule it was.
  if (!reply.ok)
    return {
      ...asked,
      answer: reply.abstains ? "abstained" : "refused",
      code: reply.code,
      words: errorCodes[reply.code],
      rows: null,
      released: [],
    };
  if ("columns" in reply) {
    const rule = "names and types of the columns that the policy permits to be read";
    const released = [{ field: "columns", kind: "names", cells: reply.columns.length, masked: 0, rule }];
    return { ...asked, answer: "answered", code: null, words: null, rows: null, released };
  }
  return {
    ...asked,
    answer: "answered",
    code: null,
    words: null,
    rows: reply.rows,
    released: reply.released,
  };
}

/** The lines of a journal, and the numbers of those that are none: a crash can leave half a line. */
export function readJournalLines(text: string): {
  readonly lines: readonly JournalLine[];
  readonly unreadable: readonly number[];
} {
  const lines: JournalLine[] = [];
  const unreadable: number[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    try {
      lines.push(schema.parse(JSON.parse(line)));
    } catch {
      unreadable.push(i + 1);
    }
  }
  return { lines, unreadable };
}
