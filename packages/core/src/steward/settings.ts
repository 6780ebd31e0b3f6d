import { type Lattice, type Permission, type Policy, parsePolicy } from "../policy/index.ts";
import { isWithin, latticeOf, listedLattice } from "../policy/lattice.ts";
import { rangeWidth } from "../statistics/index.ts";

/** How a setting of one policy is to that of another. */
export type Strictness = "same" | "stricter" | "looser" | "other";

/** A setting of a policy, in words. */
export interface SettingWords {
  readonly setting: string;
  readonly value: string;
  readonly isDefault: boolean;
  readonly means: string;
}

/** A setting by which two policies differ, and what the second is to the first. */
export interface SettingDifference {
  readonly setting: string;
  readonly before: string;
  readonly after: string;
  readonly strictness: Exclude<Strictness, "same">;
  /** The same in words, and where it is neither, what it is for whom. */
  readonly words: string;
}

type Setting = keyof Policy;

interface Described<K extends Setting> {
  readonly means: string;
  readonly strictness: (before: Policy[K], after: Policy[K]) => Strictness;
  /** What is said where it is neither stricter nor looser. */
  readonly otherwise?: string;
}

const by =
  (sign: number) =>
  (before: number, after: number): Strictness =>
    before === after ? "same" : (after - before) * sign > 0 ? "stricter" : "looser";
const higher = by(1);
const lower = by(-1);

const inOrder =
  <T>(...fromLoose: readonly T[]) =>
  (before: T, after: T): Strictness =>
    higher(fromLoose.indexOf(before), fromLoose.indexOf(after));

/** Permitted names before and after: fewer are stricter. Of "all" and a list only the one can be the wider. */
function permission(before: Permission, after: Permission): Strictness {
  const within = (inner: Permission, outer: Permission): boolean => {
    const denied = outer.deny.every(
      (name) => inner.deny.includes(name) || (inner.allow !== "all" && !inner.allow.includes(name)),
    );
    if (!denied) return false;
    if (outer.allow === "all") return true;
    return (
      inner.allow !== "all" &&
      inner.allow.every((name) => inner.deny.includes(name) || outer.allow.includes(name))
    );
  };
  const [narrower, wider] = [within(after, before), within(before, after)];
  if (narrower && wider) return "same";
  return narrower ? "stricter" : wider ? "looser" : "other";
}

/** Stricter is what tells nothing that cannot be worked out from what the other tells; neither may be so. */
const within =
  <T>(isFrom: (coarse: T, fine: T) => boolean) =>
  (before: T, after: T): Strictness => {
    if (before === after) return "same";
    return isFrom(after, before) ? "stricter" : isFrom(before, after) ? "looser" : "other";
  };
const lattice = within<Lattice>(isWithin);
/** Halves round up: only the ends of intervals of an odd multiple are ends of those that it is a multiple of. */
const rounding = within<number>((coarse, fine) => fine === 1 || (coarse / fine) % 2 === 1);

/** Of two lattices, or multiples. */
const ofOtherPoints = "neither: other points";

/** The types of columns, as far as the data are known: a policy knows one only where it lists months. */
type TypeOf = (column: string) => "numeric" | "date" | undefined;

/** For whom a width is what it is. */
const ofType = { numeric: "numbers", date: "dates" } as const;

/**
 * The columns whose points differ. What one has that is not listed follows from its type: where that is not known, what a
 * number of days is to a quarter may be another thing than what it is to a number.
 */
function latticeDifferences(before: Policy, after: Policy, typeOf: TypeOf): readonly SettingDifference[] {
  const columns = [...new Set([...Object.keys(before.lattices), ...Object.keys(after.lattices)])];
  return columns.flatMap((column) => [
    ...pointsDifference(before, after, column, typeOf(column)),
    ...rangeDifference(before, after, column),
  ]);
}

function pointsDifference(
  before: Policy,
  after: Policy,
  column: string,
  type: ReturnType<TypeOf>,
): readonly SettingDifference[] {
  const listed = [before, after].map((policy) => listedLattice(policy, column));
  const isDate = listed.some((own) => typeof own === "string");
  const types = type === undefined ? (isDate ? (["date"] as const) : (["numeric", "date"] as const)) : [type];
  const [a = "", b = ""] = [before, after].map((policy, i) => {
    const widths = types.map((one, t) => `${t > 0 ? "of dates " : ""}${latticeOf(policy, column, one)}`);
    return String(listed[i] ?? widths.join(", "));
  });
  const found = types.map((one) => lattice(latticeOf(before, column, one), latticeOf(after, column, one)));
  const [strictness = "same"] = found;
  const one = { setting: `lattices.${column}`, before: a, after: b };
  if (found.every((other) => other === strictness))
    return strictness === "same" ? [] : [{ ...one, strictness, words: inWords(strictness, ofOtherPoints) }];
  const words = types.flatMap((t, i) => {
    const own = found[i] ?? "same";
    return own === "same" ? [] : [`${inWords(own, "neither")} for ${ofType[t]}`];
  });
  return [{ ...one, strictness: "other", words: words.join(", ") }];
}

/** Whatever its width, a number that is listed lets the smallest and largest value leave, which else stay. */
function rangeDifference(before: Policy, after: Policy, column: string): readonly SettingDifference[] {
  const [a, b] = [before, after].map((policy) =>
    policy.open ? "as they are" : rangeInWords(rangeWidth(policy, column)),
  ) as [string, string];
  const stays = rangeInWords(undefined);
  if ((a === stays) === (b === stays)) return [];
  const strictness = b === stays ? "stricter" : "looser";
  return [{ setting: `smallest and largest ${column}`, before: a, after: b, strictness, words: strictness }];
}

