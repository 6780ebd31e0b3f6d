import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Lattice, parsePolicy } from "../policy/index.ts";
import { isPoint } from "../policy/lattice.ts";
import { roundedCounts } from "../statistics/bounds.ts";
import { policyDifferences, settingsInWords } from "./settings.ts";

const reason = "public data of a published study";
const between = (a: object, b: object) =>
  Object.fromEntries(
    policyDifferences(parsePolicy(a), parsePolicy(b)).map(({ setting, strictness }) => [setting, strictness]),
  );

describe("the difference of two policies", () => {
  it.each<[object, object, object]>([
    [{}, {}, {}],
    [{}, { minimumCell: 10 }, { minimumCell: "stricter" }],
    [{ minimumRows: 20 }, {}, { minimumRows: "looser" }],
    [{}, { maximumParameterShare: 0.5 }, { maximumParameterShare: "looser" }],
    [
      {},
      { maximumEvaluations: 10, minimumEffectiveShare: 0.2 },
      { maximumEvaluations: "stricter", minimumEffectiveShare: "stricter" },
    ],
    [{}, { fewIncomplete: "permit" }, { fewIncomplete: "looser" }],
    [{}, { plainCalls: "refuse" }, { plainCalls: "stricter" }],
    [{}, { eventTimes: "exact", reason }, { eventTimes: "looser", reason: "other" }],
    [{}, { rounding: 5, resolution: 60 }, { rounding: "stricter", resolution: "stricter" }],
    [{ lattices: { age: 5 } }, { lattices: { age: 10 } }, { "lattices.age": "stricter" }],
    [
      { lattices: { age: 5, er: 10 } },
      { lattices: { age: 10, er: 5 } },
      { "lattices.age": "stricter", "lattices.er": "looser" },
    ],
    [{ lattices: { birth: "year" } }, { lattices: { birth: "month" } }, { "lattices.birth": "looser" }],
    [{ lattices: { birth: "month" } }, {}, { "lattices.birth": "stricter" }],
    [{}, { lattices: { birth: "quarter" } }, {}],
    [
      { lattices: { birth: 7 } },
      { lattices: { birth: "month" } },
      { "lattices.birth": "other", "smallest and largest birth": "stricter" },
    ],
    [
      { lattices: { birth: 1 } },
      { lattices: { birth: "month" } },
      { "lattices.birth": "stricter", "smallest and largest birth": "stricter" },
    ],
    // 45 and 75 are no multiples of 10.
    [{ lattices: { age: 10 } }, { lattices: { age: 15 } }, { "lattices.age": "other" }],
    [{ lattices: { age: 15 } }, { lattices: { age: 10 } }, { "lattices.age": "other" }],
    [{ lattices: { albumin: 0.1 } }, { lattices: { albumin: 0.3 } }, { "lattices.albumin": "stricter" }],
    [{}, { resolution: 45 }, { resolution: "other" }],
    [{ resolution: 90 }, {}, { resolution: "looser" }],
    [{ rounding: 2 }, { rounding: 3 }, { rounding: "other" }],
    [{ rounding: 9 }, { rounding: 3 }, { rounding: "looser" }],
    [
      { lattices: { birth: "month" } },
      { lattices: { birth: 30 } },
      { "lattices.birth": "other", "smallest and largest birth": "looser" },
    ],
    [{}, { lattices: { age: 100 } }, { "lattices.age": "other", "smallest and largest age": "looser" }],
    [{}, { lattices: { age: 1 } }, { "lattices.age": "looser", "smallest and largest age": "looser" }],
    [{}, { lattices: { age: 10 } }, { "lattices.age": "other", "smallest and largest age": "looser" }],
    [
      { lattices: { birth: 100 } },
      { lattices: { birth: "quarter" } },
      { "lattices.birth": "other", "smallest and largest birth": "stricter" },
    ],
    [{}, { columns: ["age"] }, { columns: "stricter" }],
    [{ columns: { deny: ["name"] } }, {}, { columns: "looser" }],
    [
      { columns: ["age", "sex"] },
      { columns: { allow: ["age", "sex"], deny: ["sex"] } },
      { columns: "stricter" },
    ],
    [{ columns: { allow: ["age", "sex"], deny: ["sex"] } }, { columns: ["age"] }, {}],
    [{ columns: ["age"] }, { columns: ["sex"] }, { columns: "other" }],
    [{ columns: { deny: ["name"] } }, { columns: ["age"] }, { columns: "stricter" }],
    [{ columns: { deny: ["name"] } }, { columns: ["age", "name"] }, { columns: "other" }],
    [{ algorithms: ["coxph"] }, { algorithms: "all" }, { algorithms: "looser" }],
  ])("of %j and %j is %j", (a, b, expected) => {
    expect(between(a, b)).toEqual(expected);
  });

  it("says for which columns a width is stricter, where a policy does not tell their type", () => {
    const said = (a: object, b: object) =>
      policyDifferences(parsePolicy(a), parsePolicy(b)).map((one) => [one.before, one.after, one.words]);
    expect(said({}, { lattices: { age: 10 } })).toEqual([
      ["5, of dates quarter", "10", "stricter for numbers, neither for dates"],
      ["stay", "leave at multiples of 10", "looser"],
    ]);
    expect(said({ lattices: { age: 5 } }, {})).toEqual([
      ["5", "5, of dates quarter", "neither for dates"],
      ["leave at multiples of 5", "stay", "stricter"],
    ]);
    expect(said({}, { lattices: { birth: "year" } })).toEqual([["quarter", "year", "stricter"]]);
    expect(said({}, { resolution: 14 })).toEqual([["30", "14", "neither: other points"]]);
    expect(said({ columns: ["age"] }, { columns: ["sex"] })).toEqual([
      ["age", "sex", "stricter for some, looser for others"],
    ]);
    expect(said({}, { reason })).toEqual([["none", reason, "different"]]);
  });

  it("says of a column of known type what is so for that type", () => {
    const said = (type: "numeric" | "date") =>
      policyDifferences(parsePolicy(), parsePolicy({ lattices: { x: 5 } }), () => type).map(
        ({ setting, before, words }) => [setting, before, words],
      );
    const range = ["smallest and largest x", "stay", "looser"];
    expect(said("numeric")).toEqual([range]);
    expect(said("date")).toEqual([["lattices.x", "quarter", "neither: other points"], range]);
  });

  it("calls the open policy looser in all that it does not keep", () => {
    const differences = policyDifferences(parsePolicy(), parsePolicy("open", reason));
    expect(
      differences.filter(({ strictness }) => strictness !== "looser").map(({ setting }) => setting),
    ).toEqual(["reason"]);
    expect(differences.find(({ setting }) => setting === "maximumEvaluations")?.after).toBe("any number");
  });
});

