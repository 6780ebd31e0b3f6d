import { DataError } from "@konsil/core";
import { evaluateNumbers } from "../../formula/evaluate.ts";
import type { GlmFormula } from "./arguments.ts";
import type { GlmModel, GlmTable } from "./glm-model.ts";

/**
 * The outcome as numbers: of a category, 1 for its second level.
 * @throws DataError when it does not fit the family
 */
export function outcomeValues(
  formula: GlmFormula,
  { family, outcomeLevels }: Pick<GlmModel, "family" | "outcomeLevels">,
  { rows, outcome, outcomeCategory }: Pick<GlmTable, "rows" | "outcome" | "outcomeCategory">,
): Float64Array {
  if (outcomeLevels !== null) return Float64Array.from(outcomeCategory[0]?.codes ?? []);
  const { variable } = formula.response;
  const column = (name: string): Float64Array => outcome[variable.columns.indexOf(name)] as Float64Array;
  const y =
    variable.expression === null
      ? column(variable.columns[0] as string)
      : evaluateNumbers(variable.expression, column, rows, variable.text);
  if (family === "binomial" && y.some((value) => !(value >= 0 && value <= 1)))
    throw new DataError(
      "DATA_INVALID",
      `The outcome "${variable.text}" of a binomial model is not between 0 and 1 for some rows at {site}. Compare it with a value, as in "status == 2", or name its two levels in \`levels\`.`,
    );
  if (family === "poisson" && y.some((value) => value < 0))
    throw new DataError(
      "DATA_INVALID",
      `The outcome "${variable.text}" of a Poisson model is negative for some rows at {site}. Counts are 0 or more.`,
    );
  return y;
}
