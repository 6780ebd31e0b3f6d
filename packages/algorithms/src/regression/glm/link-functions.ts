import type { GlmFamily, GlmLink } from "./family.ts";

/** What R calls .Machine$double.eps: fitted values are not let nearer to the ends of their range. */
export const epsilon = 2.220446049250313e-16;
/** Beyond it, R's logit is taken to have reached its end. */
export const farLogit = 30;

/** g, its inverse, and the derivative of the inverse. */
interface LinkFunctions {
  readonly link: (mean: number) => number;
  readonly inverse: (eta: number) => number;
  readonly slope: (eta: number) => number;
  readonly isValid: (eta: number) => boolean;
}

const always = (): boolean => true;

export const linkFunctions: Readonly<Record<GlmLink, LinkFunctions>> = {
  identity: { link: (mean) => mean, inverse: (eta) => eta, slope: () => 1, isValid: always },
  log: {
    link: Math.log,
    inverse: (eta) => Math.max(Math.exp(eta), epsilon),
    slope: (eta) => Math.max(Math.exp(eta), epsilon),
    isValid: always,
  },
  logit: {
    link: (mean) => Math.log(mean / (1 - mean)),
    inverse(eta) {
      const odds = eta > farLogit ? 1 / epsilon : eta < -farLogit ? epsilon : Math.exp(eta);
      return odds / (1 + odds);
    },
    slope(eta) {
      const small = Math.abs(eta) > farLogit ? epsilon : Math.exp(-Math.abs(eta));
      return small / ((1 + small) * (1 + small));
    },
    isValid: always,
  },
  sqrt: { link: Math.sqrt, inverse: (eta) => eta * eta, slope: (eta) => 2 * eta, isValid: (eta) => eta > 0 },
};

/** What the distribution says of a mean. */
interface FamilyFunctions {
  readonly variance: (mean: number) => number;
  /** The part of the deviance of one observation of weight 1. */
  readonly deviance: (y: number, mean: number) => number;
  readonly isValid: (mean: number) => boolean;
  /** Where the iterations begin, as in R's families. */
  readonly start: (y: number, weight: number) => number;
}

const xLog = (x: number, ratio: number): number => (x === 0 ? 0 : x * Math.log(ratio));

export const familyFunctions: Readonly<Record<GlmFamily, FamilyFunctions>> = {
  gaussian: {
    variance: () => 1,
    deviance: (y, mean) => (y - mean) * (y - mean),
    isValid: Number.isFinite,
    start: (y) => y,
  },
  binomial: {
    variance: (mean) => mean * (1 - mean),
    deviance: (y, mean) => 2 * (xLog(y, y / mean) + xLog(1 - y, (1 - y) / (1 - mean))),
    isValid: (mean) => mean > 0 && mean < 1,
    start: (y, weight) => (weight * y + 0.5) / (weight + 1),
  },
  poisson: {
    variance: (mean) => mean,
    deviance: (y, mean) => 2 * (xLog(y, y / mean) - (y - mean)),
    isValid: (mean) => mean > 0 && mean < Number.POSITIVE_INFINITY,
    start: (y) => y + 0.1,
  },
};
