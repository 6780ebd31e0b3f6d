import { arithmetic, column, type Expression } from "@konsil/core";
import type { Attack } from "./attack.ts";
import { evaluationOf, momentsIn, momentsOf, numeric } from "./questions.ts";
import { numbersOf } from "./target.ts";

/** Numbers of this size lie 128 apart: what is added to one is rounded to a multiple of 128. */
const absorbing = 2 ** 59 + 2 ** 58;
const apart = 128;

const [youngest, oldest] = [24, 90];
const ages = Array.from({ length: oldest - youngest + 1 }, (_, i) => youngest + i);

/** Of the people from each age on: how many, and what they have in all. */
interface From {
  readonly people: number;
  readonly nodes: number;
}

const aloneTruth = (
  people: readonly Readonly<Record<string, unknown>>[],
  found: Readonly<Record<string, number>>,
) =>
  Object.fromEntries(
    Object.keys(found).map((age) => {
      const ofAge = people.filter((person) => person["age"] === Number(age));
      return [age, ofAge.length === 1 ? ofAge[0]?.["nodes"] : `${ofAge.length} people`];
    }),
  );

/** Asks about a list; where no answer comes, as where one step has few people on a side, about each half of it. */
async function inHalves(
  list: readonly number[],
  ask: (part: readonly number[]) => Promise<boolean>,
): Promise<void> {
  if ((await ask(list)) || list.length === 1) return;
  await inHalves(list.slice(0, list.length >> 1), ask);
  await inHalves(list.slice(list.length >> 1), ask);
}

export const stepInFormula: Attack = {
  name: "a constant that takes up the digits of a column",
  wants: "the lymph nodes of everyone who alone is of an age",
  knows: "that (age + 2^59) − 2^59 is a step function of age to a computer, and age to whoever counts forms",
  shown: "dublin",
  without: null,
  rule: "sums and multiples of columns as they come to (always)",
  async run(target) {
    const found = new Map<number, From>();
    const ask = async (list: readonly number[]): Promise<boolean> => {
      const terms = list.map((age) => `I((age - ${age - (apart + 1) / 2} + ${absorbing}) - ${absorbing})`);
      const beta = [0, ...terms.map(() => 0)];
      const answer = await target.ask(
        `X'X of nodes ~ ${list.length} steps of age`,
        evaluationOf({
          formula: `nodes ~ ${terms.join(" + ")}`,
          variables: { age: numeric },
          beta,
          centre: beta,
        }),
      );
      if (answer === undefined) return false;
      const products = numbersOf(answer.output["information"], (beta.length * (beta.length + 1)) / 2);
      const sums = numbersOf(answer.output["gradient"], beta.length);
      for (const [i, age] of list.entries())
        found.set(age, {
          people: (products[((i + 1) * (i + 2)) / 2] as number) / apart,
          nodes: (sums[i + 1] as number) / apart,
        });
      return true;
    };
    for (let i = 0; i < ages.length; i += 8) await inHalves(ages.slice(i, i + 8), ask);
    const alone: Record<string, number> = {};
    for (const [age, { people, nodes }] of found) {
      const next = found.get(age + 1);
      if (next !== undefined && people - next.people === 1) alone[age] = nodes - next.nodes;
    }
    if (Object.keys(alone).length === 0) return undefined;
    target.think("Two steps a year apart differ by the people of that age.");
    const what = "positive lymph nodes of everyone who alone is of an age";
    return { what, found: alone, truth: aloneTruth(target.people, alone) };
  },
};

