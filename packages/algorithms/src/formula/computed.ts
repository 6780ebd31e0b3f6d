import type { VariableInfos } from "./coding.ts";
import { type Expression, expressionNames, expressionText } from "./expression.ts";
import type { Formula, FormulaVariable } from "./formula.ts";

/** Whether an expression is a weighted sum of columns: moved and scaled, they tell nothing new. */
export function isLinear(expression: Expression): boolean {
  if (expressionNames(expression).length === 0) return true;
  switch (expression.kind) {
    case "parentheses":
    case "unary":
      return isLinear(expression.of);
    case "call":
      return expression.name === "I" && expression.arguments.every(isLinear);
    case "binary": {
      const { operator, left, right } = expression;
      const isConstant = (side: Expression): boolean => expressionNames(side).length === 0;
      const keeps =
        operator === "+" ||
        operator === "-" ||
        (operator === "*" && (isConstant(left) || isConstant(right))) ||
        (operator === "/" && isConstant(right));
      return keeps && isLinear(left) && isLinear(right);
    }
    default:
      return true;
  }
}

/** Arithmetic that is more than moving and scaling, as text, with the columns in it. */
interface Form {
  readonly text: string;
  readonly columns: readonly string[];
}

function formOf({ kind, expression, columns }: FormulaVariable): readonly Form[] {
  return kind !== "numeric" || expression === null || isLinear(expression)
    ? []
    : [{ text: expressionText(expression), columns }];
}

/** In which arithmetic variables use a column, for a site that counts how many forms of it were asked for. */
export function computedOf(name: string, variables: readonly FormulaVariable[]): readonly string[] {
  return variables.flatMap(formOf).flatMap(({ text, columns }) => (columns.includes(name) ? [text] : []));
}

/** The same of the products that interactions of numbers make. */
export function productsOf(
  name: string,
  { variables, terms }: Formula,
  infos: VariableInfos,
): readonly string[] {
  const isNumber = ({ kind, columns: [column = ""] }: FormulaVariable): boolean =>
    kind === "numeric" ||
    (kind === "column" && Object.hasOwn(infos, column) && infos[column]?.type === "numeric");
  return terms.flatMap((term) => {
    const numbers = term.map((i) => variables[i] as FormulaVariable).filter(isNumber);
    const isProduct = numbers.length > 1 && numbers.some(({ columns }) => columns.includes(name));
    return isProduct
      ? [
          numbers
            .map(({ text }) => text)
            .sort()
            .join(":"),
        ]
      : [];
  });
}

/** Whether arithmetic orders people as its one column does: the column in another unit. */
export function keepsOrder(expression: Expression): boolean {
  switch (expression.kind) {
    case "name":
      return true;
    case "parentheses":
      return keepsOrder(expression.of);
    case "call":
      return expression.name === "I" && expression.arguments.every(keepsOrder);
    case "binary": {
      const { operator, left, right } = expression;
      if (operator === "/") return left.kind === "name" && isUnit(right);
      return (
        operator === "*" &&
        ((left.kind === "name" && isUnit(right)) || (right.kind === "name" && isUnit(left)))
      );
    }
    default:
      return false;
  }
}

/** A larger or smaller factor would let times vanish, and tie those that lie apart. */
function isUnit(expression: Expression): boolean {
  return expression.kind === "number" && expression.value >= 1e-6 && expression.value <= 1e6;
}
