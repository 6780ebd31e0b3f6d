import type { GlmFamily, GlmLink } from "./family.ts";
import type { GlmRows } from "./glm-model.ts";
import { roundEven } from "./likelihood-constant.ts";
import { epsilon, familyFunctions, farLogit, linkFunctions } from "./link-functions.ts";

/** Rows at once: their part of the design stays in the cache between its three uses. */
export const chunk = 512;

/** R says that fitted values are numerically 0 or 1 within this distance. */
const nearEnd = 10 * epsilon;

/** −log of R's epsilon. */
const endLogit = -Math.log(epsilon);

/** What a site has of its rows between rounds. */
export interface WorkingRows extends GlmRows {
  /**
   * By how much more the scaled columns are to be moved than they are here, by column. The site moves them by its own
   * means, and the sums over them by the rest: taking an asker's number away from each value would round it, and a large
   * one would leave a step function of the value.
   */
  readonly shift: Float64Array;
  /** √(Σz²/n) of the columns as they are here. */
  readonly lengths: Float64Array;
  /** The sizes of what the columns were computed from: the mean square of a value before it was moved. */
  readonly squares: Float64Array;
  /** √(Σx²/n) of offset and outcome. */
  readonly offsetLength: number;
  readonly outcomeLength: number;
  /** Poisson: log y, 0 where y is 0. */
  readonly logY: Float64Array | undefined;
  /** Binomial with weights that are no numbers of trials, which R rounds in its likelihood. */
  readonly isRounded: boolean;
  /** Binomial without weights, and no other values than 0 and 1. */
  readonly isYesNo: boolean;
  /**
   * The log-likelihood of means that are the outcomes, as far as half a deviance has it. Binomial: Σ w(y log y +
   * (1 − y) log(1 − y)), 0 unless there are proportions; Poisson: Σ w(y log y − y).
   */
  readonly saturated: number;
  readonly likelihoodConstant: number;
}

/** The chunk's linear predictor, and what is made of it; the rest are running totals. */
export class Working {
  /** η, filled by the caller. */
  readonly eta = new Float64Array(chunk);
  /** W = w (dμ/dη)² / V(μ). */
  readonly weight = new Float64Array(chunk);
  /** z − η = (y − μ) / (dμ/dη); at the start z less the offset. */
  readonly residual = new Float64Array(chunk);
  deviance = 0;
  /** Σ k log μ + (m − k) log(1 − μ) with rounded weights m. */
  rounded = 0;
  /** Σ W and Σ W², without rows at the end of a link: theirs is R's epsilon, alike for all, where it should vanish. */
  weights = 0;
  squaredWeights = 0;
  isValid = true;
  isExtreme = false;
}

export type Kernel<Rows = WorkingRows> = (rows: Rows, from: number, count: number, into: Working) => void;

type GeneralKernel = Kernel<Pick<WorkingRows, "y" | "weight" | "offset" | "isRounded">>;

/** Working weights and residuals of any family and link; with `start`, at R's starting means instead of η. */
export function generalKernel(family: GlmFamily, link: GlmLink, start: boolean): GeneralKernel {
  const { variance, deviance, isValid, start: startOf } = familyFunctions[family];
  const { link: toEta, inverse, slope, isValid: isValidEta } = linkFunctions[link];
  return ({ y, weight, offset, isRounded }, from, count, into) => {
    for (let k = 0; k < count; k++) {
      const i = from + k;
      const w = weight === undefined ? 1 : (weight[i] as number);
      const value = y[i] as number;
      const eta = start ? toEta(startOf(value, w)) : (into.eta[k] as number);
      const mean = inverse(eta);
      if (!Number.isFinite(eta) || !isValidEta(eta) || !isValid(mean)) {
        into.isValid = false;
        return;
      }
      const s = slope(eta);
      const v = variance(mean);
      const working = (w * s * s) / v;
      into.weight[k] = working;
      into.residual[k] =
        (value - mean) / s + (start ? eta - (offset === undefined ? 0 : (offset[i] as number)) : 0);
      into.deviance += w * deviance(value, mean);
      if (isRounded) {
        const m = roundEven(w);
        const successes = roundEven(w * value);
        into.rounded +=
          (successes === 0 ? 0 : successes * Math.log(mean)) +
          (m === successes ? 0 : (m - successes) * Math.log1p(-mean));
      }
      if (s > epsilon) {
        into.weights += working;
        into.squaredWeights += working * working;
      }
      if (family !== "gaussian" && mean < nearEnd) into.isExtreme = true;
      if (family === "binomial" && mean > 1 - nearEnd) into.isExtreme = true;
    }
  };
}

