import { ArgumentError } from "@konsil/core";
import type { Formula, FormulaVariable } from "../../formula/index.ts";
import { nameText, parseFormula, rememberedByValue } from "../../formula/index.ts";

/** A formula without the stratum that every site is. */
export interface StratifiedFormula {
  readonly formula: Formula;
  /** Whether strata(site) was in it: every stratum then lies inside one site. */
  readonly bySite: boolean;
}

/**
 * Reads a formula and takes `site` out of its strata(): a site needs no column, and no name of another site, to be a
 * stratum of its own.
 * @throws ArgumentError FORMULA_SYNTAX, FORMULA_UNSUPPORTED, FORMULA_VARIABLE
 */
export const parseStratified: (text: string) => StratifiedFormula = rememberedByValue((text) => {
  const formula = parseFormula(text);
  const isBySite = ({ kind, columns }: FormulaVariable): boolean =>
    kind === "strata" && columns.includes("site");
  if (!formula.variables.some(isBySite)) return { formula, bySite: false };
  if (
    formula.terms.some(
      (term) => term.length > 1 && term.some((i) => isBySite(formula.variables[i] as FormulaVariable)),
    )
  ) {
    throw new ArgumentError(
      "FORMULA_UNSUPPORTED",
      "strata(site) stands by itself in a formula, and not in an interaction.",
    );
  }
  const kept: FormulaVariable[] = [];
  const position = formula.variables.map((variable) => {
    const columns = isBySite(variable)
      ? variable.columns.filter((name) => name !== "site")
      : variable.columns;
    if (columns.length === 0) return -1;
    const text = isBySite(variable) ? `strata(${columns.map(nameText).join(", ")})` : variable.text;
    const same = kept.findIndex((other) => other.text === text);
    return same >= 0 ? same : kept.push({ ...variable, text, columns }) - 1;
  });
  const terms = formula.terms
    .map((term) => term.map((i) => position[i] as number))
    .filter((term) => !term.includes(-1));
  const distinct = [...new Map(terms.map((term) => [String(term), term])).values()];
  return { formula: { ...formula, variables: kept, terms: distinct }, bySite: true };
});
