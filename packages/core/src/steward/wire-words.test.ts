import { describe, expect, it } from "vitest";
import {
  type AnyStatistic,
  comparedPeople,
  count,
  counts,
  distribution,
  flags,
  levels,
  maskedCounts,
  moments,
  perSite,
  range,
  sums,
  weights,
} from "../statistics/index.ts";
import { toldBy } from "./wire-words.ts";

const dimensions = { group: ["a", "b"], column: ["0", "1", "2"], pattern: ["1"] };
const departures = distribution({ axis: "times", by: ["group"], streams: ["event", "censored"] });

describe("what a statistic tells", () => {
  it.each<[string, AnyStatistic, unknown, string]>([
    ["a count", count(), 12, "12"],
    [
      "counts",
      counts(["group", "column"]),
      [1, 2, 3, 4, 5, 6],
      "a, column 0: 1 | a, column 1: 2 | a, column 2: 3 | b, column 0: 4 | b, column 1: 5 | b, column 2: 6",
    ],
    [
      "masked counts",
      maskedCounts(["group"], { rest: "pattern" }),
      { lower: [1, 7, 0], upper: [4, 7, 0] },
      "a: 1 to 4 | b: 7 | pattern 1: 0",
    ],
    [
      "a number",
      moments(["group"], { sums: ["sum"] }),
      {
        people: { lower: [36, 50], upper: [39, 50] },
        missing: { lower: [1, 0], upper: [4, 0] },
        everyone: { lower: [40, 50], upper: [40, 50] },
        sums: { sum: { lower: [2280, 3100], upper: [2460, 3100] } },
      },
      "a: have it: 36 to 39; lack it: 1 to 4; sum: 2280 to 2460 | b: have it: 50; lack it: 0; sum: 3100",
    ],
    ["sums", sums(["group"], { people: "n" }), [0.1, -2e-10], "a: 0.1 | b: -2e-10"],
    [
      "sparse sums",
      sums(["column"], { people: "n" }),
      { at: [1], values: [5] },
      "column 1: 5 | the 2 others: 0",
    ],
    [
      "sparse sums of which one is zero",
      sums(["group"], { people: "n" }),
      { at: [0], values: [5] },
      "a: 5 | the other one: 0",
    ],
    ["sums left out", sums(["column"], { people: "n" }), null, "left out"],
    ["weights", weights(), null, ""],
    ["people compared", comparedPeople(["group"]), null, ""],
    [
      "levels",
      levels(["group"]),
      [
        { names: ["x y"], rare: true },
        { names: [], rare: false },
      ],
      'a: "x y", and one or more with too few people to be named | b: none',
    ],
    ["flags", flags(["group"]), [true, false], "a: yes | b: no"],
    ["a range", range("age"), [20, 90, 5], "20 to 90"],
    ["no range", range("age"), null, "no value"],
    ["of each site", perSite(count()), 3, "3"],
    [
      "batches",
      departures,
      {
        exactness: { mode: "batches" },
        cells: [
          {
            batches: [
              { ends: [30, 60], people: [5, 6] },
              { ends: [], people: [] },
            ],
          },
          { abstains: { lower: 1, upper: 4 } },
        ],
      },
      "a, event: 5 by 30; 6 by 60 | a, censored: nobody | b: no times, for too few people; there are 1 to 4",
    ],
    [
      "times",
      departures,
      {
        exactness: { mode: "exact" },
        cells: [
          {
            at: [1, 2],
            people: [
              [1, 0],
              [0, 2],
            ],
          },
          { at: [], people: [[], []] },
        ],
      },
      "a, event: 1 at 1 | a, censored: 2 at 2 | b, event: nobody | b, censored: nobody",
    ],
    // Nothing is hidden because its form is not known.
    ["what it does not know", departures, { other: 1 }, '{"other":1}'],
    [
      "a cell that it does not know",
      departures,
      { cells: [{ at: [1], people: [[1], [0]], weight: [[2], [0]] }] },
      'a: {"at":[1],"people":[[1],[0]],"weight":[[2],[0]]}',
    ],
  ])("of %s", (_what, statistic, wire, expected) => {
    const told = toldBy(statistic, wire, dimensions);
    expect(told.map(({ of, is }) => (of === "" ? is : `${of}: ${is}`)).join(" | ")).toBe(expected);
  });

  it("of positions in the words of the step, which may be the same twice", () => {
    const labels = {
      group: () => "",
      column: (position: number, { group }: Readonly<Record<string, number>>) =>
        position === 0 ? "lacking" : `level of ${group}`,
    };
    const told = toldBy(counts(["group", "column"]), [1, 2, 3, 4, 5, 6], dimensions, labels);
    expect(told.map(({ of }) => of)).toEqual(
      [0, 1].flatMap((group) => ["lacking", `level of ${group}`, `level of ${group}`]),
    );
    const rest = maskedCounts(["group"], { rest: "pattern" });
    const masked = { lower: [5, 7, 0], upper: [5, 7, 0] };
    expect(toldBy(rest, masked, dimensions, { pattern: () => "without age" })[2]).toEqual({
      of: "without age",
      is: "0",
    });
  });
});
