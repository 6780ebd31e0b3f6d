import { arithmetic, column } from "@konsil/core";
import type { Attack } from "./attack.ts";
import { designOf, numeric } from "./questions.ts";
import type { Person, Target } from "./target.ts";

/** A column, and what it is multiplied by in a sum. */
type Part = readonly [name: string, factor: number];

const total = (person: Person, parts: readonly Part[]): number =>
  parts.reduce((sum, [name, factor]) => sum + factor * (person[name] as number), 0);

/**
 * The largest whole number that anybody has of a sum, above `below` and up to `most`: weights of a number less the sum are
 * negative for whoever has more.
 */
async function largest(
  target: Target,
  parts: readonly Part[],
  [below, most]: readonly [number, number],
): Promise<number | undefined> {
  let [low, high] = [below, most];
  const sum = parts
    .map(([name, factor]) => arithmetic(column(name), "*", -factor))
    .reduce((one, other) => arithmetic(one, "+", other));
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const before = target.codes.length;
    const answer = await target.ask(
      `Weights of ${middle + 0.5} less ${parts.map(([name, factor]) => `${factor} ${name}`).join(" and ")}`,
      designOf({
        formula: "days ~ nodes",
        variables: { nodes: numeric },
        weights: "left",
        data: { derive: { left: arithmetic(sum, "+", middle + 0.5) } },
      }),
    );
    if (answer !== undefined) high = middle;
    else if (target.codes[before] === "DATA_INVALID") low = middle;
    else return undefined;
  }
  return high;
}

/** Larger than any number of lymph nodes. */
const apart = 1000;

export const whereRefusalsBegin: Attack = {
  name: "where refusals of weights begin",
  wants: "the exact age of the oldest patient, and her lymph nodes",
  knows: "that a site refuses weights that are negative for somebody",
  shown: "tartu",
  without: "open",
  rule: "weights, counts and proportions as the database has them (always)",
  async run(target) {
    const age = await largest(target, [["age", 1]], [0, 128]);
    if (age === undefined) return undefined;
    const parts: readonly Part[] = [
      ["age", apart],
      ["nodes", 1],
    ];
    const both = await largest(target, parts, [apart * age - 1, apart * (age + 1) - 1]);
    if (both === undefined) return undefined;
    target.think("Between a refusal and an answer lies the value of one person.");
    const most = Math.max(...target.people.map((person) => total(person, parts)));
    return {
      what: "age and lymph nodes of the oldest patient",
      found: { age, nodes: both - apart * age },
      truth: { age: Math.floor(most / apart), nodes: most % apart },
    };
  },
};
