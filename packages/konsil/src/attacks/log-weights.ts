import { and, compare } from "@konsil/core";
import type { Attack } from "./attack.ts";
import { designOf } from "./questions.ts";
import { numbersOf, type Target } from "./target.ts";

const bands: readonly number[] = Array.from({ length: 14 }, (_, i) => 25 + 5 * i);

interface Sums {
  readonly people: number;
  readonly ages: number;
  readonly logs: number;
}

/** Who there is, and Σ age and Σ log age, in a band of five ages; undefined where the site does not tell. */
async function sumsIn(target: Target, from: number): Promise<Sums | undefined> {
  const answer = await target.ask(
    `A linear model without terms, weighted by age, from ${from} to under ${from + 5} years`,
    designOf({
      formula: "days ~ 1",
      variables: {},
      weights: "age",
      data: { filter: and(compare("age", ">=", from), compare("age", "<", from + 5)) },
    }),
  );
  if (answer === undefined || answer.output["logWeight"] === null) return undefined;
  const [ages = Number.NaN] = numbersOf(answer.output["totals"], 2);
  const [logs = Number.NaN] = numbersOf(answer.output["logWeight"], 1);
  return { people: answer.output["n"] as number, ages, logs };
}

/** All whole numbers of people of five ages that have these sums. */
function solutions(from: number, { people, ages, logs }: Sums): readonly (readonly number[])[] {
  const found: number[][] = [];
  const left = ages - people * from;
  const log = [0, 1, 2, 3, 4].map((years) => Math.log(from + years));
  for (let a = 0; a <= people; a++)
    for (let b = 0; a + b <= people; b++)
      for (let c = 0; a + b + c <= people; c++) {
        // The last two follow from the number of people and the sum of their ages.
        const e = left - b - 2 * c - 3 * (people - a - b - c);
        const counts = [a, b, c, people - a - b - c - e, e];
        if (e < 0 || (counts[3] as number) < 0) continue;
        const sum = counts.reduce((all, count, i) => all + count * (log[i] as number), 0);
        if (Math.abs(sum - logs) < 1e-9) found.push(counts);
      }
  return found;
}

export const logWeights: Attack = {
  name: "the logarithms of weights, in each band of five ages",
  wants: "how many patients are of each age, where they are few",
  knows:
    "that the logarithms of no two sets of ages have the same sum, if their number and mean are the same",
  shown: "tartu",
  without: "open",
  rule: "people of each value, where weights have no more than a hundred (minimumCell)",
  async run(target) {
    const found: Record<string, number> = {};
    const truth: Record<string, number> = {};
    for (const from of bands) {
      const sums = await sumsIn(target, from);
      const [counts = [], ...others] = sums === undefined ? [] : solutions(from, sums);
      if (others.length > 0) continue;
      for (const [i, count] of counts.entries()) {
        if (count < 1 || count > 4) continue;
        found[from + i] = count;
        truth[from + i] = target.people.filter(({ age }) => age === from + i).length;
      }
    }
    if (Object.keys(found).length === 0) return undefined;
    target.think("One sum of fifty digits, and five whole numbers that it can be made of.");
    return { what: "people by exact age, where they are fewer than five", found, truth };
  },
};
