import { summary } from "@konsil/algorithms";
import type { AnyAlgorithm, AnyStep } from "@konsil/core";
import type { Attack, Finding, Written } from "./attack.ts";
import { evaluationOf, momentsOf, numeric, tableOf } from "./questions.ts";
import type { Question, Target } from "./target.ts";

interface Hostile {
  readonly name: string;
  readonly wants: string;
  readonly rule: string;
  readonly without?: Written;
  readonly algorithms?: readonly AnyAlgorithm[];
  readonly ask: (target: Target) => Question;
}

const answered: Finding = { what: "what an honest request gets", found: "an answer", truth: "an answer" };

/** A request that no honest researcher sends; the attacker has won when a site answers it. */
function hostile({ name, wants, rule, without, algorithms = [], ask }: Hostile): Attack {
  return {
    name,
    wants,
    knows: "the format of messages",
    shown: "tartu",
    without: without ?? null,
    rule,
    algorithms,
    async run(target) {
      const answer = await target.ask(name, ask(target));
      return answer === undefined ? undefined : answered;
    },
  };
}

/** Brackets in brackets: deeper than a site looks into. */
function nested(depth: number): unknown {
  let inner: unknown = [];
  for (let i = 0; i < depth; i++) inner = [inner];
  return inner;
}

const sums = momentsOf(["age"]);
const manyLevels = Array.from({ length: 2000 }, (_, i) => `level ${i}`);

/** Code at a site whose step returns the rows beside its sums. */
const leaky: AnyAlgorithm = {
  ...summary,
  name: "leaky",
  steps: summary.steps.map(
    (step: AnyStep): AnyStep => ({
      ...step,
      run: (table, args, prepared) => ({ ...step.run(table, args, prepared), rows: Object.values(table) }),
    }),
  ),
};

const coefficients = (beta: unknown): Question =>
  evaluationOf({
    formula: "event ~ age",
    variables: { age: numeric },
    beta: beta as readonly number[],
    centre: [0, 0],
  });

export const hostileRequests: readonly Attack[] = [
  hostile({
    name: "a round of one site",
    wants: "sums that nobody else's are added to",
    rule: "organizations of a round (minimumOrganizations)",
    without: { minimumOrganizations: 1 },
    ask: ({ name }) => ({ ...sums, roster: [name] }),
  }),
  hostile({
    name: "a round of one site, named three times",
    wants: "sums that nobody else's are added to",
    rule: "organizations of a round (minimumOrganizations)",
    without: { minimumOrganizations: 1 },
    ask: ({ name }) => ({ ...sums, roster: [name, name, name] }),
  }),
  hostile({
    name: "a round without the site",
    wants: "an answer to a round that the site is not in",
    rule: "the site is in the round (always)",
    ask: () => ({ ...sums, roster: ["leeds-2", "leeds-3", "leeds-4"] }),
  }),
  hostile({
    name: "a step of another algorithm",
    wants: "to pass a list of permitted algorithms",
    rule: "an algorithm has its own steps (always)",
    ask: () => ({ ...coefficients([0, 0]), algorithm: "summary" }),
  }),
  hostile({
    name: "an output that is not declared",
    wants: "the rows, from code that a site installed",
    rule: "what a step does not declare does not leave (always)",
    algorithms: [leaky],
    ask: () => ({ ...sums, algorithm: "leaky" }),
  }),
  hostile({
    name: "eight thousand million cells",
    wants: "the site's memory",
    rule: "cells of an output (always)",
    ask: () => tableOf({ size: manyLevels, grade: manyLevels, hormon: manyLevels }),
  }),
  hostile({
    name: "arguments in 2,000 brackets",
    wants: "the site's stack",
    rule: "depth of arguments (always)",
    ask: () => ({ ...sums, arguments: nested(2000) }),
  }),
  hostile({
    name: "coefficients that are text",
    wants: "arithmetic with something else than numbers",
    rule: "types of arguments (always)",
    ask: () => coefficients(["NaN", "Infinity"]),
  }),
  hostile({
    name: "arguments with a prototype",
    wants: "fields that no schema sees",
    rule: "no unknown argument (always)",
    ask: () => ({ ...sums, arguments: JSON.parse('{"__proto__": {"numbers": ["age"]}, "constructor": 1}') }),
  }),
  hostile({
    name: "a column called __proto__",
    wants: "to change what every object has",
    rule: "names of columns (always)",
    ask: () => momentsOf(["__proto__"]),
  }),
  hostile({
    name: "a policy that the researcher writes",
    wants: "every rule loosened",
    rule: "a researcher's wish only makes stricter, and has four settings (always)",
    ask: () => ({ ...sums, policy: { lattices: { age: 1 }, maximumEvaluations: 1e9 } }),
  }),
];

export const inventedSites: Attack = hostile({
  name: "a round with sites that do not exist",
  wants: "sums that nobody else's are added to",
  rule: "signed requests, and keys of sites that a steward knows",
  ask: ({ name }) => ({ ...sums, roster: [name, "invented-1", "invented-2"] }),
});

/** The number in a small cell, with a wish that a site releases it. */
export const looseningWish: Attack = {
  name: "a wish for minimumCell 1",
  wants: "the number in a small cell",
  knows: "that a request may ask for another policy",
  shown: "tartu",
  without: "open",
  rule: "a researcher's wish only makes stricter (always)",
  async run(target) {
    const [sizes, grades] = [
      ["<=20", "20-50", ">50"],
      ["1", "2", "3"],
    ];
    const answer = await target.ask("Tumour size by grade, with a wish for minimumCell 1 and exact times", {
      ...tableOf({ size: sizes, grade: grades, hormon: ["no", "yes"] }),
      policy: { minimumCell: 1, minimumRows: 0, minimumOrganizations: 1, eventTimes: "exact" },
    });
    if (answer === undefined) return undefined;
    const { lower, upper } = answer.output["cells"] as Record<"lower" | "upper", readonly number[]>;
    const small = lower.slice(0, 18).findIndex((low, i) => low === upper[i] && low > 0 && low < 5);
    if (small < 0) return undefined;
    const [size, grade, hormon] = [Math.floor(small / 6), Math.floor(small / 2) % 3, small % 2];
    const isThere = (person: Readonly<Record<string, unknown>>): boolean =>
      person["size"] === sizes[size] &&
      String(person["grade"]) === grades[grade] &&
      person["hormon"] === ["no", "yes"][hormon];
    return {
      what: `patients with size ${sizes[size]}, grade ${grades[grade]}, hormon ${["no", "yes"][hormon]}`,
      found: lower[small],
      truth: target.people.filter(isThere).length,
    };
  },
};
