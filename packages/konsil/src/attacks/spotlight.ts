import type { Attack } from "./attack.ts";
import { designOf, numeric } from "./questions.ts";
import { numbersOf } from "./target.ts";

/** Σx² / Σx of a column that only the largest value counts in. */
function spotlight(name: string, term: string, moved: boolean, rule: string): Attack {
  return {
    name,
    wants: "the largest number of lymph nodes at a site",
    knows: "the name of a column",
    shown: "tartu",
    without: "open",
    rule,
    async run(target) {
      const answer = await target.ask(
        `The sums of ${term}, and of its squares`,
        designOf({ formula: `days ~ ${term}`, variables: { nodes: numeric } }),
      );
      if (answer === undefined) return undefined;
      const n = answer.output["n"] as number;
      const [, all = Number.NaN] = numbersOf(answer.output["sum"], 2);
      const [, squares = Number.NaN] = numbersOf(answer.output["squares"], 2);
      // Σ(1 + x) − n and Σ(1 + x)² − 2Σx − n are Σx and Σx².
      const sum = moved ? all - n : all;
      const square = moved ? squares - 2 * sum - n : squares;
      target.think("Only the largest value counts in a high power: Σx²/Σx is this power of it.");
      return {
        what: "the largest number of positive lymph nodes",
        found: Math.round(10 * (square / sum) ** (1 / 60)),
        truth: Math.max(...target.people.map(({ nodes }) => nodes as number)),
      };
    },
  };
}

const rule = "effective people behind a column, as given and about its median (minimumCell)";

export const spotlightColumn: Attack = spotlight("a spotlight column", "I((nodes / 10)^60)", false, rule);
export const movedSpotlight: Attack = spotlight(
  "a spotlight column, moved",
  "I(1 + (nodes / 10)^60)",
  true,
  rule,
);
