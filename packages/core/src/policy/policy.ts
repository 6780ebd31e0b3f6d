import { z } from "zod";
import { repeatedKey } from "../encoding/index.ts";
import {
  listing,
  PolicyError,
  type Problem,
  placeOf,
  readAs,
  sentence,
  suggestion,
} from "../errors/index.ts";

/** How the site lets the times of events leave. See `docs/explanation/event-times.md`. */
export type EventTimesMode = "exact" | "lattice" | "batches";

/** Points of a column: multiples of a number, or first days of a part of the year. */
export type Lattice = number | "month" | "quarter" | "year";

/** Names that are permitted ("all" or those listed), less those denied. */
export interface Permission {
  readonly allow: "all" | readonly string[];
  readonly deny: readonly string[];
}

/** A site's disclosure policy in full, with nothing left to defaults. Set by the site, never by a researcher. */
export interface Policy {
  /** People: a released cell rests on none or at least as many. Default 5. */
  readonly minimumCell: number;
  /** Rows: with fewer, the site abstains. Default 10. */
  readonly minimumRows: number;
  /** Organizations that must take part in a round, and know a released level. Default 3. */
  readonly minimumOrganizations: number;
  /** Parameters of a model per row of the site; above it the site abstains. Default 0.33. */
  readonly maximumParameterShare: number;
  /** Parameters of a model per row of all sites together; above it there is no result. Default 0.1. */
  readonly maximumPooledParameterShare: number;
  /** Share of a site's rows on which a weighted sum rests at least, as (Σw)²/Σw². Default 0.1. */
  readonly minimumEffectiveShare: number;
  /** Evaluations of models of the same columns over one set of rows. Default 25. */
  readonly maximumEvaluations: number;
  /** Evaluations of all models that have a column, over one set of rows. Default 150. */
  readonly maximumColumnEvaluations: number;
  /** Forms of arithmetic on one column that are answered, whatever the rows; moving and scaling it is none. Default 3. */
  readonly maximumTransforms: number;
  /**
   * What becomes of a model or table of numbers for which 1…k−1 rows are left out for want of a value: the site abstains
   * (default), or permits that these people can be told apart by the same question without the variable.
   */
  readonly fewIncomplete: "abstain" | "permit";
  /** Counts in tables are told as the interval that rounds to a multiple of this. Default 1: as they are. */
  readonly rounding: number;
  readonly eventTimes: EventTimesMode;
  /** Days: width of the lattice of event times. Default 30. */
  readonly resolution: number;
  /**
   * The points at which a column may be cut or filtered, by which it is judged whether the values of a number may be named as
   * levels, and to which its smallest and largest value are rounded:
   * multiples of a number in the column's unit, or the first days of months, quarters or years. Numeric columns that are
   * not listed have multiples of 5, dates quarters, and days between dates the `resolution`.
   */
  readonly lattices: Readonly<Record<string, Lattice>>;
  readonly columns: Permission;
  /** Algorithms as `name` or `name@version`. */
  readonly algorithms: Permission;
  /**
   * Whether a container answers steps and algorithms that are called plainly, by vantage6's Python client or web interface.
   * The rest of the policy holds for them as for every request. Default "permit".
   */
  readonly plainCalls: "permit" | "refuse";
  /** Why the data may leave exactly: data that anyone can have. Only with `open`, `exact` or `lattice`. */
  readonly reason: string | null;
  /** Whether this is the open policy, under which nothing is withheld. */
  readonly open: boolean;
}

const permission = z.union([
  z.literal("all"),
  z.array(z.string()),
  z.strictObject({
    allow: z.union([z.literal("all"), z.array(z.string())]).default("all"),
    deny: z.array(z.string()).default([]),
  }),
]);

const shortestReason = 10;
const askForReason = `must say in a sentence, of ${shortestReason} characters or more, why these data may leave exactly, such as "public data of a published study"`;
const reason = z.string(askForReason).trim().min(shortestReason, askForReason);

