import { and, category, compare, number } from "@konsil/core";
import type { Attack } from "./attack.ts";
import { coxAt } from "./questions.ts";
import { singular, traits } from "./single-person.ts";
import { numbersOf } from "./target.ts";

const [treatment, others] = ["hormon", traits.filter((trait) => trait !== "hormon")] as const;
const columns = {
  days: number(),
  event: number(),
  ...Object.fromEntries(traits.map((trait) => [trait, category()])),
};

export const strataOfOne: Attack = {
  name: "strata in which one person is compared with others",
  wants: "whether a patient of whom a few facts are known had an event",
  knows: "her size and grade of tumour, menopause, treatment, and that no other patient is like her",
  shown: "prague",
  without: "open",
  rule: "people whom strata compare with others (minimumCell)",
  async run(target) {
    for (const known of singular(target.people)) {
      const isTreated = compare(treatment, "==", String(known[treatment]));
      // Whoever is treated like her, and otherwise unlike her, has a stratum without anybody who is not.
      const apart = others.map(
        (trait) => [`other_${trait}`, and(isTreated, compare(trait, "!=", String(known[trait])))] as const,
      );
      const names = ["treated", ...apart.map(([name]) => name)];
      const answer = await target.ask(
        "The score of a Cox model of her treatment, by strata that leave nobody but her among those without",
        coxAt({
          formula: `Surv(days, event) ~ treated + strata(${names.slice(1).join(", ")})`,
          variables: Object.fromEntries(names.map((name) => [name, { type: "boolean" }])),
          beta: [0],
          centre: [0],
          data: { columns, derive: { treated: isTreated, ...Object.fromEntries(apart) } },
        }),
      );
      if (answer === undefined) continue;
      const [score = 0] = numbersOf(answer.output["score"], 1);
      target.think("It is her events less those that were to be expected of her, mostly fewer than one.");
      return {
        what: `events of the only patient with ${traits.map((trait) => `${trait} ${known[trait]}`).join(", ")}`,
        found: Number(score > 0),
        truth: Number(known["event"]),
      };
    }
    return undefined;
  },
};
