import type { GlmFamily, GlmLink } from "./family.ts";
import type { GlmRows } from "./glm-model.ts";
import { roundEven } from "./likelihood-constant.ts";
import { epsilon, familyFunctions, farLogit, linkFunctions } from "./link-functions.ts";

/** Rows at once: their part of the design stays in the cache between its three uses. */
export const chunk = 512;

/** R says that fitted values are numerically 0 or 1 within this distance. */
const nearEnd = 10 * epsilon;

/** What a site has of its rows between rounds. */
export interface WorkingRows extends GlmRows {
  /** Poisson: log y, 0 where y is 0. */
  readonly logY: Float64Array | undefined;
  /** Binomial with weights that are no numbers of trials, which R rounds in its likelihood. */
  readonly isRounded: boolean;
  /** Binomial: Σ w(y log y + (1 − y) log(1 − y)), 0 unless there are proportions. */
  readonly entropy: number;
  readonly likelihoodConstant: number;
}

/** The chunk's linear predictor, and what is made of it; the rest are running totals. */
export class Working {
  /** η, filled by the caller. */
  readonly eta = new Float64Array(chunk);
  /** W = w (dμ/dη)² / V(μ). */
  readonly weight = new Float64Array(chunk);
  /** W (z − η) = w (dμ/dη) (y − μ) / V(μ). */
  readonly residual = new Float64Array(chunk);
  deviance = 0;
  pearson = 0;
  /** Σ k log μ + (m − k) log(1 − μ) with rounded weights m. */
  rounded = 0;
  /** Σ W and Σ W². */
  weights = 0;
  squaredWeights = 0;
  isValid = true;
  isExtreme = false;
}

export type Kernel = (rows: WorkingRows, from: number, count: number, into: Working) => void;

/** Working weights and residuals of any family and link; with `start`, at R's starting means instead of η. */
export function generalKernel(family: GlmFamily, link: GlmLink, start: boolean): Kernel {
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
        (w * s * (value - mean)) / v +
        (start ? working * (eta - (offset === undefined ? 0 : (offset[i] as number))) : 0);
      into.deviance += w * deviance(value, mean);
      into.pearson += (w * (value - mean) * (value - mean)) / v;
      if (isRounded) {
        const m = roundEven(w);
        const successes = roundEven(w * value);
        into.rounded +=
          (successes === 0 ? 0 : successes * Math.log(mean)) +
          (m === successes ? 0 : (m - successes) * Math.log1p(-mean));
      }
      into.weights += working;
      into.squaredWeights += working * working;
      if (family !== "gaussian" && mean < nearEnd) into.isExtreme = true;
      if (family === "binomial" && mean > 1 - nearEnd) into.isExtreme = true;
    }
  };
}

/**
 * Logistic regression. With a = exp(−|η|) neither μ nor 1 − μ is a difference of nearly equal numbers, and the deviance
 * is 2 Σ w (log(1 + a) + max(η, 0) − yη) and the entropy of proportions. Where all weights are 1, log(1 + a) of a chunk is one logarithm
 * of a product of factors between 1 and 2.
 */
const logitKernel: Kernel = ({ y, weight, entropy }, from, count, into) => {
  // Once: with the first chunk.
  if (from === 0) into.deviance += 2 * entropy;
  let product = 1;
  let loss = 0;
  let pearson = 0;
  let weights = 0;
  let squares = 0;
  for (let k = 0; k < count; k++) {
    const eta = into.eta[k] as number;
    const value = y[from + k] as number;
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
    const difference = value === 1 ? rest : value === 0 ? -mean : value - mean;
    const linear = Math.max(eta, 0) - value * eta;
    if (isFar) into.isExtreme = true;
    if (weight === undefined) {
      product *= 1 + a;
      loss += linear;
      into.weight[k] = v;
      into.residual[k] = difference;
      pearson += (difference * difference) / v;
      weights += v;
      squares += v * v;
    } else {
      const w = weight[from + k] as number;
      const working = w * v;
      loss += w * (Math.log1p(a) + linear);
      into.weight[k] = working;
      into.residual[k] = w * difference;
      pearson += (w * difference * difference) / v;
      weights += working;
      squares += working * working;
    }
  }
  into.deviance += 2 * (loss + Math.log(product));
  into.pearson += pearson;
  into.weights += weights;
  into.squaredWeights += squares;
};

/** Poisson regression with log link: W = wμ, W(z − η) = w(y − μ). */
const poissonKernel: Kernel = ({ y, weight, logY }, from, count, into) => {
  const logs = logY as Float64Array;
  let deviance = 0;
  let pearson = 0;
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
    into.residual[k] = w * difference;
    pearson += (w * difference * difference) / mean;
    weights += working;
    squares += working * working;
  }
  into.deviance += 2 * deviance;
  into.pearson += pearson;
  into.weights += weights;
  into.squaredWeights += squares;
};

/** Linear regression: W = w, W(z − η) = w(y − η). */
const gaussianKernel: Kernel = ({ y, weight }, from, count, into) => {
  let deviance = 0;
  let weights = 0;
  let squares = 0;
  for (let k = 0; k < count; k++) {
    const difference = (y[from + k] as number) - (into.eta[k] as number);
    const w = weight === undefined ? 1 : (weight[from + k] as number);
    const weighted = w * difference;
    deviance += weighted * difference;
    into.weight[k] = w;
    into.residual[k] = weighted;
    weights += w;
    squares += w * w;
  }
  if (!Number.isFinite(deviance)) into.isValid = false;
  into.deviance += deviance;
  into.pearson += deviance;
  into.weights += weights;
  into.squaredWeights += squares;
};

/** The kernel to use: the canonical links have their own, which give the same and are several times as fast. */
export function kernelOf(
  family: GlmFamily,
  link: GlmLink,
  { start, isRounded }: { readonly start: boolean; readonly isRounded: boolean },
): Kernel {
  if (family === "gaussian" && !start) return gaussianKernel;
  if (start || isRounded) return generalKernel(family, link, start);
  if (link === "logit") return logitKernel;
  if (family === "poisson" && link === "log") return poissonKernel;
  return generalKernel(family, link, false);
}
