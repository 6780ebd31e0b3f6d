import { ArgumentError, type Central, type PooledLevels, suggestion } from "@konsil/core";
import type { z } from "zod";
import {
  checkAgreement,
  checkChosen,
  checkMerged,
  columnTypes,
  hasOthers,
  noLevels,
  noRowLeft,
  type RareLevels,
  rareWarning,
  rareWords,
  shownLevels,
  sortLevels,
  tooRare,
} from "../model/index.ts";
import type { LevelRequest, levelRequest } from "./requests.ts";
import { countedVariablesStep } from "./variables.step.ts";

/** A variable that is averaged, or one whose levels are counted. */
export type CountedVariable = { readonly name: string; readonly type: "numeric" | "date" } | CountedLevels;

export interface CountedLevels extends LevelRequest {
  readonly type: "boolean" | "category";
  /** As a result names the levels: those that are told apart at some sites only are named so. */
  readonly shown: readonly string[];
}

interface Question {
  readonly columns: readonly string[];
  /** Columns that are categories whatever their type. */
  readonly factors: readonly string[];
  readonly levels?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly rareLevels: RareLevels;
  /** The factor by which the table is grouped: rows that lack it are not in the table. */
  readonly by?: string | undefined;
}

/** @throws ArgumentError ARGUMENT_INVALID for levels of a variable that is not in the table, or a level named twice */
function checkLevels(levels: Question["levels"], names: readonly string[]): void {
  for (const [name, chosen] of Object.entries(levels ?? {})) {
    if (!names.includes(name))
      throw new ArgumentError(
        "ARGUMENT_INVALID",
        `\`levels\` orders "${name}", which is not in the table. ${suggestion(name, names, "Variables")}`,
      );
    const twice = chosen.find((level, i) => chosen.indexOf(level) !== i);
    if (twice !== undefined)
      throw new ArgumentError("ARGUMENT_INVALID", `\`levels\` of "${name}" names "${twice}" twice.`);
  }
}

/**
 * Asks the sites what the columns are, in one round, by column name.
 * @throws ArgumentError ARGUMENT_INVALID, COLUMN_DISAGREES, LEVEL_UNKNOWN, LEVEL_RARE; DataError DATA_EMPTY
 */
export async function knowCounted(
  context: Central<typeof countedVariablesStep>,
  question: Question,
): Promise<ReadonlyMap<string, CountedVariable>> {
  const factors = [...new Set([...question.factors, ...Object.keys(question.levels ?? {})])];
  checkLevels(question.levels, [...new Set([...question.columns, ...question.factors])]);
  const columns = [...new Set(question.columns)].filter((name) => !factors.includes(name));
  const asked = [...columns, ...factors];
  const pooled = await context.pool(countedVariablesStep, { columns, factors });
  const known = new Map<string, CountedVariable>();
  for (const [i, name] of asked.entries()) {
    const found = columnTypes.filter((type) => pooled[type].any[i] === true);
    checkAgreement(name, found);
    // Without any value the type is what was declared; a category without levels, if nothing was.
    const type = factors.includes(name)
      ? "category"
      : (found[0] ?? context.variables[name]?.type ?? "category");
    const levels = pooled.levels[i] ?? noLevels;
    if (type === "date" || (type === "numeric" && (pooled.many.any[i] === true || levels.names.length > 2))) {
      known.set(name, { name, type });
    } else if (type === "boolean") {
      known.set(name, { name, type, levels: yesNo, shown: yesNo, others: "refuse" });
    } else {
      const request = levelsOf(context, question, name, levels);
      known.set(name, { type: "category", ...request, shown: request.levels });
    }
  }
  const { rareLevels, by } = question;
  const moving = [...known.values()].filter(
    (variable): variable is CountedLevels => "levels" in variable && variable.others === rareLevels,
  );
  if (rareLevels === "error" || moving.length === 0) return known;
  const group = by === undefined ? undefined : known.get(by);
  const after = await context.pool(countedVariablesStep, {
    columns: [],
    factors: moving.map(({ name }) => name),
    levels: Object.fromEntries(moving.map(({ name, levels }) => [name, [...levels]])),
    others: rareLevels,
    by: group !== undefined && "levels" in group ? requestOf(group) : null,
  });
  for (const [i, variable] of moving.entries()) {
    const { name, levels } = variable;
    const found = after.levels[i] ?? noLevels;
    if (typeof rareLevels === "object") checkMerged(name, rareLevels.merge, found, "masked");
    const before = pooled.levels[asked.indexOf(name)] ?? noLevels;
    const shown = shownLevels(name, levels, rareLevels, before, found);
    if (shown.warning !== null) context.warn(shown.warning);
    known.set(name, { ...variable, shown: shown.levels });
  }
  return known;
}

const yesNo = ["FALSE", "TRUE"];

/** What a step is told of a category. */
export function requestOf({ name, levels, others }: LevelRequest): z.output<typeof levelRequest> {
  return { name, levels: [...levels], others };
}

function levelsOf(
  context: Pick<Central<never>, "variables" | "warn">,
  question: Question,
  name: string,
  pooled: PooledLevels,
): LevelRequest {
  const { names, fewOrganizations, rareAt } = pooled;
  const { rareLevels } = question;
  const chosen =
    question.levels !== undefined && Object.hasOwn(question.levels, name) ? question.levels[name] : undefined;
  if (chosen !== undefined) {
    if (names.length + fewOrganizations.length + rareAt.length === 0) throw noRowLeft([name]);
    checkChosen(name, chosen, pooled);
    // Rows without a group, or without a variable of a cross table, are not in it at all.
    if (question.columns.includes(name) && hasOthers(chosen, pooled))
      context.warn(`Missing values of "${name}" include the levels that \`levels\` does not name.`);
    return { name, levels: chosen, others: "missing" };
  }
  const rare = rareWords(pooled);
  if (rare !== undefined) {
    if (rareLevels === "error") throw tooRare(name, rare, pooled);
    context.warn(rareWarning(name, rareLevels, rare, "counted as missing"));
  }
  const declared = context.variables[name];
  const order = declared?.type === "category" ? declared.levels : undefined;
  const sorted = order === undefined ? sortLevels(names) : order.filter((level) => names.includes(level));
  // Where no level is rare, none becomes so unsaid because rows lack the group of the table.
  if (rare === undefined && sorted.length === names.length) return { name, levels: sorted, others: "refuse" };
  if (rare === undefined || typeof rareLevels !== "object")
    return { name, levels: sorted, others: rareLevels === "exclude" ? "exclude" : "refuse" };
  const { merge } = rareLevels;
  return { name, levels: sorted.includes(merge) ? sorted : [...sorted, merge], others: rareLevels };
}
