/** A count that may be known only to lie between two bounds, both possible. */
export type Masked = number | { readonly lower: number; readonly upper: number };

/** A count of 1…k−1 as the interval [1, k−1]; zero and larger counts as they are. */
export function mask(count: number, minimumCell: number): Masked {
  return count > 0 && count < minimumCell ? { lower: 1, upper: minimumCell - 1 } : count;
}

/** The sum of masked counts, bounded as tightly as its parts are. */
export function addMasked(left: Masked, right: Masked): Masked {
  if (typeof left === "number" && typeof right === "number") return left + right;
  const [a, b] = [bounds(left), bounds(right)];
  return { lower: a.lower + b.lower, upper: a.upper + b.upper };
}

/** Both bounds of a count, equal when it is known. */
export function bounds(count: Masked): Exclude<Masked, number> {
  return typeof count === "number" ? { lower: count, upper: count } : count;
}

/** One number where both bounds are the same. */
export function narrowed({ lower, upper }: Exclude<Masked, number>): Masked {
  return lower === upper ? lower : { lower, upper };
}
