import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineAlgorithm } from "../algorithm/index.ts";
import {
  and,
  arithmetic,
  compare,
  type DataDeclaration,
  defineData,
  type Expression,
  isIn,
  not,
  or,
} from "../data/index.ts";
import { encodeJson } from "../encoding/index.ts";
import { parsePolicy } from "../policy/index.ts";
import { count, sums, weights } from "../statistics/index.ts";
import { defineStep } from "../step/index.ts";
import { numeric, type Row, rowsSource } from "../table/index.ts";
import { readReply } from "./message.ts";
import { createSite, type SiteOptions } from "./site.ts";

const step = defineStep({
  name: "test.evaluation",
  arguments: z.strictObject({ columns: z.array(z.string()), forms: z.array(z.string()), beta: z.number() }),
  columns: ({ columns, forms }) => ({ x: columns.map((name) => numeric(name, { computed: forms })) }),
  evaluates: true,
  output: { n: count(), weights: weights(), total: sums([], { people: "n", effective: "weights" }) },
  run: ({ rows }, { beta }) => ({ n: rows, weights: { effective: rows, spread: 0 }, total: [beta] }),
});
const algorithm = defineAlgorithm({
  name: "test-evaluation",
  arguments: z.strictObject({}),
  steps: [step],
  central: async () => ({}),
});

const rows: readonly Row[] = Array.from({ length: 100 }, (_, i) => ({
  age: 40 + (i % 50),
  nodes: i % 7,
  gap: i % 10 === 0 ? null : 1,
  sex: i % 2 === 0 ? "f" : "m",
}));
const people = rowsSource(rows);

function siteOf(options: Partial<SiteOptions> = {}) {
  const site = createSite({
    name: "oslo",
    databases: { default: people },
    policy: parsePolicy({ maximumEvaluations: 3, maximumTransforms: 3, minimumOrganizations: 1 }),
    algorithms: [algorithm],
    ...options,
  });
  let beta = 0;
  /** How many of some new questions are answered. */
  const answered = async (
    questions: readonly { data?: DataDeclaration; columns?: readonly string[]; form?: string }[],
  ): Promise<number> => {
    let answers = 0;
    for (const { data = {}, columns = ["age"], form } of questions) {
      const reply = readReply(
        await site.answer(
          encodeJson({
            format: "konsil.request/1",
            analysis: "a",
            round: "r",
            algorithm: { name: algorithm.name, version: 1 },
            step: { name: step.name, version: 1 },
            arguments: { columns, forms: form === undefined ? [] : [form], beta: ++beta },
            data: defineData(data),
            roster: ["oslo"],
            policy: {},
          }),
        ),
      );
      if (reply?.ok === true) answers++;
      else
        expect(reply).toMatchObject({ code: expect.stringMatching(/EVALUATIONS_TOO_MANY|EXPRESSION_NOT/) });
    }
    return answers;
  };
  return answered;
}

const young = compare("age", "<", 75);
const old = compare("age", ">=", 55);
const filtered = (...filters: readonly Expression<"boolean">[]) =>
  filters.map((filter) => ({ data: { filter } }));

describe("what is counted of a question", () => {
  it("is the rows, however a filter is written", async () => {
    const spelled = filtered(
      and(young, old),
      and(old, young),
      not(not(and(young, old))),
      not(or(not(young), not(old))),
      and(young, old, or(compare("sex", "==", "f"), compare("sex", "==", "m"))),
      and(young, old, isIn("sex", ["f", "m"])),
    );
    expect(await siteOf()(spelled)).toBe(3);
    // Other rows are another set.
    const answered = siteOf();
    expect(await answered([...filtered(young, young, young, young), ...filtered(old)])).toBe(4);
  });

  it("is the columns of the database, of derived ones those that they rest on", async () => {
    const moved = (by: number) => ({
      data: { derive: { x: arithmetic("age", "+", by) } },
      columns: ["x"],
    });
    expect(await siteOf()([{}, moved(1), moved(2), moved(3), moved(4)])).toBe(3);
    // A column that is the same for everyone is none.
    expect(await siteOf()([{}, {}, {}, { columns: ["age", "nodes"] }])).toBe(4);
  });

  it("is the rows that have a value, which are others where a column has gaps", async () => {
    const gap = { columns: ["age", "gap"] };
    const filter = compare("gap", ">=", 0);
    expect(await siteOf()([gap, gap, { data: { filter }, ...gap }, gap])).toBe(3);
  });

  it("is one for two labels of one source, or of two that are known to be one", async () => {
    const questions = ["default", "copy", "default", "copy", "copy"].map((database) => ({
      data: { database },
    }));
    const forms = questions.map((question, i) => ({
      ...question,
      form: `age^${i}`,
      columns: ["age", "nodes"],
    }));
    const one = { databases: { default: people, copy: people } };
    expect(await siteOf(one)(questions)).toBe(3);
    expect(
      await siteOf({ ...one, policy: parsePolicy({ maximumTransforms: 3, minimumOrganizations: 1 }) })(forms),
    ).toBe(3);
    const two = { databases: { default: people, copy: rowsSource(rows) } };
    expect(await siteOf(two)(questions)).toBe(5);
    expect(await siteOf({ ...two, identities: { default: "people", copy: "people" } })(questions)).toBe(3);
  });
});
