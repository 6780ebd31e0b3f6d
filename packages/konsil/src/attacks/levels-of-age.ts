import { and, category, compare, describe, type Expression, isIn, number } from "@konsil/core";
import type { Attack } from "./attack.ts";
import { evaluationOf, numeric } from "./questions.ts";
import { numbersOf, type Target } from "./target.ts";

interface Sums {
  readonly people: number;
  readonly nodes: number;
}

async function sumsOf(
  target: Target,
  filter: Expression<"boolean">,
  asLevels: boolean,
): Promise<Sums | undefined> {
  const columns = { age: asLevels ? category() : number(), nodes: number(), event: number() };
  const answer = await target.ask(
    asLevels ? "People and nodes of the ages that have names" : "People and nodes of a band of ages",
    evaluationOf({
      formula: "event ~ nodes",
      variables: { nodes: numeric },
      beta: [0, 0],
      centre: [0, 0],
      data: { columns, filter },
    }),
  );
  if (answer === undefined) return undefined;
  const [people = Number.NaN, nodes = Number.NaN] = numbersOf(answer.output["information"], 3);
  return { people, nodes };
}

export const levelsOfAge: Attack = {
  name: "levels of a number, less a filter",
  wants: "the lymph nodes of the few patients of a band of ages who alone, or nearly, are of their age",
  knows: "that ages can be named as levels where enough people have them, and filtered at multiples of 5",
  shown: "oslo",
  without: { lattices: { age: 1 } },
  rule: "numbers are levels only where these tell no more than filters (lattices.age)",
  algorithms: [describe],
  async run(target) {
    const asked = await target.ask("Which ages have enough people", {
      algorithm: "describe",
      step: "describe.levels",
      arguments: { columns: [], factors: ["age"] },
    });
    const [levels] = (asked?.output["levels"] ?? []) as readonly { readonly names: readonly string[] }[];
    if (levels === undefined) return undefined;
    for (const width of [5, 10, 15])
      for (let from = 25; from < 90; from += 5) {
        const named = levels.names.filter((age) => Number(age) >= from && Number(age) < from + width);
        if (named.length === 0) continue;
        const band = await sumsOf(
          target,
          and(compare("age", ">=", from), compare("age", "<", from + width)),
          false,
        );
        const ofNamed = band && (await sumsOf(target, isIn("age", named), true));
        if (band === undefined || ofNamed === undefined) continue;
        const people = band.people - ofNamed.people;
        if (people < 1 || people > 4) continue;
        target.think("Both were answered. Their difference is of the ages that have no name.");
        const few = target.people.filter(
          ({ age }) => Number(age) >= from && Number(age) < from + width && !named.includes(String(age)),
        );
        return {
          what: `patients aged ${from} to ${from + width - 1} of an age that has no name, and their lymph nodes`,
          found: [people, band.nodes - ofNamed.nodes],
          truth: [few.length, few.reduce((sum, { nodes }) => sum + Number(nodes), 0)],
        };
      }
    return undefined;
  },
};
