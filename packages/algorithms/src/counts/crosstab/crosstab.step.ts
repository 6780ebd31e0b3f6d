import { category, defineStep, maskedCounts } from "@konsil/core";
import { z } from "zod";
import { levelRequest } from "../requests.ts";

/** Which of the variables a row lacks, as a position in binary: 1 the first, 2 the second, 4 the third. */
function patterns(variables: number): readonly number[] {
  return Array.from({ length: 2 ** variables - 1 }, (_, i) => i + 1);
}

/**
 * How many are in each cell, the first variable slowest, and how many lack which of the variables. Every row is in one
 * number only; margins are made by central, since they would undo the masking of cells.
 */
export const crosstabStep = defineStep({
  name: "counts.crosstab",
  arguments: z.strictObject({
    variables: z.array(levelRequest).min(1).max(3),
    /** Whether a missing value is a level, the last one. */
    missingLevel: z.boolean(),
  }),
  columns: (args) => ({
    variables: args.variables.map(({ name, levels, others }) =>
      category(name, { levels, others, missing: "keep" }),
    ),
  }),
  dimensions: (args) => {
    const positions = (i: number): readonly number[] => {
      const levels = args.variables[i]?.levels.length ?? 0;
      // One position where there is no such variable.
      const size = i >= args.variables.length ? 1 : levels + (args.missingLevel ? 1 : 0);
      return Array.from({ length: size }, (_, level) => level);
    };
    return {
      first: positions(0),
      second: positions(1),
      third: positions(2),
      pattern: patterns(args.variables.length),
    };
  },
  words: {
    asks: "how many people are in each cell of the table",
    reads: "the one, two or three variables of the table",
    fields: {
      cells: "people in each cell, then people who lack a variable, by which of them they lack",
    },
  },
  output: {
    /** Then those who lack a variable, by pattern: none with a level for missing values, whose rows are in cells. */
    cells: maskedCounts(["first", "second", "third"], { rest: "pattern" }),
  },
  run(table, args) {
    const extra = args.missingLevel ? 1 : 0;
    const sizes = args.variables.map(({ levels }) => levels.length + extra);
    const inside = sizes.reduce((product, size) => product * size, 1);
    const cells = new Float64Array(inside + 2 ** sizes.length - 1);
    const codes = table.variables.map((column) => column.codes);
    for (let i = 0; i < table.rows; i++) {
      let cell = 0;
      let pattern = 0;
      for (let v = 0; v < codes.length; v++) {
        const code = (codes[v] as Int32Array)[i] as number;
        const size = sizes[v] as number;
        if (code < 0) pattern |= 1 << v;
        cell = cell * size + (code < 0 ? size - 1 : code);
      }
      if (pattern === 0 || extra === 1) cells[cell]!++;
      else cells[inside + pattern - 1]!++;
    }
    return { cells };
  },
});
