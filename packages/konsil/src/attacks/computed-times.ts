import type { Attack } from "./attack.ts";
import { numbersOf, type Person, type Target } from "./target.ts";

const groups = ["no", "yes"];

/** How many of the treated are expected to have an event, where people come in the order of `time`. */
async function expected(target: Target, time: string): Promise<number | undefined> {
  const answer = await target.ask(`Expected events by treatment, in the order of ${time}`, {
    algorithm: "log-rank",
    step: "survival.log-rank",
    arguments: {
      formula: `Surv(${time}, event) ~ hormon`,
      variables: { hormon: { type: "category", levels: groups } },
      others: "refuse",
      rho: 0,
    },
  });
  return answer === undefined ? undefined : numbersOf(answer.output["expected"], groups.length)[1];
}

export const computedTimes: Attack = {
  name: "times that put one patient last",
  wants: "whether patients who are known to have relapsed had hormones",
  knows: "that nobody else at the site is of their age",
  shown: "tartu",
  without: "open",
  rule: "times are columns, in whatever unit (always)",
  async run(target) {
    const found: Record<string, string> = {};
    const truth: Record<string, unknown> = {};
    for (const { age, event, hormon } of alone(target.people)) {
      if (event !== 1 && event !== "1" && event !== "TRUE") continue;
      // Whoever is of this age comes last; then she is tied with those a year younger or older.
      const last = await expected(target, `100 - abs(age - ${age})`);
      const tied = await expected(target, `(199 - abs(age - ${age}) - abs(1 - abs(age - ${age}))) / 2`);
      if (last === undefined || tied === undefined) return undefined;
      if (Math.abs(last - tied) < 1e-9) continue;
      found[String(age)] = last > tied ? "yes" : "no";
      truth[String(age)] = hormon;
    }
    target.think("Alone at the end, she is expected to have her own event in her own group.");
    return Object.keys(found).length === 0
      ? undefined
      : { what: "treatment by age, of everyone who alone is of an age and has relapsed", found, truth };
  },
};

/** People of whom a neighbour may know that nobody else there is of their age. */
function alone(people: readonly Person[]): readonly Person[] {
  const ofAge = new Map<unknown, number>();
  for (const { age } of people) ofAge.set(age, (ofAge.get(age) ?? 0) + 1);
  return people.filter(({ age }) => ofAge.get(age) === 1);
}
