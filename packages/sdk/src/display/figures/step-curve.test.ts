import { describe, expect, it } from "vitest";
import { bandPath, censoringPath, curvePath, estimateAt, fromStart, medianOf } from "./step-curve.ts";

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
  });

  it("marks censoring on its line, once for each pixel", () => {
    expect(censoringPath(curve, [15, 15.1, 40], x, y)).toBe("M15,17v6M40,77v6");
  });
});