export const stepInDerived: Attack = {
  name: "a constant that takes up digits in derived columns",
  wants: "the lymph nodes of everyone who alone is of an age",
  knows: "that a derived column may rest on another, which is asked for by nobody",
  shown: "dublin",
  without: null,
  rule: "sums and multiples of columns as they come to (always)",
  async run(target) {
    const far = 2 ** 69 + 2 ** 68;
    const width = 2 ** 17;
    /** `width` for those who have at least so many of 1000 · age + nodes. */
    const step = (key: number): Readonly<Record<string, Expression>> => ({
      [`near${key}`]: arithmetic(
        arithmetic(arithmetic("age", "*", 1000), "+", column<"numeric">("nodes")),
        "+",
        width / 2 - key + 0.5,
      ),
      [`far${key}`]: arithmetic(`near${key}`, "+", far),
      [`step${key}`]: arithmetic(`far${key}`, "-", far),
    });
    const found = new Map<number, number>();
    const ask = async (keys: readonly number[]): Promise<boolean> => {
      const names = keys.map((key) => `step${key}`);
      const derive = Object.assign({}, ...keys.map(step)) as Readonly<Record<string, Expression>>;
      const answer = await target.ask(`Sums of ${keys.length} steps`, momentsOf(names, { derive }));
      if (answer === undefined) return false;
      const { sums } = momentsIn(answer);
      for (const [i, key] of keys.entries()) found.set(key, (sums[i]?.exact ?? Number.NaN) / width);
      return true;
    };
    const between = (one: number, other: number): number =>
      (found.get(one) ?? Number.NaN) - (found.get(other) ?? Number.NaN);
    await inHalves(
      ages.map((age) => 1000 * age),
      ask,
    );
    const alone: Record<string, number> = {};
    for (const age of ages) {
      if (between(1000 * age, 1000 * (age + 1)) !== 1) continue;
      await inHalves(
        Array.from({ length: 60 }, (_, nodes) => 1000 * age + nodes),
        ask,
      );
      for (let nodes = 0; nodes < 59; nodes++)
        if (between(1000 * age + nodes, 1000 * age + nodes + 1) === 1) alone[age] = nodes;
    }
    if (Object.keys(alone).length === 0) return undefined;
    const what = "positive lymph nodes of everyone who alone is of an age";
    return { what, found: alone, truth: aloneTruth(target.people, alone) };
  },
};

export const stepByCentre: Attack = {
  name: "a centre that takes up the digits of a column",
  wants: "the age of the oldest patient, how many are of it, and their lymph nodes",
  knows:
    "that sites move columns by what they are asked to, and that β = 1/128 and an intercept make 0 and 1 of a step",
  shown: "tartu",
  without: null,
  rule: "sites move columns by their own means (always)",
  async run(target) {
    const weightOf = (eta: number): number => Math.exp(eta) / (1 + Math.exp(eta)) ** 2;
    const [low, high] = [weightOf(0), weightOf(1)];
    const from = async (age: number) => {
      const answer = await target.ask(
        `Weights of a logistic model, at a step at ${age} years`,
        evaluationOf({
          formula: `event ~ I(age - ${age - (apart + 1) / 2}) + nodes`,
          variables: { age: numeric, nodes: numeric },
          family: "binomial",
          link: "logit",
          beta: [absorbing / apart, 1 / apart, 0],
          centre: [0, absorbing, 0],
        }),
      );
      if (answer === undefined) return undefined;
      const sums = numbersOf(answer.output["information"], 6);
      const people = ((sums[0] as number) - low * (answer.output["n"] as number)) / (high - low);
      return { people: Math.round(people), weighted: sums[3] as number };
    };
    // Everyone is older than the first, and nobody older than the last.
    let [first, last] = [20, 100];
    const all = await from(first);
    if (all === undefined) return undefined;
    const total = all.weighted / high;
    let oldest = all;
    while (last - first > 1) {
      const middle = (first + last) >> 1;
      const at = await from(middle);
      if (at === undefined) return undefined;
      if (at.people > 0) [first, oldest] = [middle, at];
      else last = middle;
    }
    const age = Math.max(...target.people.map((person) => person["age"] as number));
    const those = target.people.filter((person) => person["age"] === age);
    return {
      what: "age of the oldest, how many are of it, and their positive lymph nodes",
      found: [first, oldest.people, Math.round((oldest.weighted - low * total) / (high - low))],
      truth: [age, those.length, those.reduce((sum, person) => sum + (person["nodes"] as number), 0)],
    };
  },
};
