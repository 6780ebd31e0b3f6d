import { bounds, type Central, type Masked, narrowed } from "@konsil/core";
import { noRowLeft, type RareLevels } from "../model/index.ts";
import { type Between, plus } from "../numeric/index.ts";
import { centredStep } from "./centred.step.ts";
import { levelCountsStep } from "./level-counts.step.ts";
import { betweenAt, lessMasked, maskedAt, narrowest, type Share, shareOf, totalOf } from "./masked.ts";
import { momentsStep } from "./moments.step.ts";
import { type AboutCentre, spreadOf, spreadOfAll } from "./spread-about.ts";
import { type CountedLevels, type CountedVariable, knowCounted, requestOf } from "./variables.central.ts";
import { countedVariablesStep } from "./variables.step.ts";

/**
 * A number in one group, or in all (`group` null): between bounds that hold the truth where a few people lack it at some
 * site, which does not tell how many.
 */
export interface NumberSummary {
  readonly group: string | null;
  /** Those who have it. */
  readonly n: Masked;
  readonly missing: Masked;
  /** Null for dates. */
  readonly sum: Masked | null;
  /** Dates as days since 1 January 1970. */
  readonly mean: Masked | null;
  readonly standardDeviation: Masked | null;
}

/** A number or date. */
export interface NumberVariable {
  readonly variable: string;
  readonly type: "numeric" | "date";
  readonly unit: string | null;
  readonly overall: NumberSummary;
  readonly groups: readonly NumberSummary[];
}

/** A category in one group, or in all (`group` null). */
export interface LevelSummary {
  readonly group: string | null;
  /** Those who have a level. */
  readonly n: Masked;
  readonly missing: Masked;
  /** By level. */
  readonly counts: readonly Masked[];
  /** Of those who have a level. */
  readonly shares: readonly Share[];
}

/** A category, yes/no variable, or number of at most two values. */
export interface LevelVariable {
  readonly variable: string;
  readonly type: "boolean" | "category";
  readonly levels: readonly string[];
  readonly overall: LevelSummary;
  readonly groups: readonly LevelSummary[];
}

export type SummaryVariable = NumberVariable | LevelVariable;

/** The groups of a table. */
export interface TableGroups {
  readonly variable: string;
  readonly levels: readonly string[];
  /** People by level. */
  readonly n: readonly Masked[];
}

/** Every variable, overall and by group. */
export interface Summaries {
  readonly n: Masked;
  readonly by: TableGroups | null;
  readonly variables: readonly SummaryVariable[];
}

export const summarySteps = [countedVariablesStep, momentsStep, centredStep, levelCountsStep] as const;

type SummaryContext = Central<(typeof summarySteps)[number]>;

export interface SummaryQuestion {
  readonly columns: readonly string[];
  readonly by?: string | undefined;
  readonly levels?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly rareLevels: RareLevels;
}

/** Summaries with what was learnt about the variables on the way. */
export interface Summarised extends Summaries {
  readonly known: ReadonlyMap<string, CountedVariable>;
  readonly group: CountedLevels | null;
  /** Of each number or date, by group, what is told about a centre. */
  readonly centred: ReadonlyMap<string, readonly AboutCentre[]>;
}

export function isNumber(variable: SummaryVariable): variable is NumberVariable {
  return variable.type === "numeric" || variable.type === "date";
}

/** Whether a number is known between bounds only. */
export function isBetween(variable: SummaryVariable): boolean {
  return isNumber(variable) && typeof variable.overall.n !== "number";
}

/** What a reader of intervals has to know, if there is one. */
export function betweenNote(variables: readonly SummaryVariable[]): readonly string[] {
  const between = variables.filter(isBetween);
  if (between.length === 0) return [];
  const names = between.map(({ variable }) => variable).join(", ");
  return [
    `Of ${names}: at some sites so few people lack a value that how many is not told. Whatever follows from it is shown by its two ends, between which it surely lies; no site is left out.`,
  ];
}

/**
 * Learns what the columns are, then pools sums and counts, then sums of squares about the pooled means.
 * @throws ArgumentError COLUMN_DISAGREES, LEVEL_UNKNOWN, LEVEL_RARE; RefusalError CELL_TOO_SMALL; DataError DATA_EMPTY
 */
export async function summarise(context: SummaryContext, question: SummaryQuestion): Promise<Summarised> {
  const { by } = question;
  const known = await knowCounted(context, {
    columns: question.columns,
    factors: by === undefined ? [] : [by],
    levels: question.levels,
    rareLevels: question.rareLevels,
    by,
  });
  const found = by === undefined ? undefined : known.get(by);
  const group = found !== undefined && "levels" in found ? found : null;
  const asked = question.columns.map((name) => known.get(name)).filter((one) => one !== undefined);
  const [numbers, counted] = await Promise.all([
    summariseNumbers(context, asked, group),
    summariseLevels(context, asked, group),
  ]);
  const people = (group?.levels ?? ["all"]).map((_, g) =>
    narrowest([...(numbers.everyone[g] ?? []), ...counted.map((variable) => everyone(variable, g))]),
  );
  const categories = counted.map((variable) => amongPeople(variable, people));
  const byName = new Map(
    [...numbers.variables, ...categories].map((variable) => [variable.variable, variable]),
  );
  const variables = question.columns.map((name) => byName.get(name)).filter((found) => found !== undefined);
  const n = totalOf(people);
  if (bounds(n).upper === 0) throw noRowLeft(by === undefined ? [] : [by]);
  return {
    n,
    by: group === null ? null : { variable: group.name, levels: group.shown, n: people },
    variables,
    known,
    group,
    centred: numbers.centred,
  };
}

