/** Rows whose columns are looked at one after the other, while they are in the nearest cache. */
const blockRows = 256;

/** As many values give the median of more: a few people cannot move it. */
const sampled = 1001;

/** What is known of a column so far. */
class Tally {
  readonly #first: number;
  readonly #median: number;
  readonly #few: number;
  #second = Number.NaN;
  #third = Number.NaN;
  #seconds = 0;
  #thirds = 0;
  #isManyValued = false;
  #sum = 0;
  #squares = 0;
  #apart = 0;
  #squaresApart = 0;

  constructor(first: number, median: number, few: number) {
    this.#first = first;
    this.#median = median;
    this.#few = few;
  }

  /** Values at every `stride`-th place from `from`, up to `end`. */
  add(values: Float64Array, from: number, end: number, stride: number): void {
    if (!this.#isManyValued) this.#tellApart(values, from, end, stride);
    const median = this.#median;
    let sum = 0;
    let squares = 0;
    let apart = 0;
    let squaresApart = 0;
    for (let at = from; at < end; at += stride) {
      const x = values[at] as number;
      const distance = x - median;
      sum += Math.abs(x);
      squares += x * x;
      apart += Math.abs(distance);
      squaresApart += distance * distance;
    }
    this.#sum += sum;
    this.#squares += squares;
    this.#apart += apart;
    this.#squaresApart += squaresApart;
  }

  #tellApart(values: Float64Array, from: number, end: number, stride: number): void {
    const first = this.#first;
    let start = from;
    if (this.#seconds === 0) {
      while (start < end && values[start] === first) start += stride;
      if (start >= end) return;
      this.#second = values[start] as number;
    }
    if (this.#count(values, start, end, stride) === 0) return;
    this.#isManyValued = this.#thirds > 0 || this.#few < 3;
    if (this.#isManyValued) return;
    let at = start;
    while (values[at] === first || values[at] === this.#second) at += stride;
    this.#third = values[at] as number;
    this.#isManyValued = this.#count(values, start, end, stride) > 0;
  }

  /** Counts the values met before; how many rows have others. Where some have, nothing is counted. */
  #count(values: Float64Array, from: number, end: number, stride: number): number {
    const [first, second, third] = [this.#first, this.#second, this.#third];
    let seconds = 0;
    let thirds = 0;
    let others = 0;
    // No branch: which of few values a row has is what a processor cannot foresee.
    for (let at = from; at < end; at += stride) {
      const x = values[at] as number;
      const isSecond = Number(x === second);
      const isThird = Number(x === third);
      seconds += isSecond;
      thirds += isThird;
      others += Number(x !== first) - isSecond - isThird;
    }
    if (others > 0) return others;
    this.#seconds += seconds;
    this.#thirds += thirds;
    return 0;
  }

  people(n: number): number {
    if (this.#isManyValued)
      return Math.min(
        effectiveNumber(this.#sum, this.#squares, n),
        effectiveNumber(this.#apart, this.#squaresApart, n),
      );
    const people = [n - this.#seconds - this.#thirds, this.#seconds, this.#thirds];
    return Math.min(...people.filter((own) => own > 0));
  }
}

/**
 * The people on whom the sums of each column of a design rest. Of a constant column all n; of two or three values the
 * rarest one's people, because n, Σx and Σx² are their numbers in disguise; of more, the effective number (Σ|x|)²/Σx²
 * (Kish 1965), which is small when a few rows make up the sum: of the column as given or about its median, whichever is
 * less.
 *
 * A site judges few values of its columns by itself, but not those of arithmetic: 1/(1 + exp(1000·(age − 60))) has three
 * of all ages, and the one in the middle is that of people of 60.
 *
 * Σx − n·c tells as much as Σ(x − c), so that 1 + (x/60)^60 must not pass where (x/60)^60 does not. The median and not
 * the mean: a column that differs from it for m people only, by the same amount, counts as m, and long tails of honest
 * columns count as they do without. With `marked`, among the rows marked in it, such as those of events: over these there
 * are no sums of squares, so that three values are many. Each row is `width` numbers, of which the first `p` are columns.
 */
export function peopleBehind(
  matrix: Float64Array,
  n: number,
  p: number,
  marked?: Uint8Array,
  width: number = p,
): Float64Array {
  const rows = marked === undefined ? undefined : rowsMarked(marked);
  const used = rows?.length ?? n;
  const people = new Float64Array(p);
  if (used === 0) return people;
  const columns = Array.from({ length: p }, (_, j) => {
    const values = sampleOf(matrix, n, width, j, rows);
    return new Tally(
      values[0] as number,
      values.sort()[values.length >> 1] as number,
      marked === undefined ? 3 : 2,
    );
  });
  const block = new Float64Array(rows === undefined ? 0 : blockRows * width);
  for (let start = 0; start < used; start += blockRows) {
    const end = Math.min(used, start + blockRows);
    if (rows !== undefined) {
      for (let i = start, to = 0; i < end; i++)
        for (let j = 0, at = (rows[i] as number) * width; j < width; j++)
          block[to++] = matrix[at++] as number;
    }
    const [values, shift] = rows === undefined ? [matrix, start * width] : [block, 0];
    for (let j = 0; j < p; j++)
      (columns[j] as Tally).add(values, shift + j, shift + (end - start) * width, width);
  }
  return people.map((_, j) => (columns[j] as Tally).people(used));
}

function rowsMarked(marked: Uint8Array): Int32Array {
  const rows = new Int32Array(marked.length);
  let count = 0;
  for (let i = 0; i < marked.length; i++) if (marked[i] === 1) rows[count++] = i;
  return rows.subarray(0, count);
}

/** Column `j` in the first of the rows and others evenly spaced. */
function sampleOf(
  matrix: Float64Array,
  n: number,
  width: number,
  j: number,
  rows?: Int32Array,
): Float64Array {
  const used = rows?.length ?? n;
  const count = Math.min(used, sampled);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const at = Math.floor((i * used) / count);
    values[i] = matrix[(rows?.[at] ?? at) * width + j] as number;
  }
  return values;
}

/** The median of a column, of a sample where it is long. */
export function medianOf(matrix: Float64Array, n: number, width: number, j: number): number {
  const values = sampleOf(matrix, n, width, j);
  return values.sort()[values.length >> 1] as number;
}

/** (Σw)²/Σw² as a whole number from 1 to n; 0 when all weights are zero. */
export function effectiveNumber(sum: number, squares: number, n: number): number {
  if (sum === 0) return 0;
  // Whoever scales a column beyond the range of numbers, where squares vanish or have no end, hides what it rests on.
  if (!(squares > Number.MIN_VALUE * 2 ** 60) || !Number.isFinite(squares) || !Number.isFinite(sum)) return 1;
  // A hundredth of a person is rounding: equal weights count all.
  return Math.max(1, Math.min(n, Math.floor((sum * sum) / squares + 0.01)));
}

/** The effective rows of a vector of weights that are not negative; all n without. */
export function effectiveRows(weight: Float64Array | undefined, n: number): number {
  if (weight === undefined) return n;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const w = weight[i] as number;
    sum += w;
    squares += w * w;
  }
  return effectiveNumber(sum, squares, n);
}
