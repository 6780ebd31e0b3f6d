import {
  ArgumentError,
  byCodePoint,
  type Central,
  type OtherLevels,
  siteColumn,
  suggestion,
} from "@konsil/core";
import { z } from "zod";
import type { VariableInfo } from "../formula/index.ts";
import { checkAgreement, columnTypes } from "./column-types.ts";
import { noRowLeft } from "./no-row-left.ts";
import {
  checkChosen,
  checkMerged,
  hasOthers,
  noLevels,
  othersOf,
  type RareLevels,
  rareLevels,
  rareWarning,
  rareWords,
  shownLevels,
  tooRare,
} from "./rare-levels.ts";
import { sortLevels } from "./sort-levels.ts";
import { variablesStep } from "./variables.step.ts";

/** Arguments that every algorithm with categories shares. */
export const levelArguments = {
  /** Order of levels by column; the first is the reference. Rows with other levels are left out. */
  levels: z.record(z.string(), z.array(z.string()).min(1)).optional(),
  rareLevels,
} as const;

/** What is known of the variables of a model once the sites have been asked. */
export interface KnownVariables {
  readonly variables: Readonly<Record<string, VariableInfo>>;
  /** What sites do with rows of other levels. */
  readonly others: OtherLevels;
}

/** What sites are told of the variables, and how a result names them. */
export interface Known {
  readonly asked: KnownVariables;
  /** As `asked.variables`, with levels that are told apart at some sites only named so. For labels and no question. */
  readonly shown: KnownVariables["variables"];
}

interface Question {
  readonly columns: readonly string[];
  /** Columns that are categories whatever their type. */
  readonly factors?: readonly string[];
  readonly complete?: readonly string[];
  readonly levels?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly rareLevels: RareLevels;
}

/**
 * Asks the sites what the columns are, in one round (none when there is nothing to ask).
 * @throws ArgumentError COLUMN_DISAGREES, LEVEL_UNKNOWN, LEVEL_RARE; DataError DATA_EMPTY
 */
export async function knowVariables(
  context: Central<typeof variablesStep>,
  question: Question,
): Promise<Known> {
  // The names of the sites are known, and belong to nobody.
  const bySite =
    [...(question.factors ?? []), ...question.columns].includes(siteColumn) &&
    context.variables[siteColumn] === undefined;
  const asksFor = (name: string): boolean => !bySite || name !== siteColumn;
  const factors = [...new Set(question.factors ?? [])].filter(asksFor);
  const columns = [...new Set(question.columns)].filter((name) => asksFor(name) && !factors.includes(name));
  const asked = [...columns, ...factors];
  const named = [...asked, ...(bySite ? [siteColumn] : [])];
  // One dictionary may serve many models; a misspelt name is worth a warning all the same.
  for (const stray of Object.keys(question.levels ?? {}).filter((name) => !named.includes(name)))
    context.warn(
      `\`levels\` orders "${stray}", which is no category of this model. ${suggestion(stray, named, "Columns")}`,
    );
  const variables: Record<string, VariableInfo> = {};
  if (bySite)
    variables[siteColumn] = {
      type: "category",
      levels: question.levels?.[siteColumn] ?? [...context.sites].sort(byCodePoint),
    };
  if (asked.length === 0) {
    const others = question.levels?.[siteColumn] === undefined ? "refuse" : "missing";
    return { asked: { variables, others }, shown: variables };
  }
  const complete = [...new Set(question.complete ?? [])];
  const pooled = await context.pool(variablesStep, { columns, factors, complete });
  const { rareLevels } = question;
  let others = othersOf(rareLevels);
  const merged: Record<string, readonly string[]> = {};
  for (const [i, name] of asked.entries()) {
    const types = columnTypes.filter((_, t) => pooled.types.any[i * columnTypes.length + t] === true);
    checkAgreement(name, types);
    if (!factors.includes(name) && types[0] !== "category") {
      if (question.levels?.[name] !== undefined) {
        throw new ArgumentError(
          "ARGUMENT_INVALID",
          `\`levels\` orders "${name}", which is no category here. Write factor(${name}), or declare it in the data with category().`,
        );
      }
      variables[name] = { type: types[0] === "boolean" ? "boolean" : "numeric" };
      continue;
    }
    const found = pooled.levels[i] ?? noLevels;
    // Levels are those of rows that are complete.
    if (found.names.length + found.fewOrganizations.length + found.rareAt.length === 0)
      throw noRowLeft([...complete, ...asked]);
    const chosen = question.levels?.[name];
    if (chosen !== undefined) {
      checkChosen(name, chosen, found);
      if (typeof rareLevels === "object" && chosen.includes(rareLevels.merge) && hasOthers(chosen, found))
        context.warn(
          `Levels of "${name}" that \`levels\` does not name were put together into "${rareLevels.merge}".`,
        );
      // Levels that were left out on purpose are left out everywhere.
      if (others === "refuse") others = "missing";
      variables[name] = { type: "category", levels: chosen };
      continue;
    }
    const rare = rareWords(found);
    if (rare !== undefined) {
      if (rareLevels === "error") throw tooRare(name, rare, found);
      context.warn(rareWarning(name, rareLevels, rare));
    }
    const declared = context.variables[name];
    const order = declared?.type === "category" ? declared.levels : undefined;
    const names =
      order === undefined ? sortLevels(found.names) : order.filter((level) => found.names.includes(level));
    if (rare !== undefined && typeof rareLevels === "object") {
      const { merge } = rareLevels;
      merged[name] = names.includes(merge) ? names : [...names, merge];
    }
    variables[name] = { type: "category", levels: merged[name] ?? names };
  }
  const shown = { ...variables };
  const categories = asked.flatMap((name, i) => {
    const info = variables[name];
    return info?.type === "category"
      ? [{ name, levels: info.levels, before: pooled.levels[i] ?? noLevels }]
      : [];
  });
  const isWhole = !categories.some(({ levels, before }) => hasOthers(levels, before));
  if (rareLevels === "error" || isWhole) return { asked: { variables, others }, shown };
  // Rows that one column leaves out may make levels of another rare.
  const left = columns.filter((name) => variables[name]?.type !== "category");
  const moving = categories.map(({ name }) => name);
  const isAskedAgain = Object.keys(merged).length > 0 || categories.length > 1;
  const after = isAskedAgain
    ? (
        await context.pool(variablesStep, {
          columns: left,
          factors: moving,
          complete,
          levels: Object.fromEntries(categories.map(({ name, levels }) => [name, [...levels]])),
          others,
        })
      ).levels.slice(left.length)
    : categories.map(({ before }) => before);
  for (const [i, { name, levels, before }] of categories.entries()) {
    const found = after[i] ?? noLevels;
    if (typeof rareLevels === "object" && Object.hasOwn(merged, name))
      checkMerged(name, rareLevels.merge, found, "enough");
    const named = shownLevels(name, levels, rareLevels, before, found);
    if (named.warning !== null) context.warn(named.warning);
    shown[name] = { type: "category", levels: named.levels };
  }
  return { asked: { variables, others }, shown };
}
