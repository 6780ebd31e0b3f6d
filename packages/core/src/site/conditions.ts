import { type ExpressionNode, operands } from "../data/index.ts";
import { canonicalJson } from "../encoding/index.ts";
import { Withholding } from "../policy/index.ts";

/** What makes a row pass, without a `not`: whether a single condition holds or fails, and all or any of several. */
export type Condition =
  | { readonly single: number; readonly holds: boolean }
  | { readonly every: boolean; readonly of: readonly Condition[] };

export interface Conditions {
  readonly root: Condition;
  /** The single conditions, each once, as they are evaluated. */
  readonly singles: readonly ExpressionNode[];
}

/** Conditions at most, however often each is said: as many as there are bits for. */
const mostConditions = 30;
/** Parts of an expression at most, with its derived columns written out. */
const mostParts = 2000;

export function tooManyConditions(): Withholding {
  return new Withholding(
    "EXPRESSION_NOT_PERMITTED",
    `{site} permits no more than ${mostConditions} conditions in one filter or derived column. Join levels by isIn(), or filter by fewer.`,
  );
}

/** The outermost conditions that an expression puts together of others, whatever they are inside of. */
export function conditionsIn(node: ExpressionNode): readonly ExpressionNode[] {
  switch (node.op) {
    case "and":
    case "or":
    case "not":
      return [node];
    case "==":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=":
    case "in":
    case "missing":
    case "cut":
    case "recode":
    case "days":
    case "+":
    case "-":
    case "*":
    case "/":
      return operands(node).flatMap(conditionsIn);
    case "column":
    case "literal":
      return [];
    default:
      return node satisfies never;
  }
}

/** What holds where another fails, so that each is the other turned around. */
const opposites = { "<": ">=", "<=": ">", "!=": "==" } as const;

/**
 * Takes a yes/no expression apart. `derived` gives the expression of a derived column.
 * @throws Withholding EXPRESSION_NOT_PERMITTED where it has too many conditions, or some in a place where they are not seen
 */
export function conditionsOf(
  node: ExpressionNode,
  derived: (name: string) => ExpressionNode | undefined,
): Conditions {
  const singles = new Map<string, ExpressionNode>();
  let said = 0;
  let parts = 0;
  const one = (found: ExpressionNode, holds: boolean): Condition => {
    const key = canonicalJson(found);
    if (!singles.has(key)) singles.set(key, found);
    if (singles.size > mostConditions) throw tooManyConditions();
    return { single: [...singles.keys()].indexOf(key), holds };
  };
  const single = (found: ExpressionNode, holds: boolean): Condition => {
    if (++said > mostConditions) throw tooManyConditions();
    const { sources, leavesOut } = behind(found, derived);
    const condition = one(found, holds);
    if (sources.length < 2 && !leavesOut) return condition;
    // It neither holds nor fails where one of these is missing, which others can ask for alone.
    const asksMissing = found.op === "missing" && holds;
    return joint(!asksMissing, [
      condition,
      ...sources.map((name) => one({ op: "missing", of: { op: "column", name } }, asksMissing)),
    ]);
  };
  const joint = (every: boolean, of: readonly Condition[]): Condition => ({
    every,
    of: of.flatMap((part) => ("of" in part && part.every === every ? part.of : [part])),
  });
  const read = (inner: ExpressionNode, isTrue: boolean): Condition => {
    // Derived columns that share others have paths without number.
    if (++parts > mostParts) throw tooManyConditions();
    switch (inner.op) {
      case "column": {
        const expression = derived(inner.name);
        return expression === undefined ? single(inner, isTrue) : read(expression, isTrue);
      }
      case "literal":
        return joint((inner.value === true) === isTrue, []);
      case "not":
        return read(inner.of, !isTrue);
      case "and":
      case "or":
        // By De Morgan.
        return joint(
          (inner.op === "and") === isTrue,
          inner.of.map((part) => read(part, isTrue)),
        );
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
    return inner.op === "<" || inner.op === "<=" || inner.op === "!="
      ? single({ ...inner, op: opposites[inner.op] }, !isTrue)
      : single(inner, isTrue);
  };
  const root = read(node, true);
  return { root, singles: [...singles.values()] };
}

/**
 * The columns of the database on which a single condition rests, and whether it leaves out levels as if they were missing.
 * @throws Withholding EXPRESSION_NOT_PERMITTED for `recode(a and b) == "x"` and the like, which other rules refuse as well
 */
function behind(
  node: ExpressionNode,
  derived: (name: string) => ExpressionNode | undefined,
): { readonly sources: readonly string[]; readonly leavesOut: boolean } {
  const seen = new Set<string>();
  const sources = new Set<string>();
  let leavesOut = false;
  const visit = (inner: ExpressionNode): void => {
    if (isCondition(inner))
      throw new Withholding(
        "EXPRESSION_NOT_PERMITTED",
        "The policy of {site} does not permit a condition inside another but by and(), or(), not() and comparisons with true or false (minimumCell). Write it with these.",
      );
    leavesOut ||= inner.op === "recode" && inner.others === "missing";
    for (const operand of operands(inner)) visit(operand);
    if (inner.op !== "column" || seen.has(inner.name)) return;
    seen.add(inner.name);
    const expression = derived(inner.name);
    if (expression === undefined) sources.add(inner.name);
    else visit(expression);
  };
  for (const operand of node.op === "column" ? [node] : operands(node)) visit(operand);
  return { sources: [...sources], leavesOut };
}

/** Whether an expression is itself yes or no, but for a column. */
function isCondition({ op }: ExpressionNode): boolean {
  switch (op) {
    case "column":
    case "literal":
    case "cut":
    case "recode":
    case "days":
    case "+":
    case "-":
    case "*":
    case "/":
      return false;
    default:
      return true;
  }
}

/** The people in whom the same single conditions hold, fail, and cannot be told. */
export interface Pattern {
  /** Conditions that hold, as bits. */
  readonly holds: number;
  readonly fails: number;
  readonly people: number;
}

/** Counts rows by single conditions, of which 1 holds and 0 fails. */
export function patternsOf(singles: readonly Uint8Array[], rows: number): readonly Pattern[] {
  const found = new Map<number, Map<number, { holds: number; fails: number; people: number }>>();
  for (let i = 0; i < rows; i++) {
    let [holds, fails] = [0, 0];
    for (let k = 0; k < singles.length; k++) {
      const value = singles[k]?.[i];
      if (value === 1) holds |= 1 << k;
      else if (value === 0) fails |= 1 << k;
    }
    const alike = found.get(holds) ?? new Map<number, { holds: number; fails: number; people: number }>();
    found.set(holds, alike);
    const known = alike.get(fails);
    if (known === undefined) alike.set(fails, { holds, fails, people: 1 });
    else known.people++;
  }
  return [...found.values()].flatMap((alike) => [...alike.values()]);
}

/** Whether a condition is true of people; of Kleene's logic only that: missing is not true. */
export function isTrueOf(condition: Condition, pattern: Pattern): boolean {
  if ("single" in condition)
    return (((condition.holds ? pattern.holds : pattern.fails) >> condition.single) & 1) === 1;
  return condition.every
    ? condition.of.every((part) => isTrueOf(part, pattern))
    : condition.of.some((part) => isTrueOf(part, pattern));
}
