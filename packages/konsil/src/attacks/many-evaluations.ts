import { and, compare, type Expression, not, or } from "@konsil/core";
import type { Attack, Finding } from "./attack.ts";
import { evaluationOf, numeric } from "./questions.ts";
import { solve } from "./solve.ts";
import { numbersOf, type Target } from "./target.ts";

const [from, to] = [40, 75];
const ages = Array.from({ length: to - from }, (_, i) => from + i);
/** Hills over ages, as columns of one model. */
const tops = Array.from({ length: 10 }, (_, i) => Math.round(10 * (40.3 + 3.7 * i)) / 10);
const hill = (age: number, at: number): number => 1 / (1 + ((age - at) / 2) ** 2);

/** Coefficients that look as if drawn at random, the same each time: digits of multiples of the golden ratio. */
function coefficients(evaluation: number): readonly number[] {
  const drawn = tops.map((_, j) => ((evaluation * tops.length + j + 1) * ((Math.sqrt(5) - 1) / 2)) % 1);
  return [0, ...drawn.map((share) => 8 * share - 4)];
}

const selected = and(compare("age", ">=", from), compare("age", "<", to));

/** The filter of one of the evaluations may be written in other ways. */
async function patientsByAge(
  target: Target,
  filterOf: (evaluation: number) => Expression<"boolean">,
): Promise<Finding | undefined> {
  const sums: number[] = [];
  const betas = ages.map((_, i) => coefficients(i));
  for (const [i, beta] of betas.entries()) {
    const hills = tops.map((at) => `I(1 / (1 + ((age - ${at}) / 2)^2))`);
    const answer = await target.ask(
      `Σ exp(xβ) at the coefficients no. ${i + 1}`,
      evaluationOf({
        formula: `days ~ ${hills.join(" + ")}`,
        variables: { age: numeric },
        family: "poisson",
        link: "log",
        beta,
        centre: beta.map(() => 0),
        data: { filter: filterOf(i) },
      }),
    );
    if (answer === undefined) return undefined;
    sums.push(numbersOf(answer.output["information"], (beta.length * (beta.length + 1)) / 2)[0] as number);
  }
  const matrix = betas.map((beta) =>
    ages.map((age) =>
      Math.exp(tops.reduce((eta, at, j) => eta + (beta[j + 1] as number) * hill(age, at), 0)),
    ),
  );
  const [people = []] = solve(matrix, [sums]);
  target.think(`${ages.length} equations with ${ages.length} unknown numbers of patients are solved.`);
  return {
    what: "patients by age, from 40 to 74",
    found: Object.fromEntries(ages.map((age, i) => [age, Math.abs(Math.round(people[i] as number))])),
    truth: Object.fromEntries(
      ages.map((age) => [age, target.people.filter((person) => person["age"] === age).length]),
    ),
  };
}

export const manyEvaluations: Attack = {
  name: "one model at many coefficients",
  wants: "how many patients are of which age",
  knows: "that each evaluation is one more equation; only one number of each answer is used",
  shown: "oslo",
  without: "open",
  rule: "evaluations of models of the same columns over the same rows, and forms of arithmetic (maximumEvaluations, maximumTransforms)",
  run: (target) => patientsByAge(target, () => selected),
};

const spellings: readonly Expression<"boolean">[] = [
  selected,
  and(compare("age", "<", to), compare("age", ">=", from)),
  not(not(selected)),
  not(or(not(compare("age", ">=", from)), not(compare("age", "<", to)))),
];

export const spelledOtherwise: Attack = {
  ...manyEvaluations,
  name: "one model at many coefficients, its filter written in four ways",
  knows: "that a site might take the same rows for others",
  run: (target) => patientsByAge(target, (i) => spellings[i % 4] ?? selected),
};
