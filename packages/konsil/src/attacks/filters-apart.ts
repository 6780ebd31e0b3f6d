import { type Comparison, compare } from "@konsil/core";
import type { Attack, Finding, Written } from "./attack.ts";
import { type Totals, totalsOf } from "./differences.ts";
import type { Target } from "./target.ts";

const ages = Array.from({ length: 30 }, (_, i) => 60 + i);

type Filter = readonly [operator: Comparison, point: number];

/** The lymph nodes of somebody who alone is of an age: two sums over people of whom one has no part in the second. */
async function subtract(target: Target, without: (age: number) => Filter): Promise<Finding | undefined> {
  const asked = new Map<string, Totals | undefined>();
  const totals = async ([operator, point]: Filter): Promise<Totals | undefined> => {
    const text = `age ${operator} ${point}`;
    if (!asked.has(text)) {
      const data = { filter: compare("age", operator, point) };
      asked.set(
        text,
        await totalsOf(target, `Patients with ${text}, and their lymph nodes in all`, "nodes", data),
      );
    }
    return asked.get(text);
  };
  for (const age of ages) {
    const all = await totals([">=", age]);
    const others = await totals(without(age));
    if (all === undefined || others === undefined || all.people - others.people !== 1) continue;
    target.think(`The two differ by one person, who is ${age}; the difference of the sums is this person's.`);
    const person = target.people.find((candidate) => candidate["age"] === age);
    return {
      what: `positive lymph nodes of the only patient aged ${age}`,
      found: all.sum - others.sum,
      truth: person?.["nodes"],
    };
  }
  return undefined;
}

const common = {
  wants: "the lymph nodes of one patient",
  knows: "that ages are whole years",
  shown: "tartu",
};

const everyYear: Written = { lattices: { age: 1 } };

export const filtersOneYearApart: Attack = {
  ...common,
  name: "filters one year apart",
  without: everyYear,
  rule: "points of a lattice (lattices.age)",
  run: (target) => subtract(target, (age) => [">=", age + 1]),
};

export const moreThanAgainstAtLeast: Attack = {
  ...common,
  name: "> against >=",
  without: "open",
  rule: "comparisons are >= and < only (lattices)",
  run: (target) => subtract(target, (age) => [">", age]),
};
