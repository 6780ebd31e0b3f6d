import { z } from "zod";
import { type Algorithm, defineAlgorithm } from "../algorithm/index.ts";
import { counted as countedWith } from "../errors/index.ts";
import { bounds, type Masked, narrowed } from "../policy/index.ts";
import type { Bounds } from "../statistics/index.ts";
import type { ColumnType } from "../table/index.ts";
import type { Cell, TableView, View } from "../view/index.ts";
import { descriptionStep } from "./description.step.ts";
import { levelsStep } from "./levels.step.ts";

/** A column at one site; null where the site does not have it or may not read it. */
export interface ColumnAtSite {
  readonly type: ColumnType;
  /** Rows without a value. Null when only some sites have the column: it was not counted. */
  readonly missing: Masked | null;
  readonly present: Masked | null;
  /** Levels with enough people to be named. */
  readonly levels: readonly string[];
  /** Whether the site has a level that it withholds, because too few people have it. */
  readonly withheld: boolean;
}

export interface DescribedColumn {
  readonly name: string;
  readonly unit: string | null;
  /** By site. */
  readonly sites: Readonly<Record<string, ColumnAtSite | null>>;
  /**
   * Sites where so few people lack a value that a site of the default policy leaves every model and curve that needs the
   * column (1 to k−1, or, where counts are rounded, perhaps none). Empty where it was not counted.
   */
  readonly fewMissing: readonly string[];
  /** What differs between sites, in words. */
  readonly disagreements: readonly string[];
}

/** Which site has which column, of which type, with which levels, and what disagrees. */
export interface Description {
  readonly sites: readonly string[];
  readonly columns: readonly DescribedColumn[];
}

function masked(bounds: Bounds | undefined, i: number): Masked | null {
  if (bounds === undefined) return null;
  return narrowed({ lower: bounds.lower[i] as number, upper: bounds.upper[i] as number });
}

/** What is left of rows without those that lack a value. */
function left(rows: number | undefined, missing: Masked | null): Masked | null {
  if (rows === undefined || missing === null) return null;
  return typeof missing === "number"
    ? rows - missing
    : { lower: rows - missing.upper, upper: rows - missing.lower };
}

/** Whether a count is hidden as one of 1…k−1: no other interval begins so low. An exact count has no rule that hides it. */
function isFew(missing: Masked | null): boolean {
  return missing !== null && typeof missing !== "number" && missing.lower <= 1;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}

/** The sites by the type that a column has there. Without any value it is of whatever type is wanted, so of those with one. */
function sitesByType(
  sites: Readonly<Record<string, ColumnAtSite | null>>,
): ReadonlyMap<ColumnType, readonly string[]> {
  const held = Object.entries(sites).flatMap(([site, at]) => (at === null ? [] : [{ site, ...at }]));
  const typed = held.filter(({ present }) => present !== 0);
  const types = new Map<ColumnType, string[]>();
  for (const { site, type } of typed.length > 0 ? typed : held)
    types.set(type, [...(types.get(type) ?? []), site]);
  return types;
}

/** Of a column of text, every value is a level: so many are told apart, and then how many more. */
const mostLevelsTold = 5;

function disagreements(sites: Readonly<Record<string, ColumnAtSite | null>>): readonly string[] {
  const found: string[] = [];
  const present = Object.entries(sites).flatMap(([site, column]) =>
    column === null ? [] : [[site, column] as const],
  );
  const absent = Object.entries(sites).flatMap(([site, column]) => (column === null ? [site] : []));
  if (absent.length > 0) found.push(`not at ${absent.join(", ")}`);
  const types = sitesByType(sites);
  if (types.size > 1) found.push([...types].map(([type, at]) => `${type} at ${at.join(", ")}`).join("; "));
  const everywhere = new Set(present.flatMap(([, { levels }]) => levels));
  const ofLevels: string[] = [];
  for (const level of everywhere) {
    const lacking = present.filter(([, { type, levels }]) => type === "category" && !levels.includes(level));
    const nobody = lacking.filter(([, { withheld }]) => !withheld).map(([site]) => site);
    const unknown = lacking.filter(([, { withheld }]) => withheld).map(([site]) => site);
    if (nobody.length > 0) ofLevels.push(`nobody has level ${quoted([level])} at ${nobody.join(", ")}`);
    if (unknown.length > 0)
      ofLevels.push(
        `level ${quoted([level])} is absent or withheld (too few people) at ${unknown.join(", ")}`,
      );
  }
  const more = ofLevels.length - mostLevelsTold;
  return [
    ...found,
    ...ofLevels.slice(0, mostLevelsTold),
    ...(more > 0 ? [`and ${countedWith(more, "more level")} that not every site has`] : []),
  ];
}

