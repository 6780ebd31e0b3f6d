/** Where linear predictors lie. */
export class Spread {
  #sum = 0;
  #count = 0;
  #least = Number.POSITIVE_INFINITY;
  #most = Number.NEGATIVE_INFINITY;

  add(eta: Float64Array, count: number): void {
    let sum = 0;
    let least = this.#least;
    let most = this.#most;
    for (let k = 0; k < count; k++) {
      const value = eta[k] as number;
      sum += value;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    this.#sum += sum;
    this.#count += count;
    this.#least = least;
    this.#most = most;
  }

  /** The largest distance from the mean; infinite where it is not a number. */
  width(): number {
    if (this.#count === 0) return 0;
    const mean = this.#sum / this.#count;
    const width = Math.max(this.#most - mean, mean - this.#least);
    return Number.isFinite(width) ? width : Number.POSITIVE_INFINITY;
  }
}
