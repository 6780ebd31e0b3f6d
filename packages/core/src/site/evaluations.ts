import {
  type DataSpecification,
  type Derivation,
  type ExpressionNode,
  referencedColumns,
} from "../data/index.ts";
import { contentHash } from "../encoding/index.ts";
import { type Policy, Withholding } from "../policy/index.ts";
import type { AnyStep } from "../step/index.ts";
import { requestedNames } from "./table.ts";

/** Evaluations that are remembered at most: 20 MB. The model that was not asked for longest is forgotten first. */
const mostRemembered = 250_000;

/** Digits of a hash that are kept: 64 bits. */
const digits = 16;

/**
 * Counts the different evaluations of each model over each set of rows: each is an equation about the same rows, and
 * enough of them can be solved. The same question again is the same equation, and is not counted twice.
 */
export class Evaluations {
  readonly #asked = new Map<string, Set<string>>();
  readonly #most: number;
  #remembered = 0;

  constructor(most: number = mostRemembered) {
    this.#most = most;
  }

  get remembered(): number {
    return this.#remembered;
  }

  /** What was asked, the model that was not asked for longest first. */
  entries(): [string, string[]][] {
    return [...this.#asked].map(([model, questions]) => [model, [...questions]]);
  }

  /** Takes up what was asked before. */
  restore(entries: readonly (readonly [string, readonly string[]])[]): void {
    this.#asked.clear();
    this.#remembered = 0;
    for (const [model, questions] of entries) {
      this.#asked.set(model, new Set(questions));
      this.#remembered += questions.length;
    }
  }

  /** @throws Withholding EVALUATIONS_TOO_MANY */
  admit(policy: Policy, step: AnyStep, args: unknown, data: DataSpecification): void {
    if (policy.open) return;
    const model = step.evaluates(args);
    if (model === undefined) return;
    const key = contentHash([rowSet(data, requestedNames(step.columns(args))), step.name, model]);
    const question = contentHash([data, args]).slice(0, digits);
    const asked = this.#asked.get(key) ?? new Set();
    // Put back at the end, as the one that was asked last.
    this.#asked.delete(key);
    this.#asked.set(key, asked);
    if (asked.has(question)) return;
    if (asked.size >= policy.maximumEvaluations) {
      throw new Withholding(
        "EVALUATIONS_TOO_MANY",
        `{site} has evaluated this model over these rows at as many coefficients as its policy permits (maximumEvaluations ${policy.maximumEvaluations}). A fit that needs more does not converge: use fewer terms or another link, or ask the steward.`,
      );
    }
    asked.add(question);
    this.#remembered++;
    for (const [oldest, { size }] of this.#asked) {
      if (this.#remembered <= this.#most || oldest === key) break;
      this.#asked.delete(oldest);
      this.#remembered -= size;
    }
  }
}

/** What of the specification of the data makes the rows: no column that neither the step nor the filter looks at. */
function rowSet({ database, derive, filter }: DataSpecification, names: readonly string[]): unknown {
  const used = new Set<string>();
  const look = (name: string): void => {
    if (used.has(name)) return;
    used.add(name);
    const derived = derive.find((derivation) => derivation.name === name);
    if (derived !== undefined) lookAt(derived.expression);
  };
  const lookAt = (expression: ExpressionNode): void => {
    for (const name of referencedColumns(expression)) look(name);
  };
  for (const name of names) look(name);
  if (filter !== null) lookAt(filter);
  const byName = (a: Derivation, b: Derivation): number => (a.name < b.name ? -1 : 1);
  return { database, filter, derive: derive.filter(({ name }) => used.has(name)).sort(byName) };
}
