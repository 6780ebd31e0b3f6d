import { byCodePoint } from "@konsil/core";
import type { Formula, FormulaVariable, VariableInfo } from "../formula/index.ts";
import { responseText } from "../formula/model-terms.ts";

const sorted = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();

/**
 * What makes a model the same, however it is spelled: terms, variables and levels in any order, and no variable that it does
 * not use. For `evaluates` of a step.
 */
export function modelIdentity(
  formula: Formula,
  variables: Readonly<Record<string, VariableInfo>>,
): Readonly<Record<string, unknown>> {
  const textOf = (i: number): string => formula.variables[i]?.text ?? "";
  const texts = (list: readonly FormulaVariable[]): readonly string[] => sorted(list.map(({ text }) => text));
  const used = new Set(
    [...formula.variables, ...formula.removed, ...outcomes(formula)].flatMap(({ columns }) => columns),
  );
  const infos = Object.entries(variables)
    .filter(([name]) => used.has(name))
    .sort(([a], [b]) => byCodePoint(a, b))
    .map(([name, info]) => [name, info.type, ...(info.type === "category" ? sorted(info.levels) : [])]);
  return {
    response: responseText(formula),
    terms: sorted(formula.terms.map((term) => term.map(textOf).sort().join(":"))),
    strata: texts(formula.variables.filter(({ kind }) => kind === "strata")),
    removed: texts(formula.removed),
    offsets: texts(formula.offsets),
    intercept: formula.intercept,
    variables: infos,
  };
}

function outcomes({ response }: Formula): readonly FormulaVariable[] {
  return response?.kind === "value" ? [response.variable] : [];
}
