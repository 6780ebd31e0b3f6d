import type { Column, Compared } from "../table/index.ts";

/** How rows are told apart: a cell for each, from 0 on; −1 for a row in none. */
export interface Split {
  readonly codes: ArrayLike<number>;
  readonly cells: number;
}

/** The cells of two splits at once, without those that are empty; with one left out, the other. */
export function joined(one: Split | undefined, other: Split | undefined): Split | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const cells = new Map<number, number>();
  const codes = new Int32Array(one.codes.length);
  for (let i = 0; i < codes.length; i++) {
    const [first, second] = [one.codes[i] as number, other.codes[i] as number];
    const both = first < 0 || second < 0 ? -1 : first * other.cells + second;
    if (both >= 0 && !cells.has(both)) cells.set(both, cells.size);
    codes[i] = cells.get(both) ?? -1;
  }
  return { codes, cells: cells.size };
}

/**
 * By the levels of a category, by yes and no, by what is compared, or by the two values that a number has here; by a weight
 * of more values those whom it leaves out.
 */
export function splitBy(held: unknown, { compared = [], weighs }: Column<unknown>): Split | undefined {
  if (held instanceof Uint8Array)
    return { codes: Int32Array.from(held, (is) => (is > 1 ? -1 : is)), cells: 2 };
  if (held instanceof Float64Array) {
    const points = compared.flatMap(({ op, value }) => (value === null ? [] : [comparison(held, op, value)]));
    if (points.length > 0) return points.reduce<Split | undefined>(joined, undefined);
    return twoValues(held) ?? (weighs === true ? comparison(held, "==", 0) : undefined);
  }
  const category = held as { readonly codes?: Int32Array; readonly levels?: readonly string[] };
  return category.codes === undefined || category.levels === undefined
    ? undefined
    : { codes: category.codes, cells: category.levels.length };
}

function comparison(values: Float64Array, op: Compared["op"], point: number): Split {
  // A comparison and its opposite tell the same rows apart.
  const holds =
    op === "<" || op === ">="
      ? (value: number) => value >= point
      : op === ">" || op === "<="
        ? (value: number) => value > point
        : (value: number) => value === point;
  return {
    codes: Int32Array.from(values, (value) => (Number.isNaN(value) ? -1 : Number(holds(value)))),
    cells: 2,
  };
}

function twoValues(values: Float64Array): Split | undefined {
  const first = values.find((value) => !Number.isNaN(value));
  let other: number | undefined;
  for (const value of values) {
    if (value === first || Number.isNaN(value)) continue;
    other ??= value;
    if (value !== other) return undefined;
  }
  return {
    codes: Int32Array.from(values, (value) => (Number.isNaN(value) ? -1 : Number(value !== first))),
    cells: 2,
  };
}
