import { type Category, category, defineStep, flags, type LevelPeople, levels, variable } from "@konsil/core";
import { z } from "zod";

function levelPeople({ codes, levels: names }: Category): LevelPeople {
  const people = new Float64Array(names.length);
  for (let i = 0; i < codes.length; i++) if ((codes[i] as number) >= 0) people[codes[i] as number]!++;
  return { levels: names, people };
}

const none: LevelPeople = { levels: [], people: [] };

/**
 * Asks what columns are, over the rows that a model can use: whether they are categories, and the names of their
 * levels. Columns of `factors` are read as categories whatever they are: groups, strata, `factor(x)`.
 */
export const variablesStep = defineStep({
  name: "model.variables",
  arguments: z.strictObject({
    columns: z.array(z.string()),
    factors: z.array(z.string()).default([]),
    /** Columns that a row must have as well, such as the response. */
    complete: z.array(z.string()).default([]),
  }),
  columns: (args) => ({
    asked: args.columns.map((name) => variable(name)),
    factors: args.factors.map((name) => category(name)),
    complete: args.complete.map((name) => variable(name)),
  }),
  dimensions: (args) => ({ variable: [...args.columns, ...args.factors] }),
  output: {
    /** Of categories and factors; none of other columns. */
    levels: levels(["variable"]),
    category: flags(["variable"]),
    boolean: flags(["variable"]),
    number: flags(["variable"]),
  },
  run: (table, args) => ({
    levels: [
      ...table.asked.map((column) => (column.type === "category" ? levelPeople(column) : none)),
      ...table.factors.map(levelPeople),
    ],
    // A site at which a column has no value at all does not know its type.
    category: [
      ...table.asked.map((column) => column.type === "category" && column.levels.length > 0),
      ...args.factors.map(() => true),
    ],
    boolean: [...table.asked.map(({ type }) => type === "boolean"), ...args.factors.map(() => false)],
    number: [
      ...table.asked.map(({ type }) => type === "numeric" || type === "date"),
      ...args.factors.map(() => false),
    ],
  }),
});
