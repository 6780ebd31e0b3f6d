import { ArgumentError, listing, type OtherLevels, type PooledLevels } from "@konsil/core";
import { z } from "zod";

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

/** The error for levels that are too rare, with what a researcher can do. */
export function tooRare(name: string, words: string): ArgumentError {
  return new ArgumentError(
    "LEVEL_RARE",
    `"${name}" has levels that are too rare to be shown: ${words}. Put them together with rareLevels: { merge: "other" }, leave their rows out with rareLevels: "exclude", or make wider levels with recode(). Where sites write one level differently, derive a column that gives it one name: recode("${name}", { "their name": "your name" }, { others: "keep" }).`,
  );
}

/** A level that was chosen, and that too few organizations have. */
export function chosenTooRare(name: string, level: string): ArgumentError {
  return new ArgumentError(
    "LEVEL_RARE",
    `The level "${level}" of "${name}" is too rare to be shown: fewer organizations than the sites' policies ask for (minimumOrganizations) have it. Leave it out of \`levels\`, or put it into another with recode().`,
  );
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
