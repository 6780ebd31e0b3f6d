import { ArgumentError } from "@konsil/core";

/** More are a mistake or an attack: the levels of a formula are whoever asks's word. */
const mostCombinations = 100_000;

/**
 * Called before combinations are listed, since a few hundred levels of three variables fill a site's memory.
 * @throws ArgumentError FORMULA_UNSUPPORTED
 */
export function requireFewCombinations(levels: readonly number[], text: string): void {
  const combinations = levels.reduce((product, count) => product * count, 1);
  if (combinations <= mostCombinations) return;
  throw new ArgumentError(
    "FORMULA_UNSUPPORTED",
    `${text} has more than ${mostCombinations} combinations of levels. Use fewer variables, or wider levels.`,
  );
}
