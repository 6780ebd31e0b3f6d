import { z } from "zod";
import { AnalysisError } from "../errors/index.ts";
import type { JournalEntry } from "./journal.ts";

const text = z.string();
const time = z.iso.datetime();
const lost = z.array(
  z.looseObject({
    failure: z.looseObject({ site: text, state: text, code: text, message: text }),
    policy: z.looseObject({}).nullable(),
  }),
);

/** What of each entry is used without a look. Other fields may be of another version, and are let be. */
const fields: Readonly<Record<JournalEntry["entry"], z.ZodType>> = {
  analysis: z.looseObject({ analysis: text, content: text, startedAt: text }),
  intent: z.looseObject({ round: text, at: time.optional() }),
  sending: z.looseObject({ round: text, at: time.nullable() }),
  submitted: z.looseObject({ round: text, task: text }),
  delivery: z.looseObject({ round: text, site: text, reply: text }),
  failure: z.looseObject({ round: text, site: text, failed: text, message: text }),
  lost: z.looseObject({ without: lost }),
  restart: z.looseObject({
    without: lost,
    changed: z.looseObject({ site: text, what: text }).optional(),
  }),
};

const kind = z.looseObject({ entry: z.enum(Object.keys(fields) as [JournalEntry["entry"]]) });

function isEntry(value: unknown): boolean {
  const { data } = kind.safeParse(value);
  return data !== undefined && fields[data.entry].safeParse(value).success;
}

/** Makes sure that a journal consists of entries, whoever wrote it. @throws AnalysisError JOURNAL_INVALID */
export function checkEntries(entries: readonly unknown[]): void {
  const odd = entries.findIndex((one) => !isEntry(one));
  if (odd === -1) return;
  throw new AnalysisError(
    "JOURNAL_INVALID",
    `The journal is damaged, or of another version of Konsil: its entry ${odd + 1} is none. Start the analysis anew with another journal.`,
  );
}
