import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ColumnData } from "../table/index.ts";
import { columnDigest } from "./column-digest.ts";

const levels = ["a", "b", "c", "d"];
const text = (codes: readonly number[], names: readonly string[]): ColumnData => ({
  type: "category",
  codes: Int32Array.from(codes),
  levels: names,
});
const numbers = (values: readonly number[]): ColumnData => ({
  type: "numeric",
  values: Float64Array.from(values),
});
const booleans = (values: readonly number[]): ColumnData => ({
  type: "boolean",
  values: Uint8Array.from(values),
});

/** Rows as they may be in a column of each type. */
const column = fc.oneof(
  fc.array(fc.double(), { minLength: 1, maxLength: 30 }).map((values) => ({ make: numbers, values })),
  fc
    .array(fc.constantFrom<number[]>(0, 1, 255), { minLength: 1, maxLength: 30 })
    .map((values) => ({ make: booleans, values })),
  fc
    .array(fc.integer({ min: -1, max: 3 }), { minLength: 1, maxLength: 30 })
    .map((values) => ({ make: (codes: readonly number[]) => text(codes, levels), values })),
);

describe("the digest of a column", () => {
  it("is the same of the same values, and another of others", () => {
    fc.assert(
      fc.property(column, fc.nat(), fc.nat(), ({ make, values }, one, other) => {
        const digest = columnDigest(make(values));
        expect(columnDigest(make([...values]))).toBe(digest);
        const [i, j] = [one % values.length, other % values.length];
        const exchanged = values.with(i, values[j] as number).with(j, values[i] as number);
        const isSame = Object.is(values[i], values[j]);
        expect(columnDigest(make(exchanged)) === digest).toBe(isSame);
        expect(columnDigest(make([...values, values[i] as number]))).not.toBe(digest);
        expect(columnDigest(make(values.slice(1)))).not.toBe(digest);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("tells what a weak mix loses: signs of two values, one bit anywhere, the order of rows", () => {
    const values = Array.from({ length: 64 }, (_, i) => 1 + i / 7);
    const digest = columnDigest(numbers(values));
    const seen = new Set([digest]);
    const bits = new Uint32Array(new Float64Array(values).buffer);
    let count = 1;
    for (let word = 0; word < bits.length; word += 3)
      for (let bit = 0; bit < 32; bit++) {
        const changed = bits.slice();
        changed[word] = (changed[word] as number) ^ (1 << bit);
        seen.add(columnDigest({ type: "numeric", values: new Float64Array(changed.buffer) }));
        count++;
      }
    for (let i = 0; i < 63; i++) {
      seen.add(
        columnDigest(numbers(values.with(i, -(values[i] as number)).with(63, -(values[63] as number)))),
      );
      seen.add(columnDigest(numbers(values.with(i, values[63] as number).with(63, values[i] as number))));
      count += 2;
    }
    expect(seen.size).toBe(count);
  });

  it("is of values, however they are written down: patterns of NaN, levels in any order or unused", () => {
    const odd = new Float64Array([1, Number.NaN, 3]);
    new Uint32Array(odd.buffer).set([7, 0xfff80000], 2);
    expect(Number.isNaN(odd[1])).toBe(true);
    expect(columnDigest({ type: "numeric", values: odd })).toBe(columnDigest(numbers([1, Number.NaN, 3])));
    const there = columnDigest(text([0, 1, -1, 0], ["a", "b"]));
    expect(columnDigest(text([2, 0, -1, 2], ["b", "unused", "a"]))).toBe(there);
    expect(columnDigest(text([1, 0, -1, 1], ["a", "b"]))).not.toBe(there);
    expect(columnDigest(text([0, 1, -1, 0], ["a", "c"]))).not.toBe(there);
  });
});
