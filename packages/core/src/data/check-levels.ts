import { ArgumentError, listing, suggestion } from "../errors/index.ts";
import { declaredVariables, levelsOf } from "./declared.ts";
import type { ExpressionNode } from "./expression.ts";
import { operands } from "./referenced-columns.ts";
import type { DataSpecification } from "./specification.ts";
import type { Variables } from "./variable.ts";

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

function nameOf(node: ExpressionNode): string {
  return node.op === "column" ? `"${node.name}"` : `${node.op}()`;
}

function everyNode(node: ExpressionNode): readonly ExpressionNode[] {
  return [node, ...operands(node).flatMap(everyNode)];
}

/** `others: "error"` is decided here and not at the sites: the refusal of a site would tell of the one row with another level. */
function checkEveryListed(node: ExpressionNode, variables: Variables): void {
  if (node.op !== "recode" || node.others !== "error") return;
  const of = nameOf(node.of);
  const levels = levelsOf(node.of, variables);
  if (levels === undefined)
    throw new ArgumentError(
      "EXPRESSION_INVALID",
      `recode() with others: "error" needs the levels of ${of}: declare them in the data with category([…]), or choose others: "keep", "missing" or { as: "a new name" }.`,
    );
  const left = levels.filter((level) => !node.from.includes(level));
  if (left.length > 0)
    throw new ArgumentError(
      "EXPRESSION_INVALID",
      `recode() of ${of} does not list ${listing(left.map((level) => `"${level}"`))}, and others: "error" wants every level listed. List them, or choose others: "keep", "missing" or { as: "a new name" }.`,
    );
}

/**
 * Looks for levels that the data do not declare: a misspelt one would select nobody, and say nothing. Looks for levels
 * that `recode` does not list, where it must list all.
 * @throws ArgumentError LEVEL_UNKNOWN naming the level that was meant, EXPRESSION_INVALID
 */
export function checkLevels(data: DataSpecification): void {
  const variables = declaredVariables(data);
  const expressions = [
    ...data.derive.map(({ expression }) => expression),
    ...(data.filter === null ? [] : [data.filter]),
  ];
  const nodes = expressions.flatMap(everyNode);
  for (const [column, level] of nodes.flatMap(ownLevels)) {
    // Of a named column only: what an expression makes may be compared with what it does not make.
    if (column.op !== "column" || !Object.hasOwn(variables, column.name)) continue;
    const variable = variables[column.name];
    const levels = variable?.type === "category" ? variable.levels : undefined;
    if (levels === undefined || typeof level !== "string" || levels.includes(level)) continue;
    throw new ArgumentError(
      "LEVEL_UNKNOWN",
      `"${column.name}" is declared without a level "${level}". ${suggestion(level, levels, "Levels")}`,
    );
  }
  for (const node of nodes) checkEveryListed(node, variables);
}
