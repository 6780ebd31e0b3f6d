import { z } from "zod";
import {
  type Bounds,
  count,
  type LevelPeople,
  levels,
  maskedCounts,
  type PerSite,
  type PooledLevels,
  perSite,
} from "../statistics/index.ts";
import { defineStep, type Step } from "../step/index.ts";
import { type AnyColumn, markMissing, variable } from "../table/index.ts";

/** How many people have each level of a category; no level of anything else. */
export function peopleByLevel(column: AnyColumn): LevelPeople {
  if (column.type !== "category") return { levels: [], people: [] };
  const found = new Float64Array(column.levels.length);
  for (let i = 0; i < column.codes.length; i++)
    if ((column.codes[i] as number) >= 0) found[column.codes[i] as number]!++;
  return { levels: column.levels, people: found };
}

function missing(column: AnyColumn, rows: number): number {
  const marks = new Uint8Array(rows);
  markMissing(column, marks);
  return marks.reduce((total, mark) => total + mark, 0);
}

type Counts = PerSite<ArrayLike<number>, Bounds, "column">;
type NamedLevels = PerSite<readonly LevelPeople[], readonly PooledLevels[], "column">;

/** What leaves: by column, and for each site by itself. */
export type DescriptionOutput = {
  readonly rows: PerSite<number, number>;
  readonly missing: Counts;
  readonly levels: NamedLevels;
};

/** How many rows have each column, and which levels its category has. */
export const descriptionStep: Step<{ columns: string[] }, DescriptionOutput> = defineStep({
  name: "describe.columns",
  arguments: z.strictObject({ columns: z.array(z.string()).min(1) }),
  columns: (args) => ({ columns: args.columns.map((name) => variable(name, { missing: "keep" })) }),
  leavesOut: { lacking: [], kept: ["columns"], unlisted: [] },
  dimensions: (args) => ({ column: args.columns }),
  words: {
    asks: "how many rows there are, how many lack each column, and the levels of categories",
    reads: "the columns that the policy permits",
    fields: {
      rows: "rows of this site",
      missing: "rows without a value",
      levels: "the levels of each category",
    },
  },
  output: {
    rows: perSite(count()),
    missing: perSite(maskedCounts(["column"], { each: ["column"], ofSome: true })),
    levels: perSite(levels(["column"])),
  },
  run: (table) => {
    const missings = table.columns.map((column) => missing(column, table.rows));
    return {
      rows: table.rows,
      missing: missings,
      levels: table.columns.map(peopleByLevel),
    };
  },
});
