import {
  type Comparison,
  type DataSpecification,
  type Derivation,
  type ExpressionNode,
  expressionType,
  type Literal,
  Magnitudes,
} from "../data/index.ts";
import { type Policy, Withholding } from "../policy/index.ts";
import { isPoint, latticeOf, latticeWords } from "../policy/lattice.ts";
import type { ColumnType } from "../table/index.ts";

/**
 * What a rule has to know of a value. A measured one is a column as the database has it, whatever it is called now; days
 * lie between two measured dates; a group is a cut or recoded column; a condition is yes or no; all else was computed, and
 * whoever computes a column can shift it.
 */
type Origin = Measured | { readonly is: "days" | "computed" | "group" | "condition" };

interface Measured {
  readonly is: "measured";
  readonly name: string;
  /** As the database has it. */
  readonly type: ColumnType;
}

const flipped: Readonly<Record<Comparison, Comparison>> = {
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
  "==": "==",
  "!=": "!=",
};

const isOrdered = (type: ColumnType): boolean => type === "numeric" || type === "date";

/** `setting` is that of the rule: the lattice to which filters and cuts keep, unless another. */
function refused(why: string, advice: string, setting: string | null = "lattices"): Withholding {
  return new Withholding(
    "EXPRESSION_NOT_PERMITTED",
    `The policy of {site} does not permit ${why}${setting === null ? "" : ` (${setting})`}. ${advice}`,
  );
}

/** A comparison. */
export type Comparing = Extract<ExpressionNode, { readonly op: Comparison }>;

/** What a step itself does with columns: what it compares, by what it puts people in order, what it holds to bounds, and what it takes by name. */
export interface Judged {
  readonly compared: readonly Comparing[];
  readonly ordered: readonly ExpressionNode[];
  readonly checked: readonly ExpressionNode[];
  /** Columns that are categories to the step. */
  readonly categories: readonly string[];
}

/** The types of columns: as the database has them, whatever a request declares, and as the request reads them. */
export interface ColumnTypes {
  readonly stored: (name: string) => ColumnType | undefined;
  readonly read: (name: string) => ColumnType | undefined;
}

/** Nobody is told apart by what is between the points of a lattice: all that numbers and dates are compared with. */
class Rules {
  readonly #policy: Policy;
  readonly #types: ColumnTypes;
  readonly #numbers = new Set<string>();
  readonly #derived = new Map<string, Origin>();
  readonly #magnitudes = new Magnitudes();
  readonly #inOtherUnits = new Set<string>();

  constructor(policy: Policy, types: ColumnTypes) {
    this.#policy = policy;
    this.#types = types;
  }

  /** Numbers of the database whose values are told apart as levels. */
  get numbersByLevel(): readonly string[] {
    return [...this.#numbers];
  }

  derive({ name, expression }: Derivation): void {
    this.check(expression);
    this.#derived.set(name, this.#origin(expression));
    if (this.#keepsOrder(expression)) this.#inOtherUnits.add(name);
    this.#magnitudes.derive(name, expression);
    this.#refuseHazard();
  }

  #refuseHazard(): void {
    const { hazard } = this.#magnitudes;
    if (hazard === undefined) return;
    throw refused(
      `arithmetic that can leave a row without a value: ${hazard}`,
      "Such a row would be left out, like one that a filter drops. Divide by a column or a number other than zero.",
    );
  }

  #origin(node: ExpressionNode): Origin {
    switch (node.op) {
      case "column": {
        const derived = this.#derived.get(node.name);
        if (derived !== undefined) return derived;
        const type = this.#types.stored(node.name);
        return type === undefined ? { is: "computed" } : { is: "measured", name: node.name, type };
      }
      case "days":
        return [node.from, node.to].every((date) => this.#origin(date).is === "measured")
          ? { is: "days" }
          : { is: "computed" };
      case "cut":
        return { is: "group" };
      case "recode": {
        // A condition that is recoded is a condition still.
        const of = this.#origin(node.of);
        return of.is === "condition" || of.is === "computed" ? of : { is: "group" };
      }
      case "literal":
      case "+":
      case "-":
      case "*":
      case "/":
        return { is: "computed" };
      default:
        return { is: "condition" };
    }
  }

  /** A comparison that a step makes. What is equal to a number is a level, whose people are counted. */
  checkStep(node: Comparing): void {
    const isLevel = node.op === "==" || node.op === "!=";
    const origin = this.#origin(node.left);
    if (isLevel && origin.is === "measured") this.#byLevel(origin);
    else this.check(node);
  }

  /** A column that a step, or the data, take for a category. */
  checkCategory(name: string, type: ColumnType): void {
    const origin = this.#origin({ op: "column", name });
    if (origin.is === "measured") this.#byLevel(origin);
    else if (type === "numeric")
      throw refused(
        `numbers that are computed as a category: "${name}"`,
        "Their values would be told apart one by one. Make groups of them with cut().",
      );
  }

  #byLevel({ name, type }: Measured): void {
    if (type === "numeric") this.#numbers.add(name);
  }

