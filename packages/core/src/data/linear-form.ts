import { DataError } from "../errors/index.ts";

/** A part of a sum, and what it is multiplied by. */
interface Part<P> {
  readonly of: P;
  readonly factor: number;
  /** A column as it is, and no product or function of columns, which counts as a form of arithmetic anyway. */
  readonly isColumn: boolean;
}

/**
 * (Σ factor · part + constant) · times / over: what sums, differences, multiples and shifts of some parts come to. Its
 * constants were put together before any value meets them: in (x + 2^59) − 2^59 as it is written, 2^59 would take up the
 * digits of x, and leave a step function of it.
 */
export interface LinearForm<P> {
  /** By what tells parts apart. */
  readonly parts: ReadonlyMap<string, Part<P>>;
  readonly constant: number;
  readonly times: number;
  readonly over: number;
}

/** One that is not finite is no number. */
export function constantForm<P>(value: number): LinearForm<P> {
  const constant = Number.isFinite(value) ? value : Number.NaN;
  return { parts: new Map(), constant, times: 1, over: 1 };
}

export function partForm<P>(key: string, of: P, isColumn = false): LinearForm<P> {
  return { parts: new Map([[key, { of, factor: 1, isColumn }]]), constant: 0, times: 1, over: 1 };
}

/** The value of a form that has no part; undefined of others. */
export function constantOf({ parts, constant, times, over }: LinearForm<unknown>): number | undefined {
  return parts.size === 0 ? (constant * times) / over : undefined;
}

export function scaledForm<P>(form: LinearForm<P>, op: "*" | "/", by: number): LinearForm<P> {
  const own = constantOf(form);
  if (own !== undefined) return constantForm(op === "*" ? own * by : own / by);
  if (op === "/") return { ...form, over: form.over * by };
  if (by !== 0) return { ...form, times: form.times * by };
  // Nobody's value is in it, and yet whoever lacks one has none.
  const parts = new Map([...form.parts].map(([key, part]) => [key, { ...part, factor: 0 }]));
  return { parts, constant: 0, times: 1, over: 1 };
}

export function sumForm<P>(one: LinearForm<P>, op: "+" | "-", other: LinearForm<P>): LinearForm<P> {
  const sign = op === "+" ? 1 : -1;
  const [first, second] = [constantOf(one), constantOf(other)];
  if (second !== undefined) {
    if (first !== undefined) return constantForm(first + sign * second);
    // Divided at the end: near zero, what is moved and then scaled keeps its digits.
    if (Math.abs(one.times) === 1)
      return { ...one, constant: one.constant + sign * second * one.over * one.times };
    const { parts, constant } = spreadForm(one, 1);
    return { parts, constant: constant + sign * second, times: 1, over: 1 };
  }
  if (first !== undefined) return sumForm(scaledForm(other, "*", sign), "+", one);
  const [left, right] = [spreadForm(one, 1), spreadForm(other, sign)];
  const parts = new Map(left.parts);
  for (const [key, part] of right.parts)
    parts.set(key, { ...part, factor: (parts.get(key)?.factor ?? 0) + part.factor });
  return { parts, constant: left.constant + right.constant, times: 1, over: 1 };
}

/** Multiplied out. */
function spreadForm<P>(
  { parts, constant, times, over }: LinearForm<P>,
  sign: number,
): Pick<LinearForm<P>, "parts" | "constant"> {
  const scale = (sign * times) / over;
  return {
    parts: new Map([...parts].map(([key, part]) => [key, { ...part, factor: part.factor * scale }])),
    constant: constant * scale,
  };
}

/** A part that is this many times smaller than another, or than the constant, would lose half of its 52 binary digits. */
const widestRatio = 2 ** 26;

/**
 * What lies this many times farther from zero than its values lie apart was moved there: a year and its fraction lie half as
 * far, and it is told in as many digits as sums keep (see `keptDigits` of the algorithms).
 */
const farthest = 2 ** 12;

/** Products and squares of what is multiplied by less could be too small for a number, and be steps of the smallest one. */
const leastFactor = 1e-30;

const isOrdinary = (factor: number): boolean => Math.abs(factor) >= 1e-100 && Math.abs(factor) <= 1e100;

/**
 * The values of a form, rounded once: what large parts that undo each other leave behind would else be a function of the
 * parts that nobody counts. Not finite where they overflow. `text` is how the form was written.
 * @throws DataError EXPRESSION_INVALID where digits of a part would be lost
 */
