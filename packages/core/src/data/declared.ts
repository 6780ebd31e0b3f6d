import { derivationOrder } from "./derivation-order.ts";
import type { ExpressionNode } from "./expression.ts";
import { recodedLevels } from "./recode-column.ts";
import type { DataSpecification } from "./specification.ts";
import type { Variable, Variables } from "./variable.ts";

/** As `recode` names yes and no. */
const booleanLevels: readonly string[] = ["FALSE", "TRUE"];

/** The levels that an expression can have, as far as declarations tell. */
export function levelsOf(node: ExpressionNode, variables: Variables): readonly string[] | undefined {
  switch (node.op) {
    case "column": {
      const variable = Object.hasOwn(variables, node.name) ? variables[node.name] : undefined;
      if (variable?.type === "boolean") return booleanLevels;
      return variable?.type === "category" ? variable.levels : undefined;
    }
    case "cut":
      return node.labels;
    case "recode":
      return recodedLevels(node, levelsOf(node.of, variables));
    default:
      return undefined;
  }
}

/** What a specification says of its columns: declared ones as they are, and the levels of those that it cuts or recodes. */
export function declaredVariables(data: DataSpecification): Variables {
  const variables: Record<string, Variable> = { ...data.columns };
  for (const { name, expression } of derivationOrder(data.derive)) {
    if (expression.op !== "cut" && expression.op !== "recode") continue;
    const levels = levelsOf(expression, variables);
    variables[name] = levels === undefined ? { type: "category" } : { type: "category", levels };
  }
  return variables;
}
