import { derivationOrder } from "../data/index.ts";
import { contentHash } from "../encoding/index.ts";
import { type Policy, Withholding } from "../policy/index.ts";
import type { Question } from "./asked.ts";
import { requestedNames } from "./table.ts";

/** Evaluations that are remembered at most: 20 MB. */
const mostRemembered = 250_000;

/** Digits of a hash that are kept: 64 bits. */
const digits = 16;

/** What was asked of some columns over one set of rows. */
export type AskedOf = readonly [rows: string, columns: readonly string[], questions: readonly string[]];

interface Model {
  readonly columns: readonly string[];
  readonly questions: Set<string>;
}

/**
 * Counts the different evaluations of models over each set of rows: each is equations about the same people, and enough of
 * them can be solved. Counted is what is read, not how it is written: the rows that are used, whatever filter selects them,
 * and the columns of the database, whatever formula and derived columns have them. The same question again is the same
 * equation, and is not counted twice. Hashes are kept, and names of columns.
 */
export class Evaluations {
  /** By rows, and by columns. */
  readonly #asked = new Map<string, Map<string, Model>>();
  readonly #most: number;
  #remembered = 0;

  constructor(most: number = mostRemembered) {
    this.#most = most;
  }

  entries(): AskedOf[] {
    return [...this.#asked].flatMap(([rows, models]) =>
      [...models.values()].map(({ columns, questions }): AskedOf => [rows, columns, [...questions]]),
    );
  }

  /** Takes up what was asked before. */
  restore(entries: readonly AskedOf[]): void {
    this.#asked.clear();
    this.#remembered = 0;
    for (const [rows, columns, questions] of entries) {
      const models = this.#asked.get(rows) ?? new Map<string, Model>();
      this.#asked.set(rows, models.set(columns.join("\0"), { columns, questions: new Set(questions) }));
      this.#remembered += questions.length;
    }
  }

  /**
   * Returns what counts the question, to be called once nothing else refuses it.
   * @throws Withholding EVALUATIONS_TOO_MANY
   */
  admit(policy: Policy, { step, args, columns, data, source, rows, sources }: Question): () => void {
    if (policy.open || !step.isEvaluation) return () => undefined;
    const names = requestedNames(columns);
    const declared = names.map((name) => data.columns?.[name] ?? null);
    const meaning = [declared, derivationOrder(data.derive, names)];
    const question = contentHash([step.name, step.version, args, meaning]).slice(0, digits);
    const over = contentHash([source, rows]).slice(0, 2 * digits);
    const models = this.#asked.get(over) ?? new Map<string, Model>();
    const key = sources.join("\0");
    const asked = models.get(key)?.questions ?? new Set();
    if (asked.has(question)) return () => undefined;
    if (asked.size >= policy.maximumEvaluations)
      throw new Withholding(
        "EVALUATIONS_TOO_MANY",
        `{site} has evaluated models of these columns over these rows at as many coefficients as its policy permits (maximumEvaluations ${policy.maximumEvaluations}). A fit that needs more does not converge: use fewer terms or another link. What was answered before is answered again; for more models of the same columns ask the steward.`,
      );
    for (const column of sources) {
      let evaluations = 0;
      for (const model of models.values())
        if (model.columns.includes(column)) evaluations += model.questions.size;
      if (evaluations < policy.maximumColumnEvaluations) continue;
      throw new Withholding(
        "EVALUATIONS_TOO_MANY",
        `{site} has evaluated models with "${column}" over these rows at as many coefficients as its policy permits, in all models together (maximumColumnEvaluations ${policy.maximumColumnEvaluations}). Ask the steward there.`,
      );
    }
    if (this.#remembered >= this.#most)
      throw new Withholding(
        "EVALUATIONS_TOO_MANY",
        `{site} was asked for more evaluations than it keeps in mind (${this.#most}), and answers no new one, since it could not count it. Its steward sees in the journal who asked, and lets it begin anew.`,
      );
    return () => {
      this.#asked.set(over, models.set(key, { columns: sources, questions: asked.add(question) }));
      this.#remembered++;
    };
  }
}
