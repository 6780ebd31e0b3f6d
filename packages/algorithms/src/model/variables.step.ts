import { type AnyColumn, category, defineStep, flags, levels, variable } from "@konsil/core";
import { z } from "zod";
import { type ColumnType, columnTypes } from "./column-types.ts";
import { levelPeople, noLevels } from "./level-people.ts";
import { otherLevels } from "./rare-levels.ts";

/** A site at which a column has no value at all does not know its type. */
const typeOf = (column: AnyColumn): ColumnType | undefined =>
  column.type === "category" && column.levels.length === 0 ? undefined : column.type;

/**
 * Asks what columns are, over the rows that a model can use: their types, and the names of the levels of categories.
 * Columns of `factors` are read as categories whatever they are: groups, strata, `factor(x)`. Their types are asked as
 * well, because TRUE at one site and 1 at another would be two levels.
 */
export const variablesStep = defineStep({
  name: "model.variables",
  arguments: z.strictObject({
    columns: z.array(z.string()),
    factors: z.array(z.string()).default([]),
    /** Columns that a row must have as well, such as the response. */
    complete: z.array(z.string()).default([]),
    /** Of factors whose levels are known, to ask what becomes of rare ones. */
    levels: z.record(z.string(), z.array(z.string())).default({}),
    others: otherLevels.default("refuse"),
  }),
  columns: (args) => ({
    asked: args.columns.map((name) => variable(name)),
    factors: args.factors.map((name) =>
      Object.hasOwn(args.levels, name)
        ? category(name, { levels: args.levels[name], others: args.others })
        : category(name),
    ),
    sources: args.factors.map((name) => variable(name)),
    complete: args.complete.map((name) => variable(name)),
  }),
  dimensions: (args) => ({ variable: [...args.columns, ...args.factors], type: columnTypes }),
  words: {
    asks: "what the columns are: their types, and the names of the levels of categories",
    reads: "the columns of the model or table, and those that a row must have as well",
    fields: {
      levels: "the levels of each category",
      types: "which type each column has here",
    },
  },
  output: {
    /** Of categories and factors; none of other columns. */
    levels: levels(["variable"]),
    types: flags(["variable", "type"]),
  },
  run(table) {
    const found = [
      ...table.asked.map(typeOf),
      ...table.sources.map((column) => (table.rows > 0 ? typeOf(column) : undefined)),
    ];
    return {
      levels: [
        ...table.asked.map((column) => (column.type === "category" ? levelPeople(column) : noLevels)),
        ...table.factors.map(levelPeople),
      ],
      types: found.flatMap((own) => columnTypes.map((type) => type === own)),
    };
  },
});
