import { arithmetic } from "@konsil/core";
import type { Attack } from "./attack.ts";
import { momentsIn, momentsOf, type ToldNumber } from "./questions.ts";

/** Where both ends say the same. */
function agreed(lower: number, upper: number): number | undefined {
  return Math.abs(upper - lower) < 1e-6 ? Math.round(lower) : undefined;
}

/** People by how much a sum grows when the number is moved. */
function peopleMoved(before: ToldNumber, after: ToldNumber, by: number): number | undefined {
  return agreed((after.lower - before.lower) / by, (after.upper - before.upper) / by);
}

export const fewMissing: Attack = {
  name: "how many have one number, less how many have another",
  wants: "how many patients have no number of lymph nodes, where so few are told as an interval",
  knows:
    "that everyone has an age, and that a sum grows by 1,000 for each person when the number is moved by 1,000",
  shown: "tartu",
  without: { fewIncomplete: "permit" },
  rule: "people and sums of a number that few lack are intervals (minimumCell, fewIncomplete)",
  gap: "nodes",
  async run(target) {
    const by = 1000;
    const derive = { moved: arithmetic("nodes", "+", by) };
    const answer = await target.ask(
      "How many have an age, and how many a number of nodes, as it is and moved; and their sums",
      momentsOf(["age", "nodes", "moved"], { derive }),
    );
    if (answer === undefined) return undefined;
    const { people, sums } = momentsIn(answer);
    const [everyone, some] = [people.at(0)?.exact, people.at(1)];
    const [, given, moved] = sums;
    if (everyone === undefined || some === undefined || given === undefined || moved === undefined)
      return undefined;
    const known = some.exact ?? peopleMoved(given, moved, by);
    if (known === undefined) {
      target.think(
        `Of ${everyone}, from ${some.lower} to ${some.upper} have a number of nodes, and the sums have two ends as well.`,
      );
      return undefined;
    }
    target.think(`Of ${everyone}, ${known} have a number of nodes.`);
    return {
      what: "patients without a number of lymph nodes",
      found: everyone - known,
      truth: target.people.filter(({ nodes }) => nodes === null).length,
    };
  },
};
