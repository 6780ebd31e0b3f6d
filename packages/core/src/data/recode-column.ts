import { ArgumentError } from "../errors/index.ts";
import type { CategoryData, ColumnData } from "../table/index.ts";
import { convertColumn } from "./convert.ts";
import type { ExpressionNode } from "./expression.ts";

type Cut = Extract<ExpressionNode, { readonly op: "cut" }>;
type Recode = Extract<ExpressionNode, { readonly op: "recode" }>;

/** The range in which each number lies; the levels are the labels in their order, whether or not they occur. */
export function cutColumn(source: Float64Array, { at, labels, closed }: Cut): CategoryData {
  const points = Float64Array.from(at);
  const codes = new Int32Array(source.length);
  for (let i = 0; i < codes.length; i++) {
    const value = source[i] as number;
    if (Number.isNaN(value)) {
      codes[i] = -1;
      continue;
    }
    // Binary search: how many points are at or below the value; with closed "right", below it.
    let [low, high] = [0, points.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const point = points[middle] as number;
      if (point < value || (point === value && closed === "left")) low = middle + 1;
      else high = middle;
    }
    codes[i] = low;
  }
  return { type: "category", codes, levels: labels };
}

/**
 * The levels of a recoded column: the new names in the order in which they are written, then the one for all others or
 * those that keep their names. Undefined when these are not known.
 */
export function recodedLevels(
  { from, to, others }: Recode,
  source?: readonly string[],
): string[] | undefined {
  if (others === "keep")
    return source && [...new Set([...to, ...source.filter((level) => !from.includes(level))])];
  return [...new Set(typeof others === "object" ? [...to, others.as] : to)];
}

/**
 * New names for levels; numbers and booleans go by their text: "1", "TRUE". That `others: "error"` lists every level was
 * seen to where the data were declared: a site that refused because of one row would tell of it.
 */
export function recodeColumn(column: ColumnData, node: Recode): CategoryData {
  const source = convertColumn(column, "category", "");
  if (source.type !== "category")
    throw new ArgumentError("EXPRESSION_INVALID", "recode() needs a category, number or boolean.");
  const levels = recodedLevels(node, source.levels) ?? [];
  const positions = new Map(levels.map((level, i) => [level, i]));
  const names = new Map(node.from.map((level, i) => [level, node.to[i] as string]));
  const { others } = node;
  const translation = Int32Array.from(source.levels, (level) => {
    const name =
      names.get(level) ?? (others === "keep" ? level : typeof others === "object" ? others.as : null);
    return name === null ? -1 : (positions.get(name) as number);
  });
  const codes = source.codes.map((code) => (code < 0 ? -1 : (translation[code] as number)));
  return { type: "category", codes, levels };
}
