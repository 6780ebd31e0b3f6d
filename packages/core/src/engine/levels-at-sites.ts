import { type DataSpecification, type UnknownLevel, unknownLevels, type Variables } from "../data/index.ts";
import { ArgumentError, suggestion } from "../errors/index.ts";
import { siteColumn } from "../site/index.ts";
import type { PooledLevels } from "../statistics/index.ts";

/** What sites name of the levels of some columns. */
export interface LevelsAtSites {
  readonly columns: readonly string[];
  /** By site, in the order of the columns. A site that did not answer is not in it. */
  readonly levels: ReadonlyMap<string, readonly PooledLevels[]>;
  /** Every site that was asked. */
  readonly asked: readonly string[];
  /** Every site that there is: a filter may name one that was not asked. */
  readonly sites: readonly string[];
}

const declaredWith = (data: DataSpecification, found: Variables): DataSpecification => ({
  ...data,
  columns: { ...data.columns, ...found },
});

/**
 * Holds the levels that data name against those that sites name. A misspelt one would select nobody, or everybody, and
 * say nothing. There is only a warning where a site may have a level that it does not name, or where one was asked
 * alone: it may lack what others have.
 * @throws ArgumentError LEVEL_UNKNOWN
 */
export function judgeLevels(
  data: DataSpecification,
  { columns, levels, asked, sites }: LevelsAtSites,
): readonly string[] {
  if (levels.size === 0)
    return [
      "Whether the sites have the levels that the data name was not checked: none of them named its own.",
    ];
  const named: Record<string, Variables[string]> = {};
  const certain: Record<string, Variables[string]> = {};
  for (const [i, column] of columns.entries()) {
    const answers = [...levels.values()].flatMap((answer) => answer[i] ?? []);
    const names = (answer: PooledLevels): readonly string[] => [...answer.names, ...answer.fewOrganizations];
    const found = new Set([...answers.flatMap(names), ...(column === siteColumn ? sites : [])]);
    // Nobody names a level: it is no category, and the types of what is compared are judged elsewhere.
    if (found.size === 0) continue;
    named[column] = { type: "category", levels: [...found] };
    const hidden = answers.some((answer) => answer.rareAt.length > 0 || names(answer).length === 0);
    if (!hidden && asked.length > 1 && answers.length === asked.length) certain[column] = named[column];
  }
  for (const unknown of unknownLevels(declaredWith(data, certain)))
    throw new ArgumentError("LEVEL_UNKNOWN", inWords(unknown, "has no level", ", at no site"));
  return unknownLevels(declaredWith(data, named)).map((unknown) =>
    inWords(
      unknown,
      "may have no level",
      ": no site names it, and one may have too few people of it to do so",
    ),
  );
}

function inWords({ column, level, levels }: UnknownLevel, has: string, where: string): string {
  return `"${column}" ${has} "${level}"${where}. ${suggestion(level, levels, "Levels")} If it is right all the same, declare the column's levels in data({ columns }) with category([…]).`;
}