const settings = z.strictObject({
  minimumCell: z.int().min(2).default(5),
  minimumRows: z.int().min(1).default(10),
  minimumOrganizations: z.int().min(1).default(3),
  maximumParameterShare: z.number().gt(0).max(1).default(0.33),
  maximumPooledParameterShare: z.number().gt(0).max(1).default(0.1),
  minimumEffectiveShare: z.number().min(0).max(1).default(0.1),
  maximumEvaluations: z.int().min(1).default(25),
  maximumColumnEvaluations: z.int().min(1).default(150),
  maximumTransforms: z.int().min(0).default(3),
  fewIncomplete: z.enum(["abstain", "permit"]).default("abstain"),
  rounding: z.int().min(1).default(1),
  eventTimes: z.enum(["exact", "lattice", "batches"]).default("batches"),
  resolution: z.number().positive().default(30),
  lattices: z
    .record(z.string(), z.union([z.number().positive(), z.enum(["month", "quarter", "year"])]))
    .default({}),
  columns: permission.default("all"),
  algorithms: permission.default("all"),
  plainCalls: z.enum(["permit", "refuse"]).default("permit"),
  reason: reason.optional(),
});

function toPermission(given: z.output<typeof permission>): Permission {
  if (given === "all") return { allow: "all", deny: [] };
  return Array.isArray(given) ? { allow: given, deny: [] } : given;
}

/** Spells out what is wrong with a policy, field by field, suggesting the setting that was meant. */
function explain(problems: readonly Problem[]): string {
  return problems
    .map(({ path, words, unknown }) => {
      if (unknown.length > 0)
        return unknown
          .map(
            (key) =>
              `There is no setting "${placeOf([...path, key])}". ${suggestion(key, path.length === 0 ? Object.keys(settings.shape) : ["allow", "deny"], "Settings")}`,
          )
          .join(" ");
      return sentence(path.length === 0 ? `It ${words}` : `"${placeOf(path)}" ${words}`);
    })
    .join(" ");
}

/**
 * A policy from its written form: `{ "minimumCell": 10 }`, or `"open"` with a `reason` for data that anyone can have.
 * Settings that are absent have their defaults.
 * @throws PolicyError POLICY_INVALID for an unknown setting, a malformed value, or a reason that is missing
 */
export function parsePolicy(written: unknown = {}, openReason?: unknown): Policy {
  if (written === "open") {
    const stated = readAs(reason, openReason);
    if (stated.problems !== undefined) {
      throw new PolicyError(
        "POLICY_INVALID",
        `The policy "open" releases everything exactly, so it needs a "reason" beside it. ${sentence(`The reason ${stated.problems[0].words}`)}`,
      );
    }
    return { ...openSettings, reason: stated.data };
  }
  const read = readAs(settings, written);
  if (read.problems !== undefined)
    throw new PolicyError("POLICY_INVALID", `The policy is not valid. ${explain(read.problems)}`);
  const policy = read.data;
  if (policy.eventTimes !== "batches" && policy.reason === undefined) {
    throw new PolicyError(
      "POLICY_INVALID",
      `The policy releases event times as "${policy.eventTimes}", in which small groups are visible. Add a "reason", or leave the default "batches".`,
    );
  }
  return {
    ...policy,
    columns: toPermission(policy.columns),
    algorithms: toPermission(policy.algorithms),
    reason: policy.reason ?? openReasonOf(openReason),
    open: false,
  };
}

/**
 * A policy that a file or a variable holds whole: its settings, or `{ "policy": …, "reason": … }` as it stands in a
 * description of sites.
 * @throws PolicyError POLICY_INVALID, also for a setting beside "policy", which would not hold
 */
export function parseWholePolicy(written: unknown): Policy {
  if (typeof written !== "object" || written === null || !("policy" in written)) return parsePolicy(written);
  const { policy, reason: stated, ...others } = written as { policy: unknown; reason?: unknown };
  const beside = listing(Object.keys(others));
  if (beside === "") return parsePolicy(policy, stated);
  throw new PolicyError(
    "POLICY_INVALID",
    policy === "open"
      ? `The policy "open" releases everything exactly and has no settings. Leave out ${beside}; or leave out "policy", and what is not set has a hospital's default.`
      : `Beside "policy" stands nothing but a "reason". Write ${beside} inside it.`,
  );
}

function openReasonOf(given: unknown): null {
  if (given !== undefined)
    throw new PolicyError(
      "POLICY_INVALID",
      'A "reason" beside the policy belongs to the policy "open". Inside a policy, write it among its settings.',
    );
  return null;
}

