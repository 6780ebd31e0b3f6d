import { and, compare } from "@konsil/core";
import type { Attack } from "./attack.ts";
import { totalsOf } from "./differences.ts";

const step = 5;

/** Between two points of a lattice are few people where another condition leaves few. */
export const oneLatticeStep: Attack = {
  name: "filters one step of the lattice apart",
  wants: "the lymph nodes of one to four patients",
  knows: "the points of the lattice",
  shown: "oslo",
  without: null,
  rule: "a ledger of row sets; a lattice that is coarse for its column makes it rarer",
  async run(target) {
    for (const column of ["er", "pgr"]) {
      let last: { readonly people: number; readonly sum: number } | undefined;
      for (let point = 5; point <= 200; point += step) {
        const filter = and(compare("hormon", "==", "no"), compare(column, ">=", point));
        const text = `Patients without hormones with ${column} >= ${point}, and their lymph nodes in all`;
        const totals = await totalsOf(target, text, "nodes", { filter });
        const people = last === undefined || totals === undefined ? 0 : last.people - totals.people;
        if (last !== undefined && totals !== undefined && people > 0 && people < 5) {
          const between = target.people.filter((person) => {
            const value = person[column] as number;
            return person["hormon"] === "no" && value >= point - step && value < point;
          });
          target.think(`The two differ by ${people}; the difference of the sums is theirs.`);
          return {
            what: `patients with ${column} from ${point - step} to ${point - 1}, and their positive lymph nodes in all`,
            found: [people, last.sum - totals.sum],
            truth: [between.length, between.reduce((sum, person) => sum + (person["nodes"] as number), 0)],
          };
        }
        last = totals;
      }
    }
    return undefined;
  },
};
