import type { Attack } from "./attack.ts";
import { evaluationOf, numeric } from "./questions.ts";
import { numbersOf } from "./target.ts";

const points: readonly number[] = [75.5, 76.5, 77.5];
const ages = points.slice(1).map((point) => point - 0.5);

/** 1 for everybody younger than this, and 0 for everybody older, but for less than a millionth. */
const step = (at: number): string => `I(1 / (1 + (age / ${at})^3000))`;

export const steepSteps: Attack = {
  name: "steep steps in one model",
  wants: `how many patients are ${ages.join(" and ")} years old, and how many lymph nodes they have in all, where they are few`,
  knows: "that arithmetic makes a step between any two ages, and that two steps differ for those between",
  shown: "tartu",
  without: null,
  rule: "arithmetic that makes no steps, or sums that leave only added over sites",
  async run(target) {
    const formula = `days ~ nodes + ${points.map(step).join(" + ")}`;
    const answer = await target.ask(
      `X'X of ${formula}`,
      evaluationOf({
        formula,
        variables: { nodes: numeric, age: numeric },
        beta: [0, 0, 0, 0, 0],
        centre: [0, 0, 0, 0, 0],
      }),
    );
    if (answer === undefined) return undefined;
    // The lower triangle by rows: 1; nodes; the steps, each with 1 and nodes first.
    const cross = numbersOf(answer.output["information"], 15);
    const sums = [3, 6, 10].map((row) => [cross[row] as number, cross[row + 1] as number]);
    const found: Record<string, readonly number[]> = {};
    const truth: Record<string, readonly number[]> = {};
    for (const [i, age] of ages.entries()) {
      const [people, nodes] = [0, 1].map((column) =>
        Math.round((sums[i + 1]?.[column] as number) - (sums[i]?.[column] as number)),
      ) as [number, number];
      if (people < 1 || people > 4) continue;
      found[age] = [people, nodes];
      const those = target.people.filter((person) => person["age"] === age);
      truth[age] = [those.length, those.reduce((sum, person) => sum + (person["nodes"] as number), 0)];
    }
    if (Object.keys(found).length === 0) return undefined;
    target.think("The sum of one step less that of another is over those between.");
    return { what: "patients by age, and their lymph nodes in all", found, truth };
  },
};
