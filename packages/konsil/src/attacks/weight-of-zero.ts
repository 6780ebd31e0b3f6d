import { arithmetic, column } from "@konsil/core";
import type { Attack } from "./attack.ts";
import { designOf, numeric } from "./questions.ts";

const few = 5;

/** Weights that are zero for people of one age alone. */
export const weightOfZero: Attack = {
  name: "weights that are zero for one person",
  wants: "how many are of an age that few have",
  knows: "that rows of weight zero are left out",
  shown: "tartu",
  without: "open",
  rule: "weights, counts and proportions as the database has them (always)",
  async run(target) {
    const found: Record<string, number> = {};
    const truth: Record<string, number> = {};
    const peopleWith = async (age: number): Promise<number | undefined> => {
      const derive = {
        far: arithmetic("age", "-", age),
        weight: arithmetic("far", "*", column<"numeric">("far")),
      };
      const answer = await target.ask(
        `The number of rows of a model with weights (age − ${age})²`,
        designOf({
          formula: "days ~ nodes",
          variables: { nodes: numeric },
          weights: "weight",
          data: { derive },
        }),
      );
      return answer?.output["n"] as number | undefined;
    };
    const all = await peopleWith(150);
    if (all === undefined) return undefined;
    for (let age = 70; age < 95; age++) {
      const others = await peopleWith(age);
      if (others === undefined || others === all || all - others >= few) continue;
      found[age] = all - others;
      truth[age] = target.people.filter((person) => person["age"] === age).length;
    }
    return Object.keys(found).length === 0
      ? undefined
      : { what: "patients by age, where they are 1 to 4", found, truth };
  },
};
