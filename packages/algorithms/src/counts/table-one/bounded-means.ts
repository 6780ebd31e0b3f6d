import { bounds, type Masked, narrowed } from "@konsil/core";
import {
  type Between,
  exactly,
  fCdf,
  minus,
  over,
  plus,
  rootOf,
  sizeOf,
  squareOf,
  studentTCdf,
  times,
} from "../../numeric/index.ts";
import type { NumberSummary } from "../summarise.central.ts";

/** A number in one group, between bounds. */
export interface BoundedMoments {
  readonly n: Between;
  readonly mean: Between;
  readonly variance: Between;
}

/** A test of means of which some are intervals: it decides the same, whatever they are. */
export interface BoundedMeansTest {
  readonly name: "Welch t" | "Student t" | "ANOVA";
  readonly statistic: Between;
  readonly df: Between;
  /** Of an analysis of variance. */
  readonly denominatorDf: Between | null;
  readonly p: Between;
  /** The level at which all that the means can be decide alike. */
  readonly significance: number;
}

/** Null where the mean or the standard deviation is not known even between bounds. */
export function boundedMoments({ n, mean, standardDeviation }: NumberSummary): BoundedMoments | null {
  if (mean === null || standardDeviation === null) return null;
  return { n: bounds(n), mean: bounds(mean), variance: squareOf(bounds(standardDeviation)) };
}

const tooFew = "not estimable: a group has too few people";
const constant = "not estimable: the values are constant, or nobody knows whether they are";
const one = exactly(1);

function decided(test: BoundedMeansTest): BoundedMeansTest | string {
  const { p, significance } = test;
  if (p.lower < significance === p.upper < significance) return test;
  return `refused: a few people lack the number at some sites, and by how many they can be p is between ${p.lower.toFixed(4)} and ${p.upper.toFixed(4)}, on both sides of ${significance}`;
}

/** Welch's or Student's t test over all that two groups can be. The ends are outer bounds. A text says why there is none. */
export function boundT(
  first: BoundedMoments,
  second: BoundedMoments,
  equalVariances: boolean,
  significance: number,
): BoundedMeansTest | string {
  if (first.n.lower < 2 || second.n.lower < 2) return tooFew;
  const { standardError, df } = equalVariances ? student(first, second) : welch(first, second);
  if (!(standardError.lower > 0)) return constant;
  const statistic = over(minus(first.mean, second.mean), standardError);
  const size = sizeOf(statistic);
  const p = (t: number, of: number): number => Math.min(1, 2 * studentTCdf(-t, of));
  return decided({
    name: equalVariances ? "Student t" : "Welch t",
    statistic,
    df,
    denominatorDf: null,
    p: { lower: p(size.upper, df.upper), upper: p(size.lower, df.lower) },
    significance,
  });
}

function welch(first: BoundedMoments, second: BoundedMoments) {
  const [a, b] = [over(first.variance, first.n), over(second.variance, second.n)];
  const both = plus(a, b);
  const [n, m] = [minus(first.n, one), minus(second.n, one)];
  const parts = plus(over(squareOf(a), n), over(squareOf(b), m));
  const df = parts.lower > 0 ? over(squareOf(both), parts) : { lower: 0, upper: Infinity };
  // Between those of the smaller group and of both together, whatever the variances are.
  return {
    standardError: rootOf(both),
    df: {
      lower: Math.max(df.lower, Math.min(n.lower, m.lower)),
      upper: Math.min(df.upper, n.upper + m.upper),
    },
  };
}

function student(first: BoundedMoments, second: BoundedMoments) {
  const df = minus(plus(first.n, second.n), exactly(2));
  const within = ({ n, variance }: BoundedMoments): Between => times(minus(n, one), variance);
  const variance = over(plus(within(first), within(second)), df);
  return { standardError: rootOf(times(variance, plus(over(one, first.n), over(one, second.n)))), df };
}

/** Fisher's analysis of variance over all that the groups can be. The ends are outer bounds. */
export function boundOneWay(
  groups: readonly BoundedMoments[],
  equalVariances: boolean,
  significance: number,
): BoundedMeansTest | string {
  if (!equalVariances)
    return "refused: a few people lack the number at some sites, which Welch's analysis of variance takes no bounds of. Ask for equalVariances: true";
  const used = groups.filter(({ n }) => n.upper > 0);
  if (used.length < 2 || used.some(({ n }) => n.lower < 2)) return tooFew;
  const within = plus(...used.map(({ n, variance }) => times(minus(n, one), variance)));
  if (!(within.lower > 0)) return constant;
  const df = exactly(used.length - 1);
  const denominatorDf = minus(plus(...used.map(({ n }) => n)), exactly(used.length));
  const statistic = over(times(over(between(used), df), denominatorDf), within);
  const p = (f: number, of: number): number => fCdf(f, df.lower, of, { tail: "upper" });
  const ends = [denominatorDf.lower, denominatorDf.upper];
  return decided({
    name: "ANOVA",
    statistic,
    df,
    denominatorDf,
    p: {
      lower: Math.min(...ends.map((end) => p(statistic.upper, end))),
      upper: Math.max(...ends.map((end) => p(statistic.lower, end))),
    },
    significance,
  });
}

/** Σ n(m − M)², M being the mean of all: least about any point, so that one point bounds it above and the best one below. */
function between(groups: readonly BoundedMoments[]): Between {
  const about = (point: number, end: "lower" | "upper"): number =>
    groups.reduce((total, { n, mean }) => {
      const apart = sizeOf(minus(mean, exactly(point)));
      return total + n[end] * apart[end] ** 2;
    }, 0);
  let [low, high] = [
    Math.min(...groups.map(({ mean }) => mean.lower)),
    Math.max(...groups.map(({ mean }) => mean.upper)),
  ];
  // What lies between is convex in the point.
  for (let step = 0; step < 200; step++) {
    const third = (high - low) / 3;
    if (about(low + third, "lower") > about(high - third, "lower")) low += third;
    else high -= third;
  }
  const best = (low + high) / 2;
  return { lower: about(best, "lower"), upper: about(best, "upper") };
}

/** The standardized difference of two means; null where there may be no spread. */
export function boundDifference(first: BoundedMoments, second: BoundedMoments): Masked | null {
  if (first.n.lower < 2 || second.n.lower < 2) return null;
  const spread = rootOf(times(plus(first.variance, second.variance), exactly(0.5)));
  return spread.lower > 0 ? narrowed(over(minus(first.mean, second.mean), spread)) : null;
}
