import { describe, expect, it } from "vitest";
import { z } from "zod";
import { arithmetic } from "../data/index.ts";
import type { DataSpecification } from "../data/specification.ts";
import { parsePolicy, Withholding } from "../policy/index.ts";
import { count, sums, weights } from "../statistics/index.ts";
import { defineStep } from "../step/index.ts";
import { numeric } from "../table/index.ts";
import { Evaluations } from "./evaluations.ts";

const hospital = parsePolicy({});
const data: DataSpecification = { database: "default", columns: null, derive: [], filter: null };

const step = defineStep({
  name: "test.evaluation",
  arguments: z.strictObject({ formula: z.string(), beta: z.number() }),
  columns: ({ formula }) => ({ x: formula.split(" + ").map((name) => numeric(name)) }),
  evaluates: true,
  output: { n: count(), weights: weights(), total: sums([], { people: "n", effective: "weights" }) },
  run: () => ({ n: 20, weights: { effective: 20, spread: 0 }, total: [1] }),
});

interface Asked {
  readonly formula: string;
  readonly beta: number;
  /** Columns of the database; those of the formula unless it is said otherwise. */
  readonly sources?: readonly string[];
  readonly rows?: string;
  readonly source?: string;
  readonly data?: DataSpecification;
}

function admit(evaluations: Evaluations, { formula, beta, ...more }: Asked, policy = hospital): void {
  const args = { formula, beta };
  const sources = formula.split(" + ").sort();
  const columns = step.columns(args);
  evaluations.admit(policy, {
    step,
    args,
    columns,
    data,
    source: "default",
    rows: "all",
    sources,
    ...more,
  })();
}

function refusal(evaluations: Evaluations, asked: Asked, policy = hospital): string | null {
  try {
    admit(evaluations, asked, policy);
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(Withholding);
    expect(error).toMatchObject({ code: "EVALUATIONS_TOO_MANY", abstains: false });
    return (error as Withholding).message;
  }
}

const many = (formula: string, from: number, to: number): Asked[] =>
  Array.from({ length: to - from }, (_, i) => ({ formula, beta: from + i }));

describe("evaluations of models of the same columns over the same rows", () => {
  it("are 25, and the same question again is none", () => {
    const evaluations = new Evaluations();
    const first = many("a + b", 0, 25);
    for (let again = 0; again < 3; again++)
      expect(first.every((asked) => refusal(evaluations, asked) === null)).toBe(true);
    expect(refusal(evaluations, { formula: "a + b", beta: 25 })).toContain("maximumEvaluations 25");
    // What was answered stays answered: an analysis that ended can be run again.
    expect(refusal(evaluations, { formula: "a + b", beta: 7 })).toBeNull();
  });

  it("count together however the model is written", () => {
    const evaluations = new Evaluations();
    for (const asked of many("a + b", 0, 25)) admit(evaluations, asked);
    expect(refusal(evaluations, { formula: "b + a", beta: 1 })).not.toBeNull();
    const derived = { ...data, derive: [{ name: "c", expression: arithmetic("a", "+", 1).node }] };
    const renamed = { formula: "c + b", beta: 1, sources: ["a", "b"], data: derived };
    expect(refusal(evaluations, renamed)).not.toBeNull();
  });

  it("are another question where a derived column is another, whatever its name", () => {
    const evaluations = new Evaluations();
    const by = (factor: number): Asked => ({
      formula: "c",
      beta: 1,
      sources: ["a"],
      data: { ...data, derive: [{ name: "c", expression: arithmetic("a", "*", factor).node }] },
    });
    for (let factor = 1; factor <= 25; factor++) admit(evaluations, by(factor));
    expect(refusal(evaluations, by(26))).not.toBeNull();
    expect(refusal(evaluations, by(3))).toBeNull();
  });

  it("are those of one set of rows, of one database", () => {
    const evaluations = new Evaluations();
    for (const asked of many("a", 0, 25)) admit(evaluations, asked);
    expect(refusal(evaluations, { formula: "a", beta: 25, rows: "others" })).toBeNull();
    expect(refusal(evaluations, { formula: "a", beta: 25, source: "another" })).toBeNull();
    expect(refusal(evaluations, { formula: "a", beta: 25 })).not.toBeNull();
  });

  it("are no more than 150 of all models that have a column", () => {
    const evaluations = new Evaluations();
    // A study of fifteen models of ten evaluations passes; what is asked beyond it of the outcome does not.
    for (let model = 0; model < 15; model++)
      for (const asked of many(`outcome + x${model}`, 0, 10)) expect(refusal(evaluations, asked)).toBeNull();
    const words = refusal(evaluations, { formula: "outcome + x15", beta: 0 });
    expect(words).toContain("maximumColumnEvaluations 150");
    expect(words).toContain('"outcome"');
    expect(refusal(evaluations, { formula: "x0 + x1", beta: 0 })).toBeNull();
    const stricter = parsePolicy({ maximumColumnEvaluations: 10 });
    expect(refusal(evaluations, { formula: "x0 + x2", beta: 0 }, stricter)).not.toBeNull();
  });

  it("are not counted under the open policy", () => {
    const evaluations = new Evaluations();
    const open = parsePolicy("open", "numbers made up by a test");
    expect(many("a", 0, 200).every((asked) => refusal(evaluations, asked, open) === null)).toBe(true);
    expect(evaluations.entries()).toEqual([]);
  });

  it("are refused, and none forgotten, when no more can be remembered", () => {
    const evaluations = new Evaluations(60);
    for (let model = 0; model < 3; model++)
      for (const asked of many(`x${model}`, 0, 20)) admit(evaluations, asked);
    const words = refusal(evaluations, { formula: "y", beta: 0 });
    expect(words).toContain("than it keeps in mind (60)");
    expect(refusal(evaluations, { formula: "x0", beta: 3 })).toBeNull();
    const again = new Evaluations(60);
    again.restore(evaluations.entries());
    expect(again.entries()).toEqual(evaluations.entries());
    expect(refusal(again, { formula: "y", beta: 0 })).not.toBeNull();
  });
});
