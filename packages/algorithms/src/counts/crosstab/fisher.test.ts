import { localFederation } from "@konsil/sdk";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectClose } from "../../../test/close.ts";
import { fisherTest } from "./fisher.ts";
import { crosstab } from "./index.ts";

describe("Fisher's exact test", () => {
  it("solves the tea tasting, whose law is 1, 16, 36, 16, 1", () => {
    const test = fisherTest([
      [3, 1],
      [1, 3],
    ]);
    expectClose(test?.p, 34 / 70, 1e-13);
    const total = (psi: number): number => 1 + 16 * psi + 36 * psi ** 2 + 16 * psi ** 3 + psi ** 4;
    const [psi, lower, upper] = [test?.oddsRatio ?? 0, test?.lower ?? 0, test?.upper ?? 0];
    // The mean is three, and three or more (fewer) have a probability of 0.025 at the ends.
    expectClose((16 * psi + 72 * psi ** 2 + 48 * psi ** 3 + 4 * psi ** 4) / total(psi), 3, 1e-13);
    expectClose((16 * lower ** 3 + lower ** 4) / total(lower), 0.025, 1e-12);
    expectClose((total(upper) - upper ** 4) / total(upper), 0.025, 1e-12);
  });

  it("turns its odds ratio over when rows change places", () => {
    const cell = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(cell, cell, cell, cell, (a, b, c, d) => {
        const test = fisherTest([
          [a, b],
          [c, d],
        ]);
        const turned = fisherTest([
          [c, d],
          [a, b],
        ]);
        expectClose(turned?.p, test?.p, 1e-10);
        for (const [one, other] of [
          [test?.oddsRatio, turned?.oddsRatio],
          [test?.lower, turned?.upper],
        ])
          if (typeof one === "number" && typeof other === "number" && one > 0)
            expectClose(one * other, 1, 1e-9);
      }),
      { seed: 20_260_401 },
    );
  });

  it("has infinite ends as null, and no answer without two rows and columns", () => {
    const apart = fisherTest([
      [4, 0],
      [0, 4],
    ]);
    expect([apart?.oddsRatio, apart?.upper]).toEqual([null, null]);
    expectClose(apart?.p, 2 / 70, 1e-13);
    expect(
      fisherTest([
        [3, 4],
        [0, 0],
      ]),
    ).toBeNull();
  });

  it("shows infinite ends as such", async () => {
    const rows = ["a", "b"].flatMap((level) => Array.from({ length: 4 }, () => ({ x: level, y: level })));
    const federation = await localFederation([
      { name: "s", rows, policy: "open", reason: "rows made up by a test" },
    ]);
    const table = await federation.run(crosstab, { rows: "x", columns: "y", fisher: true });
    expect(table.tables[0]?.fisher).toMatchObject({ oddsRatio: null, upper: null });
    const tests = table.view.tables?.[1]?.values;
    expect(tests).toMatchObject({ estimate: [null, "∞"], "conf.high": [null, "∞"] });
    expect(tests?.["conf.low"]?.[1]).toBeGreaterThan(0);
  });
});