function rangeInWords(width: number | undefined): string {
  return width === undefined ? "stay" : `leave at multiples of ${width}`;
}

function inWords(strictness: Strictness, otherwise = "different"): string {
  return strictness === "other" ? otherwise : strictness;
}

/** Of two lists of names. */
const forSome = "stricter for some, looser for others";

const described: { readonly [K in Exclude<Setting, "lattices">]: Described<K> } & {
  readonly lattices: Pick<Described<"lattices">, "means">;
} = {
  open: { means: "whether everything leaves exactly", strictness: inOrder<boolean>(true, false) },
  minimumCell: { means: "people behind a released cell, or none", strictness: higher },
  minimumRows: { means: "rows with fewer than which the site leaves the analysis", strictness: higher },
  minimumOrganizations: {
    means: "organizations that take part in a round, and that know a released level",
    strictness: higher,
  },
  maximumParameterShare: { means: "parameters of a model per row of this site", strictness: lower },
  maximumPooledParameterShare: {
    means: "parameters of a model per row of all sites together",
    strictness: lower,
  },
  minimumEffectiveShare: {
    means: "share of this site's rows on which a weighted sum rests at least",
    strictness: higher,
  },
  maximumEvaluations: {
    means: "coefficients at which models of the same columns are evaluated over the same rows",
    strictness: lower,
  },
  maximumColumnEvaluations: {
    means: "the same of all models together that have a column",
    strictness: lower,
  },
  maximumTransforms: {
    means: "forms of arithmetic on one column that are answered",
    strictness: lower,
  },
  fewIncomplete: {
    means: "what becomes of a question for which few rows lack a value",
    strictness: inOrder<Policy["fewIncomplete"]>("permit", "abstain"),
  },
  rounding: {
    means: "counts in tables leave as what rounds to a multiple of it",
    strictness: rounding,
    otherwise: ofOtherPoints,
  },
  eventTimes: {
    means: "how times of events leave",
    strictness: inOrder<Policy["eventTimes"]>("exact", "lattice", "batches"),
  },
  resolution: {
    means: "days: width of the lattice of event times; for times in another unit, as many of that",
    strictness: lattice,
    otherwise: ofOtherPoints,
  },
  lattices: {
    means:
      "points at which columns may be cut or filtered; a number also lets the smallest and largest value leave, rounded outwards to its multiples",
  },
  columns: { means: "columns that may be read", strictness: permission, otherwise: forSome },
  algorithms: { means: "algorithms that may be run", strictness: permission, otherwise: forSome },
  plainCalls: {
    means: "what becomes of calls by vantage6's Python client and web interface",
    strictness: inOrder<Policy["plainCalls"]>("permit", "refuse"),
  },
  reason: { means: "why the data may leave exactly", strictness: (a, b) => (a === b ? "same" : "other") },
};

const settings = Object.keys(described) as readonly Setting[];

function isPermission(value: unknown): value is Permission {
  return typeof value === "object" && value !== null && "allow" in value;
}

function valueInWords(setting: Setting, policy: Policy): string {
  const value: unknown = policy[setting];
  if (value === null) return "none";
  if (value === Number.MAX_SAFE_INTEGER) return "any number";
  if (isPermission(value)) {
    const allowed =
      value.allow === "all" ? "all" : value.allow.length === 0 ? "none" : value.allow.join(", ");
    return value.deny.length === 0 ? allowed : `${allowed} but ${value.deny.join(", ")}`;
  }
  if (typeof value !== "object") return JSON.stringify(value).replaceAll('"', "");
  const listed = Object.entries(value).map(([column, own]) => `${column}: ${String(own)}`);
  const others = `numbers ${latticeOf(policy, "", "numeric")}, dates ${latticeOf(policy, "", "date")}`;
  return listed.length === 0 ? others : `${listed.join(", ")}, other ${others}`;
}

/** Every setting of a policy with what it means; which are a hospital's default. */
export function settingsInWords(policy: Policy): readonly SettingWords[] {
  const standard = parsePolicy();
  return settings.map((setting) => ({
    setting,
    value: valueInWords(setting, policy),
    isDefault: JSON.stringify(policy[setting]) === JSON.stringify(standard[setting]),
    means: described[setting].means,
  }));
}

function settingDifference<K extends Exclude<Setting, "lattices">>(
  setting: K,
  before: Policy,
  after: Policy,
): readonly SettingDifference[] {
  const { strictness: compare, otherwise } = described[setting] as Described<K>;
  const strictness = compare(before[setting], after[setting]);
  if (strictness === "same") return [];
  const [a, b] = [valueInWords(setting, before), valueInWords(setting, after)];
  return [{ setting, before: a, after: b, strictness, words: inWords(strictness, otherwise) }];
}

/** The settings by which a policy differs from another; lattices column by column, by its type where that is known. */
export function policyDifferences(
  before: Policy,
  after: Policy,
  typeOf: TypeOf = () => undefined,
): readonly SettingDifference[] {
  return settings.flatMap((setting) =>
    setting === "lattices"
      ? latticeDifferences(before, after, typeOf)
      : settingDifference(setting, before, after),
  );
}
