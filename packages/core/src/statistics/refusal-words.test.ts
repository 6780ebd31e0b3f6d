import { describe, expect, it } from "vitest";
import { parsePolicy } from "../policy/index.ts";
import { counts } from "./counts.ts";
import { distribution } from "./distribution.ts";
import { exactnessWords, leastExact } from "./exactness.ts";
import { kindOf } from "./kinds.ts";
import type { AnyStatistic, Dimensions } from "./statistic.ts";
import { sums } from "./sums.ts";

const at = Float64Array.from({ length: 40 }, (_, i) => 10 * i);

function release(
  statistic: AnyStatistic,
  value: unknown,
  { dimensions = {}, unit }: { readonly dimensions?: Dimensions; readonly unit?: string } = {},
) {
  return kindOf(statistic).release(statistic, value, {
    policy: parsePolicy(),
    field: "f",
    words: { f: "the sum of the number" },
    rows: 40,
    dimensions,
    other: () => 40,
    columnName: (key) => key,
    measured: () => ({ values: at, isMeasured: true, unit }),
  });
}

function words(...args: Parameters<typeof release>): string {
  try {
    release(...args);
  } catch (error) {
    return String(error);
  }
  return "released";
}

describe("a sum that is not finite", () => {
  it("is called by its column where it has a name, and by its number where it has none", () => {
    const byName = sums(["variable", "group"], { people: "n" });
    const dimensions = { variable: ["age", "nodes"], group: ["a", "b"] };
    expect(words(byName, [1, 2, Number.POSITIVE_INFINITY, 4], { dimensions })).toMatch(
      /not a finite number at \{site\}: the sum of the number, of "nodes"\. .* rescale it \(another unit, or its logarithm\)/,
    );
    const byPosition = sums(["column"], { people: "n" });
    expect(words(byPosition, [1, Number.NaN], { dimensions: { column: ["0", "1"] } })).toContain(
      "the sum of the number (column 2 of 2).",
    );
    expect(words(sums([], { people: "n" }), [Number.NaN])).toContain("the sum of the number. ");
  });
});

describe("too few people", () => {
  it("are told what to do about a number where a sum rests on them, and else about groups", () => {
    const dimensions = { group: ["a"] };
    const behind = words(counts(["group"], { small: "abstain", behind: true }), [3], { dimensions });
    expect(behind).toContain("(minimumCell 5)");
    expect(behind).toContain("take its logarithm, bound it, or leave that form of it out");
    expect(words(counts(["group"]), [3], { dimensions })).toMatch(/Ask for fewer or wider groups\.$/);
  });
});

describe("the width of a lattice", () => {
  it("has the unit of the times where it is known", () => {
    const departures = distribution({ axis: "time", by: [], streams: ["event"] });
    const value = { at, stream: new Int32Array(40), cell: new Int32Array(40) };
    expect(release(departures, value, { unit: "days" }).rule).toBe(
      "in batches of at least 5 people, on a lattice of 30 days",
    );
    const { rule, wire } = release(departures, value);
    expect(rule).toBe("in batches of at least 5 people, on a lattice of 30");
    expect((wire as { exactness: unknown }).exactness).toEqual({ mode: "batches", resolution: 30, size: 5 });
  });

  it("has it of several sites where all say the same", () => {
    const days = { mode: "lattice", resolution: 30, unit: "days" } as const;
    const unknown = { mode: "batches", resolution: 14, size: 5 } as const;
    expect(exactnessWords(leastExact([days, { mode: "exact" }]))).toBe("lattice of 30 days");
    expect(exactnessWords(leastExact([days, { ...unknown, unit: "days" }]))).toBe(
      "batches of 5, lattice of 30 days",
    );
    expect(exactnessWords(leastExact([days, unknown]))).toBe("batches of 5, lattice of 30");
  });
});