/** Describes the data of every site. */
export const describe: Algorithm<Record<string, never>, Description> = defineAlgorithm({
  name: "describe",
  title: "The data at the sites",
  arguments: z.strictObject({}),
  steps: [descriptionStep, levelsStep],
  central: async (_args, central): Promise<Description> => {
    const held = await central.columns();
    // A site that is lost until here is in neither.
    const { pool, sites, variables } = central;
    const at = (site: string) => held.get(site) ?? [];
    const names = [...new Set(sites.flatMap((site) => at(site).map(({ name }) => name)))];
    const common = names.filter((name) =>
      sites.every((site) => at(site).some((column) => column.name === name)),
    );
    const counted = common.length > 0 ? await pool(descriptionStep, { columns: common }) : undefined;
    const columns = names.map((name): DescribedColumn => {
      const i = common.indexOf(name);
      const bySite = Object.fromEntries(
        sites.map((site): [string, ColumnAtSite | null] => {
          const type = at(site).find((column) => column.name === name)?.type;
          if (type === undefined) return [site, null];
          if (i < 0 || counted === undefined)
            return [site, { type, missing: null, present: null, levels: [], withheld: false }];
          const levels = counted.levels.get(site)?.[i];
          const named = levels === undefined ? [] : [...levels.names, ...levels.fewOrganizations];
          return [
            site,
            {
              type,
              missing: masked(counted.missing.get(site), i),
              present: left(counted.rows.get(site), masked(counted.missing.get(site), i)),
              levels: named,
              withheld: (levels?.rareAt.length ?? 0) > 0,
            },
          ];
        }),
      );
      const declared = variables[name];
      return {
        name,
        unit: declared?.type === "numeric" ? (declared.unit ?? null) : null,
        sites: bySite,
        fewMissing: sites.filter((site) => isFew(bySite[site]?.missing ?? null)),
        disagreements: disagreements(bySite),
      };
    });
    return { sites: [...sites], columns };
  },
  view: descriptionView,
  methods: () => ({
    text: "Types, levels and missing values of the columns were described site by site.",
    references: [],
  }),
});

function descriptionView({ sites, columns }: Description): View {
  const anyFew = columns.some(({ fewMissing }) => fewMissing.length > 0);
  const overview: TableView = {
    title: "Columns",
    columns: [
      { name: "column", label: "Column", format: "text" },
      { name: "type", label: "Type", format: "text" },
      { name: "levels", label: "Levels", format: "text" },
      { name: "sites", label: "Sites", format: "integer" },
      ...(anyFew ? [{ name: "few", label: "A few missing at", format: "integer" as const }] : []),
      { name: "disagreements", label: "What disagrees", format: "text" },
    ],
    values: {
      column: columns.map(({ name, unit }) => (unit === null ? name : `${name} (${unit})`)),
      type: columns.map(({ sites }) => [...sitesByType(sites).keys()].join(", ")),
      levels: columns.map((described) => {
        const levels = [...new Set(atSites(described).flatMap((held) => held.levels))];
        return levels.slice(0, 8).join(", ") + (levels.length > 8 ? `, … (${levels.length})` : "");
      }),
      sites: columns.map((described) => atSites(described).length),
      ...(anyFew ? { few: columns.map(({ fewMissing }) => fewMissing.length) } : {}),
      disagreements: columns.map((described) => described.disagreements.join("; ")),
    },
  };
  const missing: TableView = {
    title: "Missing values by site",
    columns: [
      { name: "site", label: "Site", format: "text" },
      { name: "rows", label: "Rows", format: "integer" },
      ...columns.map(({ name }, i) => ({ name: `column${i + 1}`, label: name, format: "integer" as const })),
    ],
    values: {
      site: sites,
      rows: sites.map((site) =>
        total(columns.find((described) => described.sites[site]?.present != null)?.sites[site]),
      ),
      ...Object.fromEntries(
        columns.map((described, i) => [
          `column${i + 1}`,
          sites.map((site) => described.sites[site]?.missing ?? null),
        ]),
      ),
    },
  };
  const costly = columns.filter(({ fewMissing }) => fewMissing.length > 0);
  const differently = columns.filter(writtenDifferently).map(({ name }) => name);
  const notes = [
    ...notCountedNote(columns),
    ...(costly.length === 0 ? [] : [fewMissingNote(costly, sites.length)]),
    ...columns.flatMap(textNote),
    ...differently.map(
      (name) =>
        `Where sites write one level of "${name}" differently, derive a column that gives it one name: recode("${name}", { "their name": "your name" }, { others: "keep" }).`,
    ),
  ];
  return { title: "The data at the sites", tables: [overview, missing], notes };
}

