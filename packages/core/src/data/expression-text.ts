import { type ExpressionNode, type Literal, rangeLabels } from "./expression.ts";
import type { DataSpecification } from "./specification.ts";

/** The rows and columns of an analysis, for reading. */
export interface DataInWords {
  /** Label of the database at the sites. */
  readonly database: string;
  /** Which rows: `nodes >= 5 and grade in ["2", "3"]`; null for all. */
  readonly filter: string | null;
  /** Columns that were computed at the sites, and from what: `days / 365.25`. */
  readonly derived: readonly { readonly name: string; readonly expression: string }[];
}

export function dataInWords({ database, filter, derive }: DataSpecification): DataInWords {
  return {
    database,
    filter: filter === null ? null : expressionText(filter),
    derived: derive.map(({ name, expression }) => ({ name, expression: expressionText(expression) })),
  };
}

/** A name as formulas write it. */
function nameText(name: string): string {
  return /^[\p{L}_.][\p{L}\p{N}_.]*$/u.test(name) ? name : `\`${name}\``;
}

function literalText(value: Literal): string {
  return typeof value === "object" ? value.date : JSON.stringify(value);
}

const isArithmetic = ({ op }: ExpressionNode): boolean => ["+", "-", "*", "/"].includes(op);

const isCondition = ({ op }: ExpressionNode): boolean =>
  ["==", "!=", "<", "<=", ">", ">=", "in", "missing", "not", "and", "or"].includes(op);

/** An expression as people write it, by the words of `--where` where it has them. */
export function expressionText(node: ExpressionNode): string {
  const inside = (inner: ExpressionNode, isBracketed: boolean): string =>
    isBracketed ? `(${expressionText(inner)})` : expressionText(inner);
  switch (node.op) {
    case "column":
      return nameText(node.name);
    case "literal":
      return literalText(node.value);
    case "days":
      return `days(${expressionText(node.from)}, ${expressionText(node.to)})`;
    case "cut": {
      const { at, labels, closed } = node;
      const given = rangeLabels(at, closed).every((label, i) => label === labels[i])
        ? ""
        : `, labels: ${JSON.stringify(labels)}`;
      return `cut(${expressionText(node.of)}, ${JSON.stringify(at)}${given}${closed === "left" ? "" : ', closed: "right"'})`;
    }
    case "recode": {
      // A number by its text: what it is compared with shows that.
      if (node.others === "keep" && node.from.every((level, i) => level === node.to[i]))
        return expressionText(node.of);
      const names = node.from.map((from, i) => `${JSON.stringify(from)}: ${JSON.stringify(node.to[i])}`);
      const others =
        typeof node.others === "string"
          ? JSON.stringify(node.others)
          : `{ as: ${JSON.stringify(node.others.as)} }`;
      return `recode(${expressionText(node.of)}, { ${names.join(", ")} }, others: ${others})`;
    }
    case "in":
      return `${inside(node.of, isCondition(node.of))} in [${node.values.map(literalText).join(", ")}]`;
    case "missing":
      return `${inside(node.of, isCondition(node.of))} is missing`;
    case "not":
      return node.of.op === "missing"
        ? `${inside(node.of.of, isCondition(node.of.of))} is not missing`
        : `not (${expressionText(node.of)})`;
    case "and":
    case "or":
      return node.of
        .map((part) => inside(part, (part.op === "and" || part.op === "or") && part.op !== node.op))
        .join(` ${node.op} `);
    case "+":
    case "-":
    case "*":
    case "/":
      return `${inside(node.left, isArithmetic(node.left))} ${node.op} ${inside(node.right, isArithmetic(node.right))}`;
    default:
      return `${inside(node.left, isCondition(node.left))} ${node.op} ${inside(node.right, isCondition(node.right))}`;
  }
}
