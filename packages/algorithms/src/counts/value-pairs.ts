/** Counts the values of each cell for as long as it has at most two. */
export class ValuePairs {
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  /** Values so far: 3 stands for more than two. */
  readonly #found: Uint8Array;
  readonly #people: Float64Array;

  constructor(cells: number) {
    this.#first = new Float64Array(cells);
    this.#second = new Float64Array(cells);
    this.#found = new Uint8Array(cells);
    this.#people = new Float64Array(2 * cells);
  }

  add(cell: number, value: number): void {
    const found = this.#found[cell] as number;
    if (found === 3) return;
    if (found > 0 && value === this.#first[cell]) this.#people[2 * cell]!++;
    else if (found === 2 && value === this.#second[cell]) this.#people[2 * cell + 1]!++;
    else this.#meet(cell, found, value);
  }

  #meet(cell: number, found: number, value: number): void {
    this.#found[cell] = found + 1;
    if (found === 0) this.#first[cell] = value;
    else if (found === 1) this.#second[cell] = value;
    if (found < 2) this.#people[2 * cell + found] = 1;
  }

  /** People of either value by cell; zeros where there are more values. The order of the two is that of the rows. */
  counts(): Float64Array {
    return this.#people.map((people, i) => (this.#found[i >> 1] === 3 ? 0 : people));
  }
}