describe("what is stricter", () => {
  const cuts = fc.integer({ min: 0, max: 400 });
  const widths = fc.constantFrom<Lattice>(1, 2, 5, 10, 15, 30, 0.5, 0.3, 0.1, "month", "quarter", "year");

  it("of two lattices has no point that the other has not", () => {
    const strictness = (a: Lattice, b: Lattice) => between({ lattices: { x: a } }, { lattices: { x: b } });
    const has = (day: number, one: Lattice) =>
      isPoint({ date: new Date(day * 86_400_000).toISOString().slice(0, 10) }, one);
    fc.assert(
      fc.property(widths, widths, cuts, (a, b, day) => {
        const found = strictness(a, b)["lattices.x"];
        if (found === "stricter" && has(day, b)) expect(has(day, a)).toBe(true);
        if (found === "looser" && has(day, a)) expect(has(day, b)).toBe(true);
      }),
    );
  });

  it("of two roundings is what can be worked out from the other's interval", () => {
    const told = (count: number, to: number) => {
      const of = Float64Array.of(count);
      const { lower, upper } = roundedCounts({ lower: of, upper: of }, parsePolicy({ rounding: to }));
      return [lower[0] as number, upper[0] as number] as const;
    };
    const multiples = Array.from({ length: 12 }, (_, i) => i + 1);
    for (const a of multiples)
      for (const b of multiples) {
        if (a === b) continue;
        const from = (fine: number, coarse: number) =>
          Array.from({ length: 300 }, (_, count) => count).every((count) => {
            const [least, most] = told(count, fine);
            return String(told(least, coarse)) === String(told(most, coarse));
          });
        const expected = from(a, b) ? "stricter" : from(b, a) ? "looser" : "other";
        expect(between({ rounding: a }, { rounding: b }), `${a} and ${b}`).toEqual({ rounding: expected });
      }
  });
});

it("marks the settings that are not a hospital's default", () => {
  const changed = settingsInWords(parsePolicy({ minimumCell: 10, columns: { deny: ["name"] } })).filter(
    ({ isDefault }) => !isDefault,
  );
  expect(changed.map(({ setting, value }) => [setting, value])).toEqual([
    ["minimumCell", "10"],
    ["columns", "all but name"],
  ]);
});
