import { type Masked, narrowed } from "@konsil/core";
import { type Between, exactly, over, plus, rootOf, squareOf, times } from "../numeric/index.ts";

/** Sums about a centre over those who have a number: exact, or between ends that belong together only as a whole. */
export interface AboutCentre {
  readonly n: Between;
  readonly centre: number;
  /** Σ(x − centre) */
  readonly deviation: Between;
  /** Σ(x − centre)² */
  readonly squared: Between;
}

/** Null where it is not estimable, or where nobody knows whether it is. */
export interface Spread {
  readonly mean: Masked | null;
  readonly standardDeviation: Masked | null;
}

const isExact = (ends: Between): boolean => ends.lower === ends.upper;

export function isKnown({ n, deviation, squared }: AboutCentre): boolean {
  return isExact(n) && isExact(deviation) && isExact(squared);
}

interface Exact {
  readonly n: number;
  /** From the origin. */
  readonly mean: number;
  /** Σ(x − mean)² */
  readonly squares: number;
}

/** Moments of a group that is known. */
export function exactOf(
  { n: { lower: n }, centre, deviation: { lower: d }, squared }: AboutCentre,
  origin = 0,
): Exact {
  return {
    n,
    mean: n === 0 ? 0 : centre - origin + d / n,
    squares: n === 0 ? 0 : Math.max(0, squared.lower - (d * d) / n),
  };
}

function exactSpread({ n, mean, squares }: Exact): Spread {
  return { mean: n === 0 ? null : mean, standardDeviation: n < 2 ? null : Math.sqrt(squares / (n - 1)) };
}

/** All that mean and standard deviation can be, and perhaps more: of n, Σ(x−c) and Σ(x−c)² each end is taken by itself. */
function boundedSpread({ n, centre, deviation, squared }: AboutCentre): Spread {
  if (n.lower < 1) return { mean: null, standardDeviation: null };
  const mean = narrowed(plus(exactly(centre), over(deviation, n)));
  if (n.lower < 2) return { mean, standardDeviation: null };
  const squares = {
    lower: squared.lower - squareOf(deviation).upper / n.lower,
    upper: squared.upper - squareOf(deviation).lower / n.upper,
  };
  const variance = {
    lower: Math.max(0, squares.lower) / (n.upper - 1),
    upper: Math.max(0, squares.upper) / (n.lower - 1),
  };
  return { mean, standardDeviation: narrowed(rootOf(variance)) };
}

/** Mean and standard deviation of one group. */
export function spreadOf(group: AboutCentre): Spread {
  return isKnown(group) ? exactSpread(exactOf(group)) : boundedSpread(group);
}

/** Of several groups together: squares within them and between them. */
export function spreadOfAll(groups: readonly AboutCentre[]): Spread {
  if (groups.every(isKnown)) {
    const exact = groups.map((group) => exactOf(group));
    const n = exact.reduce((total, group) => total + group.n, 0);
    const mean = n === 0 ? 0 : exact.reduce((total, group) => total + (group.n / n) * group.mean, 0);
    const squares = exact.reduce(
      (total, group) => total + group.squares + group.n * (group.mean - mean) ** 2,
      0,
    );
    return exactSpread({ n, mean, squares });
  }
  const half = ({ lower, upper }: Between): number => (lower + upper) / 2;
  const n = plus(...groups.map((group) => group.n));
  const centre =
    n.upper === 0 ? 0 : groups.reduce((total, group) => total + (half(group.n) / half(n)) * group.centre, 0);
  const moved = groups.map((group) => {
    const by = exactly(group.centre - centre);
    return {
      deviation: plus(group.deviation, times(group.n, by)),
      squared: plus(
        group.squared,
        times(exactly(2), times(group.deviation, by)),
        times(group.n, squareOf(by)),
      ),
    };
  });
  return boundedSpread({
    n,
    centre,
    deviation: plus(...moved.map(({ deviation }) => deviation)),
    squared: plus(...moved.map(({ squared }) => squared)),
  });
}
