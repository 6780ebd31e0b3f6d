import { category, compare, type Expression, number, or } from "@konsil/core";
import type { Attack } from "./attack.ts";
import { totalsOf } from "./differences.ts";
import type { Person } from "./target.ts";

const columns = {
  age: number(),
  nodes: number(),
  grade: category(),
  size: category(),
  menopause: category(),
  hormon: category(),
};

interface Trait {
  readonly column: string;
  readonly text: string;
  readonly filter: Expression<"boolean">;
  readonly has: (person: Person) => boolean;
}

const level = (name: string, value: string): Trait => ({
  column: name,
  text: `${name} ${value}`,
  filter: compare(name, "==", value),
  has: (person) => String(person[name]) === value,
});

const ageFrom = (age: number): Trait => ({
  column: "age",
  text: `age ${age} or more`,
  filter: compare("age", ">=", age),
  has: (person) => (person["age"] as number) >= age,
});

const traits = [
  ...[65, 70, 75, 80].map(ageFrom),
  level("menopause", "pre"),
  level("size", ">50"),
  level("grade", "1"),
  level("grade", "2"),
  level("hormon", "yes"),
];

export const inclusionAndExclusion: Attack = {
  name: "two filters, and both joined by or",
  wants: "the lymph nodes of the one to four patients that have two traits",
  knows: "that A + B − (A or B) is A and B",
  shown: "tartu",
  without: null,
  rule: "a ledger of row sets",
  async run(target) {
    const ask = (text: string, filter: Expression<"boolean">) =>
      totalsOf(target, `Patients with ${text}, and their lymph nodes in all`, "nodes", { columns, filter });
    for (const [i, one] of traits.entries()) {
      const first = await ask(one.text, one.filter);
      if (first === undefined) continue;
      for (const other of traits.slice(i + 1).filter(({ column }) => column !== one.column)) {
        const second = await ask(other.text, other.filter);
        if (second === undefined) continue;
        const either = await ask(`${one.text}, or ${other.text}`, or(one.filter, other.filter));
        if (either === undefined) continue;
        const people = first.people + second.people - either.people;
        if (people < 1 || people > 4) continue;
        const both = target.people.filter((person) => one.has(person) && other.has(person));
        target.think(
          `${first.people} + ${second.people} − ${either.people} is ${people}; likewise their lymph nodes.`,
        );
        return {
          what: `patients with ${one.text} and ${other.text}, and their positive lymph nodes in all`,
          found: [people, first.sum + second.sum - either.sum],
          truth: [both.length, both.reduce((sum, person) => sum + (person["nodes"] as number), 0)],
        };
      }
    }
    return undefined;
  },
};
