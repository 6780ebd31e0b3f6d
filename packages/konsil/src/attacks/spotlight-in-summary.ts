import type { Attack } from "./attack.ts";
import { momentsIn, momentsOf } from "./questions.ts";
import { sixteenth } from "./weights.ts";

export const spotlightInSummary: Attack = {
  name: "a spotlight column in a summary",
  wants: "the largest number of lymph nodes at a site",
  knows: "that a summary takes derived columns",
  shown: "oslo",
  without: "open",
  rule: "effective people behind a sum, as given and about its median (minimumCell)",
  async run(target) {
    const answer = await target.ask(
      "The sum of the 16th power of nodes",
      momentsOf(["power"], { derive: sixteenth("nodes") }),
    );
    if (answer === undefined) return undefined;
    const sum = momentsIn(answer).sums.at(0)?.exact ?? Number.NaN;
    target.think("Beside the largest all others vanish: the 16th root of the sum is hers.");
    return {
      what: "the largest number of positive lymph nodes",
      found: Math.round(sum ** (1 / 16)),
      truth: Math.max(...target.people.map(({ nodes }) => nodes as number)),
    };
  },
};
