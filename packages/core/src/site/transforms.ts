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
  admit(
    { open, maximumTransforms }: Policy,
    { columns, data: { derive }, source: database }: Pick<Question, "columns" | "data" | "source">,
  ): () => void {
    if (open) return () => undefined;
    const asked = requests(columns).map(([, , request]) => request);
    const derived = new Map<string, Made>();
    const of = (name: string): Made => derived.get(name) ?? { sources: new Set([name]), isLinear: true };
    for (const { name, expression } of derivationOrder(
      derive,
      asked.map(({ name }) => name),
    ))
      derived.set(name, made(expression, of));
    const after = new Map<string, Set<string>>();
    for (const { name, computed = [] } of asked) {
      const { sources, isLinear } = of(name);
      const forms = isLinear ? computed : ["", ...computed];
      if (forms.length === 0) continue;
      const definition = derivationOrder(derive, [name]);
      for (const source of sources) {
        const key = canonicalJson([database, source]);
        const known = after.get(key) ?? new Set(this.#asked.get(key));
        after.set(key, known);
        for (const form of forms) known.add(contentHash([form, definition]));
        if (known.size <= maximumTransforms) continue;
        throw new Withholding(
          "EXPRESSION_NOT_PERMITTED",
          `The policy of {site} does not permit more than ${maximumTransforms} forms of arithmetic on "${source}", over all analyses together (maximumTransforms): many can be solved for single people. Use a form that was answered before, or the column itself; moving and scaling it is always answered.`,
        );
      }
    }
    return () => {
      for (const [key, forms] of after) this.#asked.set(key, forms);
    };
  }
}
