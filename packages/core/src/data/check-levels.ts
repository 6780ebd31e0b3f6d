import { ArgumentError, suggestion } from "../errors/index.ts";
import { declaredVariables } from "./declared.ts";
import type { ExpressionNode } from "./expression.ts";
import { operands } from "./referenced-columns.ts";
import type { DataSpecification } from "./specification.ts";
import type { Variables } from "./variable.ts";

function levelsOf(node: ExpressionNode, variables: Variables): readonly string[] | undefined {
  if (node.op !== "column" || !Object.hasOwn(variables, node.name)) return undefined;
  const variable = variables[node.name];
  return variable?.type === "category" ? variable.levels : undefined;
}

type NamedLevel = readonly [column: ExpressionNode, level: unknown];

/** The levels that one node names beside its operands. */
function ownLevels(node: ExpressionNode): readonly NamedLevel[] {
  switch (node.op) {
    case "==":
    case "!=": {
      const { left, right } = node;
      return [
        ...(right.op === "literal" ? [[left, right.value] as const] : []),
        ...(left.op === "literal" ? [[right, left.value] as const] : []),
      ];
    }
    case "in":
      return node.values.map((value) => [node.of, value] as const);
    case "recode":
      return node.from.map((level) => [node.of, level] as const);
    default:
      return [];
  }
}

function namedLevels(node: ExpressionNode): readonly NamedLevel[] {
  return [...ownLevels(node), ...operands(node).flatMap(namedLevels)];
}

/**
 * Looks for levels that the data do not declare: a misspelt one would select nobody, and say nothing.
 * @throws ArgumentError LEVEL_UNKNOWN naming the level that was meant
 */
export function checkLevels(data: DataSpecification): void {
  const variables = declaredVariables(data);
  const expressions = [
    ...data.derive.map(({ expression }) => expression),
    ...(data.filter === null ? [] : [data.filter]),
  ];
  for (const [column, level] of expressions.flatMap(namedLevels)) {
    const levels = levelsOf(column, variables);
    if (levels === undefined || typeof level !== "string" || levels.includes(level)) continue;
    const name = column.op === "column" ? column.name : "";
    throw new ArgumentError(
      "LEVEL_UNKNOWN",
      `"${name}" is declared without a level "${level}". ${suggestion(level, levels, "Levels")}`,
    );
  }
}
