import { bounds, type Central, type Masked } from "@konsil/core";
import { noRowLeft, type RareLevels } from "../model/index.ts";
import { centredStep } from "./centred.step.ts";
import { levelCountsStep } from "./level-counts.step.ts";
import { maskedAt, narrowest, type Share, shareOf, totalOf } from "./masked.ts";
import { momentsStep } from "./moments.step.ts";
import { type CountedLevels, type CountedVariable, knowCounted, requestOf } from "./variables.central.ts";
import { countedVariablesStep } from "./variables.step.ts";

/** A number in one group, or in all (`group` null). */
export interface NumberSummary {
  readonly group: string | null;
  readonly n: number;
  readonly missing: Masked;
  /** Null for dates. */
  readonly sum: number | null;
  /** Dates as days since 1 January 1970. */
  readonly mean: number | null;
  readonly standardDeviation: number | null;
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
}

export function isNumber(variable: SummaryVariable): variable is NumberVariable {
  return variable.type === "numeric" || variable.type === "date";
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
  const [numbers, categories] = await Promise.all([
    summariseNumbers(context, asked, group),
    summariseLevels(context, asked, group),
  ]);
  const byName = new Map([...numbers, ...categories].map((variable) => [variable.variable, variable]));
  const variables = question.columns.map((name) => byName.get(name)).filter((found) => found !== undefined);
  const people = (group?.levels ?? ["all"]).map((_, g) =>
    narrowest(variables.map((variable) => everyone(variable, g))),
  );
  const n = totalOf(people);
  if (bounds(n).upper === 0) throw noRowLeft(by === undefined ? [] : [by]);
  return {
    n,
    by: group === null ? null : { variable: group.name, levels: group.shown, n: people },
    variables,
    known,
    group,
  };
}

/** Everyone in a group: those who have the variable and those who lack it. */
function everyone(variable: SummaryVariable, g: number): Masked {
  const summary = variable.groups[g] ?? variable.overall;
  return totalOf([summary.n, summary.missing]);
}

async function summariseNumbers(
  context: SummaryContext,
  asked: readonly CountedVariable[],
  group: CountedLevels | null,
): Promise<readonly NumberVariable[]> {
  const of = (type: string): string[] =>
    asked.filter((variable) => variable.type === type).map(({ name }) => name);
  const [numbers, dates] = [of("numeric"), of("date")];
  const names = [...numbers, ...dates];
  if (names.length === 0) return [];
  const by = group === null ? null : requestOf(group);
  const { people, missing, sum } = await context.pool(momentsStep, { numbers, dates, by });
  const centre = Array.from(sum, (total, cell) =>
    people[cell] === 0 ? 0 : total / (people[cell] as number),
  );
  const { deviation, squared } = await context.pool(centredStep, { numbers, dates, by, centre });
  const labels: readonly (string | null)[] = group?.shown ?? [null];
  return names.map((name, v): NumberVariable => {
    const type = v < numbers.length ? "numeric" : "date";
    const moments = labels.map((label, g): Moments => {
      const cell = v * labels.length + g;
      const n = people[cell] as number;
      const d = deviation[cell] as number;
      return {
        group: label,
        n,
        missing: maskedAt(missing, cell),
        sum: sum[cell] as number,
        mean: n === 0 ? 0 : (centre[cell] as number) + d / n,
        squares: n === 0 ? 0 : Math.max(0, (squared[cell] as number) - (d * d) / n),
      };
    });
    const overall = numberSummary(combine(moments), type);
    const declared = context.variables[name];
    return {
      variable: name,
      type,
      unit: declared?.type === "numeric" ? (declared.unit ?? null) : null,
      overall,
      groups: by === null ? [] : moments.map((one) => numberSummary(one, type)),
    };
  });
}

interface Moments {
  readonly group: string | null;
  readonly n: number;
  readonly missing: Masked;
  readonly sum: number;
  readonly mean: number;
  /** Σ(x − mean)² */
  readonly squares: number;
}

/** All groups together: squares within them and between them. */
function combine(groups: readonly Moments[]): Moments {
  const n = groups.reduce((total, group) => total + group.n, 0);
  const mean = n === 0 ? 0 : groups.reduce((total, group) => total + (group.n / n) * group.mean, 0);
  return {
    group: null,
    n,
    missing: totalOf(groups.map((group) => group.missing)),
    sum: groups.reduce((total, group) => total + group.sum, 0),
    mean,
    squares: groups.reduce((total, group) => total + group.squares + group.n * (group.mean - mean) ** 2, 0),
  };
}

function numberSummary(
  { group, n, missing, sum, mean, squares }: Moments,
  type: "numeric" | "date",
): NumberSummary {
  return {
    group,
    n,
    missing,
    sum: type === "date" ? null : sum,
    mean: n === 0 ? null : mean,
    standardDeviation: n < 2 ? null : Math.sqrt(squares / (n - 1)),
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

function levelSummary(group: string | null, counts: readonly Masked[], missing: Masked): LevelSummary {
  return {
    group,
    n: totalOf(counts),
    missing,
    counts,
    shares: counts.map((_, level) => shareOf(counts, level)),
  };
}
