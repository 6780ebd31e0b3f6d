import { and, compare } from "@konsil/core";
import type { Attack } from "./attack.ts";
import { evaluationOf, numeric } from "./questions.ts";
import { solve } from "./solve.ts";
import { numbersOf } from "./target.ts";

const [from, to] = [50, 70];
const ages = Array.from({ length: to - from }, (_, i) => from + i);
/** Of the logit of an event: its weights p(1 − p) are a hill over ages. */
const slope = 0.5;

export const narrowBand: Attack = {
  name: "one model at many coefficients, in a band of ages",
  wants: "how many patients are of which age, and the lymph nodes that they have together",
  knows: "that in a band of twenty years twenty coefficients are enough",
  shown: "tartu",
  without: null,
  rule: "sums that leave only added over sites, or coefficients from somebody whom sites trust",
  async run(target) {
    const filter = and(compare("age", ">=", from), compare("age", "<", to));
    const counts: number[] = [];
    const sums: number[] = [];
    for (const at of ages) {
      const answer = await target.ask(
        `Weighted sums of nodes of those aged ${from} to ${to - 1}, weighted about the age of ${at}`,
        evaluationOf({
          formula: "event ~ age + nodes",
          variables: { age: numeric, nodes: numeric },
          family: "binomial",
          link: "logit",
          beta: [0, slope, 0],
          centre: [0, at, 0],
          data: { filter },
        }),
      );
      if (answer === undefined) return undefined;
      const [count = Number.NaN, , , sum = Number.NaN] = numbersOf(answer.output["information"], 6);
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
      Object.fromEntries(ages.map((age, i) => [age, line(age, i).join(" with ")]));
    return {
      what: `patients by age from ${from} to ${to - 1}, with their positive lymph nodes`,
      found: table((_, i) => [Math.round(people[i] as number), Math.round(nodes[i] as number)]),
      truth: table((age) => [ofAge(age).length, together(age)]),
    };
  },
};
