/**
 * The correctly rounded sum of numbers, and so the same bits in whatever order they come: partial sums that do not
 * overlap are kept exactly (Shewchuk 1997, "Adaptive Precision Floating-Point Arithmetic"), and rounded once with
 * ties to even as Python's math.fsum does.
 */
export class ExactSum {
  readonly #partials: number[] = [];

  /** @param term a finite number */
  add(term: number): void {
    const partials = this.#partials;
    let x = term;
    let kept = 0;
    for (let i = 0; i < partials.length; i++) {
      let y = partials[i] as number;
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const high = x + y;
      const low = y - (high - x);
      if (low !== 0) partials[kept++] = low;
      x = high;
    }
    partials.length = kept;
    partials.push(x);
  }

  /** The sum rounded to the nearest double; 0 for no terms. Infinite when it exceeds the range of a double. */
  get value(): number {
    const partials = this.#partials;
    let n = partials.length;
    if (n === 0) return 0;
    let high = partials[--n] as number;
    let low = 0;
    while (n > 0) {
      const x = high;
      const y = partials[--n] as number;
      high = x + y;
      low = y - (high - x);
      if (low !== 0) break;
    }
    // Half-way cases: look at the sign of what lies below, so that rounding happens once.
    if (
      n > 0 &&
      ((low < 0 && (partials[n - 1] as number) < 0) || (low > 0 && (partials[n - 1] as number) > 0))
    ) {
      const doubled = low * 2;
      const rounded = high + doubled;
      if (doubled === rounded - high) high = rounded;
    }
    return high + 0;
  }
}

/**
 * Sums arrays of equal length cell by cell, each cell correctly rounded. Most cells of a sparse table have one term that is
 * not zero, and need no more than to be copied.
 */
export function exactSums(arrays: readonly ArrayLike<number>[], length: number): Float64Array {
  const sums = new Float64Array(length);
  const inexact = new Map<number, ExactSum>();
  for (const array of arrays) {
    for (let cell = 0; cell < length; cell++) {
      const term = array[cell] as number;
      if (term === 0) continue;
      const running = inexact.get(cell);
      if (running !== undefined) running.add(term);
      else if (sums[cell] === 0) sums[cell] = term;
      else {
        const sum = new ExactSum();
        sum.add(sums[cell] as number);
        sum.add(term);
        inexact.set(cell, sum);
      }
    }
  }
  for (const [cell, sum] of inexact) sums[cell] = sum.value;
  return sums;
}
