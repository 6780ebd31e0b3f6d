import { describe, expect, it } from "vitest";
import { arithmetic, column, type DataSpecification, days, defineData } from "../data/index.ts";
import type { ColumnData } from "../table/index.ts";
import { sourcesOf, standInOf } from "./stand-in.ts";

const gap = Number.NaN;
const columns: Readonly<Record<string, ColumnData>> = {
  age: { type: "numeric", values: Float64Array.from([41, 55, 58, 61, 63, 64, 70, 78, 83, gap, gap]) },
  crea: { type: "numeric", values: Float64Array.from([0.71, 0.78, 0.8, 0.83, 0.9, 0.96, 1.02, 1.1, 3.2]) },
  same: { type: "numeric", values: Float64Array.from([1, 2, 2, 2, 2, 2, 2, 2, 2, 9, gap]) },
  start: { type: "date", values: Float64Array.from([18_000, 18_100, 18_400, 18_700, 19_000, gap]) },
  arm: { type: "category", codes: Int32Array.from([0, 1]), levels: ["a", "b"] },
};
const whole = (name: string): ColumnData => columns[name] as ColumnData;
const none = defineData({});
const derived: DataSpecification = defineData({
  derive: {
    moved: arithmetic("age", "+", 1000),
    scaled: arithmetic("moved", "/", 4),
    squared: arithmetic("age", "*", column("age")),
    both: arithmetic("age", "+", column("crea")),
    length: days("start", "start"),
  },
});
const of = (name: string, data = none): number => standInOf(name, data, whole, 5);

describe("what stands in for a number", () => {
  it("is the median, as coarse as the middle half is wide", () => {
    expect(of("age")).toBe(60);
    expect(of("crea")).toBe(1);
    expect(of("start")).toBe(18_500);
  });

  it("is the common value of many who have the same, and nothing of few", () => {
    expect(of("same")).toBe(2);
    expect(standInOf("same", none, whole, 10)).toBeNaN();
    expect(of("arm")).toBeNaN();
  });

  it("is derived as the column is", () => {
    expect(of("moved", derived)).toBe(1060);
    expect(of("scaled", derived)).toBe(265);
    expect(of("squared", derived)).toBe(3600);
    expect(of("length", derived)).toBe(0);
  });

  it("is nothing where a row can have one part and lack another", () => {
    expect(of("both", derived)).toBeNaN();
    expect(sourcesOf("both", derived)).toEqual(["age", "crea"]);
    expect(sourcesOf("scaled", derived)).toEqual(["age"]);
    expect(sourcesOf("age", derived)).toEqual([]);
  });
});
