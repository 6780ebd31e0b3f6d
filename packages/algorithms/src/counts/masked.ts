import { addMasked, type Bounds, bounds, type Masked, narrowed } from "@konsil/core";
import { type Between, minus } from "../numeric/index.ts";

/** A fraction from 0 to 1, between bounds where a count is; null of nobody. */
export type Share = Masked | null;

/** A pooled count: a number where it is known, else its bounds. */
export function maskedAt(pooled: Bounds, i: number): Masked {
  return narrowed(betweenAt(pooled, i));
}

/** Both ends of a pooled number. */
export function betweenAt(pooled: Bounds, i: number): Between {
  return { lower: pooled.lower[i] as number, upper: pooled.upper[i] as number };
}

export function totalOf(counts: readonly Masked[]): Masked {
  return counts.reduce<Masked>(addMasked, 0);
}

/** Whether every count is known. */
export function allExact(counts: readonly Masked[]): counts is readonly number[] {
  return counts.every((count) => typeof count === "number");
}

/**
 * What `counts[i]` is of the sum of all: at most when the others are least, at least when they are most, and of `n` people
 * where it is known from elsewhere how many all are.
 */
export function shareOf(counts: readonly Masked[], i: number, n: Masked = totalOf(counts)): Share {
  const own = bounds(counts[i] ?? 0);
  const others = bounds(totalOf(counts.filter((_, j) => j !== i)));
  const all = bounds(n);
  if (all.upper === 0) return null;
  const lower = own.lower === 0 ? 0 : own.lower / Math.min(all.upper, own.lower + others.upper);
  const upper = own.upper === 0 ? 0 : own.upper / Math.max(all.lower, own.upper + others.lower);
  return narrowed({ lower, upper });
}

/** Everyone less those who lack something. */
export function lessMasked(everyone: Masked, missing: Masked): Masked {
  const { lower, upper } = minus(bounds(everyone), bounds(missing));
  return narrowed({ lower: Math.max(0, lower), upper });
}

/** The bounds of a count of which several accounts are given, all of them true. */
export function narrowest(accounts: readonly Masked[]): Masked {
  if (accounts.length === 0) return 0;
  const both = accounts.map(bounds);
  const lower = Math.max(...both.map((account) => account.lower));
  const upper = Math.min(...both.map((account) => account.upper));
  return narrowed({ lower, upper });
}
