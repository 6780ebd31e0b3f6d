import type { Attack } from "./attack.ts";
import { designOf, numeric } from "./questions.ts";

/** As many as there may be forms of arithmetic on a column. */
const values = [10, 13, 17];

/** A division by zero where somebody has a value: the refusal is the answer. */
export const refusalTells: Attack = {
  name: "refusals that depend on a value",
  wants: "whether anyone has 10, 13 or 17 lymph nodes",
  knows: "that a sum has to be finite",
  shown: "tartu",
  without: null,
  rule: "refusals that do not depend on single values",
  async run(target) {
    const found: number[] = [];
    for (const value of values) {
      const term = `I(1 / (nodes - ${value}))`;
      const before = target.codes.length;
      const answer = await target.ask(
        `The sums of ${term}`,
        designOf({ formula: `days ~ ${term}`, variables: { nodes: numeric } }),
      );
      if (answer !== undefined) continue;
      const code = target.codes[before];
      if (code === "NOT_FINITE" || code === "DATA_INVALID") found.push(value);
      else if (code !== "CELL_TOO_SMALL") return undefined;
    }
    const truth = values.filter((value) => target.people.some(({ nodes }) => nodes === value));
    return { what: `which of ${values.join(", ")} positive lymph nodes someone has`, found, truth };
  },
};
