import { and, compare } from "@konsil/core";
import type { Attack, Finding } from "./attack.ts";
import { evaluationOf, numeric } from "./questions.ts";
import { solve } from "./solve.ts";
import { numbersOf, type Target } from "./target.ts";

/** Of the logit of an event: its weights p(1 − p) are a hill over ages. */
const slope = 0.5;

const [from, to] = [45, 75];
/** Columns of the model whose coefficient is 0, one after the other. */
const added = ["pgr", "er"];

async function peopleOfBand(target: Target): Promise<Finding | undefined> {
  const ages = Array.from({ length: to - from }, (_, i) => from + i);
  const filter = and(compare("age", ">=", from), compare("age", "<", to));
  const counts: number[] = [];
  const sums: number[] = [];
  for (const [i, at] of ages.entries()) {
    const columns = ["age", "nodes", added[i % added.length] as string];
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

export const zeroCovariate: Attack = {
  name: "one model at many coefficients, with covariates whose coefficient is 0",
  wants: "how many patients are of which age, and the lymph nodes that they have together",
  knows: "that models of other columns are counted by themselves, up to maximumColumnEvaluations",
  shown: "tartu",
  without: null,
  rule: "sums that leave only added over sites; fewer models of a column (maximumColumnEvaluations), which honest studies need",
  run: peopleOfBand,
};
