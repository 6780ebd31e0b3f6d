import { describe, expect, it } from "vitest";
import { type Policy, parsePolicy, tighten, Withholding } from "../policy/index.ts";
import { kindOf } from "./kinds.ts";
import { moments, type PooledMoments } from "./moments.ts";

const open = parsePolicy("open", "numbers made up by a test");
const hospital = parsePolicy();
const statistic = moments(["variable", "group"], { each: ["variable"], sums: ["sum"] });
const kind = kindOf(statistic);
const dimensions = { variable: ["age"], group: ["a", "b"] };

interface Cells {
  readonly people: readonly number[];
  readonly missing: readonly number[];
  readonly sum: readonly number[];
  readonly standIn?: number;
  readonly behind?: readonly number[];
}

/** Two groups of a number whose stand-in is 60. */
function value({ people, missing, sum, standIn = 60, behind = [20] }: Cells) {
  const everyone = sum.map((total, i) => total + (missing[i] as number) * standIn);
  return {
    people,
    missing,
    behind,
    sums: { sum: { present: sum, everyone, standIn: sum.map(() => standIn) } },
  };
}

function wireOf(cells: Cells, policy: Policy = hospital, own: Policy = policy) {
  const given = value(cells);
  expect(kind.problem(statistic, given, dimensions)).toBeUndefined();
  const { wire, ...rest } = kind.release(statistic, given, {
    policy,
    own,
    field: "numbers",
    rows: 100,
    dimensions,
    other: () => undefined,
    columnName: (key) => key,
    measured: () => undefined,
  });
  const read = kind.read(statistic, JSON.parse(JSON.stringify(wire)), dimensions);
  expect(read).toEqual(wire);
  const ends = wire as Record<"people" | "missing" | "everyone", { lower: number[]; upper: number[] }> & {
    sums: { sum: { lower: number[]; upper: number[] } };
  };
  const pairs = ({ lower, upper }: { lower: number[]; upper: number[] }) =>
    lower.map((low, i) => (low === upper[i] ? low : [low, upper[i]]));
  return {
    people: pairs(ends.people),
    missing: pairs(ends.missing),
    everyone: pairs(ends.everyone),
    sum: pairs(ends.sums.sum),
    rest,
    read,
  };
}

function refusal(work: () => unknown): Withholding | undefined {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(Withholding);
    return error as Withholding;
  }
  return undefined;
}

const few = { people: [38, 50], missing: [2, 0], sum: [2400, 3100] };

describe("a number that few people lack", () => {
  it("leaves between bounds, with its sum, so that nothing tells how many", () => {
    const told = wireOf(few);
    expect(told).toMatchObject({
      people: [[36, 39], 50],
      missing: [[1, 4], 0],
      everyone: [40, 50],
      sum: [[2280, 2460], 3100],
    });
    // One more has the value that stands in for those who lack it.
    expect(wireOf({ people: [39, 50], missing: [1, 0], sum: [2460, 3100] })).toEqual(told);
    expect(told.rest.masked).toBe(3);
    expect(told.rest.rule).toContain("where 1 to 4 lack the number");
  });

  it("takes another group with it where all who lack it are known to be more", () => {
    const { people, missing, everyone, sum } = wireOf({
      people: [38, 41],
      missing: [2, 9],
      sum: [2400, 2500],
    });
    expect({ people, missing, everyone }).toEqual({
      people: [
        [36, 39],
        [40, 43],
      ],
      missing: [
        [1, 4],
        [7, 10],
      ],
      everyone: [40, 50],
    });
    expect(sum[1]).toEqual([2500 - 60, 2500 + 2 * 60]);
  });

  it("is exact where five lack it or nobody, under the open policy, and where the policy permits it", () => {
    const exact = { people: [38, 50], missing: [2, 0], everyone: [40, 50], sum: [2400, 3100] };
    expect(wireOf(few, open)).toMatchObject(exact);
    expect(wireOf(few, parsePolicy({ fewIncomplete: "permit" }))).toMatchObject(exact);
    expect(wireOf({ people: [35, 50], missing: [5, 0], sum: [2400, 3100] })).toMatchObject({
      people: [35, 50],
      missing: [5, 0],
      sum: [2400, 3100],
    });
  });

  it("abstains where nothing stands in for it", () => {
    const withheld = refusal(() => wireOf({ ...few, standIn: Number.NaN }));
    expect(withheld).toMatchObject({ code: "DIFFERENCE_TOO_SMALL", abstains: true });
    expect(withheld?.message).toContain('lack "age" (minimumCell 5)');
  });

  it("says nothing of how many people a small group has", () => {
    expect(wireOf({ people: [0, 50], missing: [3, 0], sum: [0, 3100] })).toMatchObject({
      people: [0, 50],
      missing: [[1, 4], 0],
      everyone: [[1, 4], 50],
      sum: [0, 3100],
    });
  });
});

