/** Which part of a distribution a probability is of: at most the value, or above it. */
export type Tail = "lower" | "upper";

export interface ProbabilityOptions {
  /** Default: lower. */
  readonly tail?: Tail | undefined;
  /** The probability as its natural logarithm, which reaches where a double would be 0. */
  readonly log?: boolean | undefined;
}

/** Both tails at a point. Each is accurate by itself, never one minus a rounded other. */
export interface Tails {
  readonly lower: number;
  readonly upper: number;
  readonly logLower: number;
  readonly logUpper: number;
  /** Logarithm of x times the density (for the beta: x(1−x) times it): the slope of a tail in log x. */
  readonly logSlope: number;
}

/** The tail that was asked for. */
export function pickTail(tails: Tails, { tail, log }: ProbabilityOptions): number {
  if (tail === "upper") return log ? tails.logUpper : tails.upper;
  return log ? tails.logLower : tails.lower;
}

/** A probability of at most one half, whose tail may be the other one: what a quantile can be solved from. */
export interface SmallerTail {
  readonly tail: Tail;
  readonly p: number;
  readonly logP: number;
}

/** 1 − p is exact for p ≥ ½ (Sterbenz), so that changing tails loses nothing. Undefined when p is no probability. */
export function smallerTail(p: number, { tail = "lower", log }: ProbabilityOptions): SmallerTail | undefined {
  const plain = log ? Math.exp(p) : p;
  if (!(plain >= 0 && plain <= 1) || (log && p > 0)) return undefined;
  if (plain <= 0.5) return { tail, p: plain, logP: log ? p : Math.log(p) };
  const rest = log ? -Math.expm1(p) : 1 - p;
  return { tail: tail === "lower" ? "upper" : "lower", p: rest, logP: Math.log(rest) };
}

/**
 * Both tails from the one that was computed: slope × ratio.
 * The complement is safe because a tail is computed on its own side of the mean, where it leaves enough to the other.
 */
export function tailsFrom(logSlope: number, ratio: number, computed: Tail): Tails {
  // Beyond exp's range the slope alone would be 0 although the product may not be.
  const logValue = logSlope + Math.log(ratio);
  const value = Math.min(1, logSlope > -700 ? Math.exp(logSlope) * ratio : Math.exp(logValue));
  const logNear = Math.min(0, logValue);
  const logFar = Math.log1p(-value);
  return computed === "lower"
    ? { lower: value, upper: 1 - value, logLower: logNear, logUpper: logFar, logSlope }
    : { lower: 1 - value, upper: value, logLower: logFar, logUpper: logNear, logSlope };
}

/** All of the distribution on one side: at an end of its range. */
export function tailsAtEnd(end: "start" | "end"): Tails {
  const none = { p: 0, log: Number.NEGATIVE_INFINITY };
  const all = { p: 1, log: 0 };
  const [lower, upper] = end === "start" ? [none, all] : [all, none];
  return {
    lower: lower.p,
    upper: upper.p,
    logLower: lower.log,
    logUpper: upper.log,
    logSlope: Number.NEGATIVE_INFINITY,
  };
}
