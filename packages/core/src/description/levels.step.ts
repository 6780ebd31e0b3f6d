import { z } from "zod";
import { type LevelPeople, levels, type PerSite, type PooledLevels, perSite } from "../statistics/index.ts";
import { defineStep, type Step } from "../step/index.ts";
import { category, variable } from "../table/index.ts";
import { peopleByLevel } from "./description.step.ts";

/** What leaves: for each site by itself, the levels of each column. */
export type LevelsOutput = {
  readonly levels: PerSite<readonly LevelPeople[], readonly PooledLevels[], "column">;
};

export interface LevelsQuestion {
  columns: string[];
  /** Columns that are categories whatever their type. */
  factors: string[];
}

/** Which levels columns have, of all rows: what a filter names is held against them. */
export const levelsStep: Step<LevelsQuestion, LevelsOutput> = defineStep({
  name: "describe.levels",
  arguments: z.strictObject({ columns: z.array(z.string()), factors: z.array(z.string()) }),
  columns: (args) => ({
    columns: args.columns.map((name) => variable(name, { missing: "keep" })),
    factors: args.factors.map((name) => category(name, { missing: "keep" })),
  }),
  leavesOut: { lacking: [], kept: ["columns", "factors"], unlisted: [] },
  dimensions: (args) => ({ column: [...args.columns, ...args.factors] }),
  words: {
    asks: "the levels of the categories of which a filter or a derived column names a level",
    reads: "these columns, of all rows",
    fields: { levels: "the levels of each category" },
  },
  output: { levels: perSite(levels(["column"])) },
  run: ({ columns, factors }) => ({
    levels: [...columns, ...factors.map((held) => ({ type: "category", ...held }) as const)].map(
      peopleByLevel,
    ),
  }),
});
