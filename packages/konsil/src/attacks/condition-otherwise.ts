import { and, category, compare, type Expression, not, number, or } from "@konsil/core";
import type { Attack } from "./attack.ts";
import { momentsIn, momentsOf } from "./questions.ts";
import type { Person, Target } from "./target.ts";

const columns = {
  nodes: number(),
  age: number(),
  menopause: category(),
  hormon: category(),
  grade: category(),
};

type Condition = Expression<"boolean">;

/** Ways to write a condition that do not change of whom it is true. */
const spellings: readonly (readonly [text: string, write: (condition: Condition) => Condition])[] = [
  ["as it is", (condition) => condition],
  [
    "compared with true",
    ({ node }) => ({ node: { op: "==", left: node, right: { op: "literal", value: true } } }),
  ],
  ["said twice", (condition) => and(or(condition, condition), or(condition, condition))],
];

/** Nodes of those of whom a condition is true, and how many these are. */
async function totals(target: Target, asked: string, condition: Condition) {
  const question = momentsOf(["nodes"], { columns, derive: { group: condition } });
  const by = { name: "group", levels: ["FALSE", "TRUE"], others: "refuse" };
  const answer = await target.ask(asked, {
    ...question,
    arguments: { numbers: ["nodes"], dates: [], by },
  });
  if (answer === undefined) return undefined;
  const { people, sums } = momentsIn(answer);
  const [count, sum] = [people[1]?.exact, sums[1]?.exact];
  return count === undefined || sum === undefined ? undefined : { people: count, sum };
}

export const conditionOtherwise: Attack = {
  name: "a condition that is written otherwise",
  wants: "the lymph nodes of one patient",
  knows: "that a and b is a and b == true, and both said twice",
  shown: "tartu",
  without: "open",
  rule: "whoever a condition moves are no one or k people, however it is written (minimumCell)",
  async run(target) {
    const group = compare("menopause", "==", "post");
    const all = await totals(target, "Patients by menopause, and their lymph nodes in all", group);
    if (all === undefined) return undefined;
    for (const age of [80, 75, 70, 65])
      for (const hormon of ["yes", "no"])
        for (const grade of ["1", "2", "3"]) {
          const traits = and(
            compare("age", ">=", age),
            compare("hormon", "==", hormon),
            compare("grade", "==", grade),
          );
          for (const [text, write] of spellings) {
            const others = await totals(
              target,
              `Likewise those after menopause without ${age} years and more, hormon ${hormon} and grade ${grade}, ${text}`,
              write(and(group, not(traits))),
            );
            if (others === undefined || all.people - others.people !== 1) continue;
            const has = (person: Person): boolean =>
              person["menopause"] === "post" &&
              (person["age"] as number) >= age &&
              person["hormon"] === hormon &&
              String(person["grade"]) === grade;
            target.think("The two differ by one person; the difference of the sums is this person's.");
            return {
              what: `positive lymph nodes of the only such patient with these traits`,
              found: all.sum - others.sum,
              truth: target.people.find(has)?.["nodes"],
            };
          }
        }
    return undefined;
  },
};