/** Everyone in a group: those who have the variable and those who lack it. */
function everyone(variable: LevelVariable, g: number): Masked {
  const summary = variable.groups[g] ?? variable.overall;
  return totalOf([summary.n, summary.missing]);
}

/** Numbers and dates, and how many people are in each group by each of them. */
interface SummarisedNumbers {
  readonly variables: readonly NumberVariable[];
  readonly everyone: readonly (readonly Masked[])[];
  readonly centred: ReadonlyMap<string, readonly NumberInGroup[]>;
}

async function summariseNumbers(
  context: SummaryContext,
  asked: readonly CountedVariable[],
  group: CountedLevels | null,
): Promise<SummarisedNumbers> {
  const of = (type: string): string[] =>
    asked.filter((variable) => variable.type === type).map(({ name }) => name);
  const [numbers, dates] = [of("numeric"), of("date")];
  const names = [...numbers, ...dates];
  if (names.length === 0) return { variables: [], everyone: [], centred: new Map() };
  const by = group === null ? null : requestOf(group);
  const first = (await context.pool(momentsStep, { numbers, dates, by })).numbers;
  const centre = Array.from(first.people.lower, (_, cell) => {
    const [n, total] = [betweenAt(first.people, cell), betweenAt(first.sums.sum, cell)];
    return n.upper === 0 ? 0 : (total.lower + total.upper) / (n.lower + n.upper);
  });
  const second = (await context.pool(centredStep, { numbers, dates, by, centre })).numbers;
  const labels: readonly (string | null)[] = group?.shown ?? [null];
  const centred = new Map<string, readonly NumberInGroup[]>();
  const variables = names.map((name, v): NumberVariable => {
    const type = v < numbers.length ? "numeric" : "date";
    const groups = labels.map((label, g): NumberInGroup => {
      const cell = v * labels.length + g;
      return {
        group: label,
        missing: maskedAt(first.missing, cell),
        sum: betweenAt(first.sums.sum, cell),
        n: betweenAt(first.people, cell),
        centre: centre[cell] as number,
        deviation: betweenAt(second.sums.deviation, cell),
        squared: betweenAt(second.sums.squared, cell),
      };
    });
    centred.set(name, groups);
    const declared = context.variables[name];
    return {
      variable: name,
      type,
      unit: declared?.type === "numeric" ? (declared.unit ?? null) : null,
      overall: numberSummary(groups, null, type),
      groups: by === null ? [] : groups.map((one) => numberSummary([one], one.group, type)),
    };
  });
  return {
    variables,
    centred,
    everyone: labels.map((_, g) => names.map((_name, v) => maskedAt(first.everyone, v * labels.length + g))),
  };
}

interface NumberInGroup extends AboutCentre {
  readonly group: string | null;
  readonly missing: Masked;
  readonly sum: Between;
}

/** Of several groups together, which is no group. */
function numberSummary(
  groups: readonly NumberInGroup[],
  group: string | null,
  type: "numeric" | "date",
): NumberSummary {
  const [first, ...others] = groups;
  return {
    group,
    n: narrowed(plus(...groups.map(({ n }) => n))),
    missing: totalOf(groups.map(({ missing }) => missing)),
    sum: type === "date" ? null : narrowed(plus(...groups.map(({ sum }) => sum))),
    ...(first !== undefined && others.length === 0 ? spreadOf(first) : spreadOfAll(groups)),
  };
}

async function summariseLevels(
  context: SummaryContext,
  asked: readonly CountedVariable[],
  group: CountedLevels | null,
): Promise<readonly LevelVariable[]> {
  const variables = asked.filter((variable) => "levels" in variable);
  if (variables.length === 0) return [];
  const { cells } = await context.pool(levelCountsStep, {
    variables: variables.map(requestOf),
    by: group === null ? null : requestOf(group),
  });
  const labels: readonly (string | null)[] = group?.shown ?? [null];
  const positions = 1 + variables.reduce((longest, { levels }) => Math.max(longest, levels.length), 0);
  return variables.map(({ name, type, levels, shown }, v): LevelVariable => {
    const at = (position: number, g: number): Masked =>
      maskedAt(cells, (v * positions + position) * labels.length + g);
    const count = (level: number, g: number): Masked => at(1 + level, g);
    const groups = labels.map((label, g) =>
      levelSummary(
        label,
        levels.map((_, level) => count(level, g)),
        at(0, g),
      ),
    );
    const overall = levelSummary(
      null,
      levels.map((_, level) => totalOf(labels.map((_label, g) => count(level, g)))),
      totalOf(groups.map((group) => group.missing)),
    );
    return { variable: name, type, levels: shown, overall, groups: group === null ? [] : groups };
  });
}

/** `accounts`: of how many people have a level, besides the sum of these. */
function levelSummary(
  group: string | null,
  counts: readonly Masked[],
  missing: Masked,
  ...accounts: readonly Masked[]
): LevelSummary {
  const n = narrowest([totalOf(counts), ...accounts]);
  return { group, n, missing, counts, shares: counts.map((_, level) => shareOf(counts, level, n)) };
}

/** Counts of levels among people of whom it is known, from any variable, how many are in each group. */
function amongPeople(variable: LevelVariable, people: readonly Masked[]): LevelVariable {
  const groups = variable.groups.map(({ group, counts, missing }, g) =>
    levelSummary(group, counts, missing, lessMasked(people[g] ?? 0, missing)),
  );
  const { counts, missing } = variable.overall;
  const all = groups.length > 0 ? totalOf(groups.map(({ n }) => n)) : lessMasked(totalOf(people), missing);
  return { ...variable, groups, overall: levelSummary(null, counts, missing, all) };
}
