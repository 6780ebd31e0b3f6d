import { category, defineStep, maskedCounts } from "@konsil/core";
import { z } from "zod";
import {
  groupCodes,
  groupColumns,
  groupInWords,
  groupLabels,
  groupRequest,
  levelRequest,
} from "./requests.ts";

/** Positions of the levels of every variable: those who lack it, then its levels, as many as the longest has. */
function positions(variables: readonly { readonly levels: readonly string[] }[]): readonly string[] {
  const most = variables.reduce((longest, { levels }) => Math.max(longest, levels.length), 0);
  return Array.from({ length: 1 + most }, (_, i) => String(i));
}

/**
 * How many lack each category and how many are at each of its levels, by group. Nobody is at a position that a variable
 * does not have. Those who lack it stand beside its levels, since all of them together are the group, whichever variable
 * it is: what one variable tells of that sum must not undo the masking of another.
 */
export const levelCountsStep = defineStep({
  name: "counts.levels",
  arguments: z.strictObject({ variables: z.array(levelRequest), by: groupRequest }),
  columns: (args) => ({
    variables: args.variables.map(({ name, levels, others }) =>
      category(name, { levels, others, missing: "keep" }),
    ),
    group: groupColumns(args.by),
  }),
  leavesOut: { lacking: ["group"], kept: ["variables"], unlisted: ["variables", "group"] },
  dimensions: (args) => ({
    variable: args.variables.map(({ name }) => name),
    level: positions(args.variables),
    group: groupLabels(args.by),
  }),
  labels: ({ variables, by }) => ({
    variable: () => "",
    level: (position, { variable = 0 }) => {
      const { name = "", levels = [] } = variables[variable] ?? {};
      if (position === 0) return `without ${name}`;
      return position > levels.length ? `${name}, no such level` : `${name}=${levels[position - 1]}`;
    },
    group: groupInWords(by),
  }),
  words: {
    asks: "how many people are at each level of each category, and how many lack it, by group",
    reads: "the categories that are described, and the groups",
    fields: {
      cells: "people who lack the variable, then people at each of its levels",
    },
  },
  output: { cells: maskedCounts(["variable", "level", "group"], { each: ["variable"] }) },
  run(table, args) {
    const groups = groupLabels(args.by).length;
    const group = groupCodes(table.group, table.rows);
    const levels = positions(args.variables).length;
    const cells = new Float64Array(args.variables.length * levels * groups);
    for (const [v, { codes }] of table.variables.entries())
      for (let i = 0; i < codes.length; i++)
        cells[(v * levels + 1 + (codes[i] as number)) * groups + (group[i] as number)]!++;
    return { cells };
  },
});
