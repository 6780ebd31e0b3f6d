import { bounds, type Masked, narrowed } from "@konsil/core";
import { max, mean } from "simple-statistics";
import { sizeOf } from "../../numeric/index.ts";
import { quadraticForm } from "../quadratic-form.ts";
import type { GroupMoments } from "./group-moments.ts";

/** The standardized difference of a variable between two groups; null where it is not estimable, bounds where means are. */
export interface PairDifference {
  readonly first: string;
  readonly second: string;
  readonly value: Masked | null;
}

/** Standardized differences between all pairs of groups. */
export interface StandardizedDifference {
  /** The largest size, and the mean size, over the pairs; null when one of them is not estimable. */
  readonly largest: Masked | null;
  readonly mean: Masked | null;
  readonly pairs: readonly PairDifference[];
}

/** (m₁ − m₂)/√((v₁ + v₂)/2): in units of a standard deviation, and so free of the number of people. */
export function differenceOfMeans(first: GroupMoments, second: GroupMoments): number | null {
  if (first.n < 2 || second.n < 2) return null;
  const spread = Math.sqrt((first.variance + second.variance) / 2);
  return spread > 0 ? (first.mean - second.mean) / spread : null;
}

/**
 * √((T − C)'S⁻¹(T − C)) of the shares of all levels but the first, with S the mean of both multinomial covariances
 * (Yang & Dalton 2012). Levels that neither group has do not count.
 */
export function differenceOfShares(first: readonly number[], second: readonly number[]): number | null {
  const [n, m] = [first, second].map((counts) => counts.reduce((total, count) => total + count, 0)) as [
    number,
    number,
  ];
  if (n === 0 || m === 0) return null;
  const kept = first
    .map((_, level) => level)
    .filter((level) => (first[level] as number) + (second[level] as number) > 0);
  // One level that everybody has: the groups do not differ.
  if (kept.length < 2) return 0;
  const shares = (counts: readonly number[], total: number): number[] =>
    kept.slice(1).map((level) => (counts[level] as number) / total);
  const [t, c] = [shares(first, n), shares(second, m)];
  const covariance = (p: readonly number[], i: number, j: number): number =>
    (i === j ? (p[i] as number) : 0) - (p[i] as number) * (p[j] as number);
  const s = t.map((_, i) => t.map((_share, j) => (covariance(t, i, j) + covariance(c, i, j)) / 2));
  const squared = quadraticForm(
    s,
    t.map((share, i) => share - (c[i] as number)),
  );
  return squared === null ? null : Math.sqrt(squared);
}

/** The differences between all pairs of groups, in their order. */
export function allPairs<G>(
  groups: readonly { readonly name: string; readonly held: G }[],
  difference: (first: G, second: G) => Masked | null,
): StandardizedDifference {
  const pairs = groups.flatMap((first, i) =>
    groups.slice(i + 1).map(
      (second): PairDifference => ({
        first: first.name,
        second: second.name,
        value: difference(first.held, second.held),
      }),
    ),
  );
  const sizes = pairs.flatMap(({ value }) => (value === null ? [] : [sizeOf(bounds(value))]));
  const known = sizes.length > 0 && sizes.length === pairs.length;
  const of = (statistic: (values: number[]) => number): Masked =>
    narrowed({
      lower: statistic(sizes.map(({ lower }) => lower)),
      upper: statistic(sizes.map(({ upper }) => upper)),
    });
  return { largest: known ? of(max) : null, mean: known ? of(mean) : null, pairs };
}