export function formValues<P>(
  { parts, constant, times, over }: LinearForm<P>,
  valuesOf: (part: P) => Float64Array,
  rows: number,
  text: string,
): Float64Array {
  const sum = new ExactSum(rows);
  const sizes: number[] = [];
  for (const { of, factor, isColumn } of parts.values()) {
    const values = valuesOf(of);
    sum.add(values, factor);
    if (!isColumn) continue;
    if (Math.abs((factor * times) / over) < leastFactor && factor * times !== 0) throw digitsLost(text);
    // One that has no other beside it cannot be lost.
    if (parts.size > 1 || constant !== 0) sizes.push(Math.abs(factor) * magnitudeOf(values));
  }
  if (constant !== 0) sum.addConstant(constant);
  const values = sum.rounded();
  // Of one column, as it is or multiplied, there is nothing to check.
  if (sizes.length > 0 && sizes.length === parts.size) requireDigits(sizes, constant, values, text);
  if (isOrdinary(times) && isOrdinary(over)) {
    if (times !== 1) for (let i = 0; i < rows; i++) values[i] = (values[i] as number) * times;
    if (over !== 1) for (let i = 0; i < rows; i++) values[i] = (values[i] as number) / over;
    return values;
  }
  // Multiplied by the one and then divided by the other, values could become too small for their digits in between.
  const scale = times / over;
  for (let i = 0; i < rows; i++) values[i] = (values[i] as number) * scale;
  return values;
}

/** 2^27 + 1, which splits a number into two of half its digits, whose products are exact (Dekker 1971). */
const splitter = 2 ** 27 + 1;

/** What rounding took from a product. */
function productError(one: number, other: number, product: number): number {
  const [a, b] = [splitter * one, splitter * other];
  const [oneHigh, otherHigh] = [a - (a - one), b - (b - other)];
  const [oneLow, otherLow] = [one - oneHigh, other - otherHigh];
  return oneLow * otherLow - (product - oneHigh * otherHigh - oneLow * otherHigh - oneHigh * otherLow);
}

/** Running sums by row, each with what rounding took from it (Ogita, Rump & Oishi 2005). */
class ExactSum {
  readonly #sums: Float64Array;
  readonly #lost: Float64Array;
  #isEmpty = true;

  constructor(rows: number) {
    this.#sums = new Float64Array(rows);
    this.#lost = new Float64Array(rows);
  }

  add(values: Float64Array, factor: number): void {
    const isExact = Number.isInteger(Math.log2(Math.abs(factor)));
    if (this.#isEmpty && factor === 1) this.#sums.set(values);
    else
      for (let i = 0; i < values.length; i++) {
        const value = values[i] as number;
        const product = value * factor;
        this.#add(i, product);
        if (!isExact) this.#lost[i]! += productError(value, factor, product);
      }
    this.#isEmpty = false;
  }

  addConstant(constant: number): void {
    for (let i = 0; i < this.#sums.length; i++) this.#add(i, constant);
  }

  #add(i: number, value: number): void {
    const before = this.#sums[i] as number;
    const after = before + value;
    const added = after - before;
    this.#sums[i] = after;
    this.#lost[i]! += before - (after - added) + (value - added);
  }

  rounded(): Float64Array {
    return this.#sums.map((sum, i) => {
      const lost = this.#lost[i] as number;
      // Beyond 2^996 the splitter overflows; and what is not finite stays what it is.
      return Number.isFinite(lost) ? sum + lost : sum;
    });
  }
}

/** The mean over the values that are finite, of them or of their size; 0 where there is none. */
function meanOf(values: Float64Array, of: (value: number) => number = (value) => value): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isFinite(value)) {
      sum += of(value);
      count++;
    }
  }
  return sum / Math.max(1, count);
}

/**
 * The mean size of values, as a power of two: whoever tries where a form is refused learns its order of magnitude, and
 * nothing finer. 0 where all are zero.
 */
function magnitudeOf(values: Float64Array): number {
  const mean = meanOf(values, Math.abs);
  return mean > 0 && Number.isFinite(mean) ? 2 ** Math.floor(Math.log2(mean)) : 0;
}

/** How far values lie from their mean, as a power of two. */
function spreadOf(values: Float64Array): number {
  const mean = meanOf(values);
  return magnitudeOf(values.map((value) => value - mean));
}

function requireDigits(sizes: readonly number[], constant: number, values: Float64Array, text: string): void {
  // Zeros have no digits.
  const present = sizes.filter((size) => size > 0);
  const largest = Math.max(Math.abs(constant), ...present);
  if (!Number.isFinite(largest)) return;
  const spread = spreadOf(values);
  const isFar = spread > 0 && magnitudeOf(values) > farthest * spread;
  if (isFar || present.some((size) => largest > widestRatio * size)) throw digitsLost(text);
}

/** As much of an expression as a message has room for. */
const longestText = 120;

function digitsLost(written: string): DataError {
  const text = written.length > longestText ? `${written.slice(0, longestText)}…` : written;
  return new DataError(
    "EXPRESSION_INVALID",
    `"${text}" puts together numbers of so different size that values at {site} would lose digits, and be told in steps. What is added is to be of the size of the column, as 60 is for ages in (age - 60) / 10, and factors are to be at least ${leastFactor}.`,
  );
}
