import type { Attack } from "./attack.ts";
import { evaluationOf, numeric } from "./questions.ts";
import { solve } from "./solve.ts";
import { numbersOf } from "./target.ts";

const [youngest, oldest] = [20, 95];
const ages = Array.from({ length: oldest - youngest + 1 }, (_, i) => youngest + i);

/** A hill over ages: high at one, and low far from it, so that its sum rests on enough people. */
const width = 3;
const hill = (age: number, at: number): number => 1 / (1 + ((age - at) / width) ** 2);

export const arithmeticInFormula: Attack = {
  name: "many models with arithmetic",
  wants: "the lymph nodes of everyone who alone is of an age",
  knows: "that every sum is exact, and that a formula may have arithmetic",
  shown: "tartu",
  without: "open",
  rule: "forms of arithmetic on one column, and evaluations of the same columns (maximumTransforms, maximumEvaluations)",
  async run(target) {
    const counts: number[] = [];
    const sums: number[] = [];
    for (const at of ages) {
      const term = `I(1 / (1 + ((age - ${at}) / ${width})^2))`;
      const answer = await target.ask(
        `X'X of days ~ nodes + ${term}`,
        evaluationOf({
          formula: `days ~ nodes + ${term}`,
          variables: { nodes: numeric, age: numeric },
          beta: [0, 0, 0],
          centre: [0, 0, 0],
        }),
      );
      if (answer === undefined) return undefined;
      const [, , , count = Number.NaN, sum = Number.NaN] = numbersOf(answer.output["information"], 6);
      counts.push(count);
      sums.push(sum);
    }
    const [people = [], nodes = []] = solve(
      ages.map((at) => ages.map((age) => hill(age, at))),
      [counts, sums],
    );
    const found: Record<string, number> = {};
    const truth: Record<string, unknown> = {};
    for (const [i, age] of ages.entries()) {
      if (Math.round(people[i] as number) !== 1) continue;
      found[age] = Math.round(nodes[i] as number);
      truth[age] = target.people.find((person) => person["age"] === age)?.["nodes"];
    }
    target.think(
      `${ages.length} sums are ${ages.length} equations on how many are of which age, and on their nodes.`,
    );
    return Object.keys(found).length === 0
      ? undefined
      : { what: "positive lymph nodes of everyone who alone is of an age", found, truth };
  },
};
