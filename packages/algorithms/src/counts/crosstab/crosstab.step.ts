import { category, defineStep, maskedCounts } from "@konsil/core";
import { z } from "zod";
import { levelRequest } from "../requests.ts";

/** Those who lack variables, by which: a position in binary, 1 the first, 2 the second, 4 the third. */
function patterns(variables: readonly { readonly name: string }[]): readonly string[] {
  return Array.from({ length: 2 ** variables.length - 1 }, (_, i) => {
    const lacking = variables.filter((_variable, v) => (((i + 1) >> v) & 1) === 1);
    return `without ${lacking.map(({ name }) => name).join(" and ")}`;
  });
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
  leavesOut: { lacking: [], kept: ["variables"], unlisted: ["variables"] },
  dimensions: (args) => {
    const { variables, missingLevel } = args;
    // One position where there is no such variable.
    const cells = (i: number): readonly string[] => {
      const own = variables[i];
      if (own === undefined) return [""];
      const levels = own.levels.map((level) => `${own.name}=${level}`);
      return missingLevel ? [...levels, `without ${own.name}`] : levels;
    };
    return { first: cells(0), second: cells(1), third: cells(2), pattern: patterns(variables) };
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
