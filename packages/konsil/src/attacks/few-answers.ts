import { and, compare, type DataDeclaration } from "@konsil/core";
import type { Attack } from "./attack.ts";
import { designOf, evaluationOf, numeric } from "./questions.ts";
import { numbersOf } from "./target.ts";
import { WholeNumbers } from "./whole-numbers.ts";

interface Asked {
  readonly from: number;
  readonly to: number;
  readonly slope: number;
  /** At which ages the weights p(1 − p) of the logistic model are largest, one evaluation each. */
  readonly tops: readonly number[];
  readonly data?: DataDeclaration;
  /** How many binary digits of its weighted sums a site would keep. Undefined: all that it does. */
  readonly digits?: number;
}

/** A number to so many binary digits. */
function rounded(value: number, digits: number): number {
  const unit = 2 ** (Math.ceil(Math.log2(Math.abs(value))) - digits);
  return unit * Math.round(value / unit);
}

/** Units in which sums to so many digits are off by about as much as a guess of people: numbers of people are told whole. */
const unitsOf = (sums: readonly number[], whole: number, digits: number): readonly number[] =>
  sums.map((sum, s) => 2 ** (Math.ceil(Math.log2(Math.abs(sum))) - (s < whole ? 45 : digits + 2)));

/** How sums are made of people is the same at each site: this takes time once. */
function peopleByAge({ from, to, slope, tops, data = {}, digits }: Asked): Attack["run"] {
  const ages = Array.from({ length: to - from }, (_, i) => from + i);
  const moment = (power: number) => ages.map((age) => age ** power);
  const weighted = (top: number, power: number) =>
    ages.map((age) => {
      const eta = slope * (age - top);
      return (age - top) ** power / (2 + Math.exp(eta) + Math.exp(-eta));
    });
  const ofPeople = [
    ...[0, 1, 2].map(moment),
    ...tops.flatMap((top) => [0, 1, 2].map((power) => weighted(top, power))),
  ];
  const ofNodes = [moment(0), ...tops.flatMap((top) => [0, 1].map((power) => weighted(top, power)))];
  const solverOf = (parts: readonly (readonly number[])[], told: readonly number[], whole: number) =>
    new WholeNumbers(parts, digits === undefined ? undefined : unitsOf(told, whole, digits));
  let solver: WholeNumbers | undefined;
  return async (target) => {
    const model = {
      formula: "event ~ age + nodes",
      variables: { age: numeric, nodes: numeric },
      family: "binomial",
      link: "logit",
      data,
    } as const;
    const moments = await target.ask("Sums and sums of squares of age and nodes", designOf(model));
    if (moments === undefined) return undefined;
    const [people, age, together] = numbersOf(moments.output["sum"], 3) as [number, number, number];
    const [, square] = numbersOf(moments.output["squares"], 3) as [number, number, number];
    const sums = [people, age, square];
    const nodeSums = [together];
    for (const top of tops) {
      const answer = await target.ask(
        `X'WX of ${model.formula}, weighted about the age of ${top}`,
        evaluationOf({ ...model, beta: [0, slope, 0], centre: [0, top, 0] }),
      );
      if (answer === undefined) return undefined;
      const told = numbersOf(answer.output["information"], 6).map((sum) =>
        digits === undefined ? sum : rounded(sum, digits),
      );
      sums.push(...told.slice(0, 3));
      nodeSums.push(...told.slice(3, 5));
    }
    const mean = age / people;
    const variance = square / people - mean ** 2;
    const normal = ages.map((own) => Math.exp(-((own - mean) ** 2) / variance / 2));
    const scale = people / normal.reduce((sum, density) => sum + density, 0);
    const guess = normal.map((density) => scale * density);
    if (digits === undefined) solver ??= new WholeNumbers(ofPeople);
    const counts = (solver ?? solverOf(ofPeople, sums, 3)).near(guess, sums);
    if (counts === undefined) return undefined;
    const present = ages.flatMap((_, i) => (counts[i] === 0 ? [] : [i]));
    const ofPresent = ofNodes.map((part) => present.map((i) => part[i] as number));
    const nodes = solverOf(ofPresent, nodeSums, 1).near(
      present.map((i) => (together * (counts[i] as number)) / people),
      nodeSums,
    );
    target.think(
      `${sums.length} sums of some 50 binary digits leave one number of patients for each of ${ages.length} ages, since these are whole.`,
    );
    const line = (count: number, own: number | undefined) => (count === 1 ? `1 with ${own}` : `${count}`);
    return {
      what: `patients by age from ${from} to ${to - 1}, with the positive lymph nodes of everyone alone of an age`,
      found: Object.fromEntries(
        ages.map((own, i) => [own, line(counts[i] as number, nodes?.[present.indexOf(i)])]),
      ),
      truth: Object.fromEntries(
        ages.map((own) => {
          const alike = target.people.filter((person) => person["age"] === own);
          return [own, line(alike.length, alike[0]?.["nodes"] as number | undefined)];
        }),
      ),
    };
  };
}

export const oneEvaluation: Attack = {
  name: "one evaluation of one model, in a band of ages, solved for whole numbers",
  wants: "how many patients are of which age, and the lymph nodes of everyone who alone is of an age",
  knows: "that numbers of people are whole, so that a sum of 50 binary digits is worth many equations",
  shown: "tartu",
  without: null,
  rule: "sums that leave only added over sites",
  run: peopleByAge({
    from: 50,
    to: 65,
    slope: 0.05,
    tops: [70],
    data: { filter: and(compare("age", ">=", 50), compare("age", "<", 65)) },
  }),
};

export const eightEvaluations: Attack = {
  ...oneEvaluation,
  name: "one model at eight coefficients, without a filter, solved for whole numbers",
  knows: "the same, and that all are between 20 and 90 years old",
  run: peopleByAge({ from: 20, to: 91, slope: 0.2, tops: [40, 46, 52, 58, 64, 70, 76, 82] }),
};

/** The first with a steeper slope, at a site that would keep so few binary digits of sums that are not whole. */
export const fewDigits = (digits: number): Attack => ({
  ...oneEvaluation,
  name: `one evaluation of one model, of whose sums ${digits} binary digits are kept`,
  run: peopleByAge({
    from: 60,
    to: 70,
    slope: 0.6,
    tops: [65],
    data: { filter: and(compare("age", ">=", 60), compare("age", "<", 70)) },
    digits,
  }),
});
