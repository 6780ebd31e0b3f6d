import { z } from "zod";
import { ArgumentError, placeOf, readAs, sentence, suggestion } from "../errors/index.ts";
import { type Tightening, tighteningSchema, tighteningSettings } from "../policy/index.ts";
import type { AnalysisEvent } from "./events.ts";
import type { Journal } from "./journal.ts";
import type { SiteState } from "./report.ts";
import type { SiteNews } from "./transport.ts";

/** How an analysis is run. All fields may be left out. */
export interface RunOptions {
  /** The sites that are asked; all of the federation unless given. */
  readonly sites?: readonly string[] | undefined;
  /**
   * The site at which the central part runs: it asks the others, and the desk sees what they come to together only.
   * Without it the central part runs at the desk. A server of vantage6 makes its rounds one job, between which nodes may keep
   * tables; each round of a desk is a job of its own.
   */
  readonly centralAt?: string | undefined;
  /** Stricter settings than the sites' own. A looser one has no effect. */
  readonly policy?: Tightening | undefined;
  /** "stop" (the default) fails the analysis; otherwise it goes on while at least this many sites answer. */
  readonly whenSiteFails?: "stop" | { readonly continueWith: number } | undefined;
  /** Hears of each event. What it throws is dropped: whoever watches an analysis cannot break it. */
  readonly onProgress?: ((event: AnalysisEvent) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What an abort, a deadline or a failure does to open tasks. Default "leave running". */
  readonly whenAborted?: "leave running" | "kill task" | undefined;
  /** Seconds for the whole analysis. Default 3600. */
  readonly deadline?: number | undefined;
  /** Lets an analysis resume after a crash. */
  readonly journal?: Journal | undefined;
}

/** How a task of another process is waited for. All fields may be left out. */
export interface AttachOptions {
  /** Hears what sites are at, what their programs print, and who has spoken. */
  readonly onProgress?:
    | ((news: SiteNews | { readonly type: "site"; readonly site: string; readonly state: SiteState }) => void)
    | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Seconds. Default 3600. The task goes on afterwards. */
  readonly deadline?: number | undefined;
}

/** Seconds. */
export const defaultDeadline = 3600;

/** Seconds in milliseconds, whole ones, or as many as a timer can wait: one that is longer ends at once. */
export const forTimer = (seconds: number): number => Math.min(Math.ceil(seconds * 1000), 2 ** 31 - 1);

const schema = z.strictObject({
  sites: z.array(z.string()).min(1).optional(),
  centralAt: z.string().min(1).optional(),
  policy: tighteningSchema.optional(),
  whenSiteFails: z.union([z.literal("stop"), z.strictObject({ continueWith: z.int().min(1) })]).optional(),
  onProgress: z.custom((value) => typeof value === "function", "must be a function").optional(),
  signal: z.instanceof(AbortSignal, { error: "must be an AbortSignal" }).optional(),
  whenAborted: z.enum(["leave running", "kill task"]).optional(),
  deadline: z.number().positive().optional(),
  journal: z
    .custom(
      (value) =>
        typeof value === "object" &&
        value !== null &&
        "load" in value &&
        typeof value.load === "function" &&
        "append" in value &&
        typeof value.append === "function",
      "must be a journal",
    )
    .optional(),
});

const attachSchema = schema.pick({ onProgress: true, signal: true, deadline: true });

/** @throws ArgumentError ARGUMENT_UNKNOWN or ARGUMENT_INVALID for an option that does not exist or has a wrong value */
export function checkOptions(options: unknown): asserts options is RunOptions {
  check(schema, options);
}

/** @throws ArgumentError ARGUMENT_UNKNOWN or ARGUMENT_INVALID for an option that does not exist or has a wrong value */
export function checkAttachOptions(options: unknown): asserts options is AttachOptions {
  check(attachSchema, options);
}

function check(schema: z.ZodObject, options: unknown): void {
  if (typeof options !== "object" || options === null)
    throw new ArgumentError("ARGUMENT_INVALID", "Options are an object, such as { deadline: 60 }.");
  const { problems } = readAs(schema, options);
  if (problems === undefined) return;
  const [{ path, words, unknown }] = problems;
  const [key] = unknown;
  if (key !== undefined) {
    const known =
      path[0] === "policy"
        ? tighteningSettings
        : path.length === 0
          ? Object.keys(schema.shape)
          : ["continueWith"];
    throw new ArgumentError(
      "ARGUMENT_UNKNOWN",
      `There is no option "${placeOf([...path, key])}". ${suggestion(key, known, "Options")}`,
    );
  }
  throw new ArgumentError("ARGUMENT_INVALID", sentence(`The option "${placeOf(path)}" ${words}`));
}

/** The listener of options that may yet prove to be wrong: it hears of that too. */
export function listenerOf(options: unknown): RunOptions["onProgress"] {
  if (typeof options !== "object" || options === null || !("onProgress" in options)) return undefined;
  const { onProgress } = options;
  return typeof onProgress === "function" ? (event) => onProgress(event) : undefined;
}
