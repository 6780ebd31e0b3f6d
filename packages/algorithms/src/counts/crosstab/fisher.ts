import { logGamma } from "../../numeric/index.ts";

/** Fisher's exact test of a table of two by two. Null is infinite, for which JSON has no number. */
export interface FisherTest {
  readonly p: number;
  /**
   * The conditional maximum likelihood estimate of the odds ratio, which is not that of the table. Infinite (null), with
   * `upper`, where the margins permit no more people in the first cell: as when nobody is in a cell off the diagonal.
   */
  readonly oddsRatio: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly confidenceLevel: number;
}

const confidenceLevel = 0.95;

/** The count in the first cell given the margins, under an odds ratio: Fisher's noncentral hypergeometric law. */
class Conditional {
  readonly least: number;
  readonly most: number;
  readonly #log: Float64Array;

  constructor(row: number, otherRow: number, column: number) {
    this.least = Math.max(0, column - otherRow);
    this.most = Math.min(column, row);
    const choose = (n: number, k: number): number => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
    this.#log = Float64Array.from(
      { length: this.most - this.least + 1 },
      (_, i) => choose(row, this.least + i) + choose(otherRow, column - this.least - i),
    );
  }

  density(logOdds: number): Float64Array {
    const weighted = this.#log.map((value, i) => value + (this.least + i) * logOdds);
    const top = weighted.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    const density = weighted.map((value) => Math.exp(value - top));
    const total = density.reduce((sum, value) => sum + value, 0);
    return density.map((value) => value / total);
  }

  mean(logOdds: number): number {
    return this.density(logOdds).reduce((sum, value, i) => sum + (this.least + i) * value, 0);
  }

  /** P(X ≥ x) */
  above(x: number, logOdds: number): number {
    return this.density(logOdds).reduce((sum, value, i) => (this.least + i >= x ? sum + value : sum), 0);
  }

  below(x: number, logOdds: number): number {
    return this.density(logOdds).reduce((sum, value, i) => (this.least + i <= x ? sum + value : sum), 0);
  }
}

/** Where a rising function is zero, by halving: it is called some hundred times, on tables of moderate size. */
function rootOf(rising: (x: number) => number): number {
  let [low, high] = [-1, 1];
  while (rising(low) > 0 && low > -700) low *= 2;
  while (rising(high) < 0 && high < 700) high *= 2;
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** R's `fisher.test`: two-sided by tables no more likely than the one seen, and the interval of Clopper and Pearson's kind. */
export function fisherTest(counts: readonly (readonly number[])[]): FisherTest | null {
  const [a, b, c, d] = [counts[0]?.[0] ?? 0, counts[0]?.[1] ?? 0, counts[1]?.[0] ?? 0, counts[1]?.[1] ?? 0];
  const law = new Conditional(a + b, c + d, a + c);
  if (law.least === law.most) return null;
  const null_ = law.density(0);
  const seen = null_[a - law.least] as number;
  // Tables that are as likely as the one seen must not be lost to rounding.
  const p = null_.reduce((sum, value) => (value <= seen * (1 + 1e-7) ? sum + value : sum), 0);
  const tail = (1 - confidenceLevel) / 2;
  const atLeast = a === law.least;
  const atMost = a === law.most;
  return {
    p: Math.min(1, p),
    oddsRatio: atLeast ? 0 : atMost ? null : Math.exp(rootOf((x) => law.mean(x) - a)),
    lower: atLeast ? 0 : Math.exp(rootOf((x) => law.above(a, x) - tail)),
    upper: atMost ? null : Math.exp(rootOf((x) => tail - law.below(a, x))),
    confidenceLevel,
  };
}
