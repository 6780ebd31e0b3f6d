import { z } from "zod";
import { type DataSpecification, dataSpecificationSchema } from "../data/index.ts";
import { decodeJson } from "../encoding/index.ts";
import { type ErrorCode, errorCodes } from "../errors/index.ts";
import { type Tightening, tighteningSchema } from "../policy/index.ts";
import { type Identity, identitySchema, policyNoteSchema, rowsNote } from "../site/index.ts";
import type { Report } from "./report.ts";

/** What a site is asked that is to run the central part of an algorithm: it asks the sites of the roster. Plain JSON. */
export interface CentralRequest {
  readonly format: "konsil.central/1";
  readonly analysis: string;
  readonly round: string;
  readonly algorithm: Identity;
  readonly arguments: unknown;
  readonly data: DataSpecification;
  readonly roster: readonly string[];
  readonly policy: Tightening;
  /** As the option of the same name. */
  readonly whenSiteFails: "stop" | { readonly continueWith: number };
  /** Seconds. */
  readonly deadline: number;
}

interface Addressed {
  readonly format: "konsil.outcome/1";
  readonly analysis: string;
  readonly round: string;
  /** Where the central part ran. */
  readonly site: string;
}

/** What the central part came to: what the desk would have had, and no statistic of a single site. */
export interface CentralOutcome extends Addressed {
  readonly ok: true;
  readonly value: Readonly<Record<string, unknown>>;
  readonly report: Report;
  /** As they were asked: whoever reads the outcome alone can say of what it is. */
  readonly arguments: unknown;
}

/** The error with which the central part ended, by the name of its class. */
export interface CentralFailure extends Addressed {
  readonly ok: false;
  readonly error: {
    readonly name: string;
    readonly code: ErrorCode;
    readonly message: string;
    readonly site: string | null;
  };
}

export type CentralReply = CentralOutcome | CentralFailure;

const name = z.string().max(200);

const requestSchema = z.strictObject({
  format: z.literal("konsil.central/1"),
  analysis: name,
  round: z.string().max(400),
  algorithm: identitySchema,
  arguments: z.unknown(),
  data: dataSpecificationSchema,
  roster: z.array(name).min(1).max(10_000),
  policy: tighteningSchema,
  whenSiteFails: z.union([z.literal("stop"), z.strictObject({ continueWith: z.int().min(1) })]),
  deadline: z.number().positive(),
});

const errorCode = z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]);
const whole = z.int().min(0);
const seconds = z.number().min(0);
const state = z.enum(["answered", "abstained", "refused", "failed"]);

const reportSchema: z.ZodType<Report> = z.strictObject({
  analysis: z.string(),
  algorithm: identitySchema,
  data: z.strictObject({
    database: z.string(),
    filter: z.string().nullable(),
    derived: z.array(z.strictObject({ name: z.string(), expression: z.string() })),
  }),
  startedAt: z.string(),
  seconds,
  sites: z.array(
    z.strictObject({
      site: z.string(),
      state,
      code: errorCode.nullable(),
      message: z.string().nullable(),
      rows: rowsNote.nullable(),
      policy: policyNoteSchema.nullable(),
    }),
  ),
  rounds: z.array(
    z.strictObject({
      step: z.string(),
      version: z.int(),
      seconds,
      replayed: z.boolean(),
      sites: z.array(z.strictObject({ site: z.string(), state, seconds })),
    }),
  ),
  released: z.array(
    z.strictObject({
      site: z.string(),
      step: z.string(),
      rounds: whole,
      field: z.string(),
      kind: z.string(),
      cells: whole,
      masked: whole,
      rule: z.string(),
    }),
  ),
  cellsMasked: whole,
  seenBy: z.string(),
  exactness: z.string().nullable(),
  warnings: z.array(z.string()),
  notGuarded: z.array(z.string()),
  versions: z.strictObject({ konsil: z.string() }),
});

const addressed = {
  format: z.literal("konsil.outcome/1"),
  analysis: z.string(),
  round: z.string(),
  site: z.string(),
};

const replySchema = z.discriminatedUnion("ok", [
  z.strictObject({
    ...addressed,
    ok: z.literal(true),
    value: z.record(z.string(), z.unknown()),
    report: reportSchema,
    arguments: z.unknown(),
  }),
  z.strictObject({
    ...addressed,
    ok: z.literal(false),
    error: z.strictObject({
      name: z.string(),
      code: errorCode,
      message: z.string(),
      site: z.string().nullable(),
    }),
  }),
]);

function read<T>(schema: z.ZodType, bytes: Uint8Array): T | undefined {
  try {
    const parsed = schema.safeParse(decodeJson(bytes));
    return parsed.success ? (parsed.data as T) : undefined;
  } catch {
    return undefined;
  }
}

/** How a request begins: a step's, which may be long, need not be read to see that it is none. */
const beginning = 64;

/** Reads a request to run a central part, or undefined when the bytes are none. Never throws, whatever the bytes. */
export function readCentralRequest(bytes: Uint8Array): CentralRequest | undefined {
  if (!new TextDecoder().decode(bytes.subarray(0, beginning)).includes("konsil.central/1")) return undefined;
  return read<CentralRequest>(requestSchema, bytes);
}

/** Reads what a central part came to, or undefined when the bytes are none. Never throws, whatever the bytes. */
export function readCentralReply(bytes: Uint8Array): CentralReply | undefined {
  return read<CentralReply>(replySchema, bytes);
}
