import { Expansion } from "./expansion.ts";
import type { Expression } from "./expression.ts";
import type { Formula, FormulaVariable } from "./formula.ts";
import { parseSides } from "./parse.ts";
import { readResponse } from "./read-response.ts";
import { rememberedByValue } from "./remembered.ts";

/**
 * Reads a formula in R's notation. Nothing in it is evaluated here.
 * @throws ArgumentError FORMULA_SYNTAX, FORMULA_UNSUPPORTED or FORMULA_VARIABLE, showing the place
 */
export const parseFormula: (text: string) => Formula = rememberedByValue((text) => {
  const { left, right, fail } = parseSides(text);
  const response = readResponse(left, fail);
  const expansion = new Expansion(fail);
  const all = expansion.expand(right);
  const { variables, places, offsets } = expansion;
  const terms = all.filter((term) => !term.some((i) => offsets.has(i)));
  const used = new Set(terms.flat());
  const outcome = response?.kind === "value" ? response.variable.text : undefined;
  for (const i of used) {
    // R warns and leaves the term out.
    if (variables[i]?.text === outcome)
      throw fail("FORMULA_VARIABLE", places[i] as Expression, `The outcome "${outcome}" is a term as well.`);
  }
  const kept = variables.map((_, i) => i).filter((i) => used.has(i));
  const position = new Map(kept.map((old, i) => [old, i]));
  return {
    response,
    variables: kept.map((i) => variables[i] as FormulaVariable),
    terms: terms
      .map((term) => term.map((i) => position.get(i) as number))
      .sort((a, b) => a.length - b.length),
    intercept: expansion.intercept,
    // R keeps an offset even where it is subtracted.
    offsets: variables.filter((_, i) => offsets.has(i)),
    removed: variables.filter((_, i) => !used.has(i) && !offsets.has(i)),
  };
});
