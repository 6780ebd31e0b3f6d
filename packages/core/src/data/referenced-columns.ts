import type { ExpressionNode } from "./expression.ts";

/** The expressions directly inside one. */
export function operands(node: ExpressionNode): readonly ExpressionNode[] {
  switch (node.op) {
    case "column":
    case "literal":
      return [];
    case "days":
      return [node.from, node.to];
    case "and":
    case "or":
      return node.of;
    case "cut":
    case "recode":
    case "in":
    case "not":
    case "missing":
      return [node.of];
    case "+":
    case "-":
    case "*":
    case "/":
    case "<":
    case "<=":
    case ">":
    case ">=":
    case "==":
    case "!=":
      return [node.left, node.right];
    default:
      return node satisfies never;
  }
}

/** The names of the columns that an expression reads, each once, in the order in which they are written. */
export function referencedColumns(node: ExpressionNode): readonly string[] {
  const names = new Set<string>();
  const visit = (inner: ExpressionNode): void => {
    if (inner.op === "column") names.add(inner.name);
    for (const operand of operands(inner)) visit(operand);
  };
  visit(node);
  return [...names];
}
