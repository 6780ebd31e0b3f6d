import { readdirSync, readFileSync } from "node:fs";
import { kindOf, parsePolicy, type ReleaseContext } from "@konsil/core";
import { describe, expect, it } from "vitest";
import { feasible } from "../../core/test/linear-program.ts";
import { crosstabStep } from "../src/counts/crosstab/crosstab.step.ts";
import { goldenRows, uniform } from "./goldens.ts";

type Row = Readonly<Record<string, unknown>>;

/** Eleven uneven sites: the largest has some seven times the rows of the smallest. */
function elevenSites(rows: readonly Row[]): readonly (readonly Row[])[] {
  const random = uniform(7);
  const cut: Row[][] = Array.from({ length: 11 }, () => []);
  for (const row of rows) cut[Math.floor(11 * random() ** 1.6)]?.push(row);
  return cut;
}

interface Told {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/** What a site tells of a table, as the step of cross tables sends it and its policy has it; or its small cells as intervals and nothing else. */
function told(people: readonly number[], sizes: readonly number[], k: number, guarded: boolean): Told {
  if (!guarded) {
    const small = (count: number): boolean => count > 0 && count < k;
    return {
      lower: people.map((count) => (small(count) ? 1 : count)),
      upper: people.map((count) => (small(count) ? k - 1 : count)),
    };
  }
  const { cells } = crosstabStep.output;
  const variables = sizes.map((size, a) => ({
    name: `v${a}`,
    levels: Array.from({ length: size }, (_, i) => String(i)),
    others: "refuse" as const,
  }));
  const lacking = Array.from({ length: 2 ** sizes.length - 1 }, () => 0);
  const context: ReleaseContext = {
    policy: parsePolicy({ minimumCell: k }),
    field: "cells",
    rows: people.reduce((all, count) => all + count, 0),
    dimensions: crosstabStep.dimensions({ variables, missingLevel: false }),
    other: () => undefined,
    measured: () => undefined,
    columnName: (key) => key,
  };
  const { lower, upper } = kindOf(cells).release(cells, [...people, ...lacking], context).wire as Told;
  return { lower: lower.slice(0, people.length), upper: upper.slice(0, people.length) };
}

interface Found {
  /** Small cells. */
  readonly small: number;
  /** Known exactly. */
  readonly exact: number;
  /** Known better than [1, k−1]. */
  readonly better: number;
}

/**
 * Asks for the table of two variables and for each variable by itself, all over the same rows, of which the number is
 * known; and solves for the small cells.
 */
function attack(rows: readonly Row[], first: string, second: string, k: number, guarded: boolean): Found {
  const complete = rows.filter((row) => row[first] != null && row[second] != null);
  const levels = (name: string): readonly string[] =>
    [...new Set(complete.map((row) => String(row[name])))].sort();
  const [a, b] = [levels(first), levels(second)];
  const cells = a.flatMap((x) =>
    b.map((y) => complete.filter((row) => String(row[first]) === x && String(row[second]) === y).length),
  );
  const rowTotals = a.map((_, i) => cells.slice(i * b.length, (i + 1) * b.length).reduce((n, m) => n + m, 0));
  const columnTotals = b.map((_, j) =>
    cells.filter((_cell, at) => at % b.length === j).reduce((n, m) => n + m, 0),
  );
  const replies = [
    told(cells, [a.length, b.length], k, guarded),
    told(rowTotals, [a.length], k, guarded),
    told(columnTotals, [b.length], k, guarded),
  ];
  const margin = (keep: (at: number) => boolean, total: number) => ({
    terms: [
      ...cells.flatMap((_, at) => (keep(at) ? [[at, 1] as const] : [])),
      ...(total < 0 ? [] : [[cells.length + total, -1] as const]),
    ],
    value: total < 0 ? complete.length : 0,
  });
  const system = {
    lower: replies.flatMap(({ lower }) => [...lower]),
    upper: replies.flatMap(({ upper }) => [...upper]),
    equations: [
      margin(() => true, -1),
      ...a.map((_, i) => margin((at) => Math.floor(at / b.length) === i, i)),
      ...b.map((_, j) => margin((at) => at % b.length === j, a.length + j)),
    ],
  };
  const small = cells.flatMap((count, at) => (count > 0 && count < k ? [at] : []));
  const ends = feasible(system, small);
  return {
    small: small.length,
    exact: ends.filter(({ lower, upper }) => upper - lower < 1 - 1e-6).length,
    better: ends.filter(({ lower, upper }) => lower > 1 + 1e-6 || upper < k - 1 - 1e-6).length,
  };
}

const folder = new URL("../../konsil/data/breast-cancer/", import.meta.url);

/** The rows of the breast cancer study, by site. No cell of these files is quoted. */
const breast = readdirSync(folder)
  .filter((name) => name.endsWith(".csv"))
  .sort()
  .map((name): readonly Row[] => {
    const [header = "", ...lines] = readFileSync(new URL(name, folder), "utf8").trimEnd().split("\n");
    const names = header.split(",");
    return lines.map((line) => {
      const cells = line.split(",");
      return Object.fromEntries(names.map((column, i) => [column, cells[i] === "" ? null : cells[i]]));
    });
  });

const studies = [
  ["breast cancer: size by grade", breast, "size", "grade"],
  ["breast cancer: size by hormon", breast, "size", "hormon"],
  ["breast cancer: grade by menopause", breast, "grade", "menopause"],
  ["colon: differ by extent", elevenSites(goldenRows("colon.csv")), "differ", "extent"],
  ["colon: rx by extent", elevenSites(goldenRows("colon.csv")), "rx", "extent"],
  ["colon: perfor by obstruct", elevenSites(goldenRows("colon.csv")), "perfor", "obstruct"],
  ["lung: ph.ecog by sex", elevenSites(goldenRows("lung.csv")), "ph.ecog", "sex"],
] as const;

/** Small cells of all studies; known exactly and better than [1, k−1] by masking alone; the same as Konsil masks. */
const measured = {
  5: { small: 180, without: [126, 178], guarded: [0, 0] },
  10: { small: 235, without: [96, 234], guarded: [0, 0] },
  11: { small: 245, without: [99, 242], guarded: [0, 0] },
} as const;

describe("margins of other replies against masked cells, on real data over eleven sites", () => {
  it.each([5, 10, 11] as const)("k = %i: they tell no cell, and nearly all by masking alone", (k) => {
    const [off, on] = [false, true].map((guarded) =>
      studies
        .flatMap(([, sites, first, second]) => sites.map((rows) => attack(rows, first, second, k, guarded)))
        .reduce((all, one) => ({
          small: all.small + one.small,
          exact: all.exact + one.exact,
          better: all.better + one.better,
        })),
    ) as [Found, Found];
    expect({
      small: on.small,
      without: [off.exact, off.better],
      guarded: [on.exact, on.better],
    }).toEqual(measured[k]);
  });
});