const openSettings: Omit<Policy, "reason"> = {
  minimumCell: 1,
  minimumRows: 0,
  minimumOrganizations: 1,
  maximumParameterShare: 1,
  maximumPooledParameterShare: 1,
  minimumEffectiveShare: 0,
  maximumEvaluations: Number.MAX_SAFE_INTEGER,
  maximumColumnEvaluations: Number.MAX_SAFE_INTEGER,
  maximumTransforms: Number.MAX_SAFE_INTEGER,
  fewIncomplete: "permit",
  rounding: 1,
  eventTimes: "exact",
  resolution: 30,
  lattices: {},
  columns: { allow: "all", deny: [] },
  algorithms: { allow: "all", deny: [] },
  plainCalls: "permit",
  open: true,
};

/**
 * A policy from a site's environment: `KONSIL_POLICY` holds the written form as JSON, or `KONSIL_POLICY_MINIMUM_CELL`
 * and its like hold single settings (JSON, or plain text).
 * @throws PolicyError POLICY_INVALID, also for a variable that starts with KONSIL_POLICY_ and is no setting
 */
export function policyFromEnvironment(environment: Readonly<Record<string, string | undefined>>): Policy {
  const whole = environment["KONSIL_POLICY"];
  const single: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(environment)) {
    if (!name.startsWith("KONSIL_POLICY_") || text === undefined) continue;
    const setting = name
      .slice("KONSIL_POLICY_".length)
      .toLowerCase()
      .replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
    single[setting] = readSetting(text);
  }
  if (whole === undefined) return parsePolicy(single);
  if (Object.keys(single).length > 0) {
    throw new PolicyError(
      "POLICY_INVALID",
      "The environment has KONSIL_POLICY and single KONSIL_POLICY_… settings. Keep one of the two.",
    );
  }
  return parseWholePolicy(readSetting(whole));
}

function readSetting(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  const repeated = repeatedKey(text);
  if (repeated === undefined) return value;
  throw new PolicyError("POLICY_INVALID", `The environment's policy has "${repeated}" twice. Keep one.`);
}

/** What a researcher may ask for beyond a site's policy. It can only make a policy stricter. */
export interface Tightening {
  readonly minimumCell?: number | undefined;
  readonly minimumRows?: number | undefined;
  readonly minimumOrganizations?: number | undefined;
  readonly eventTimes?: EventTimesMode | undefined;
}

const tightening = z.strictObject({
  minimumCell: z.int().min(1).optional(),
  minimumRows: z.int().min(0).optional(),
  minimumOrganizations: z.int().min(1).optional(),
  eventTimes: z.enum(["exact", "lattice", "batches"]).optional(),
});

export const tighteningSchema: z.ZodType<Tightening> = tightening;

/** What a researcher may make stricter. */
export const tighteningSettings: readonly (keyof Tightening)[] = tightening.keyof().options;

const strictness: readonly EventTimesMode[] = ["exact", "lattice", "batches"];

/** The stricter of the site's policy and what the researcher asks for, setting by setting. */
export function tighten(policy: Policy, wish: Tightening): Policy {
  const stricter = <K extends "minimumCell" | "minimumRows" | "minimumOrganizations">(key: K): number =>
    Math.max(policy[key], wish[key] ?? 0);
  const mode =
    strictness[
      Math.max(strictness.indexOf(policy.eventTimes), strictness.indexOf(wish.eventTimes ?? "exact"))
    ] ?? "batches";
  return {
    ...policy,
    minimumCell: stricter("minimumCell"),
    minimumRows: stricter("minimumRows"),
    minimumOrganizations: stricter("minimumOrganizations"),
    eventTimes: mode,
  };
}

/** Whether a list of names permits `name`, or `name@version` where a version is given. */
export function permits(permission: Permission, name: string, version?: number): boolean {
  const spellings = version === undefined ? [name] : [name, `${name}@${version}`];
  const listed = (list: readonly string[]): boolean => spellings.some((spelling) => list.includes(spelling));
  return (permission.allow === "all" || listed(permission.allow)) && !listed(permission.deny);
}
