import { and, compare } from "@konsil/core";
import type { Attack, Finding } from "./attack.ts";
import { evaluationOf, numeric } from "./questions.ts";
import { solve } from "./solve.ts";
import { numbersOf, type Target } from "./target.ts";

/** Of the logit of an event: its weights p(1 − p) are a hill over ages. */
const slope = 0.5;

interface Band {
  readonly from: number;
  readonly to: number;
  /** Columns of the model whose coefficient is 0, one after the other. */
  readonly added: readonly string[];
}

async function peopleOfBand(target: Target, { from, to, added }: Band): Promise<Finding | undefined> {
  const ages = Array.from({ length: to - from }, (_, i) => from + i);
  const filter = and(compare("age", ">=", from), compare("age", "<", to));
  const counts: number[] = [];
  const sums: number[] = [];
  for (const [i, at] of ages.entries()) {
    const columns = ["age", "nodes", ...added.slice(i % Math.max(1, added.length)).slice(0, 1)];
    const answer = await target.ask(
      `Weighted sums of nodes of those aged ${from} to ${to - 1}, weighted about the age of ${at}`,
      evaluationOf({
        formula: `event ~ ${columns.join(" + ")}`,
        variables: Object.fromEntries(columns.map((name) => [name, numeric])),
        family: "binomial",
        link: "logit",
        beta: [0, slope, ...columns.slice(1).map(() => 0)],
        centre: [0, at, ...columns.slice(1).map(() => 0)],
        data: { filter },
      }),
    );
    if (answer === undefined) return undefined;
    const length = columns.length + 1;
    const [count = Number.NaN, , , sum = Number.NaN] = numbersOf(
      answer.output["information"],
      (length * (length + 1)) / 2,
    );
    counts.push(count);
    sums.push(sum);
  }
  const weight = (eta: number): number => 1 / (2 + Math.exp(eta) + Math.exp(-eta));
  const [people = [], nodes = []] = solve(
    ages.map((at) => ages.map((age) => weight(slope * (age - at)))),
    [counts, sums],
  );
  target.think(`${ages.length} sums are as many equations as there are ages in the band.`);
  const ofAge = (age: number) => target.people.filter((person) => person["age"] === age);
  const together = (age: number): number =>
    ofAge(age).reduce((sum, person) => sum + (person["nodes"] as number), 0);
  const table = (line: (age: number, i: number) => readonly [number, number]) =>
    Object.fromEntries(ages.map((age, i) => [age, line(age, i).map(Math.abs).join(" with ")]));
  return {
    what: `patients by age from ${from} to ${to - 1}, with their positive lymph nodes`,
    found: table((_, i) => [Math.round(people[i] as number), Math.round(nodes[i] as number)]),
    truth: table((age) => [ofAge(age).length, together(age)]),
  };
}

export const narrowBand: Attack = {
  name: "one model at many coefficients, in a band of ages",
  wants: "how many patients are of which age, and the lymph nodes that they have together",
  knows: "that in a band of twenty years twenty coefficients are enough",
  shown: "tartu",
  without: null,
  rule: "sums that leave only added over sites, or coefficients from somebody whom sites trust",
  run: (target) => peopleOfBand(target, { from: 50, to: 70, added: [] }),
};

export const zeroCovariate: Attack = {
  ...narrowBand,
  name: "one model at many coefficients, with covariates whose coefficient is 0",
  knows: "that models of other columns are counted by themselves, up to maximumColumnEvaluations",
  rule: "sums that leave only added over sites; fewer models of a column (maximumColumnEvaluations), which honest studies need",
  run: (target) => peopleOfBand(target, { from: 45, to: 75, added: ["pgr", "er"] }),
};
