import { derivationOrder, type ExpressionNode } from "../data/index.ts";
import { canonicalJson, contentHash } from "../encoding/index.ts";
import { type Policy, Withholding } from "../policy/index.ts";
import type { Question } from "./asked.ts";
import { requests } from "./table.ts";

/** A derived column: the columns of the database that it rests on, and whether it is more than their weighted sum. */
interface Made {
  readonly sources: ReadonlySet<string>;
  readonly isLinear: boolean;
}

const isConstant = (node: ExpressionNode): boolean =>
  node.op === "literal" || (isArithmetic(node) && isConstant(node.left) && isConstant(node.right));

function isArithmetic(
  node: ExpressionNode,
): node is Extract<ExpressionNode, { readonly op: "+" | "-" | "*" | "/" }> {
  return node.op === "+" || node.op === "-" || node.op === "*" || node.op === "/";
}

/** What one expression makes, `of` saying so of columns. Groups and conditions are held to points of lattices instead. */
function made(node: ExpressionNode, of: (name: string) => Made): Made {
  switch (node.op) {
    case "column":
      return of(node.name);
    case "literal":
      return { sources: new Set(), isLinear: true };
    case "days":
      return both(made(node.from, of), made(node.to, of), true);
    case "+":
    case "-":
      return both(made(node.left, of), made(node.right, of), true);
    case "*":
      return both(made(node.left, of), made(node.right, of), isConstant(node.left) || isConstant(node.right));
    case "/":
      return both(made(node.left, of), made(node.right, of), isConstant(node.right));
    default:
      return { sources: new Set(), isLinear: true };
  }
}

function both(one: Made, other: Made, keepsLinear: boolean): Made {
  return {
    sources: new Set([...one.sources, ...other.sources]),
    isLinear: keepsLinear && one.isLinear && other.isLinear,
  };
}

/** How many forms of arithmetic on any of these columns of a database were asked for, and how many functions added up. */
export type FormsOf = (sources: readonly string[]) => { readonly forms: number; readonly added: number };

/** Begins what is remembered of a function that is added up: it is no form, of which a policy permits so many. */
const addedMark = "+";

const isForm = (remembered: string): boolean => !remembered.startsWith(addedMark);

/**
 * Counts in how many forms of arithmetic each column of the database was asked for: in formulas and in derived columns, in
 * whatever analysis and over whatever rows. Each form is one more equation about how many people have which value, and what
 * else they have; as many as there are values can be solved. A column that is moved and scaled is the same equation.
 */
export class Transforms {
  readonly #asked = new Map<string, Set<string>>();

  /** The forms of each column that were asked for. */
  entries(): [string, string[]][] {
    return [...this.#asked].map(([column, forms]) => [column, [...forms]]);
  }

  /** Takes up what was asked before. */
  restore(entries: readonly (readonly [string, readonly string[]])[]): void {
    this.#asked.clear();
    for (const [column, forms] of entries) this.#asked.set(column, new Set(forms));
  }

  /**
   * Returns what counts the question, to be called once nothing else refuses it.
   * @throws Withholding EXPRESSION_NOT_PERMITTED
   */
  admit({ open, maximumTransforms }: Policy, question: FormsQuestion): () => void {
    if (open) return () => undefined;
    const after = this.#with(question);
    for (const [source, { forms }] of after) {
      if ([...forms].filter(isForm).length <= maximumTransforms) continue;
      throw new Withholding(
        "EXPRESSION_NOT_PERMITTED",
        `The policy of {site} does not permit more than ${maximumTransforms} forms of arithmetic on "${source}", over all analyses together (maximumTransforms): many can be solved for single people. Use a form that was answered before, or the column itself; moving and scaling it is always answered.`,
      );
    }
    return () => {
      for (const { key, forms } of after.values()) this.#asked.set(key, forms);
    };
  }

  /** What was asked for, this question included. */
  formsOf(question: FormsQuestion): FormsOf {
    const after = this.#with(question);
    const of = (source: string): ReadonlySet<string> =>
      after.get(source)?.forms ?? this.#asked.get(keyOf(question, source)) ?? new Set();
    return (sources) => {
      const all = [...new Set(sources.flatMap((source) => [...of(source)]))];
      const forms = all.filter(isForm).length;
      return { forms, added: all.length - forms };
    };
  }

  /** The forms of the columns of which this question has some, with those asked for before. */
  #with(question: FormsQuestion): ReadonlyMap<string, { readonly key: string; readonly forms: Set<string> }> {
    const { derive } = question.data;
    const asked = requests(question.columns).map(([, , request]) => request);
    const derived = new Map<string, Made>();
    const of = (name: string): Made => derived.get(name) ?? { sources: new Set([name]), isLinear: true };
    for (const { name, expression } of derivationOrder(
      derive,
      asked.map(({ name }) => name),
    ))
      derived.set(name, made(expression, of));
    const after = new Map<string, { readonly key: string; readonly forms: Set<string> }>();
    for (const { name, computed = [], added = [] } of asked) {
      const { sources, isLinear } = of(name);
      const forms = isLinear ? computed : ["", ...computed];
      if (forms.length + added.length === 0) continue;
      const definition = derivationOrder(derive, [name]);
      for (const source of sources) {
        const key = keyOf(question, source);
        const known = after.get(source) ?? { key, forms: new Set(this.#asked.get(key)) };
        after.set(source, known);
        for (const form of forms) known.forms.add(contentHash([form, definition]));
        for (const one of added) known.forms.add(`${addedMark}${contentHash([one, definition])}`);
      }
    }
    return after;
  }
}

function keyOf({ source: database }: FormsQuestion, source: string): string {
  return canonicalJson([database, source]);
}

type FormsQuestion = Pick<Question, "columns" | "data" | "source">;
