import { type Policy, Withholding } from "../policy/index.ts";
import type { Kind, Statistic } from "./statistic.ts";

/** The weights behind sums over rows, summed up by the step: the site judges them, and tells nothing of them. */
export interface Weighing {
  /**
   * (Σw)²/Σw² (Kish 1965), the effective rows: of the vector of weights that has the fewest, where sums rest on several. 0
   * only where nothing was summed.
   */
  readonly effective: number;
  /**
   * The largest distance of a linear predictor from the mean of all, where weights grow or vanish with its exponential
   * (logit, log, a hazard): 0 for other weights.
   */
  readonly spread: number;
  /**
   * The longest term of a linear predictor, as a multiple of what the terms come to, both as root mean squares: large where
   * terms undo each other. 0 unless given.
   */
  readonly terms?: number;
  /** The fewest people whom these weights compare with others of their stratum, where there are several; 0 for nobody. */
  readonly people?: number;
}

/** The weights behind sums of the same output, which name it as `effective`. Nothing of it leaves the site. */
export interface Weights extends Statistic<Weighing, null> {
  readonly kind: "weights";
}

export function weights(): Weights {
  return { kind: "weights", dimensions: [], visibility: "pooled" };
}

/**
 * Farther from the mean than this, exp(η) and the fitted values of a logit are numerically a threshold on the columns: a
 * sum counts, or adds up, the people beyond it, however many rows have a weight.
 */
export const widestSpread = 10;

/**
 * Terms of a linear predictor that are so many times longer than what they come to undo each other, and what rounding them
 * leaves is a function of people's values that the asker chooses: a threshold, far beyond this.
 */
const longestTerms = 2 ** 20;

/**
 * Honest weights leave about a third of a site's rows or more. A site with fewer rows than so many times the minimum can
 * fail at an honest fit: it leaves the analysis to the others, rather than end it.
 */
export const honestShare = 3;

const advice =
  "Coefficients that run away (a group in which everyone or no one has the event) do this, and so do extreme values of a column, an offset or weights: merge groups, leave the term out, or bound the values.";

/** WEIGHTS_CONCENTRATED when sums with these weights would be sums over few rows; undefined when they may leave. */
export function concentrated(weighing: Weighing, policy: Policy, rows: number): Withholding | undefined {
  if (policy.open) return undefined;
  const { minimumRows, minimumEffectiveShare, minimumCell } = policy;
  if (!(weighing.spread <= widestSpread)) {
    return new Withholding(
      "WEIGHTS_CONCENTRATED",
      `{site} does not answer, because linear predictors there lie farther than ${widestSpread} from their mean: weighted sums would tell who is beyond a threshold. ${advice}`,
    );
  }
  if (!((weighing.terms ?? 0) <= longestTerms)) {
    return new Withholding(
      "WEIGHTS_CONCENTRATED",
      `{site} does not answer, because terms of the linear predictor there are more than ${longestTerms} times as large as what they come to: their rounding would tell people apart. ${advice}`,
    );
  }
  const hasFewRows = rows < honestShare * minimumRows;
  const { people = 0 } = weighing;
  if (people > 0 && people < minimumCell)
    return new Withholding(
      "WEIGHTS_CONCENTRATED",
      `{site} ${hasFewRows ? "abstains" : "does not answer"}: weighted sums there would compare fewer people with others of their strata than the policy permits (minimumCell ${minimumCell}). Leave strata out, or put their levels together. ${advice}`,
      hasFewRows,
    );
  if (weighing.effective >= Math.max(minimumRows, minimumEffectiveShare * rows)) return undefined;
  if (hasFewRows)
    return new Withholding(
      "WEIGHTS_CONCENTRATED",
      `{site} abstains: it has few rows, and weighted sums would rest on fewer than minimumRows ${minimumRows} of them, as (Σw)²/Σw². ${advice}`,
      true,
    );
  return new Withholding(
    "WEIGHTS_CONCENTRATED",
    `{site} does not answer, because weighted sums would rest on too few of its rows: (Σw)²/Σw² is to reach minimumRows ${minimumRows} and minimumEffectiveShare ${minimumEffectiveShare} of the rows. ${advice}`,
  );
}

const isNumber = (value: unknown): boolean => typeof value === "number" && value >= 0;

export const weightsKind: Kind<Weights, null> = {
  problem(_statistic, value) {
    const isWeighing =
      typeof value === "object" &&
      value !== null &&
      "effective" in value &&
      "spread" in value &&
      isNumber(value.effective) &&
      isNumber(value.spread) &&
      (!("terms" in value) || isNumber(value.terms)) &&
      (!("people" in value) || isNumber(value.people));
    return isWeighing ? undefined : "must have effective rows and a spread";
  },
  release: () => ({ wire: null, cells: 0, masked: 0, rule: "judged with the sums, and not told" }),
  read: (_statistic, wire) => (wire === null ? null : undefined),
  pool: () => null,
};