/** Why a column that some sites lack has no numbers at those that have it. */
function notCountedNote(columns: readonly DescribedColumn[]): readonly string[] {
  const partial = columns.filter(({ sites }) => Object.values(sites).includes(null));
  if (partial.length === 0) return [];
  const named = partial.map(({ name, sites }) => {
    const absent = Object.entries(sites).flatMap(([site, held]) => (held === null ? [site] : []));
    return `"${name}" (not at ${absent.join(", ")})`;
  });
  return [
    `Missing values and levels of ${named.join("; ")} are counted at no site ("–"): every site is asked for the same columns, so one that a site lacks, or does not permit, is asked of none. Ask those that have it alone: the options of describe() and run() take { sites: […] }.`,
  ];
}

function fewMissingNote(costly: readonly DescribedColumn[], all: number): string {
  const named = costly.map(
    ({ name, fewMissing }) => `"${name}" ${fewMissing.length} (${fewMissing.join(", ")})`,
  );
  return `Of ${all} sites, a model or curve that needs the column loses: ${named.join("; ")}. A few people there lack a value, and a site does not answer where so few make the difference, unless its policy permits it (fewIncomplete). Leave the column out, or ask their stewards. Means in tables are told between two ends instead, and lose no site. Several columns together may cost more sites: the report of a run names them.`;
}

const typeWords = { numeric: "a number", boolean: "true or false", date: "a date" } as const;

/** A column that is text at some sites only: often one value made it so. Which one, its owner alone is told. */
function textNote({ name, sites }: DescribedColumn): readonly string[] {
  const types = sitesByType(sites);
  const text = types.get("category") ?? [];
  const other = [...types.keys()].find((type) => type !== "category");
  if (text.length === 0 || other === undefined) return [];
  const rows =
    other === "numeric" ? " Whoever keeps a CSV file there is told the rows by `konsil preview`." : "";
  return [
    `"${name}" is text at ${text.join(", ")} and ${typeWords[other]} elsewhere: not all of its values there are ${typeWords[other].replace(/^a (.*)$/, "$1s")}, or they are stored as text.${rows}`,
  ];
}

/** Whether two sites each have a level that the other has not: it may be the same one. */
function writtenDifferently(described: DescribedColumn): boolean {
  const held = atSites(described).map(({ levels }) => levels);
  const hasMore = (one: readonly string[], other: readonly string[]): boolean =>
    other.length > 0 && one.some((level) => !other.includes(level));
  return held.some((one) => held.some((other) => hasMore(one, other) && hasMore(other, one)));
}

function atSites(described: DescribedColumn): readonly ColumnAtSite[] {
  return Object.values(described.sites).filter((held) => held !== null);
}

function total(held: ColumnAtSite | null | undefined): Cell {
  if (held?.missing == null || held.present === null) return null;
  const { missing, present } = held;
  const [low, high] = [bounds(missing), bounds(present)];
  // The sum of both is known even where its parts are not.
  return low.lower + high.upper;
}