/** At the start, rows of a yes/no outcome without weights differ by it alone, and by the offset. */
function yesNoStart(link: GlmLink): Kernel {
  const general = generalKernel("binomial", link, true);
  const startOf = (outcome: number): Working => {
    const y = Float64Array.of(outcome);
    const one = new Working();
    general({ y, weight: undefined, offset: undefined, isRounded: false }, 0, 1, one);
    return one;
  };
  const starts = [startOf(0), startOf(1)] as const;
  const weights = Float64Array.from(starts, ({ weight }) => weight[0] as number);
  const residuals = Float64Array.from(starts, ({ residual }) => residual[0] as number);
  return ({ y, offset }, from, count, into) => {
    let yes = 0;
    for (let k = 0; k < count; k++) {
      const outcome = y[from + k] as number;
      yes += outcome;
      into.weight[k] = weights[outcome] as number;
      into.residual[k] =
        (residuals[outcome] as number) - (offset === undefined ? 0 : (offset[from + k] as number));
    }
    for (const [outcome, people] of [count - yes, yes].entries()) {
      const one = starts[outcome] as Working;
      into.deviance += people * one.deviance;
      into.weights += people * one.weights;
      into.squaredWeights += people * one.squaredWeights;
    }
  };
}

/** A product of probabilities this small is turned into its logarithm before it can vanish. */
const smallProduct = 1e-200;

/**
 * Logistic regression of a yes/no outcome without weights, the case of large data: no branch depends on a row. With
 * e = exp(−η), μ = 1/(1 + e) and 1 − μ = eμ keep their digits on either side. The deviance is −2 log of the product of
 * the probabilities of what was observed: one logarithm for many rows.
 */
const yesNoKernel: Kernel = ({ y }, from, count, into) => {
  const { eta: etas, weight, residual } = into;
  let product = 1;
  let logs = 0;
  let weights = 0;
  let squares = 0;
  let far = 0;
  for (let k = 0; k < count; k++) {
    let eta = etas[k] as number;
    if (!(eta <= farLogit && eta >= -farLogit)) {
      if (!Number.isFinite(eta)) {
        into.isValid = false;
        return;
      }
      // R's logit ends here; the deviance goes on.
      far++;
      logs += (y[from + k] === 1) === eta > 0 ? 0 : endLogit - Math.abs(eta);
      eta = eta > 0 ? endLogit : -endLogit;
    }
    const yes = y[from + k] as number;
    const no = 1 - yes;
    const e = Math.exp(-eta);
    const mean = 1 / (1 + e);
    const rest = e * mean;
    const v = mean * rest;
    const seen = yes * mean + no * rest;
    product *= seen;
    if (product < smallProduct) {
      logs += Math.log(product);
      product = 1;
    }
    weight[k] = v;
    residual[k] = (yes - no) / seen;
    weights += v;
    squares += v * v;
  }
  if (far > 0) {
    into.isExtreme = true;
    weights = 0;
    squares = 0;
    for (let k = 0; k < count; k++) {
      if (!(Math.abs(etas[k] as number) <= farLogit)) continue;
      weights += weight[k] as number;
      squares += (weight[k] as number) ** 2;
    }
  }
  into.deviance -= 2 * (logs + Math.log(product));
  into.weights += weights;
  into.squaredWeights += squares;
};

