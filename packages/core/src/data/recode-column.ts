import { ArgumentError } from "../errors/index.ts";
import { type CategoryData, type ColumnData, missingBoolean } from "../table/index.ts";
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

/** The levels of a recoded column: the new names in the order in which they are written, the one for all others last. */
export function recodedLevels({ to, otherwise }: Recode): readonly string[] {
  return [...new Set(otherwise === null ? to : [...to, otherwise])];
}

/** New names for levels; numbers and booleans go by their text: "1", "TRUE". */
export function recodeColumn(column: ColumnData, node: Recode): CategoryData {
  const levels = recodedLevels(node);
  const positions = new Map(levels.map((level, i) => [level, i]));
  const codeOf = new Map(node.from.map((level, i) => [level, positions.get(node.to[i] as string) ?? -1]));
  const others = node.otherwise === null ? -1 : (positions.get(node.otherwise) ?? -1);
  const translate = (level: string): number => codeOf.get(level) ?? others;
  switch (column.type) {
    case "category": {
      const translation = Int32Array.from(column.levels, translate);
      const codes = column.codes.map((code) => (code < 0 ? -1 : (translation[code] as number)));
      return { type: "category", codes, levels };
    }
    case "boolean": {
      const [no, yes] = [translate("FALSE"), translate("TRUE")];
      const codes = Int32Array.from(column.values, (v) => (v === missingBoolean ? -1 : v === 1 ? yes : no));
      return { type: "category", codes, levels };
    }
    case "numeric": {
      // Only a number whose text is listed gets a new name, so the texts are read back as numbers, once.
      const known = new Map<number, number>();
      for (const [level, code] of codeOf) if (String(Number(level)) === level) known.set(Number(level), code);
      const codes = Int32Array.from(column.values, (v) => (Number.isNaN(v) ? -1 : (known.get(v) ?? others)));
      return { type: "category", codes, levels };
    }
    case "date":
      throw new ArgumentError("EXPRESSION_INVALID", "recode() needs a category, number or boolean.");
  }
}
