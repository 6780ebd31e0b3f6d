import { describe, expect, it } from "vitest";
import {
  bandPath,
  censoringPath,
  curvePath,
  estimateAt,
  fromStart,
  limitsAt,
  medianOf,
} from "./step-curve.ts";

const curve = fromStart(
  {
    label: "all",
    times: [10, 20, 30],
    estimate: [0.8, 0.5, 0.2],
    lower: [0.6, 0.3, null],
    upper: [0.9, 0.7, null],
    censored: [15, 40],
  },
  1,
);
const x = (time: number): number => time;
const y = (value: number): number => 100 - 100 * value;

describe("a step curve", () => {
  it("begins with everyone and ends with the last censoring", () => {
    expect(curve.times).toEqual([0, 10, 20, 30]);
    expect(curve.end).toBe(40);
    expect([0, 9.9, 10, 29, 500].map((time) => estimateAt(curve, time))).toEqual([1, 1, 0.8, 0.5, 0.2]);
  });

  it("is a line of steps", () => {
    expect(curvePath(curve, x, y)).toBe("M0,0H10V20H20V50H30V80H40");
  });

  it("merges steps that no screen can tell apart, without losing the drop", () => {
    const dense = fromStart({ label: "", times: [10, 10.01, 10.02, 20], estimate: [0.9, 0.8, 0.7, 0.6] }, 1);
    expect(curvePath(dense, x, y)).toBe("M0,0H10V30H20V40H20");
  });

  it("has a band only where both bounds are known", () => {
    expect(bandPath(curve, x, y)).toBe("M0,0H10V10H20V30H30V70H20V40H10V0H0Z");
  });

  it("reaches its median when one half is passed or met", () => {
    expect(medianOf(curve)).toBe(20);
    expect(medianOf(fromStart({ label: "", times: [5], estimate: [0.51] }, 1))).toBeNull();
    // R's median of six events from 100 to 600 is the middle of where survival is one half.
    const middle = { label: "", times: [300, 400], estimate: [0.5, 0.3], median: 350 };
    expect(medianOf(fromStart(middle, 1))).toBe(350);
    expect(medianOf(fromStart({ ...middle, median: null }, 1))).toBeNull();
  });

  it("is a line between times that are not exact, with the limits of both ends", () => {
    const bounds = { times: [10, 20], least: [0.7, 0.3], most: [0.9, 0.5] };
    const [estimate, lower, upper] = [
      [0.8, 0.4],
      [0.6, 0.2],
      [0.9, 0.6],
    ] as const;
    const line = fromStart({ label: "", times: [10, 20], estimate, lower, upper, bounds }, 1);
    expect(curvePath(line, x, y)).toBe("M0,0L10,20L20,60H20");
    expect(estimateAt(line, 15)).toBeCloseTo(0.6, 12);
    expect(medianOf(line)).toBeCloseTo(17.5, 12);
    expect([limitsAt(line, 10), limitsAt(line, 15)]).toEqual([
      { lower: 0.6, upper: 0.9 },
      { lower: 0.2, upper: 0.9 },
    ]);
  });

  it("marks censoring on its line, once for each pixel", () => {
    expect(censoringPath(curve, [15, 15.1, 40], x, y)).toBe("M15,17v6M40,77v6");
  });
});
