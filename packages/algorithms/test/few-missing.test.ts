import { bounds, type Masked } from "@konsil/core";
import { localFederation } from "@konsil/sdk";
import { describe, expect, it } from "vitest";
import { summary } from "../src/counts/index.ts";
import type { NumberSummary } from "../src/counts/summarise.central.ts";
import { goldenRows, uniform } from "./goldens.ts";

type Row = ReturnType<typeof goldenRows>[number];

/** Eleven uneven sites: the largest has some seven times the rows of the smallest. */
function elevenSites(rows: readonly Row[]): readonly (readonly Row[])[] {
  const random = uniform(7);
  const cut: Row[][] = Array.from({ length: 11 }, () => []);
  for (const row of rows) cut[Math.floor(11 * random() ** 1.6)]?.push(row);
  return cut.filter((part) => part.length >= 10);
}

const width = (value: Masked | null): number => {
  const { lower, upper } = bounds(value ?? Number.NaN);
  return upper - lower;
};

/** Sites, those at which 1 to 4 lack the number, and how wide mean and standard deviation are told, in such deviations. */
const measured = {
  "lung.csv ph.karno": { sites: 11, few: 1, answered: 11, mean: 0.002, deviation: 0.007 },
  "lung.csv pat.karno": { sites: 11, few: 3, answered: 11, mean: 0.02, deviation: 0.034 },
  "lung.csv wt.loss": { sites: 11, few: 8, answered: 10, mean: 0.039, deviation: 0.067 },
  "colon.csv nodes": { sites: 11, few: 10, answered: 11, mean: 0.01, deviation: 0.019 },
} as const;

describe("a summary of numbers that few people lack, over eleven uneven sites", () => {
  it.each(Object.entries(measured))(
    "%s loses no site, and is told between near ends",
    async (name, expected) => {
      const [file = "", column = ""] = name.split(" ");
      const parts = elevenSites(goldenRows(file));
      const few = parts.filter((rows) => {
        const lacking = rows.filter((row) => row[column] === null).length;
        return lacking > 0 && lacking < 5;
      });
      const under = async (policy: Readonly<Record<string, unknown>>) => {
        const federation = await localFederation(
          parts.map((rows, s) => ({ name: `s${s}`, rows: rows as never, policy })),
        );
        const { variables, report } = await federation.run(summary, { columns: [column] });
        return {
          overall: variables[0]?.overall as NumberSummary,
          answered: report.sites.filter(({ state }) => state === "answered").map(({ site }) => site),
        };
      };
      // A site may have other reasons to abstain.
      const { overall: exact, answered: permitted } = await under({ fewIncomplete: "permit" });
      const { overall, answered } = await under({});
      expect(answered).toEqual(permitted);
      for (const key of ["n", "mean", "standardDeviation"] as const) {
        const { lower, upper } = bounds(overall[key] as Masked);
        expect(lower).toBeLessThanOrEqual((exact[key] as number) + 1e-9);
        expect(upper).toBeGreaterThanOrEqual((exact[key] as number) - 1e-9);
      }
      const sd = exact.standardDeviation as number;
      const inDeviations = (value: Masked | null): number => Number((width(value) / sd).toFixed(3));
      expect({
        sites: parts.length,
        few: few.length,
        answered: answered.length,
        mean: inDeviations(overall.mean),
        deviation: inDeviations(overall.standardDeviation),
      }).toEqual(expected);
    },
  );
});
