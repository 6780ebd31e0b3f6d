import { describe, expect, it } from "vitest";
import { z } from "zod";
import { column, compare } from "../data/index.ts";
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
  arguments: z.strictObject({ terms: z.array(z.string()), beta: z.number() }),
  columns: ({ terms }) => ({ x: terms.map((name) => numeric(name)) }),
  evaluates: ({ terms }) => [...terms].sort(),
  output: { n: count(), weights: weights(), total: sums([], { people: "n", effective: "weights" }) },
  run: () => ({ n: 20, weights: { effective: 20, spread: 0 }, total: [1] }),
});

interface Question {
  readonly terms: readonly string[];
  readonly beta: number;
}

function answers(evaluations: Evaluations, question: Question, from = data, policy = hospital): boolean {
  try {
    evaluations.admit(policy, step, question, from);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(Withholding);
    expect(error).toMatchObject({ code: "EVALUATIONS_TOO_MANY", abstains: false });
    expect((error as Withholding).message).toContain("maximumEvaluations 25");
    return false;
  }
}

const many = (terms: readonly string[], from: number, to: number): Question[] =>
  Array.from({ length: to - from }, (_, i) => ({ terms, beta: from + i }));

describe("evaluations of one model over the same rows", () => {
  it("are 25, and the same question again is none", () => {
    const evaluations = new Evaluations();
    const first = many(["a", "b"], 0, 25);
    for (let again = 0; again < 3; again++)
      expect(first.every((question) => answers(evaluations, question))).toBe(true);
    expect(answers(evaluations, { terms: ["a", "b"], beta: 25 })).toBe(false);
    // What was answered stays answered: an analysis that ended can be run again.
    expect(answers(evaluations, { terms: ["a", "b"], beta: 7 })).toBe(true);
  });

  it("count together however the model is spelled, and whatever else the data declare", () => {
    const evaluations = new Evaluations();
    for (const question of many(["a", "b"], 0, 25)) answers(evaluations, question);
    expect(answers(evaluations, { terms: ["b", "a"], beta: 25 })).toBe(false);
    const declared: DataSpecification = { ...data, columns: { a: { type: "numeric", unit: "years" } } };
    expect(answers(evaluations, { terms: ["a", "b"], beta: 25 }, declared)).toBe(false);
    const derived: DataSpecification = {
      ...data,
      derive: [{ name: "unused", expression: column("a").node }],
    };
    expect(answers(evaluations, { terms: ["a", "b"], beta: 25 }, derived)).toBe(false);
  });

  it("are those of one model, over one set of rows", () => {
    const evaluations = new Evaluations();
    for (const question of many(["a"], 0, 25)) answers(evaluations, question);
    expect(answers(evaluations, { terms: ["a", "b"], beta: 25 })).toBe(true);
    const filtered: DataSpecification = { ...data, filter: compare("c", ">=", 40).node };
    expect(answers(evaluations, { terms: ["a"], beta: 25 }, filtered)).toBe(true);
  });

  it("are not counted under the open policy", () => {
    const evaluations = new Evaluations();
    const open = parsePolicy("open", "numbers made up by a test");
    expect(many(["a"], 0, 100).every((question) => answers(evaluations, question, data, open))).toBe(true);
  });

  it("forgets the models that were not asked for longest, and never grows without end", () => {
    const evaluations = new Evaluations();
    const generous = parsePolicy({ maximumEvaluations: 1000 });
    const ask = (terms: readonly string[], beta: number): void =>
      evaluations.admit(generous, step, { terms, beta }, data);
    for (let model = 0; model < 6; model++) for (let beta = 0; beta < 100; beta++) ask([`x${model}`], beta);
    expect(evaluations.remembered).toBe(600);
    const small = new Evaluations(250);
    for (let model = 0; model < 6; model++)
      for (let beta = 0; beta < 100; beta++)
        small.admit(generous, step, { terms: [`x${model}`], beta }, data);
    expect(small.remembered).toBeLessThanOrEqual(250);
  });
});
