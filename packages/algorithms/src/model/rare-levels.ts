import { ArgumentError, listing, type OtherLevels, type PooledLevels, suggestion } from "@konsil/core";
import { z } from "zod";
import { sortLevels } from "./sort-levels.ts";

/**
 * What becomes of levels that too few organizations have, or too few people at a site: "error" says which, "exclude"
 * leaves their rows out, `merge` puts them together into one level of this name.
 */
export type RareLevels = "error" | "exclude" | { readonly merge: string };

export const rareLevels = z
  .union([z.enum(["error", "exclude"]), z.strictObject({ merge: z.string().trim().min(1) })])
  .default("error");

/** What a step is told to do with rows of other levels: part of its arguments. */
export const otherLevels = z.union([
  z.enum(["refuse", "missing", "exclude"]),
  z.strictObject({ merge: z.string() }),
]) satisfies z.ZodType<OtherLevels>;

export function othersOf(rare: RareLevels): OtherLevels {
  return rare === "error" ? "refuse" : rare;
}

export const noLevels: PooledLevels = {
  names: [],
  fewOrganizations: [],
  rareAt: [],
  sites: 0,
  namedAt: [],
  perhapsRareAt: [],
};

const quoted = (names: readonly string[]): string => listing(names.map((name) => `"${name}"`));

/** Which levels the sites' policies do not show and why, or undefined where there is none. */
export function rareWords({ fewOrganizations, rareAt }: PooledLevels): string | undefined {
  const few =
    fewOrganizations.length === 0
      ? []
      : [
          `fewer organizations than the sites' policies ask for (minimumOrganizations) have ${quoted(fewOrganizations)}`,
        ];
  const hidden =
    rareAt.length === 0
      ? []
      : [
          `at ${listing(rareAt)} fewer people than the policy there asks for (minimumCell) have a level, which is not named`,
        ];
  const both = [...few, ...hidden];
  return both.length === 0 ? undefined : both.join("; ");
}

/** The levels that no site may have to move. */
function wholeLevels({ names, perhapsRareAt }: PooledLevels): readonly string[] {
  return sortLevels(names.filter((_, i) => perhapsRareAt[i] === 0));
}

/** `levels: { grade: ["I", "II"] }`, of the levels that no site may have to move; undefined where these are fewer than two. */
function sameEverywhere(name: string, pooled: PooledLevels): string | undefined {
  const whole = wholeLevels(pooled);
  const key = /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
  return whole.length < 2
    ? undefined
    : `levels: { ${key}: [${whole.map((level) => JSON.stringify(level)).join(", ")}] }`;
}

const wordOfSplit = "a level may then be told apart at some sites only, and is named so";

/** Where a site has too few people of a level: a level that they join keeps the site, and one that is left out may lose it. */
function joinRare(name: string, pooled: PooledLevels): string {
  const whole = wholeLevels(pooled);
  const last = whole.at(-1);
  const named = whole.slice(0, -1).map((level) => `${JSON.stringify(level)}: ${JSON.stringify(level)}`);
  const join =
    last === undefined
      ? 'Let each site put its own rare levels together with rareLevels: { merge: "other" }'
      : `Let each site put its rare levels into one that all have: rareLevels: { merge: ${JSON.stringify(last)} }`;
  const wider =
    named.length === 0
      ? "Or make wider levels, the same at every site, with recode()."
      : `Or make wider levels, the same at every site: recode("${name}", { ${named.join(", ")} }, { others: { as: "${last} or other" } }).`;
  const same = sameEverywhere(name, pooled);
  const leave =
    same === undefined
      ? 'Or leave their rows out with rareLevels: "exclude"'
      : `Or choose the levels that are the same at every site, without the rest: ${same}; or by site, rareLevels: "exclude"`;
  return `${join}; ${wordOfSplit}. ${wider} ${leave}: models lose the sites where so few rows are left out (fewIncomplete), tables mask how many.`;
}

/** Where too few organizations have a level: what the others have is the same at every site. */
function leaveRare(name: string, pooled: PooledLevels): string {
  const same = sameEverywhere(name, pooled);
  const first =
    same === undefined
      ? "Make wider levels, the same at every site, with recode()."
      : `Choose the levels that are the same at every site, without the rest: ${same}; or make wider ones with recode().`;
  return `${first} Or let each site put its own rare levels together with rareLevels: { merge: "other" }, or leave their rows out with rareLevels: "exclude": ${wordOfSplit}.`;
}

/** The error for levels that are too rare, with what a researcher can do, first what loses no site. */
export function tooRare(name: string, words: string, pooled: PooledLevels): ArgumentError {
  const spelling = `derive a column that gives it one name: recode("${name}", { "their name": "your name" }, { others: "keep" }).`;
  // A level of few sites is often one that the others write differently; to choose the others' would leave these sites out.
  const isSpelling = pooled.fewOrganizations.length > 0;
  const before = isSpelling
    ? `Where these are levels that other sites write differently, ${spelling} Otherwise: `
    : "";
  const after = isSpelling ? "" : ` Where sites write one level differently, ${spelling}`;
  const advice = pooled.rareAt.length > 0 ? joinRare(name, pooled) : leaveRare(name, pooled);
  return new ArgumentError(
    "LEVEL_RARE",
    `"${name}" has levels that are too rare to be shown: ${words}. ${before}${advice}${after}`,
  );
}

