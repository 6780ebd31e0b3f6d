import {
  type AnyColumn,
  category,
  defineStep,
  flags,
  type LevelPeople,
  levels,
  variable,
} from "@konsil/core";
import { z } from "zod";
import { otherLevels } from "../model/index.ts";
import { levelPeople, noLevels } from "../model/level-people.ts";
import { groupColumns, groupRequest } from "./requests.ts";

/** The values of a numeric column with their people, as long as there are at most two of them. */
function fewValues(values: Float64Array): LevelPeople | undefined {
  const found: number[] = [];
  const people = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    let at = found.indexOf(value);
    if (at < 0) {
      if (found.length === 2) return undefined;
      at = found.push(value) - 1;
    }
    people[at]!++;
  }
  return { levels: found.map(String), people: people.slice(0, found.length) };
}

/** What one site can say of a column. A column without any value says nothing: it may be of any type. */
interface Seen {
  readonly type: AnyColumn["type"] | undefined;
  readonly levels: LevelPeople;
  readonly many: boolean;
}

function look(column: AnyColumn): Seen {
  if (column.type === "category") {
    const people = levelPeople(column);
    return { type: people.levels.length > 0 ? "category" : undefined, levels: people, many: false };
  }
  if (column.type === "boolean") {
    const any = column.values.some((value) => value <= 1);
    return { type: any ? "boolean" : undefined, levels: noLevels, many: false };
  }
  const any = column.values.some((value) => !Number.isNaN(value));
  const type = any ? column.type : undefined;
  if (column.type === "date") return { type, levels: noLevels, many: any };
  const few = fewValues(column.values);
  return { type, levels: few ?? noLevels, many: few === undefined };
}

/**
 * Asks what columns are, each over the rows in which it is present itself: a table of counts must not lose a row of
 * one variable because another is missing. Numbers of at most two values are named like levels, since a sum over a
 * two-valued variable is a count in disguise and has to keep the rule of counts.
 */
export const countedVariablesStep = defineStep({
  name: "counts.variables",
  arguments: z.strictObject({
    columns: z.array(z.string()),
    /** Columns that are read as categories whatever their type, which is told all the same. */
    factors: z.array(z.string()).default([]),
    /** Of factors whose levels are known, to ask what becomes of rare ones. */
    levels: z.record(z.string(), z.array(z.string())).default({}),
    others: otherLevels.default("refuse"),
    /** The group of the table, without which a row is not in it. */
    by: groupRequest.default(null),
  }),
  columns: (args) => ({
    asked: args.columns.map((name) => variable(name, { missing: "keep" })),
    factors: args.factors.map((name) =>
      Object.hasOwn(args.levels, name)
        ? category(name, { missing: "keep", levels: args.levels[name], others: args.others })
        : category(name, { missing: "keep" }),
    ),
    group: groupColumns(args.by),
    sources: args.factors.map((name) => variable(name, { missing: "keep" })),
  }),
  leavesOut: { lacking: ["group"], kept: ["asked", "factors", "sources"], unlisted: ["factors", "group"] },
  dimensions: (args) => ({ variable: [...args.columns, ...args.factors] }),
  words: {
    asks: "what the columns are: their types, the names of levels, and whether a number has more than two values",
    reads: "the columns that are described, and the groups",
    fields: {
      levels: "the levels of each category, and the values of a number that has two at most",
      numeric: "which columns are numbers",
      date: "which are dates",
      boolean: "which are yes or no",
      category: "which are categories",
      many: "which numbers have more than two values",
    },
  },
  output: {
    levels: levels(["variable"]),
    numeric: flags(["variable"]),
    date: flags(["variable"]),
    boolean: flags(["variable"]),
    category: flags(["variable"]),
    /** Numbers of more than two values. */
    many: flags(["variable"]),
  },
  run(table) {
    const seen: readonly Seen[] = [
      ...table.asked.map(look),
      ...table.factors.map(
        (column, i): Seen => ({
          // TRUE at one site and 1 at another would be two levels.
          type: look(table.sources[i] as AnyColumn).type,
          levels: levelPeople(column),
          many: false,
        }),
      ),
    ];
    const is = (type: AnyColumn["type"]): boolean[] => seen.map((column) => column.type === type);
    return {
      levels: seen.map((column) => column.levels),
      numeric: is("numeric"),
      date: is("date"),
      boolean: is("boolean"),
      category: is("category"),
      many: seen.map(({ many }) => many),
    };
  },
});
