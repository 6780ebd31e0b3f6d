import {
  convertColumn,
  type DataSpecification,
  type Derivation,
  derivationOrder,
  type ExpressionNode,
  evaluate,
  operands,
  referencedColumns,
} from "../data/index.ts";
import { listing } from "../errors/index.ts";
import { type Policy, Withholding } from "../policy/index.ts";
import { type ColumnData, type Columns, missingBoolean } from "../table/index.ts";
import type { Selection } from "./columns.ts";
import {
  type Conditions,
  conditionsIn,
  conditionsOf,
  isTrueOf,
  type Pattern,
  patternsOf,
} from "./conditions.ts";
import { movesFew } from "./few-moved.ts";
import type { Comparing } from "./permitted-expressions.ts";
import { type Built, namesLeavingLevels } from "./table.ts";

/** Rows among which people are counted. */
interface Rows {
  readonly count: number;
  readonly column: (name: string) => ColumnData;
}

/** Whether a number of people is none, or so many that they are not told by a difference. */
class Rule {
  readonly minimumCell: number;

  constructor({ minimumCell }: Policy) {
    this.minimumCell = minimumCell;
  }

  /** @throws Withholding DIFFERENCE_TOO_SMALL; the site abstains */
  require(people: number, what: string, advice: string): void {
    if (people > 0 && people < this.minimumCell) throw this.refused(what, advice);
  }

  refused(what: string, advice: string): Withholding {
    return new Withholding(
      "DIFFERENCE_TOO_SMALL",
      `{site} abstains: ${what} (minimumCell ${this.minimumCell}). ${advice}`,
      true,
    );
  }
}

function truth(node: ExpressionNode, { count, column }: Rows): Uint8Array {
  const values = evaluate(node, column, count);
  return values.type === "boolean" ? values.values : new Uint8Array(count).fill(missingBoolean);
}

function patternsIn({ singles }: Conditions, rows: Rows): readonly Pattern[] {
  return patternsOf(
    singles.map((single) => truth(single, rows)),
    rows.count,
  );
}

const widerAdvice = "Leave a condition out, or choose a wider one.";

/** Whoever the filter leaves out, and whoever a condition in it does. */
function requireFilter(rule: Rule, conditions: Conditions, rows: Rows): void {
  const what =
    "the filter, or a condition in it, leaves out fewer rows than the policy there permits to tell apart";
  const { root } = conditions;
  const patterns = patternsIn(conditions, rows);
  const failing = patterns.reduce((sum, one) => (isTrueOf(root, one) ? sum : sum + one.people), 0);
  rule.require(failing, what, widerAdvice);
  if (movesFew(root, patterns, rule.minimumCell)) throw rule.refused(what, widerAdvice);
}

/** Whoever a condition in a derived column moves between those of whom it is true, or false, and the others. */
function requireDerived(
  rule: Rule,
  condition: ExpressionNode,
  derived: (name: string) => ExpressionNode | undefined,
  rows: Rows,
): void {
  for (const node of [condition, { op: "not", of: condition } as const]) {
    const conditions = conditionsOf(node, derived);
    const patterns = patternsIn(conditions, rows);
    if (movesFew(conditions.root, patterns, rule.minimumCell))
      throw rule.refused(
        "a condition in a derived column changes fewer rows than the policy there permits to tell apart",
        widerAdvice,
      );
    const all = 2 ** conditions.singles.length - 1;
    // Where each can be told, whoever is no more among those of whom the one is true is among those of whom the other is.
    if (patterns.every(({ holds, fails }) => (holds | fails) === all)) return;
  }
}

/** Levels of a category, or of what is read as one, that an expression names; undefined when it names none. */
function namedIn(node: ExpressionNode): { of: ExpressionNode; levels: readonly string[] } | undefined {
  switch (node.op) {
    case "recode":
      return { of: node.of, levels: node.from };
    case "in":
      return { of: node.of, levels: node.values.map(levelText) };
    case "==":
    case "!=": {
      const [of, literal] = node.right.op === "literal" ? [node.left, node.right] : [node.right, node.left];
      return literal.op === "literal" && typeof literal.value === "string"
        ? { of, levels: [literal.value] }
        : undefined;
    }
    default:
      return undefined;
  }
}

function levelText(value: unknown): string {
  return typeof value === "boolean" ? (value ? "TRUE" : "FALSE") : String(value);
}

function requireLevels(rule: Rule, node: ExpressionNode, rows: Rows): void {
  const named = namedIn(node);
  if (named === undefined) return;
  const column = convertColumn(evaluate(named.of, rows.column, rows.count), "category", "");
  if (column.type !== "category") return;
  const people = new Float64Array(column.levels.length);
  for (let i = 0; i < column.codes.length; i++)
    if ((column.codes[i] as number) >= 0) people[column.codes[i] as number]!++;
  const listed = new Set(named.levels);
  const isNamed = (level: string): boolean => listed.has(level);
  const others = column.levels.flatMap((level, i) =>
    isNamed(level) || people[i] === 0 ? [] : [people[i] as number],
  );
  const what =
    "an expression names a level, or leaves out a single one, with fewer people than the policy there permits to tell apart";
  const advice = "Leave the expression out, or name levels with more people.";
  for (const [i, level] of column.levels.entries())
    if (isNamed(level)) rule.require(people[i] as number, what, advice);
  // What keeps its name is no group.
  const keeps = node.op === "recode" && node.others === "keep";
  if (others.length === 1 && !keeps) rule.require(others[0] as number, what, advice);
}

