import { type AboutCentre, exactOf, isKnown } from "../spread-about.ts";

/** A number in one group. */
export interface GroupMoments {
  readonly n: number;
  /** From a point that the groups have in common. */
  readonly mean: number;
  /** With n − 1 in its denominator. */
  readonly variance: number;
  /** The size of the mean from zero. */
  readonly size: number;
}

/**
 * The groups of a number; null where something is known between bounds only. Their means are told from the centre of one
 * of them, since the difference of two large numbers would be that of their rounding.
 */
export function groupMoments(groups: readonly AboutCentre[]): readonly GroupMoments[] | null {
  if (!groups.every(isKnown)) return null;
  const origin = groups.find(({ n }) => n.lower > 0)?.centre ?? 0;
  return groups.map((group) => {
    const { n, mean, squares } = exactOf(group, origin);
    return { n, mean, variance: n < 2 ? 0 : squares / (n - 1), size: Math.abs(exactOf(group).mean) };
  });
}

/** Whether a standard error is nothing but rounding, as R's `t.test` judges it. */
export function isConstant(standardError: number, groups: readonly GroupMoments[]): boolean {
  return (
    standardError < 10 * Number.EPSILON * Math.max(...groups.map(({ size }) => size)) || standardError === 0
  );
}
