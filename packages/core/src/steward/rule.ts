import type { Policy } from "../policy/index.ts";
import {
  type AnyStatistic,
  type Counts,
  innermost,
  kindOf,
  type Moments,
  type Sums,
} from "../statistics/index.ts";

const nobody: Readonly<Record<string, unknown>> = {
  count: 0,
  counts: [],
  maskedCounts: [],
  sums: [],
  weights: { effective: 0, spread: 0 },
  comparedPeople: [],
  levels: [],
  flags: [],
  distribution: { at: new Float64Array(0), stream: [], cell: [] },
};

/**
 * The rule of a policy for a statistic, in the words of the runtime: it releases the statistic of nobody, and says by
 * which rule. So what is explained cannot differ from what is done. Times are taken to be in days, in which policies are written.
 */
export function ruleFor(statistic: AnyStatistic, policy: Policy): string {
  const own = innermost(statistic);
  if (own.kind === "range") return rangeRule(policy);
  const { rule } = kindOf(own).release(own, nobodyIn(own), {
    policy,
    field: "",
    rows: 0,
    dimensions: Object.fromEntries(own.dimensions.map((dimension) => [dimension, []])),
    other: (field) => ("effective" in own && own.effective === field ? nobody["weights"] : []),
    measured: () => ({ values: new Float64Array(0), isMeasured: true, unit: "days" }),
    columnName: (key) => key,
  });
  return rule;
}

function nobodyIn(own: AnyStatistic): unknown {
  if (own.kind !== "moments") return nobody[own.kind];
  const none = { present: [], everyone: [], standIn: [] };
  const sums = Object.fromEntries((own as Moments<string, string>).sums.map((name) => [name, none]));
  return { people: [], missing: [], behind: [], sums };
}

/** Of a range the rule is the column's, which only the arguments know. */
function rangeRule({ open, lattices }: Policy): string {
  if (open) return "open policy: as it is";
  const widths = Object.entries(lattices).filter(([, width]) => typeof width === "number");
  if (widths.length === 0)
    return "not released: no column of numbers is listed in lattices, to whose points it would be rounded";
  const columns = widths.map(([column, width]) => `${width} for ${column}`);
  return `rounded outwards to multiples of ${columns.join(", ")}; of other columns not released`;
}

/** What a site does where the rule is not kept, in words; empty where nothing can happen. */
export function otherwise(statistic: AnyStatistic, policy: Policy): string {
  const { minimumCell, open } = policy;
  const own = innermost(statistic);
  if (open)
    return own.kind === "sums" || own.kind === "moments" ? "refuses a sum that is not a finite number" : "";
  const few = minimumCell > 2 ? `1 to ${minimumCell - 1}` : "1";
  switch (own.kind) {
    case "count":
      return `leaves the analysis where they are ${few} people`;
    case "counts":
      if ((own as Counts<string>).behind)
        return `leaves the analysis where the sums of a column rest on ${few} people: of a column with two values, those of the rarer one; of more, those who make up nearly all of the sum, as of a steep form of a number`;
      return (own as Counts<string>).small !== "refuse"
        ? `leaves the analysis where a cell has ${few} people`
        : `refuses where a cell has ${few} people`;
    case "moments":
      return `leaves the analysis where ${few} people of a cell have the number, or its sums rest on ${few}: of a column with two values, those of the rarer one; of more, those who make up nearly all of the sum, as of a steep form of a number; or where ${few} lack a number that is computed from several columns; refuses a sum that is not a finite number`;
    case "sums":
      return sumsOtherwise(own as Sums<string>);
    case "comparedPeople":
      return `leaves the analysis where ${few} people are compared with others of their stratum`;
    case "distribution":
      return {
        exact: "",
        lattice: "refuses case weights, and times that were computed",
        batches: `tells no times of a group with ${few} people of one kind (with an event, say); refuses case weights, and times that were computed`,
      }[policy.eventTimes];
    case "levels":
      return `says of a level of ${few} people only that there is one`;
    case "range":
      return "refuses a column that is not listed in lattices, or all of whose values are points of it";
    case "maskedCounts":
    case "weights":
    case "flags":
    case "perSite":
      return "";
  }
}

function sumsOtherwise({ people, effective, whenConcentrated, added }: Sums<string>): string {
  const cells = `has no answer where the people behind it, "${people}", are too few; refuses one that is not a finite number`;
  const few =
    added.length > 0
      ? "; leaves it out where a column has so few values that it would tell how many people have each"
      : "";
  if (effective === null) return `${cells}${few}`;
  return whenConcentrated === "withhold"
    ? `${cells}; leaves it out where it rests on too few rows${few}`
    : `${cells}; refuses where it rests on too few rows, or leaves the analysis where there are few${few}`;
}
