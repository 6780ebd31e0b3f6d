import { recodedLevels } from "./recode-column.ts";
import type { DataSpecification } from "./specification.ts";
import type { Variable, Variables } from "./variable.ts";

/** What a specification says of its columns: declared ones as they are, and the levels of those that it cuts or recodes. */
export function declaredVariables(data: DataSpecification): Variables {
  const variables: Record<string, Variable> = { ...data.columns };
  for (const { name, expression } of data.derive) {
    if (expression.op === "cut") variables[name] = { type: "category", levels: expression.labels };
    if (expression.op === "recode") variables[name] = { type: "category", levels: recodedLevels(expression) };
  }
  return variables;
}
