import type { ExpressionNode } from "../data/index.ts";
import { Withholding } from "../policy/index.ts";
import { smallestSet } from "./smallest-set.ts";

/**
 * What makes a row pass, without a `not`: single conditions, and all or any of several. Of Kleene's logic it keeps which
 * rows are true, and all others are as one: missing rows are left out like those that are false.
 */
export type Condition =
  | { readonly single: number }
  | { readonly every: boolean; readonly of: readonly Condition[] };

/** Conditions at most: as many as there are bits for. */
const mostConditions = 30;
/** Parts of an expression at most, with its derived columns written out. */
const mostParts = 2000;

export interface Conditions {
  readonly root: Condition;
  /** The single conditions, as they are evaluated. */
  readonly singles: readonly ExpressionNode[];
}

function tooMany(): Withholding {
  return new Withholding(
    "EXPRESSION_NOT_PERMITTED",
    `{site} permits no more than ${mostConditions} conditions in one filter or derived column. Join levels by isIn(), or filter by fewer.`,
  );
}

/** Takes an expression apart. `derived` gives the expression of a derived column. @throws Withholding */
export function conditionsOf(
  node: ExpressionNode,
  derived: (name: string) => ExpressionNode | undefined,
): Conditions {
  const singles: ExpressionNode[] = [];
  let parts = 0;
  const single = (found: ExpressionNode): Condition => {
    if (singles.length === mostConditions) throw tooMany();
    return { single: singles.push(found) - 1 };
  };
  const read = (inner: ExpressionNode, isTrue: boolean): Condition => {
    // Derived columns that share others have paths without number.
    if (++parts > mostParts) throw tooMany();
    switch (inner.op) {
      case "column": {
        const expression = derived(inner.name);
        if (expression !== undefined) return read(expression, isTrue);
        break;
      }
      case "not":
        return read(inner.of, !isTrue);
      case "and":
      case "or": {
        // By De Morgan.
        const every = (inner.op === "and") === isTrue;
        const of = inner.of.map((part) => read(part, isTrue));
        return {
          every,
          of: of.flatMap((part) => ("of" in part && part.every === every ? part.of : [part])),
        };
      }
      case "==":
      case "!=": {
        const [of, literal] =
          inner.right.op === "literal" ? [inner.left, inner.right] : [inner.right, inner.left];
        if (literal.op === "literal" && typeof literal.value === "boolean")
          return read(of, (literal.value === (inner.op === "==")) === isTrue);
        break;
      }
      default:
    }
    return single(isTrue ? inner : { op: "not", of: inner });
  };
  const root = read(node, true);
  return { root: "of" in root ? root : { every: true, of: [root] }, singles };
}

/** People by which of the single conditions are true, as bits. */
export type Patterns = ReadonlyMap<number, number>;

/** Counts the rows by which of the conditions are true in them. */
export function patternsOf(singles: readonly Uint8Array[], rows: number): Patterns {
  const patterns = new Map<number, number>();
  for (let i = 0; i < rows; i++) {
    let bits = 0;
    for (const [k, values] of singles.entries()) if (values[i] === 1) bits |= 1 << k;
    patterns.set(bits, (patterns.get(bits) ?? 0) + 1);
  }
  return patterns;
}

/** Whether a condition is true; `fixed` is taken to be `value`. */
function holds(condition: Condition, bits: number, fixed?: Condition, value = false): boolean {
  if (condition === fixed) return value;
  if ("single" in condition) return ((bits >> condition.single) & 1) === 1;
  return condition.every
    ? condition.of.every((part) => holds(part, bits, fixed, value))
    : condition.of.some((part) => holds(part, bits, fixed, value));
}

function joints(condition: Condition): readonly Extract<Condition, { readonly every: boolean }>[] {
  return "of" in condition ? [condition, ...condition.of.flatMap(joints)] : [];
}

/**
 * The smallest number of rows, above zero, by which the rows that pass change when some parts of one `and` or `or` are
 * left out; Infinity when there is no such change. Not one part alone: said twice, a condition could be left out once
 * without any change. With `whole`, the change without the condition as well.
 */
export function smallestChange(root: Condition, patterns: Patterns, whole: boolean): number {
  let failing = 0;
  if (whole) for (const [bits, count] of patterns) if (!holds(root, bits)) failing += count;
  let smallest = failing > 0 ? failing : Number.POSITIVE_INFINITY;
  for (const joint of joints(root)) {
    // By which parts decide the joint: those that fail an `and`, those that fulfil an `or`.
    const sets = new Map<bigint, number>();
    for (const [bits, count] of patterns) {
      if (holds(root, bits, joint, true) === holds(root, bits, joint, false)) continue;
      let deciding = 0n;
      for (const [i, part] of joint.of.entries())
        if (holds(part, bits) !== joint.every) deciding |= 1n << BigInt(i);
      if (deciding !== 0n) sets.set(deciding, (sets.get(deciding) ?? 0) + count);
    }
    // Without all of its parts there is no joint.
    sets.delete((1n << BigInt(joint.of.length)) - 1n);
    smallest = Math.min(smallest, smallestSet(sets)?.people ?? smallest);
  }
  return smallest;
}
