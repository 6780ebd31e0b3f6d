/** Two ends between which a number surely lies; equal where it is known. */
export interface Between {
  readonly lower: number;
  readonly upper: number;
}

const hull = (...ends: readonly number[]): Between => ({
  lower: Math.min(...ends),
  upper: Math.max(...ends),
});

export const exactly = (value: number): Between => ({ lower: value, upper: value });

export const plus = (...terms: readonly Between[]): Between => ({
  lower: terms.reduce((total, { lower }) => total + lower, 0),
  upper: terms.reduce((total, { upper }) => total + upper, 0),
});

export const minus = (one: Between, other: Between): Between => ({
  lower: one.lower - other.upper,
  upper: one.upper - other.lower,
});

export const times = (one: Between, other: Between): Between =>
  hull(one.lower * other.lower, one.lower * other.upper, one.upper * other.lower, one.upper * other.upper);

/** By a number that is surely above zero. */
export const over = (one: Between, other: Between): Between =>
  hull(one.lower / other.lower, one.lower / other.upper, one.upper / other.lower, one.upper / other.upper);

export function squareOf({ lower, upper }: Between): Between {
  const ends = hull(lower * lower, upper * upper);
  return lower < 0 && upper > 0 ? { lower: 0, upper: ends.upper } : ends;
}

export function sizeOf({ lower, upper }: Between): Between {
  const ends = hull(Math.abs(lower), Math.abs(upper));
  return lower < 0 && upper > 0 ? { lower: 0, upper: ends.upper } : ends;
}

/** The root of a number that is not below zero, whatever its lower end. */
export const rootOf = ({ lower, upper }: Between): Between => ({
  lower: Math.sqrt(Math.max(0, lower)),
  upper: Math.sqrt(Math.max(0, upper)),
});
