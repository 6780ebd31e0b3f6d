import { attrition, type Masked } from "@konsil/core";
import { localFederation } from "@konsil/sdk";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crosstab, summary, tableOne } from "./index.ts";

type Row = {
  readonly g: string | null;
  readonly h: string | null;
  readonly by: string;
  readonly x: number | null;
};

/** Every released number is one of those between its ends, and the truth is among them. */
function holds(released: Masked | null, truth: number, what: string): void {
  if (released === null) return;
  const { lower, upper } = typeof released === "number" ? { lower: released, upper: released } : released;
  const rounding = 1e-12 * Math.max(1, Math.abs(truth));
  expect(lower, what).toBeLessThanOrEqual(truth + rounding);
  expect(upper, what).toBeGreaterThanOrEqual(truth - rounding);
}

const levels = { g: ["a", "b", "c"], h: ["u", "v"], by: ["one", "two"] };
const count = (rows: readonly Row[], keep: (row: Row) => boolean): number => rows.filter(keep).length;

const row = (i: number, seed: number): Row => {
  const draw = (salt: number): number => (((i + 1) * 2654435761 + (seed + salt) * 40503) >>> 8) % 1000;
  return {
    g: draw(1) < 40 ? null : draw(1) < 700 ? "a" : draw(1) < 880 ? "b" : "c",
    h: draw(2) < 30 ? null : draw(2) < 850 ? "u" : "v",
    by: draw(3) < 650 ? "one" : "two",
    x: draw(4) < 25 ? null : draw(4) / 10,
  };
};

const drawn = fc.record({
  sizes: fc.array(fc.integer({ min: 60, max: 250 }), { minLength: 3, maxLength: 6 }),
  seed: fc.nat(1000),
  minimumCell: fc.constantFrom(5, 10, 11),
  rounding: fc.constantFrom(1, 1, 5),
  minimumOrganizations: fc.constantFrom(2, 3),
});

describe("under any hospital's policy", () => {
  it("every interval that tables tell holds the truth", async () => {
    let intervals = 0;
    const told = new Map<string, number>();
    const note = (name: string): unknown => told.set(name, (told.get(name) ?? 0) + 1);
    await fc.assert(
      fc.asyncProperty(drawn, async ({ sizes, seed, minimumCell, rounding, minimumOrganizations }) => {
        const policy = { minimumCell, rounding, minimumOrganizations };
        const parts = sizes.map((size, s) => Array.from({ length: size }, (_, i) => row(i + 1000 * s, seed)));
        const rows = parts.flat();
        const federation = await localFederation(
          parts.map((part, s) => ({ name: `s${s}`, rows: part, policy: { ...policy } })),
        );

        const cross = await federation
          .run(crosstab, { rows: "g", columns: "h", levels: { g: levels.g, h: levels.h } })
          .catch(refused);
        if (cross !== undefined) {
          note("crosstab");
          const [table] = cross.tables;
          for (const [i, g] of levels.g.entries())
            for (const [j, h] of levels.h.entries()) {
              const truth = count(rows, (one) => one.g === g && one.h === h);
              const cell = table?.counts[i]?.[j] ?? 0;
              if (typeof cell !== "number") intervals++;
              holds(cell, truth, `${g} ${h}`);
              holds(
                table?.rowShares[i]?.[j] ?? null,
                truth / count(rows, (one) => one.g === g && one.h !== null),
                "row share",
              );
              holds(
                table?.shares[i]?.[j] ?? null,
                truth / count(rows, (one) => one.g !== null && one.h !== null),
                "share",
              );
            }
          holds(
            cross.n,
            count(rows, (one) => one.g !== null && one.h !== null),
            "n",
          );
          holds(
            cross.missing,
            count(rows, (one) => one.g === null || one.h === null),
            "missing",
          );
          holds(
            cross.rows.missing,
            count(rows, (one) => one.g === null),
            "rows missing",
          );
        }

        const asked = { columns: ["g", "h", "x"], by: "by", levels };
        for (const algorithm of [summary, tableOne]) {
          const value = await federation.run(algorithm, asked as never).catch(refused);
          if (value === undefined) continue;
          note(algorithm.name);
          const answered = new Set(
            value.report.sites.flatMap(({ site, state }) => (state === "answered" ? [site] : [])),
          );
          const rows = parts.filter((_, s) => answered.has(`s${s}`)).flat();
          for (const [b, by] of levels.by.entries()) {
            holds(
              value.by?.n[b] ?? null,
              count(rows, (one) => one.by === by),
              `n of ${by}`,
            );
            for (const variable of value.variables) {
              const name = variable.variable as "g" | "h" | "x";
              const group = variable.groups[b];
              holds(
                group?.missing ?? null,
                count(rows, (one) => one.by === by && one[name] === null),
                "missing",
              );
              if (group === undefined) continue;
              if (!("counts" in group)) {
                const xs = rows.flatMap(({ by: own, x }) => (own === by && x !== null ? [x] : []));
                const mean = xs.reduce((total, x) => total + x, 0) / xs.length;
                const squares = xs.reduce((total, x) => total + (x - mean) ** 2, 0);
                holds(group.n, xs.length, `n of ${by}`);
                holds(group.mean, mean, `mean of ${by}`);
                holds(group.standardDeviation, Math.sqrt(squares / (xs.length - 1)), `SD of ${by}`);
                holds(group.sum, mean * xs.length, `sum of ${by}`);
                if (typeof group.mean !== "number") note("a mean between bounds");
                continue;
              }
              const present = count(rows, (one) => one.by === by && one[name] !== null);
              for (const [l, level] of levels[name as "g" | "h"].entries()) {
                const truth = count(rows, (one) => one.by === by && one[name] === level);
                holds(group.counts[l] ?? null, truth, `${name} ${level} of ${by}`);
                holds(group.shares[l] ?? null, truth / present, "share");
              }
            }
          }
        }

        const described = await federation.describe().catch(refused);
        if (described !== undefined) note("describe");
        for (const column of described?.columns ?? [])
          for (const [s, part] of parts.entries()) {
            const held = column.sites[`s${s}`];
            const lacking = count(part, (one) => one[column.name as keyof Row] === null);
            holds(held?.missing ?? null, lacking, `missing ${column.name}`);
            holds(held?.present ?? null, part.length - lacking, `present ${column.name}`);
          }
        const all = await federation.run(attrition, {}).catch(refused);
        if (all !== undefined) {
          note("attrition");
          holds(all.rows, rows.length, "attrition");
        }
      }),
      { numRuns: 25 },
    );
    expect(told.size).toBe(6);
    for (const runs of told.values()) expect(runs).toBeGreaterThan(12);
    expect(intervals).toBeGreaterThan(20);
  });
});

/** A policy may say no; then nothing is told. */
function refused(error: unknown): undefined {
  expect(error).toHaveProperty("code");
  return undefined;
}
