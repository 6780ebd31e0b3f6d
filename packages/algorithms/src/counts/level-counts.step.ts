import { category, defineStep, maskedCounts } from "@konsil/core";
import { z } from "zod";
import { groupCodes, groupColumns, groupLabels, groupRequest, levelRequest } from "./requests.ts";

/** How many are at each level of each category, and how many lack it, by group. The levels of all variables follow each other. */
export const levelCountsStep = defineStep({
  name: "counts.levels",
  arguments: z.strictObject({ variables: z.array(levelRequest), by: groupRequest }),
  columns: (args) => ({
    variables: args.variables.map(({ name, levels, others }) =>
      category(name, { levels, others, missing: "keep" }),
    ),
    group: groupColumns(args.by),
  }),
  dimensions: (args) => ({
    variable: args.variables.map(({ name }) => name),
    // The position of the variable keeps equal levels of two variables apart.
    level: args.variables.flatMap(({ levels }, i) => levels.map((level) => `${i}:${level}`)),
    group: groupLabels(args.by),
  }),
  output: {
    cells: maskedCounts(["level", "group"]),
    missing: maskedCounts(["variable", "group"]),
  },
  run(table, args) {
    const groups = groupLabels(args.by).length;
    const group = groupCodes(table.group, table.rows);
    const levels = args.variables.reduce((total, variable) => total + variable.levels.length, 0);
    const cells = new Float64Array(levels * groups);
    const missing = new Float64Array(args.variables.length * groups);
    let base = 0;
    for (const [v, { codes }] of table.variables.entries()) {
      for (let i = 0; i < codes.length; i++) {
        const level = codes[i] as number;
        const g = group[i] as number;
        if (level < 0) missing[v * groups + g]!++;
        else cells[(base + level) * groups + g]!++;
      }
      base += args.variables[v]?.levels.length ?? 0;
    }
    return { cells, missing };
  },
});
