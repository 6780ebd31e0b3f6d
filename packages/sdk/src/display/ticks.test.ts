import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linearTicks, logTicks, roundUp, timeTicks } from "./ticks.ts";

describe("linear ticks", () => {
  it("are round", () => {
    expect(linearTicks(0, 1000, 5)).toEqual([0, 200, 400, 600, 800, 1000]);
    expect(linearTicks(-0.3, 0.32, 5)).toEqual([-0.2, 0, 0.2]);
    expect(linearTicks(0, 0.15, 5)).toEqual([0, 0.05, 0.1, 0.15]);
  });

  it("lie within the range, about as many as asked for", () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(number, fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (first, length) => {
        const ticks = linearTicks(first, first + length, 6);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(7);
        expect(Math.min(...ticks)).toBeGreaterThanOrEqual(first - length * 1e-6);
        expect(Math.max(...ticks)).toBeLessThanOrEqual(first + length * (1 + 1e-6));
      }),
    );
  });

  it("end on a number that roundUp gives", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (value) => {
        const end = roundUp(value, 5);
        expect(end).toBeGreaterThanOrEqual(value * (1 - 1e-9));
        expect(end).toBeLessThanOrEqual(value * 2);
        expect(linearTicks(0, end, 5).at(-1)).toBeCloseTo(end, 9);
      }),
    );
  });
});

describe("log ticks", () => {
  it("are powers of two for ratios, and powers of ten when they reach far", () => {
    expect(logTicks(0.22, 2.1, 8)).toEqual([0.25, 0.5, 1, 2]);
    expect(logTicks(0.04, 30, 12)).toEqual([0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20]);
    expect(logTicks(1e-4, 1e4, 6).length).toBeLessThanOrEqual(6);
    expect(logTicks(0.9, 1.15, 6)).toEqual([0.9, 0.95, 1, 1.05, 1.1, 1.15]);
  });

  it("lie within the range and are never too many", () => {
    const end = fc.double({ min: 1e-5, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(
        end,
        fc.double({ min: 1.01, max: 1e6, noNaN: true }),
        fc.integer({ min: 3, max: 12 }),
        (first, factor, most) => {
          const ticks = logTicks(first, first * factor, most);
          expect(ticks.length).toBeGreaterThanOrEqual(2);
          expect(ticks.length).toBeLessThanOrEqual(most);
        },
      ),
    );
  });
});

describe("time ticks", () => {
  const year = 365.25;
  const labels = (axis: ReturnType<typeof timeTicks>): string[] => axis.ticks.map((tick) => tick.label);

  it("turn days into years from two years on", () => {
    expect(timeTicks("days", 700, 5)).toMatchObject({ unit: "days" });
    expect(labels(timeTicks("days", 700, 5))).toEqual(["0", "180", "360", "540"]);
    const axis = timeTicks("days", 12 * year, 8);
    expect(axis.unit).toBe("years");
    expect(labels(axis)).toEqual(["0", "2", "4", "6", "8", "10", "12"]);
    expect(axis.ticks[1]?.at).toBeCloseTo(2 * year, 6);
  });

  it("keep months as oncologists read them", () => {
    expect(labels(timeTicks("months", 62, 7))).toEqual(["0", "12", "24", "36", "48", "60"]);
  });

  it("stand on the times at which numbers at risk are known", () => {
    const years = [0, 1826, 3652];
    const axis = timeTicks("days", 4500, 8, years);
    expect(labels(axis)).toEqual(["0", "5", "10"]);
    expect(axis.ticks.map((tick) => tick.at)).toEqual(years);
  });

  it("go on beyond the last of these times", () => {
    const axis = timeTicks("years", 9, 12, [0, 1, 2, 3]);
    expect(labels(axis)).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  });

  it("change the unit only where these times are round in the other", () => {
    const half = year / 2;
    expect(timeTicks("days", 600, 8, [0, half, 2 * half, 3 * half])).toMatchObject({ unit: "months" });
    const odd = timeTicks("days", 1100, 8, [0, 500, 1000]);
    expect(odd).toMatchObject({ unit: "days", ticks: [{ at: 0 }, { at: 500, label: "500" }, { at: 1000 }] });
  });

  it("stand on every second of these times before only on every fifth", () => {
    const times = Array.from({ length: 10 }, (_, i) => 2 * i * year);
    expect(labels(timeTicks("days", 19 * year, 10, times))).toHaveLength(10);
    expect(labels(timeTicks("days", 19 * year, 7, times))).toEqual(["0", "4", "8", "12", "16"]);
    expect(labels(timeTicks("days", 19 * year, 7))).toEqual(["0", "5", "10", "15"]);
  });

  it("leave out times after the end, and some where they are too many", () => {
    const axis = timeTicks("days", 500, 4, [0, 77, 154, 231, 308, 385, 462, 539]);
    expect(axis.ticks.map((tick) => tick.at)).toEqual([0, 154, 308, 462]);
  });

  it("keep apart where these times cluster", () => {
    const axis = timeTicks("days", 600, 6, [0, 7, 13, 29, 200, 211, 577]);
    expect(axis.ticks.map((tick) => tick.at)).toEqual([0, 200, 577]);
  });

  it("are round and few in a unit that nobody said, be it seconds or centuries", () => {
    const seconds = 10 * year * 86_400;
    expect(labels(timeTicks("units", seconds, 8))).toEqual([
      "0",
      "50000000",
      "100000000",
      "150000000",
      "200000000",
      "250000000",
      "300000000",
    ]);
    expect(labels(timeTicks("units", seconds, 8, [0, 1e8, 2e8, 3e8]))).toEqual([
      "0",
      "100000000",
      "200000000",
      "300000000",
    ]);
    expect(labels(timeTicks("units", 0.1, 8))).toEqual(["0", "0.02", "0.04", "0.06", "0.08", "0.1"]);
    expect(labels(timeTicks("days", seconds, 4))).toEqual(["0", "200000000"]);
  });

  it("are never more than there is room for", () => {
    const unit = fc.constantFrom("days", "weeks", "months", "years", "units");
    fc.assert(
      fc.property(
        unit,
        fc.double({ min: 0.5, max: 1e9, noNaN: true }),
        fc.integer({ min: 3, max: 14 }),
        (given, last, most) => {
          const { ticks } = timeTicks(given, last, most);
          expect(ticks.length).toBeLessThanOrEqual(most + 1);
          for (const tick of ticks) expect(tick.at).toBeLessThanOrEqual(last * (1 + 1e-6));
        },
      ),
    );
  });
});
