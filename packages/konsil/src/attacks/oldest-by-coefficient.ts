import type { Attack } from "./attack.ts";
import { evaluationOf, numeric } from "./questions.ts";
import { numbersOf } from "./target.ts";

/** 64 to the years above this age: a number whose digits in base 64 count the people of each age. */
const middle = 60;
const top = 110;
const digits = 6;

export const oldestByCoefficient: Attack = {
  name: "one weighted sum at β = ln 64",
  wants: "the ages of the oldest patients at a site",
  knows: "the names of two columns",
  shown: "tartu",
  without: "open",
  rule: "effective rows and spread of weighted sums (minimumEffectiveShare)",
  async run(target) {
    const answer = await target.ask(
      "One step of a Poisson regression nodes ~ age, at a coefficient of ln 64 for each year",
      evaluationOf({
        formula: "nodes ~ age",
        variables: { age: numeric },
        family: "poisson",
        link: "log",
        beta: [0, Math.log(64)],
        centre: [0, middle],
      }),
    );
    if (answer === undefined) return undefined;
    let sum = numbersOf(answer.output["information"], 3)[0] as number;
    const found: Record<string, number> = {};
    for (let age = top, left = digits; left > 0; age--) {
      // A fitted value is a power of 64 but for rounding.
      const people = Math.floor(sum / 64 ** (age - middle) + 1e-3);
      if (people > 0) found[age] = people;
      if (Object.keys(found).length > 0) left--;
      sum -= people * 64 ** (age - middle);
    }
    const ages = Object.keys(found);
    target.think(`Σ 64^(age − ${middle}), read digit by digit, is the number of patients of each age.`);
    const oldest = Math.max(...target.people.map(({ age }) => age as number));
    const truth: Record<string, number> = {};
    for (const { age } of target.people)
      if ((age as number) > oldest - digits) truth[age as number] = (truth[age as number] ?? 0) + 1;
    return { what: `patients by age, from ${ages.at(-1)} down`, found, truth };
  },
};