/**
 * Checks that sites name every level that was chosen.
 * @throws ArgumentError LEVEL_RARE where too few organizations have it, LEVEL_UNKNOWN where none names it
 */
export function checkChosen(
  name: string,
  chosen: readonly string[],
  { names, fewOrganizations, rareAt }: PooledLevels,
): void {
  const level = chosen.find((one) => !names.includes(one));
  if (level === undefined) return;
  if (fewOrganizations.includes(level))
    throw new ArgumentError(
      "LEVEL_RARE",
      `The level "${level}" of "${name}" is too rare to be shown: fewer organizations than the sites' policies ask for (minimumOrganizations) have it. Leave it out of \`levels\`, or put it into another with recode().`,
    );
  const known = suggestion(level, names, "Levels");
  throw new ArgumentError(
    "LEVEL_UNKNOWN",
    rareAt.length === 0
      ? `"${name}" has no level "${level}". ${known}`
      : `No site names a level "${level}" of "${name}": nobody has it, or at ${listing(rareAt)} fewer people than the policy there asks for (minimumCell). ${known} Leave it out of \`levels\`, or make wider levels with recode().`,
  );
}

/** Whether there may be people at other levels than these. */
export function hasOthers(levels: readonly string[], pooled: PooledLevels): boolean {
  return rareWords(pooled) !== undefined || pooled.names.some((name) => !levels.includes(name));
}

/** Says in the result what became of rare levels. */
export function rareWarning(
  name: string,
  rare: Exclude<RareLevels, "error">,
  words: string,
  excluded = "left out",
): string {
  return typeof rare === "object"
    ? `Rare levels of "${name}" were put together into "${rare.merge}" (${words}).`
    : `Rows with rare levels of "${name}" were ${excluded} (${words}).`;
}

/** Levels as a result names them: `IV (6 of 8 sites)` where the others have put theirs, if they have any, elsewhere. */
export interface ShownLevels {
  readonly levels: readonly string[];
  /** What a reader must know of it; null where every level is the same at all sites. */
  readonly warning: string | null;
}

/**
 * Which levels are told apart at some sites only, once sites have moved rare ones: those that a site with a rare level does
 * not name, and those that it named `before`, and has no more `after` rows have gone that lack another column.
 */
export function shownLevels(
  name: string,
  levels: readonly string[],
  rare: Exclude<RareLevels, "error">,
  before: PooledLevels,
  after: PooledLevels = before,
): ShownLevels {
  const target = typeof rare === "object" ? rare.merge : undefined;
  const named = ({ names, namedAt }: PooledLevels, level: string): number =>
    namedAt[names.indexOf(level)] ?? 0;
  const split: string[] = [];
  const shown = levels.map((level) => {
    const i = before.names.indexOf(level);
    if (level === target || i < 0) return level;
    const lost = Math.max(0, named(before, level) - named(after, level));
    const moved = Math.min(before.sites, (before.perhapsRareAt[i] as number) + lost);
    if (moved === 0) return level;
    split.push(level);
    return `${level} (${before.sites - moved} of ${before.sites} sites)`;
  });
  if (split.length === 0) return { levels, warning: null };
  const same = sameEverywhere(name, before);
  const where = target === undefined ? "left out" : `in "${target}"`;
  return {
    levels: shown,
    warning: `${quoted(split)} of "${name}" ${split.length === 1 ? "is" : "are"} not told apart at every site, and named by how many do: at the others too few people have ${split.length === 1 ? "it" : "them"}, if any, and are ${where}.${same === undefined ? "" : ` The same levels everywhere: ${same}.`}`,
  };
}

/**
 * Checks that a level of rare levels is not rare itself, in `pooled` as the sites have it after putting them together.
 * Small counts of tables are masked, so that they may have few people at a site.
 * @throws ArgumentError LEVEL_RARE
 */
export function checkMerged(
  name: string,
  level: string,
  pooled: PooledLevels,
  people: "enough" | "masked",
): void {
  const { names, rareAt } = pooled;
  const why =
    people === "enough" && rareAt.length > 0
      ? `at ${listing(rareAt)} fewer people than the policy there asks for (minimumCell) would have it`
      : names.includes(level) || (people === "masked" && rareAt.length > 0)
        ? undefined
        : "fewer organizations than the sites' policies ask for (minimumOrganizations) would have it";
  if (why === undefined) return;
  throw new ArgumentError(
    "LEVEL_RARE",
    `The rare levels of "${name}" are too rare even together as "${level}": ${why}. Name a level that there is instead, which they then join, leave their rows out with rareLevels: "exclude", or leave those sites out.`,
  );
}
