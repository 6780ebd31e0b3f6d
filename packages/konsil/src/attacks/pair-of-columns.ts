import type { Attack } from "./attack.ts";
import { evaluationOf, numeric } from "./questions.ts";
import { numbersOf, type Person } from "./target.ts";

interface Side {
  readonly term: string;
  readonly column: string;
  readonly has: (person: Person) => boolean;
}

const from = (column: string, point: number): Side => ({
  term: `I(${column} >= ${point})`,
  column,
  has: (person) => (person[column] as number) >= point,
});
const below = (column: string, point: number): Side => ({
  term: `I(${column} < ${point})`,
  column,
  has: (person) => (person[column] as number) < point,
});

const sides = [from("age", 70), below("age", 40), from("nodes", 10), from("er", 300), from("pgr", 500)];

export const pairOfColumns: Attack = {
  name: "what two columns of a model have in common",
  wants: "how many have two rare traits, which a table would mask",
  knows: "that X'X holds the number of people two columns share",
  shown: "tartu",
  without: null,
  rule: "rows of X'X by pairs of columns of two values",
  async run(target) {
    for (const [i, one] of sides.entries()) {
      for (const other of sides.slice(i + 1).filter(({ column }) => column !== one.column)) {
        const formula = `days ~ ${one.term} + ${other.term}`;
        const answer = await target.ask(
          `X'X of ${formula}`,
          evaluationOf({
            formula,
            variables: { [one.column]: numeric, [other.column]: numeric },
            beta: [0, 0, 0],
            centre: [0, 0, 0],
          }),
        );
        if (answer === undefined) continue;
        const people = numbersOf(answer.output["information"], 6)[4] as number;
        if (people < 1 || people > 4) continue;
        return {
          what: `patients with ${one.term} and ${other.term}`,
          found: people,
          truth: target.people.filter((person) => one.has(person) && other.has(person)).length,
        };
      }
    }
    return undefined;
  },
};