/**
 * Logistic regression with weights or proportions. With a = exp(−|η|) neither μ nor 1 − μ is a difference of nearly equal numbers, and the deviance
 * is 2 Σ w (log(1 + a) + max(η, 0) − yη) and the entropy of proportions.
 */
const logitKernel: Kernel = ({ y, weight, saturated }, from, count, into) => {
  // Once: with the first chunk.
  let loss = from === 0 ? saturated : 0;
  let weights = 0;
  let squares = 0;
  for (let k = 0; k < count; k++) {
    const eta = into.eta[k] as number;
    const value = y[from + k] as number;
    const w = weight === undefined ? 1 : (weight[from + k] as number);
    const size = Math.abs(eta);
    // A comparison that NaN fails as well.
    if (!(size < Number.POSITIVE_INFINITY)) {
      into.isValid = false;
      return;
    }
    const isFar = size > farLogit;
    const a = isFar ? epsilon : Math.exp(-size);
    const near = 1 / (1 + a);
    const far = a * near;
    const mean = eta >= 0 ? near : far;
    const rest = eta >= 0 ? far : near;
    const v = near * far;
    const difference = value * rest - (1 - value) * mean;
    const working = w * v;
    if (isFar) into.isExtreme = true;
    else {
      weights += working;
      squares += working * working;
    }
    loss += w * (Math.log1p(a) + Math.max(eta, 0) - value * eta);
    into.weight[k] = working;
    into.residual[k] = difference / v;
  }
  into.deviance += 2 * loss;
  into.weights += weights;
  into.squaredWeights += squares;
};

/** Poisson regression with log link: W = wμ, z − η = (y − μ)/μ. */
const poissonKernel: Kernel = ({ y, weight, logY }, from, count, into) => {
  const logs = logY as Float64Array;
  let deviance = 0;
  let weights = 0;
  let squares = 0;
  for (let k = 0; k < count; k++) {
    const eta = into.eta[k] as number;
    const value = y[from + k] as number;
    const w = weight === undefined ? 1 : (weight[from + k] as number);
    const mean = Math.max(Math.exp(eta), epsilon);
    if (!(mean < Number.POSITIVE_INFINITY)) {
      into.isValid = false;
      return;
    }
    const difference = value - mean;
    const working = w * mean;
    if (mean < nearEnd) into.isExtreme = true;
    deviance += w * (value * ((logs[from + k] as number) - eta) - difference);
    into.weight[k] = working;
    into.residual[k] = difference / mean;
    if (mean > epsilon) {
      weights += working;
      squares += working * working;
    }
  }
  into.deviance += 2 * deviance;
  into.weights += weights;
  into.squaredWeights += squares;
};

/** Linear regression: W = w, z − η = y − η. */
const gaussianKernel: Kernel = ({ y, weight }, from, count, into) => {
  let deviance = 0;
  let weights = 0;
  let squares = 0;
  for (let k = 0; k < count; k++) {
    const difference = (y[from + k] as number) - (into.eta[k] as number);
    const w = weight === undefined ? 1 : (weight[from + k] as number);
    deviance += w * difference * difference;
    into.weight[k] = w;
    into.residual[k] = difference;
    weights += w;
    squares += w * w;
  }
  if (!Number.isFinite(deviance)) into.isValid = false;
  into.deviance += deviance;
  into.weights += weights;
  into.squaredWeights += squares;
};

/** The kernel to use: the canonical links have their own, which give the same and are several times as fast. */
export function kernelOf(
  family: GlmFamily,
  link: GlmLink,
  { start, rows }: { readonly start: boolean; readonly rows: Pick<WorkingRows, "isRounded" | "isYesNo"> },
): Kernel {
  if (family === "gaussian" && !start) return gaussianKernel;
  if (start && rows.isYesNo) return yesNoStart(link);
  if (start || rows.isRounded) return generalKernel(family, link, start);
  if (link === "logit") return rows.isYesNo ? yesNoKernel : logitKernel;
  if (family === "poisson" && link === "log") return poissonKernel;
  return generalKernel(family, link, false);
}
