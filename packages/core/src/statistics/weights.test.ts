import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Policy, parsePolicy, Withholding } from "../policy/index.ts";
import { kindOf } from "./kinds.ts";
import { sums } from "./sums.ts";
import { type Weighing, weights } from "./weights.ts";

const open = parsePolicy("open", "numbers made up by a test");
const hospital = parsePolicy({});
const dimensions = { group: ["a", "b"] };

function release(
  weighing: Weighing,
  policy: Policy,
  { rows = 100, cells = [1, 2], whenConcentrated = "refuse" as "refuse" | "withhold" } = {},
): unknown {
  const statistic = sums(["group"], { people: "n", effective: "w", whenConcentrated });
  const values: Readonly<Record<string, unknown>> = { n: 1000, w: weighing };
  try {
    return kindOf(statistic).release(statistic, cells, {
      policy,
      field: "f",
      rows,
      dimensions,
      other: (name) => values[name],
      columnName: (key) => key,
      measured: () => undefined,
    }).wire;
  } catch (error) {
    if (error instanceof Withholding) return error;
    throw error;
  }
}

const refusedFor = (words: string): unknown =>
  expect.objectContaining({
    code: "WEIGHTS_CONCENTRATED",
    message: expect.stringContaining(words) as string,
  });

describe("weighted sums", () => {
  it("rest on the effective rows that the policy demands, whatever it demands", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2000 }),
        fc.integer({ min: 1, max: 2000 }),
        fc.integer({ min: 1, max: 30 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (effective, rows, minimumRows, minimumEffectiveShare) => {
          const policy = parsePolicy({ minimumRows, minimumEffectiveShare });
          const isReleased = !(release({ effective, spread: 0 }, policy, { rows }) instanceof Withholding);
          expect(isReleased).toBe(effective >= minimumRows && effective >= minimumEffectiveShare * rows);
          expect(release({ effective, spread: 1e9 }, open, { rows })).toEqual([1, 2]);
        },
      ),
    );
  });

  it("name the rule and what to do, and nothing of the data", () => {
    expect(release({ effective: 9, spread: 0 }, hospital)).toEqual(refusedFor("minimumEffectiveShare 0.1"));
    expect(release({ effective: 90, spread: 10.1 }, hospital)).toEqual(refusedFor("farther than 10"));
    expect(release({ effective: 90, spread: Number.POSITIVE_INFINITY }, hospital)).toEqual(
      refusedFor("farther than 10"),
    );
    expect(release({ effective: 10, spread: 10 }, hospital)).toEqual([1, 2]);
    expect(release({ effective: 90, spread: 1, terms: 2 ** 20 }, hospital)).toEqual([1, 2]);
    for (const terms of [2 ** 21, Number.POSITIVE_INFINITY])
      expect(release({ effective: 90, spread: 1, terms }, hospital)).toEqual(
        refusedFor("as large as what they come to"),
      );
    expect(release({ effective: 90, spread: 1, terms: 2 ** 52 }, open)).toEqual([1, 2]);
  });

  it("compare no one or k people within strata", () => {
    const people = [0, 1, 4, 5];
    const replies = people.map((few) => release({ effective: 90, spread: 1, people: few }, hospital));
    const refused = refusedFor(
      "fewer people with others of their strata than the policy permits (minimumCell 5)",
    );
    expect(replies).toEqual([[1, 2], refused, refused, [1, 2]]);
    expect(release({ effective: 90, spread: 1, people: 1 }, open)).toEqual([1, 2]);
  });

  it("lets a site of few rows leave, and ends the analysis at others", () => {
    const isAbstention = (rows: number): unknown =>
      (release({ effective: 8, spread: 0 }, hospital, { rows }) as Withholding).abstains;
    expect([10, 29, 30, 1000].map(isAbstention)).toEqual([true, true, false, false]);
  });

  it("may weigh nothing only where all of them are zero", () => {
    expect(release({ effective: 0, spread: 0 }, hospital, { cells: [0, 0] })).toEqual({ at: [], values: [] });
    expect(release({ effective: 0, spread: 0 }, hospital)).toEqual(refusedFor("minimumRows 10"));
    // Zeros of few rows are as much of a value as others.
    expect(release({ effective: 3, spread: 0 }, hospital, { cells: [0, 0] })).toEqual(
      refusedFor("minimumRows 10"),
    );
  });

  it("are left out where the step says so, and then are known for no site", () => {
    const statistic = sums(["group"], { people: "n", effective: "w", whenConcentrated: "withhold" });
    const wire = release({ effective: 3, spread: 0 }, hospital, { whenConcentrated: "withhold" });
    expect(wire).toBeNull();
    const kind = kindOf(statistic);
    const parts = [wire, [1, 2]].map((one, i) => ({
      site: `s${i}`,
      wire: kind.read(statistic, one, dimensions),
    }));
    expect(kind.pool(statistic, parts, { dimensions, minimumOrganizations: 1, minimumCell: 1 })).toEqual(
      Float64Array.of(Number.NaN, Number.NaN),
    );
    const others = sums(["group"], { people: "n", effective: "w" });
    expect(kindOf(others).read(others, null, dimensions)).toBeUndefined();
  });

  it("tell nothing of the weights themselves", () => {
    const kind = kindOf(weights());
    const context = { policy: open } as Parameters<typeof kind.release>[2];
    expect(kind.release(weights(), { effective: 17, spread: 3 }, context).wire).toBeNull();
    expect(kind.read(weights(), 17, {})).toBeUndefined();
    for (const bad of [
      17,
      null,
      { effective: 1 },
      { effective: -1, spread: 0 },
      { effective: 1, spread: Number.NaN },
      { effective: 1, spread: 0, terms: -1 },
    ])
      expect(kind.problem(weights(), bad, {})).toBeDefined();
  });
});