/** Of two columns: rows that are equal change sides between < and <=; of categories, the others too. */
function requireTies(rule: Rule, node: ExpressionNode, rows: Rows): void {
  if (!("left" in node) || node.left.op === "literal" || node.right.op === "literal") return;
  if (node.op === "+" || node.op === "-" || node.op === "*" || node.op === "/") return;
  const equal = truth({ op: "==", left: node.left, right: node.right }, rows);
  const what =
    "two columns have, or have not, the same value in fewer rows than the policy there permits to tell apart";
  const advice = "Do not compare them with each other.";
  let [same, different] = [0, 0];
  for (const value of equal) {
    if (value === 1) same++;
    else if (value !== missingBoolean) different++;
  }
  rule.require(same, what, advice);
  if (node.op === "==" || node.op === "!=") rule.require(different, what, advice);
}

/** Both sides of a yes/no column that is a condition by itself. */
function requireSides(rule: Rule, { singles }: Conditions, rows: Rows): void {
  for (const single of singles)
    if (single.op === "column") requireLevels(rule, { op: "in", of: single, values: [true, false] }, rows);
}

function everyNode(node: ExpressionNode): readonly ExpressionNode[] {
  return [node, ...operands(node).flatMap(everyNode)];
}

function requireNodes(rule: Rule, expressions: readonly ExpressionNode[], rows: Rows): void {
  for (const node of expressions.flatMap(everyNode)) {
    requireLevels(rule, node, rows);
    requireTies(rule, node, rows);
  }
}

/**
 * Holds a filter and derived columns to the rule of differences: whatever of them is left out, or is moved from one group
 * to another, is no one or at least as many people as a cell needs. Two answers that differ by fewer, subtracted from
 * each other, are an answer about these.
 * @throws Withholding DIFFERENCE_TOO_SMALL; the site abstains
 */
export function requireDifferences(
  policy: Policy,
  { derive, filter }: DataSpecification,
  { names, compared }: { readonly names: readonly string[]; readonly compared: readonly Comparing[] },
  selection: Selection,
): void {
  if (policy.open) return;
  const rule = new Rule(policy);
  const byName = new Map(derive.map(({ name, expression }) => [name, expression]));
  const derived = (name: string): ExpressionNode | undefined => byName.get(name);
  const expressions = (used: readonly Derivation[]) => used.map(({ expression }) => expression);
  if (filter !== null) {
    const all: Rows = { count: selection.read, column: (name) => selection.whole(name) };
    const conditions = conditionsOf(filter, derived);
    requireFilter(rule, conditions, all);
    requireSides(rule, conditions, all);
    requireNodes(rule, [filter, ...expressions(derivationOrder(derive, referencedColumns(filter)))], all);
  }
  const selected: Rows = { count: selection.selected, column: (name) => selection.column(name) };
  const used = expressions(derivationOrder(derive, names));
  requireNodes(rule, used, selected);
  for (const { op, left, right } of compared)
    if ((op === "==" || op === "!=") && right.op === "literal")
      requireLevels(rule, { op: "in", of: left, values: [right.value] }, selected);
  for (const condition of used.flatMap(conditionsIn)) requireDerived(rule, condition, derived, selected);
}

/**
 * A step whose numbers are exact would differ from the one without a column by the rows that lack it.
 * @throws Withholding DIFFERENCE_TOO_SMALL; the site abstains
 */
export function requireComplete(policy: Policy, { fewestAdded }: Built, columns: Columns): void {
  if (policy.fewIncomplete === "permit" || fewestAdded === null) return;
  const { rows, within } = fewestAdded;
  const quoted = (names: readonly string[]): string => listing(names.map((name) => `"${name}"`));
  const rule = new Rule(policy);
  const askSteward = 'ask the steward there to permit it (fewIncomplete "permit")';
  if (within !== null) {
    const why = fewestAdded.columns.includes(within)
      ? "for a level that it leaves out"
      : `for want of just ${quoted(fewestAdded.columns)}`;
    rule.require(
      rows,
      `fewer rows than the policy there permits to tell apart lack "${within}" ${why}, which the numbers that lack each column would tell together`,
      `Leave "${within}" out, or ${askSteward}.`,
    );
    return;
  }
  const leavingLevels = namesLeavingLevels(columns).filter((name) => fewestAdded.columns.includes(name));
  const advice = [
    fewestAdded.columns.length === 1 ? "Leave the variable out" : "Leave one of these variables out",
    ...(leavingLevels.length === 0
      ? []
      : [
          `let the levels of ${quoted(leavingLevels)} that are left out join one that is not, rareLevels: { merge: "its name" }`,
        ]),
    askSteward,
  ].join(", or ");
  rule.require(
    rows,
    `fewer rows than the policy there permits to tell apart are left out for want of ${quoted(fewestAdded.columns)}, or for a level that was not asked for`,
    `${advice}; a filter on who has a value would tell the same people apart.`,
  );
}
