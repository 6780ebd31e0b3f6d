import { and, compare } from "@konsil/core";
import type { Attack } from "./attack.ts";
import { evaluationOf, numeric } from "./questions.ts";
import { solve } from "./solve.ts";
import { numbersOf, type Target } from "./target.ts";

const bands: readonly number[] = Array.from({ length: 13 }, (_, i) => 25 + 5 * i);

function logFactorial(y: number): number {
  let sum = 0;
  for (let i = 2; i <= y; i++) sum += Math.log(i);
  return sum;
}

/** What a Poisson model adds up of its outcome y, where all coefficients are 0 and each fitted mean is 1. */
const added: readonly ((y: number) => number)[] = [
  () => 1,
  (y) => y - 1,
  (y) => (y - 1) ** 2,
  (y) => y * Math.log(y) - (y - 1),
  (y) => 1 + logFactorial(y),
];

/** How many have each of five ages; undefined where the site does not answer. */
async function peopleByAge(target: Target, ages: readonly number[]): Promise<readonly number[] | undefined> {
  const [from = 0] = ages;
  const answer = await target.ask(
    `A Poisson model of age at coefficients 0, from ${from} to under ${from + 5} years`,
    evaluationOf({
      formula: "age ~ nodes",
      variables: { nodes: numeric },
      family: "poisson",
      link: "log",
      beta: [0, 0],
      centre: [0, 0],
      data: { filter: and(compare("age", ">=", from), compare("age", "<", from + 5)) },
    }),
  );
  if (answer === undefined || answer.output["pearson"] === null) return undefined;
  const first = (field: string): number => numbersOf(answer.output[field], 2)[0] as number;
  const sums = [
    answer.output["n"] as number,
    first("gradient"),
    first("pearson"),
    first("deviance") / 2,
    -first("logLikelihood"),
  ];
  const [people = []] = solve(
    added.map((of) => ages.map(of)),
    [sums],
  );
  return people.map((count) => Math.round(count));
}

export const oneAnswer: Attack = {
  name: "one Poisson model at one coefficient, in each band of five ages",
  wants: "how many patients are of each age, where they are few",
  knows:
    "that residuals, deviance and likelihood of a count are three sums over its values beside their number and mean",
  shown: "tartu",
  without: "open",
  rule: "people of each value, where a column has no more values than sums (minimumCell)",
  async run(target) {
    const found: Record<string, number> = {};
    const truth: Record<string, number> = {};
    for (const from of bands) {
      const ages = [0, 1, 2, 3, 4].map((years) => from + years);
      for (const [i, count] of ((await peopleByAge(target, ages)) ?? []).entries()) {
        const age = ages[i] as number;
        if (count < 1 || count > 4) continue;
        found[age] = count;
        truth[age] = target.people.filter((person) => person["age"] === age).length;
      }
    }
    if (Object.keys(found).length === 0) return undefined;
    target.think("Five sums of one answer are five equations for the people of five ages.");
    return { what: "people by exact age, where they are fewer than five", found, truth };
  },
};
