import { and, compare, type Expression, not, or } from "@konsil/core";
import type { Attack, Finding } from "./attack.ts";
import { evaluationOf, numeric } from "./questions.ts";
import { solve } from "./solve.ts";
import { numbersOf, type Target } from "./target.ts";

const [from, to] = [40, 75];
const ages = Array.from({ length: to - from }, (_, i) => from + i);
/** Hills over ages, as columns of one model: as many as there may be. */
const tops = Array.from({ length: 10 }, (_, i) => Math.round(10 * (40.3 + 3.7 * i)) / 10);
const hill = (age: number, at: number): number => 1 / (1 + ((age - at) / 2) ** 2);

/** Coefficients that look as if drawn at random, the same each time: digits of multiples of the golden ratio. */
function coefficients(evaluation: number): readonly number[] {
  const drawn = tops.map((_, j) => ((evaluation * tops.length + j + 1) * ((Math.sqrt(5) - 1) / 2)) % 1);
  return [0, ...drawn.map((share) => 8 * share - 4)];
}

const selected = and(compare("age", ">=", from), compare("age", "<", to));

/** How one of the evaluations is asked: the filter may be written in other ways, and the model have more columns. */
interface Way {
  readonly filter: Expression<"boolean">;
  /** Columns whose coefficient is 0. */
  readonly added: readonly string[];
}

async function patientsByAge(target: Target, way: (evaluation: number) => Way): Promise<Finding | undefined> {
  const sums: number[] = [];
  const betas = ages.map((_, i) => coefficients(i));
  for (const [i, own] of betas.entries()) {
    const { filter, added } = way(i);
    const hills = tops.map((at) => `I(1 / (1 + ((age - ${at}) / 2)^2))`);
    const beta = [...own, ...added.map(() => 0)];
    const answer = await target.ask(
      `Σ exp(xβ) at the coefficients no. ${i + 1}`,
      evaluationOf({
        formula: `days ~ ${[...hills, ...added].join(" + ")}`,
        variables: Object.fromEntries(["age", ...added].map((name) => [name, numeric])),
        family: "poisson",
        link: "log",
        beta,
        centre: beta.map(() => 0),
        data: { filter },
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
  without: { maximumEvaluations: 1000 },
  rule: "evaluations of models of the same columns over the same rows (maximumEvaluations)",
  run: (target) => patientsByAge(target, () => ({ filter: selected, added: [] })),
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
  run: (target) => patientsByAge(target, (i) => ({ filter: spellings[i % 4] ?? selected, added: [] })),
};

const others: readonly string[] = ["nodes", "pgr", "er"];

export const zeroCovariate: Attack = {
  ...manyEvaluations,
  name: "one model at many coefficients, with covariates whose coefficient is 0",
  knows: "that models of other columns are counted by themselves, up to maximumColumnEvaluations",
  without: null,
  rule: "sums that leave only added over sites; fewer models of a column (maximumColumnEvaluations), which honest studies need",
  run: (target) => patientsByAge(target, (i) => ({ filter: selected, added: [others[i % 3] ?? "nodes"] })),
};