describe("a wish for more people", () => {
  const wish = (minimumCell: number): Policy => tighten(hospital, { minimumCell });

  it("tells less than no wish, and nothing besides", () => {
    for (const k of [6, 10, 20]) {
      const told = wireOf(few, wish(k), hospital);
      const [low, high] = told.people[0] as [number, number];
      expect(low).toBeLessThanOrEqual(36);
      expect(high).toBeGreaterThanOrEqual(39);
    }
    const exact = { people: [38, 50], missing: [7, 0], sum: [2280, 3100] };
    const [low, high] = wireOf(exact, wish(10), hospital).sum[0] as [number, number];
    // As wide as follows from what is told without it: 38 people whose mean is 60.
    expect([low, high]).toEqual([2280 + (7 - 9) * 60, 2280 + (7 - 1) * 60]);
  });

  it("does not search for how many people have it", () => {
    const codes = (people: number, missing: number) =>
      Array.from(
        { length: 60 },
        (_, k) =>
          refusal(() =>
            wireOf({ people: [people, 80], missing: [missing, 0], sum: [2400, 4800] }, wish(k), hospital),
          )?.code,
      );
    expect(codes(37, 3)).toEqual(codes(38, 2));
    expect(codes(38, 2)).toContain("CELL_TOO_SMALL");
  });
});

describe("other rules of counts", () => {
  it("hold: people who have it, and those on whom its sums rest", () => {
    const codes = [
      { people: [3, 50], missing: [0, 0], sum: [180, 3100] },
      { ...few, behind: [4] },
    ].map((cells) => refusal(() => wireOf(cells)));
    for (const withheld of codes) expect(withheld).toMatchObject({ code: "CELL_TOO_SMALL", abstains: true });
    expect(codes[1]?.message).toContain("take its logarithm");
  });

  it("hold: sums are finite numbers, and values have the declared shape", () => {
    expect(refusal(() => wireOf({ ...few, sum: [Infinity, 0] }))?.code).toBe("NOT_FINITE");
    for (const wrong of [
      null,
      { ...value(few), people: [1] },
      { ...value(few), behind: undefined },
      { ...value(few), sums: {} },
    ])
      expect(kind.problem(statistic, wrong, dimensions)).toBeDefined();
  });

  it("hold at the desk: what is not as declared is no answer", () => {
    const { read } = wireOf(few);
    for (const wrong of [
      null,
      { ...(read as object), people: { lower: [2, 2], upper: [1, 2] } },
      { ...(read as object), sums: { sum: { lower: [1, 2], upper: [0, 2] } } },
      { ...(read as object), sums: { other: { lower: [0, 0], upper: [0, 0] } } },
    ])
      expect(kind.read(statistic, wrong, dimensions)).toBeUndefined();
  });
});

it("is pooled end by end", () => {
  const parts = [few, { people: [30, 45], missing: [0, 5], sum: [1800, 2600] }].map((cells, i) => ({
    site: `s${i}`,
    wire: wireOf(cells).read,
  }));
  const pooled = kind.pool(statistic, parts, {
    dimensions,
    minimumOrganizations: 1,
    minimumCell: 5,
  }) as PooledMoments<"sum">;
  expect(pooled.people).toEqual({ lower: Float64Array.of(66, 95), upper: Float64Array.of(69, 95) });
  expect(pooled.missing).toEqual({ lower: Float64Array.of(1, 5), upper: Float64Array.of(4, 5) });
  expect(pooled.everyone.lower).toEqual(Float64Array.of(70, 100));
  expect(pooled.sums.sum).toEqual({ lower: Float64Array.of(4080, 5700), upper: Float64Array.of(4260, 5700) });
});