  #isReadInOrder({ name, type }: Measured): boolean {
    return isOrdered(this.#types.read(name) ?? type);
  }

  /** Whoever computes an order chooses who comes last, of whom tests and models by site tell. */
  checkOrder(node: ExpressionNode): void {
    if (this.#keepsOrder(node)) return;
    throw refused(
      "times that are computed",
      "They would put people in an order of the asker's choice. Use a column as the database has it, days() between two of its dates, or one of these multiplied or divided by a number, for another unit.",
      "always",
    );
  }

  /** Whoever computes what is held to a bound chooses the bound: where refusals begin is the most that anybody has. */
  checkBound(node: ExpressionNode): void {
    if (this.#origin(node).is !== "computed") return;
    throw refused(
      "weights, or an outcome of counts or proportions, that are computed",
      "Where values begin to be negative, or too large, would tell the most that anybody has of whatever is computed. Use a column as the database has it, days() between two of its dates, or a condition.",
      "always",
    );
  }

  #keepsOrder(node: ExpressionNode): boolean {
    const { is } = this.#origin(node);
    if (is !== "computed") return true;
    if (node.op === "column") return this.#inOtherUnits.has(node.name);
    if (node.op !== "*" && node.op !== "/") return false;
    const [of, by] =
      node.op === "*" && node.left.op === "literal" ? [node.right, node.left] : [node.left, node.right];
    return by.op === "literal" && typeof by.value === "number" && by.value > 0 && this.#keepsOrder(of);
  }

  check(node: ExpressionNode): void {
    switch (node.op) {
      case "column":
      case "literal":
        return;
      case "days":
        this.check(node.from);
        this.check(node.to);
        return;
      case "cut":
        this.check(node.of);
        this.#cut(node);
        return;
      case "recode":
        this.check(node.of);
        this.#recode(this.#origin(node.of));
        return;
      case "in":
        this.check(node.of);
        this.#named(node.of, "isIn()");
        return;
      case "and":
      case "or":
        for (const part of node.of) this.check(part);
        return;
      case "not":
        this.check(node.of);
        return;
      case "missing": {
        this.check(node.of);
        const { is } = this.#origin(node.of);
        if (is === "computed") throw arithmeticIn("isMissing()");
        if (is === "condition")
          throw refused("isMissing() of a condition", "Ask whether a column that it compares is missing.");
        return;
      }
      case "+":
      case "-":
      case "*":
      case "/":
        this.check(node.left);
        this.check(node.right);
        this.#magnitudes.of(node);
        this.#refuseHazard();
        return;
      default:
        this.check(node.left);
        this.check(node.right);
        this.#comparison(node.op, node.left, node.right);
    }
  }

  #cut({ of, at, closed }: Extract<ExpressionNode, { readonly op: "cut" }>): void {
    const origin = this.#origin(of);
    if (closed !== "left")
      throw refused(
        'cut() with closed: "right"',
        "It would shift each range by the people at one value. Leave the option out.",
      );
    for (const point of at) this.#point(origin, point, "cut()");
  }

