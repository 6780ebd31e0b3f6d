import type { Attack } from "./attack.ts";
import { type Batches, curves, levels } from "./curve-margins.ts";

/** How many have left by each time at which that is known. */
function leftBy({ ends, people }: Batches): ReadonlyMap<number, number> {
  const left = new Map([[0, 0]]);
  let all = 0;
  for (const [i, end] of ends.entries()) {
    all += people[i] as number;
    left.set(end, all);
  }
  return left;
}

export const batchesTogether: Attack = {
  name: "batches of all and of groups that end together",
  wants: "that few people of a group had an event within a short time",
  knows: "that people can be subtracted at a time at which a batch of each curve ends",
  shown: "tartu",
  without: null,
  rule: "batches that end at the same times whatever the groups",
  async run(target) {
    for (const name of ["menopause", "hormon", "grade", "size"]) {
      const [all] = (await curves(target, [name], [])) ?? [];
      const told = await curves(target, [name], [0]);
      if (all === undefined || told === undefined) continue;
      for (const [s, stream] of ["an event", "none"].entries()) {
        const groups = told.map((batches) => batches && leftBy(batches[s] as Batches));
        for (const [g, own] of groups.entries()) {
          const others = groups.filter((_, i) => i !== g);
          const known = new Map(own);
          for (const [end, people] of leftBy(all[s] as Batches)) {
            const rest = others.map((other) => other?.get(end) ?? Number.NaN);
            const here = rest.reduce((left, other) => left - other, people);
            if (!Number.isNaN(here)) known.set(end, here);
          }
          const times = [...known].sort(([a], [b]) => a - b);
          const i = times.findIndex(([, people], at) => {
            const more = people - (times[at - 1]?.[1] ?? 0);
            return more > 0 && more < 5;
          });
          const [[from, before], [to, after]] = [times[i - 1] ?? [0, 0], times[i] ?? [0, 0]];
          if (to === 0) continue;
          target.think(
            `After day ${from} and by day ${to} batches of all and of the other groups tell the rest.`,
          );
          const level = levels[name]?.[g];
          const those = target.people.filter(
            (person) =>
              person[name] === level &&
              Number(person["event"]) === 1 - s &&
              Number(person["days"]) > from &&
              Number(person["days"]) <= to,
          );
          return {
            what: `patients with ${name} ${level} who left with ${stream} after day ${from} and by day ${to}`,
            found: after - before,
            truth: those.length,
          };
        }
      }
    }
    return undefined;
  },
};
