import { category, compare } from "@konsil/core";
import type { Attack } from "./attack.ts";
import { totalsOf } from "./differences.ts";

/** Numbers read as names: each value of a column is a level, and some have one patient. */
export const rareLevel: Attack = {
  name: "rare levels",
  wants: "who has a number of lymph nodes that nobody else has, and how old she is",
  knows: "that a column of numbers can be read as categories",
  shown: "tartu",
  without: "open",
  rule: "only levels of k people are named (minimumCell)",
  async run(target) {
    const names = await target.ask("The levels of nodes, read as a category", {
      algorithm: "crosstab",
      step: "counts.variables",
      arguments: { columns: [], factors: ["nodes"], levels: {}, others: "refuse" },
    });
    if (names === undefined) return undefined;
    const [found] = names.output["levels"] as readonly { readonly names: readonly string[] }[];
    for (const name of [...(found?.names ?? [])].reverse()) {
      const totals = await totalsOf(target, `Patients with ${name} nodes, and their ages in all`, "age", {
        columns: { nodes: category(), age: { type: "numeric" } },
        filter: compare("nodes", "==", name),
      });
      if (totals?.people !== 1) continue;
      const person = target.people.find(({ nodes }) => String(nodes) === name);
      target.think(`One patient has ${name} nodes; the sum of ages is hers.`);
      return {
        what: `age of the only patient with ${name} positive lymph nodes`,
        found: totals.sum,
        truth: person?.["age"],
      };
    }
    return undefined;
  },
};
