import { localFederation } from "@konsil/sdk";
import { describe, expect, it } from "vitest";
import { algorithmPage, meaningOf } from "../src/cli/algorithm-page.ts";
import { algorithmWords } from "../src/cli/algorithm-words.ts";
import { standardAlgorithms } from "../src/cli/algorithms-command.ts";
import { argumentsSchema } from "../src/cli/arguments-schema.ts";
import { keyValues } from "../src/cli/key-values.ts";
import { breastCancer } from "../src/examples/index.ts";

const algorithms = [...standardAlgorithms().values()];

describe.each(algorithms.map((algorithm) => [algorithm.name, algorithm] as const))(
  "the page of %s",
  (name, algorithm) => {
    const page = algorithmPage(algorithm);

    it("says in one line what each argument means", () => {
      const { properties = {} } = argumentsSchema(algorithm);
      for (const [argument, schema] of Object.entries(properties)) {
        const meaning = meaningOf(name, argument, schema.description);
        expect(meaning, argument).not.toBe("");
        expect(
          page.split("\n").filter((line) => line.startsWith(`  ${argument} `) && line.endsWith(meaning)),
        ).toHaveLength(1);
      }
      for (const argument of Object.keys(algorithmWords[name]?.arguments ?? {}))
        expect(Object.keys(properties), "has no such argument").toContain(argument);
      expect(page).not.toMatch(/[{}]|undefined|\[object/);
    });

    it("says what leaves a site", () => {
      for (const step of algorithm.steps) {
        expect(page).toContain(`  ${step.name} `);
        for (const field of Object.keys(step.output)) expect(page).toMatch(new RegExp(` ${field} +\\w+: `));
      }
    });

    it("shows an example that runs", async () => {
      const [flag, ...others] = algorithmWords[name]?.example ?? [];
      const isFormula = flag === "--formula";
      const args = isFormula
        ? { formula: others[0], ...keyValues(others.slice(1), algorithm) }
        : keyValues([flag ?? "", ...others], algorithm);
      const federation = await localFederation(breastCancer);
      expect(await federation.run(algorithm, args)).toHaveProperty("n");
    });
  },
);

describe("key=value", () => {
  const named = (name: string) => algorithms.find((algorithm) => algorithm.name === name) as never;

  it.each<[string, string, unknown]>([
    ["summary", "columns=age,sex", { columns: ["age", "sex"] }],
    ["summary", "columns=age, sex ", { columns: ["age", "sex"] }],
    ["summary", "columns=age", { columns: ["age"] }],
    ["summary", 'columns=["age","sex"]', { columns: ["age", "sex"] }],
    ["summary", "columns=1,2", { columns: ["1", "2"] }],
    ["summary", "by=2", { by: "2" }],
    ["summary", "range=true", { range: true }],
    ["kaplan-meier", "times=365,1825", { times: [365, 1825] }],
    ["kaplan-meier", "times=365", { times: [365] }],
    ["kaplan-meier", "group=age,sex", { group: ["age", "sex"] }],
    ["kaplan-meier", "group=age", { group: "age" }],
    ["kaplan-meier", "confidenceLevel=0.9", { confidenceLevel: 0.9 }],
    ["coxph", "terms=log(a, 2),b:c,`x,y`", { terms: ["log(a, 2)", "b:c", "`x,y`"] }],
    ["coxph", 'levels={"grade":["1","2"]}', { levels: { grade: ["1", "2"] } }],
    ["coxph", "formula=Surv(a, b) ~ c", { formula: "Surv(a, b) ~ c" }],
    ["coxph", "unknown=1", { unknown: 1 }],
  ])("of %s reads %s", (name, pair, value) => {
    expect(keyValues([pair], named(name))).toEqual(value);
  });
});
