import { arithmetic, column, type Expression } from "@konsil/core";
import type { Attack } from "./attack.ts";
import { designOf, evaluationOf, numeric } from "./questions.ts";
import { numbersOf, type Person } from "./target.ts";

/** Squares of squares: the sixteenth power of a column. */
export function sixteenth(name: string): Record<string, Expression> {
  const square = (of: string): Expression => arithmetic(of, "*", column<"numeric">(of));
  return {
    second: square(name),
    fourth: square("second"),
    eighth: square("fourth"),
    power: square("eighth"),
  };
}

/** What those with the largest value have of another column, on average: mostly one person. */
function ofThoseWithMost(people: readonly Person[], by: string, of: string): number {
  const most = Math.max(...people.map((person) => person[by] as number));
  const those = people.filter((person) => person[by] === most);
  return those.reduce((sum, person) => sum + (person[of] as number), 0) / those.length;
}

export const userWeights: Attack = {
  name: "case weights that only one person has",
  wants: "how old the patient with the highest receptor value is",
  knows: "that weights may be a derived column",
  shown: "tartu",
  without: "open",
  rule: "weights, counts and proportions as the database has them (always)",
  async run(target) {
    const answer = await target.ask(
      "The first sums of age ~ er, weighted by the 16th power of pgr",
      designOf({
        formula: "age ~ er",
        variables: { er: numeric },
        weights: "power",
        data: { derive: sixteenth("pgr") },
      }),
    );
    if (answer === undefined) return undefined;
    const [weight = Number.NaN, weighted = Number.NaN] = numbersOf(answer.output["totals"], 2);
    target.think("Beside the largest weight all others vanish: Σwy/Σw is the age of whoever has it.");
    return {
      what: "age of the patient with the highest progesterone receptor",
      found: Math.round(weighted / weight),
      truth: Math.round(ofThoseWithMost(target.people, "pgr", "age")),
    };
  },
};

export const userOffset: Attack = {
  name: "an offset that only one person has",
  wants: "how many lymph nodes the oldest patient has",
  knows: "that an offset may be arithmetic",
  shown: "tartu",
  without: "open",
  rule: "effective rows and spread of weighted sums (minimumEffectiveShare)",
  async run(target) {
    const answer = await target.ask(
      "A Poisson regression event ~ nodes with an offset of 8 for each year of age",
      evaluationOf({
        formula: "event ~ nodes + offset(8 * age - 480)",
        variables: { nodes: numeric },
        family: "poisson",
        link: "log",
        beta: [0, 0],
        centre: [0, 0],
      }),
    );
    if (answer === undefined) return undefined;
    const [weight = Number.NaN, weighted = Number.NaN] = numbersOf(answer.output["information"], 3);
    target.think("exp(offset) vanishes for all but the oldest: Σμx/Σμ is what she has.");
    return {
      what: "positive lymph nodes of the oldest patient",
      found: Math.round((weighted / weight) * 10) / 10,
      truth: Math.round(ofThoseWithMost(target.people, "age", "nodes") * 10) / 10,
    };
  },
};
