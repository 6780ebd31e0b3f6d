import { z } from "zod";
import { type DataSpecification, dataSpecificationSchema } from "../data/index.ts";
import { decodeJson, decodeText, encodeJson, frozen } from "../encoding/index.ts";
import { type ErrorCode, errorCodes } from "../errors/index.ts";
import type { EventTimesMode, Masked, Tightening } from "../policy/index.ts";
import { tighteningSchema } from "../policy/index.ts";
import { type Fingerprint, fingerprintSchema } from "./fingerprint.ts";

/** Name and version of a step or an algorithm. */
export interface Identity {
  readonly name: string;
  readonly version: number;
}

/** What a site is asked: to name its columns, or to answer a step. Plain JSON. */
export interface Request {
  readonly format: "konsil.request/1";
  readonly analysis: string;
  readonly round: string;
  readonly algorithm: Identity;
  /** null asks which columns there are. */
  readonly step: Identity | null;
  readonly arguments: unknown;
  readonly data: DataSpecification;
  /** The sites that are asked the same. */
  readonly roster: readonly string[];
  /** What the researcher asks for beyond each site's policy. */
  readonly policy: Tightening;
}

/** The settings of a site that a reader of its answer has to know. */
export interface PolicyNote {
  readonly open: boolean;
  readonly minimumCell: number;
  readonly minimumRows: number;
  readonly minimumOrganizations: number;
  readonly maximumPooledParameterShare: number;
  readonly eventTimes: EventTimesMode;
  readonly resolution: number;
  readonly reason: string | null;
  readonly ledger: string;
}

/** One field that left, under which rule. */
export interface ReleaseNote {
  readonly field: string;
  readonly kind: string;
  readonly cells: number;
  readonly masked: number;
  readonly rule: string;
}

/** Rows at a site: in the database, after the filter, and complete in the columns of the step. */
export interface RowsNote {
  readonly read: Masked;
  readonly selected: Masked;
  readonly used: Masked;
}

/** A column of a site that its policy permits to be read. */
export interface ColumnNote {
  readonly name: string;
  readonly type: "numeric" | "boolean" | "category" | "date";
}

interface Addressed {
  readonly format: "konsil.reply/1";
  readonly analysis: string;
  readonly round: string;
  readonly site: string;
}

export interface Answer extends Addressed {
  readonly ok: true;
  readonly output: Readonly<Record<string, unknown>>;
  readonly released: readonly ReleaseNote[];
  readonly rows: RowsNote;
  readonly policy: PolicyNote;
  /** Of what the site answered by. Absent where the site has no secret to make one with. */
  readonly fingerprint?: Fingerprint | undefined;
}

export interface ColumnsAnswer extends Addressed {
  readonly ok: true;
  readonly columns: readonly ColumnNote[];
  readonly policy: PolicyNote;
}

/** A site's typed no. Its message may hold `{site}` where the site is to be named. */
export interface Refusal extends Addressed {
  readonly ok: false;
  readonly abstains: boolean;
  readonly code: ErrorCode;
  readonly message: string;
}

export type Reply = Answer | ColumnsAnswer | Refusal;

/** What a steward's journal has of what left: of a site's reply, or of a central part, which reads no rows of its own. */
export type Noted =
  | ColumnsAnswer
  | Refusal
  | (Omit<Answer, "output" | "policy" | "rows"> & {
      readonly rows: RowsNote | null;
      readonly policy: PolicyNote | null;
    });

/** Reads the name and version of a step or an algorithm. */
export const identitySchema: z.ZodType<Identity> = z.strictObject({
  name: z.string().max(200),
  version: z.int().min(1),
});

const requestSchema = z.strictObject({
  format: z.literal("konsil.request/1"),
  analysis: z.string().max(200),
  round: z.string().max(400),
  algorithm: identitySchema,
  step: identitySchema.nullable(),
  arguments: z.unknown(),
  data: dataSpecificationSchema,
  roster: z.array(z.string().max(200)).min(1).max(10_000),
  policy: tighteningSchema,
});

function frozenBut(request: Request): Request {
  for (const [field, value] of Object.entries(request)) if (field !== "arguments") frozen(value);
  return Object.freeze(request);
}

/** What was read last, by its text. */
let last: { readonly text: string; readonly request: Request | undefined } | undefined;

/**
 * Reads a request from bytes, or undefined when they are none. Never throws, whatever the bytes. Sites of one process are
 * sent the same bytes, which are read once. So that no site can change it for another, what comes of them is frozen, but
 * for the arguments: steps read those into copies of their own.
 */
export function readRequest(bytes: Uint8Array): Request | undefined {
  try {
    const text = decodeText(bytes);
    if (last?.text === text) return last.request;
    const parsed = requestSchema.safeParse(JSON.parse(text));
    const request = parsed.success ? frozenBut(parsed.data as Request) : undefined;
    last = { text, request };
    return request;
  } catch {
    return undefined;
  }
}

const whole = z.int().min(0);
const masked = z.union([whole, z.strictObject({ lower: whole, upper: whole })]);
const addressed = {
  format: z.literal("konsil.reply/1"),
  analysis: z.string(),
  round: z.string(),
  site: z.string(),
};
/** Reads what a site's answer says of its policy. */
export const policyNoteSchema: z.ZodType<PolicyNote> = z.strictObject({
  open: z.boolean(),
  minimumCell: whole,
  minimumRows: whole,
  minimumOrganizations: whole,
  maximumPooledParameterShare: z.number(),
  eventTimes: z.enum(["exact", "lattice", "batches"]),
  resolution: z.number(),
  reason: z.string().nullable(),
  ledger: z.string(),
});

/** Reads the note of one field that left. */
export const releaseNote: z.ZodType<ReleaseNote> = z.strictObject({
  field: z.string(),
  kind: z.string(),
  cells: whole,
  masked: whole,
  rule: z.string(),
});

/** Reads the note of a site's rows. */
export const rowsNote: z.ZodType<RowsNote> = z.strictObject({ read: masked, selected: masked, used: masked });

const replySchema = z.union([
  z.strictObject({
    ...addressed,
    ok: z.literal(true),
    output: z.record(z.string(), z.unknown()),
    released: z.array(releaseNote),
    rows: rowsNote,
    policy: policyNoteSchema,
    fingerprint: fingerprintSchema.optional(),
  }),
  z.strictObject({
    ...addressed,
    ok: z.literal(true),
    columns: z.array(
      z.strictObject({ name: z.string(), type: z.enum(["numeric", "boolean", "category", "date"]) }),
    ),
    policy: policyNoteSchema,
  }),
  z.strictObject({
    ...addressed,
    ok: z.literal(false),
    abstains: z.boolean(),
    code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
    message: z.string(),
  }),
]);

/** Reads a reply from bytes, or undefined when they are none. */
export function readReply(bytes: Uint8Array): Reply | undefined {
  try {
    const parsed = replySchema.safeParse(decodeJson(bytes));
    return parsed.success ? (parsed.data as Reply) : undefined;
  } catch {
    return undefined;
  }
}

export function writeMessage(message: Request | Reply): Uint8Array {
  return encodeJson(message);
}
