import type { Attack } from "./attack.ts";
import type { Person, Target } from "./target.ts";

export const levels: Readonly<Record<string, readonly string[]>> = {
  size: ["<=20", "20-50", ">50"],
  grade: ["1", "2", "3"],
  menopause: ["pre", "post"],
  hormon: ["no", "yes"],
};

/** Where batches end, and how many are in each. */
export interface Batches {
  readonly ends: readonly number[];
  readonly people: readonly number[];
}

/** The curves of groups, or that of all: batches of those with an event and of those without; none where the site abstains. */
export async function curves(
  target: Target,
  names: readonly string[],
  by: readonly number[],
): Promise<readonly (readonly Batches[] | undefined)[] | undefined> {
  const answer = await target.ask(
    by.length === 0
      ? "A Kaplan–Meier curve of the same patients together"
      : `Curves by ${names.join(" and ")}`,
    {
      algorithm: "kaplan-meier",
      step: "survival.departures",
      arguments: {
        formula: `Surv(days, event) ~ ${names.join(" + ")}`,
        variables: Object.fromEntries(
          names.map((name) => [name, { type: "category", levels: levels[name] }]),
        ),
        others: "refuse",
        by,
        weights: null,
      },
    },
  );
  const told = answer?.output["departures"] as
    | { readonly cells: readonly { readonly batches?: readonly Batches[] }[] }
    | undefined;
  return told?.cells.map(({ batches }) => batches);
}

const inAll = ({ people }: Batches): number => people.reduce((sum, own) => sum + own, 0);

function groupsOf(names: readonly string[]): readonly string[] {
  return names.reduce<readonly string[]>(
    (groups, name) => groups.flatMap((group) => (levels[name] ?? []).map((level) => `${group} ${level}`)),
    [""],
  );
}

const groupOf = (person: Person, names: readonly string[]): string =>
  names.map((name) => ` ${person[name]}`).join("");

export const curveMargins: Attack = {
  name: "the curve of all less the curves of groups",
  wants:
    "how many of a group had an event, or none, where they are so few that the site abstains from its curve",
  knows: "that batches of all and of the other groups can be added up",
  shown: "tartu",
  without: null,
  rule: "batches that end at the same times whatever the groups, and a ledger",
  async run(target) {
    for (const names of [
      ["size"],
      ["grade"],
      ["size", "hormon"],
      ["grade", "menopause"],
      ["grade", "hormon"],
    ]) {
      const [all] = (await curves(target, names, [])) ?? [];
      const told = await curves(target, names, [...names.keys()]);
      if (all === undefined || told === undefined) continue;
      const groups = groupsOf(names);
      const [group, ...others] = groups.filter((_, i) => told[i] === undefined);
      if (group === undefined || others.length > 0) continue;
      const left = all.map((own, s) =>
        told.reduce(
          (rest, streams) => rest - (streams === undefined ? 0 : inAll(streams[s] as Batches)),
          inAll(own),
        ),
      );
      target.think(`What is missing from the curves of groups is${group}.`);
      const those = target.people.filter((person) => groupOf(person, names) === group);
      const events = those.filter(({ event }) => Number(event) === 1).length;
      return {
        what: `patients of ${names.join(" and ")}${group} with an event, and without`,
        found: left,
        truth: [events, those.length - events],
      };
    }
    return undefined;
  },
};