  #recode(of: Origin): void {
    if (of.is === "computed" || of.is === "days") throw arithmeticIn("recode()");
    if (of.is !== "measured") return;
    if (of.type === "date") throw refused("recode() of a date", "Compare it with >= or <.");
    this.#byLevel(of);
  }

  /** What is compared by name: levels, yes and no. */
  #named(of: ExpressionNode, by: string): void {
    const origin = this.#origin(of);
    if (origin.is === "computed") throw arithmeticIn(by);
    if (origin.is === "measured" && !this.#isReadInOrder(origin)) this.#byLevel(origin);
    else if (origin.is === "days" || origin.is === "measured")
      throw refused(
        `${by} for ${nameOf(origin)}, which is ${isDate(origin) ? "a date" : "a number"}`,
        isDate(origin)
          ? "Compare it with >= or <."
          : origin.is === "days"
            ? "Compare it with >= or <, or make groups with cut()."
            : "Compare it with >= or <, or declare the column in data({ columns }) as category() or boolean().",
      );
    if (origin.is === "condition")
      throw refused(`${by} for a condition`, "Write the condition itself, or not() of it.");
  }

  #comparison(op: Comparison, left: ExpressionNode, right: ExpressionNode): void {
    if (left.op === "literal" || right.op === "literal") {
      const [of, literal, by] = right.op === "literal" ? [left, right, op] : [right, left, flipped[op]];
      if (of.op === "literal" || literal.op !== "literal")
        throw refused("comparing two constants", "Compare a column.");
      this.#withConstant(of, by, literal.value);
      return;
    }
    const [one, other] = [this.#origin(left), this.#origin(right)];
    if (one.is === "computed" || other.is === "computed") throw arithmeticIn(`"${op}"`);
    if (one.is !== "measured" || other.is !== "measured")
      throw refused(
        "comparing derived columns with each other",
        "Compare two columns as the database has them, or one with a constant.",
      );
    if (op !== "==" && op !== "!=") return;
    for (const column of [one, other]) {
      if (this.#isReadInOrder(column)) throw refused(`"${op}" for numbers or dates`, "Use >= or <.");
      this.#byLevel(column);
    }
  }

  #withConstant(of: ExpressionNode, op: Comparison, value: Literal): void {
    const origin = this.#origin(of);
    if (op === "==" || op === "!=") {
      if (origin.is !== "condition") this.#named(of, `"${op}"`);
      else if (typeof value !== "boolean")
        throw refused(`"${op}" for a recoded condition`, "Write the condition itself, or not() of it.");
      return;
    }
    // The order of what has none is refused with the types.
    if (origin.is === "group" || origin.is === "condition") return;
    if (origin.is === "measured" && !isOrdered(origin.type)) return;
    if (op === ">" || op === "<=")
      throw refused(
        `"${op}" for ${nameOf(origin)}`,
        "It would shift a comparison by the people at one value. Use >= or <.",
      );
    this.#point(origin, value, `"${op}"`);
  }

  #point(origin: Origin, value: Literal, by: string): void {
    const measured = origin.is === "measured" ? origin : undefined;
    if (measured === undefined && origin.is !== "days") throw arithmeticIn(by);
    const name = measured?.name ?? null;
    const lattice = latticeOf(this.#policy, name, measured?.type === "date" ? "date" : "numeric");
    if (isPoint(value, lattice)) return;
    const setting = name === null ? "resolution" : `lattices.${name}`;
    throw refused(
      `comparing ${nameOf(origin)} with, or cutting it at, this point`,
      `Its points are ${latticeWords(lattice)} (${setting}).`,
      null,
    );
  }
}

const isDate = (origin: Origin): boolean => origin.is === "measured" && origin.type === "date";

function nameOf(origin: Origin): string {
  return origin.is === "measured" ? `"${origin.name}"` : "days()";
}

function arithmeticIn(by: string): Withholding {
  return refused(
    `arithmetic or constants inside ${by}`,
    "They would shift the points at which people are told apart. Compare a column as the database has it, or days() between two of its dates.",
  );
}

/**
 * Holds what a request computes of rows to the points and forms that the policy permits. It depends on the request, the
 * policy and the types of the columns, and on no value. `used` are the derived columns, each after those it rests on.
 * Returned are the numbers of the database that are told apart by their values: whether they may be, their values say.
 * @throws Withholding EXPRESSION_NOT_PERMITTED; ArgumentError EXPRESSION_INVALID for types that do not fit
 */
export function requirePermitted(
  policy: Policy,
  { filter }: DataSpecification,
  used: readonly Derivation[],
  { compared, ordered, checked, categories }: Judged,
  types: ColumnTypes,
): readonly string[] {
  const rules = new Rules(policy, types);
  const derived = new Map<string, ColumnType>();
  const requireType = (node: ExpressionNode): ColumnType =>
    expressionType(node, (name) => derived.get(name) ?? types.read(name), " at {site}");
  for (const derivation of used) {
    derived.set(derivation.name, requireType(derivation.expression));
    rules.derive(derivation);
  }
  for (const name of categories) rules.checkCategory(name, requireType({ op: "column", name }));
  // Yes/no columns are read as 0 and 1: wherever they are cut, there are two groups.
  for (const node of compared)
    if (node.left.op !== "column" || requireType(node.left) === "numeric") rules.checkStep(node);
  for (const node of ordered) rules.checkOrder(node);
  for (const node of checked) rules.checkBound(node);
  if (filter !== null) {
    requireType(filter);
    rules.check(filter);
  }
  return rules.numbersByLevel;
}
