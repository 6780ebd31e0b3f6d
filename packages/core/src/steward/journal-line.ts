import { z } from "zod";
import { contentHash } from "../encoding/index.ts";
import { type ErrorCode, errorCodes } from "../errors/index.ts";
import {
  type Noted,
  namesNote,
  type PolicyNote,
  policyNoteSchema,
  type QuestionWords,
  type ReleaseNote,
  type Request,
  type RowsNote,
  releaseNote,
  rowsNote,
  shortenedText,
} from "../site/index.ts";

const format = "konsil.site-journal/1";

/** How every line of a site's journal begins: by it a journal is told from another file. */
export const journalBeginning: string = `{"format":"${format}"`;

/**
 * What a site's journal has of one reply: who asked what, when, and what left under which rule. Never what was told, nor the
 * coefficients at which a model was asked.
 */
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
  /** `name@version`, of a central part `name.central@version`; null where the columns were asked for. */
  readonly step: string | null;
  /** Hash of the arguments and the data that were asked for: the same question has the same one. */
  readonly question: string | null;
  /** What was asked, in words; null for a request that could not be read. */
  readonly asked: QuestionWords | null;
  /** The sites that were asked the same, as the request names them. */
  readonly roster: readonly string[];
  readonly answer: "answered" | "abstained" | "refused";
  readonly code: ErrorCode | null;
  /** Why nothing left, in the site's own words: the rule and its setting. */
  readonly words: string | null;
  readonly rows: RowsNote | null;
  readonly released: readonly ReleaseNote[];
  /** The settings that left with the answer, and the reason. Null where nothing left, or what all sites' answers come to. */
  readonly policy: PolicyNote | null;
  /** Whether a fingerprint of rows, columns and policy left with the answer: it tells whether these changed. */
  readonly fingerprint: boolean;
}

const name = z.string();

const questionWords: z.ZodType<QuestionWords> = z.strictObject({
  formula: name.nullable(),
  columns: z.array(name),
  filter: name.nullable(),
  derived: z.array(name),
});

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
  // Older lines have none of it.
  asked: questionWords.nullable().default(null),
  roster: z.array(name),
  answer: z.enum(["answered", "abstained", "refused"]),
  code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]).nullable(),
  words: name.nullable(),
  rows: rowsNote.nullable(),
  released: z.array(releaseNote),
  policy: policyNoteSchema.nullable().default(null),
  fingerprint: z.boolean().default(false),
});

const spelled = ({ name: own, version }: { readonly name: string; readonly version: number }): string =>
  `${own}@${version}`;

/** The line of a reply. `request` and `question` are undefined for one that could not be read. */
export function journalLine(
  request: Request | undefined,
  reply: Noted,
  question: QuestionWords | undefined,
  by: { readonly at: string; readonly researcher: string },
): JournalLine {
  const head = {
    format,
    at: by.at,
    site: reply.site,
    researcher: by.researcher,
    analysis: reply.analysis,
    round: reply.round,
    algorithm: request === undefined ? null : spelled(request.algorithm),
    step: request?.step == null ? null : spelled(request.step),
    question: request === undefined ? null : contentHash([request.arguments, request.data]),
    asked: question ?? null,
    roster: request?.roster ?? [],
  } as const;
  if (!reply.ok)
    return {
      ...head,
      answer: reply.abstains ? "abstained" : "refused",
      code: reply.code,
      words: shortenedText(reply.message.replaceAll("{site}", reply.site)),
      rows: null,
      released: [],
      policy: null,
      fingerprint: false,
    };
  if ("columns" in reply) {
    const answered = { answer: "answered", code: null, words: null, rows: null, fingerprint: false } as const;
    return { ...head, ...answered, released: [namesNote(reply)], policy: reply.policy };
  }
  return {
    ...head,
    answer: "answered",
    code: null,
    words: null,
    rows: reply.rows,
    released: reply.released,
    policy: reply.policy,
    fingerprint: reply.fingerprint !== undefined,
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
