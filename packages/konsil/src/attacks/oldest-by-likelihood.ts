import type { Attack } from "./attack.ts";
import { coxAt, numeric } from "./questions.ts";
import { numbersOf, type Person } from "./target.ts";

export const oldestByLikelihood: Attack = {
  name: "Cox model at β = 20",
  wants: "how old the oldest at risk are whenever someone dies",
  knows: "the names of three columns",
  shown: "tartu",
  without: "open",
  rule: "effective rows and spread of weighted sums (minimumEffectiveShare)",
  async run(target) {
    const answer = await target.ask(
      "The partial likelihood of Surv(days, event) ~ age, at a hazard of e²⁰ for each year",
      coxAt({
        formula: "Surv(days, event) ~ age + strata(site)",
        variables: { age: numeric },
        beta: [20],
        // In the middle, exponentials stay in the range of numbers.
        centre: [57],
      }),
    );
    if (answer === undefined) return undefined;
    const [score = Number.NaN] = numbersOf(answer.output["score"], 1);
    target.think("Only the oldest at risk have a weight: the score is Σ (age of the dead − oldest at risk).");
    return {
      what: "years between the dead and the oldest at risk, summed over deaths",
      found: Math.round(-score),
      truth: yearsBetween(target.people),
    };
  },
};

function yearsBetween(people: readonly Person[]): number {
  let sum = 0;
  for (const { days, age } of people.filter(({ event }) => event === 1)) {
    const atRisk = people.filter((other) => (other["days"] as number) >= (days as number));
    sum += Math.max(...atRisk.map((other) => other["age"] as number)) - (age as number);
  }
  return sum;
}
