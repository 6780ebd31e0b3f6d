import { ArgumentError, listing, suggestion } from "../errors/index.ts";
import { declaredVariables, levelsOf } from "./declared.ts";
import type { ExpressionNode } from "./expression.ts";
import { operands } from "./referenced-columns.ts";
import type { DataSpecification } from "./specification.ts";
import type { CategoryVariable, Variable, Variables } from "./variable.ts";

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

/** A level that is named, and that its column does not have. */
export interface UnknownLevel {
  readonly column: string;
  readonly level: string;
  /** What the column has. */
  readonly levels: readonly string[];
}

interface NamedLevelOfColumn {
  readonly column: string;
  readonly level: string;
  readonly by: ExpressionNode["op"];
}

/** The levels that data name, of derived columns too, whether an analysis needs them or not. */
function namedLevels(data: DataSpecification): readonly NamedLevelOfColumn[] {
  return nodesOf(data).flatMap((node) =>
    ownLevels(node).flatMap(([column, level]) =>
      // Of a named column only: what an expression makes may be compared with what it does not make.
      column.op === "column" && typeof level === "string"
        ? [{ column: column.name, level, by: node.op }]
        : [],
    ),
  );
}

function nodesOf({ derive, filter }: DataSpecification): readonly ExpressionNode[] {
  const expressions = [...derive.map(({ expression }) => expression), ...(filter === null ? [] : [filter])];
  return expressions.flatMap(everyNode);
}

function hasLevels(
  variable: Variable | undefined,
): variable is CategoryVariable & { levels: readonly string[] } {
  return variable?.type === "category" && variable.levels !== undefined;
}

/** The levels that data name and do not have, as far as declarations tell. */
export function unknownLevels(data: DataSpecification): readonly UnknownLevel[] {
  const variables = new Map(Object.entries(declaredVariables(data)));
  return namedLevels(data).flatMap(({ column, level }) => {
    const variable = variables.get(column);
    if (!hasLevels(variable) || variable.levels.includes(level)) return [];
    return [{ column, level, levels: variable.levels }];
  });
}

/** Columns of which data name a level, and no declaration tells the levels: only the sites can say. */
export interface ColumnsInQuestion {
  readonly columns: readonly string[];
  /** Columns whose numbers are levels too: `recode()` goes by their text. */
  readonly factors: readonly string[];
}

export function columnsOfUnknownLevels(data: DataSpecification): ColumnsInQuestion {
  const variables = new Map(Object.entries(declaredVariables(data)));
  const derived = new Set(data.derive.map(({ name }) => name));
  const isUnknown = (column: string, by: ExpressionNode["op"]): boolean => {
    const variable = variables.get(column);
    if (derived.has(column) || hasLevels(variable)) return false;
    return (
      variable === undefined ||
      variable.type === "category" ||
      (variable.type === "numeric" && by === "recode")
    );
  };
  const named = namedLevels(data).filter(({ column, by }) => isUnknown(column, by));
  const factors = new Set(named.flatMap(({ column, by }) => (by === "recode" ? [column] : [])));
  const columns = new Set(named.flatMap(({ column }) => (factors.has(column) ? [] : [column])));
  return { columns: [...columns], factors: [...factors] };
}

/**
 * Looks for levels that the data do not declare: a misspelt one would select nobody, and say nothing. Looks for levels
 * that `recode` does not list, where it must list all.
 * @throws ArgumentError LEVEL_UNKNOWN naming the level that was meant, EXPRESSION_INVALID
 */
export function checkLevels(data: DataSpecification): void {
  for (const { column, level, levels } of unknownLevels(data))
    throw new ArgumentError(
      "LEVEL_UNKNOWN",
      `"${column}" is declared without a level "${level}". ${suggestion(level, levels, "Levels")}`,
    );
  const variables = declaredVariables(data);
  for (const node of nodesOf(data)) checkEveryListed(node, variables);
}
