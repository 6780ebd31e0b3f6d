import { and, compare, type DataDeclaration } from "@konsil/core";
import { describe, expect, it } from "vitest";
import { logGamma } from "../src/numeric/index.ts";
import { glmIrlsStep } from "../src/regression/glm/irls.step.ts";
import { roundEven } from "../src/regression/glm/likelihood-constant.ts";
import { glmMomentsStep } from "../src/regression/glm/moments.step.ts";
import { type Ask, askSite, numbersOf } from "./ask-site.ts";
import { goldenRows, uniform } from "./goldens.ts";

interface Patient {
  readonly age: number;
  readonly death: number;
  /** Of three yes/no variables how many are yes, and as a proportion. */
  readonly yes: "none" | "one" | "two" | "all";
  readonly share: number;
  readonly [name: string]: number | string;
}

const random = uniform(11);

/** R's rotterdam over eleven uneven sites. */
const sites: readonly (readonly Patient[])[] = goldenRows("rotterdam.csv").reduce<Patient[][]>(
  (parts, { age, death, meno, hormon, chemo }) => {
    const yes = [meno === "post", hormon === "yes", chemo === "yes"].filter(Boolean).length;
    parts[Math.floor(11 * random() ** 1.5)]?.push({
      age: Number(age),
      death: Number(death),
      share: yes / 3,
      yes: (["none", "one", "two", "all"] as const)[yes] ?? "none",
    });
    return parts;
  },
  Array.from({ length: 11 }, () => []),
);

const bands = Array.from({ length: 12 }, (_, i) => 30 + 5 * i);
const bandOf = (from: number, ...more: readonly ReturnType<typeof compare>[]): DataDeclaration => ({
  filter: and(compare("age", ">=", from), compare("age", "<", from + 5), ...more),
});

function modelOf(outcome: string, family: "gaussian" | "binomial") {
  const link = family === "gaussian" ? "identity" : "logit";
  const rest = { variables: {}, others: "refuse", outcomeLevels: null, weights: "age" };
  return { formula: `${outcome} ~ 1`, family, link, ...rest };
}

/** What is known of a band without the functions of weights: people, and the sum of their ages. */
async function totalsIn(ask: Ask, outcome: string, data: DataDeclaration) {
  const reply = await ask(glmMomentsStep, { model: modelOf(outcome, "gaussian") }, data);
  if (!reply.ok) return undefined;
  return {
    people: reply.output["n"] as number,
    ages: numbersOf(reply.output["totals"], 2)[0] as number,
  };
}

const at = (ask: Ask, outcome: string, beta: readonly number[] | null, data: DataDeclaration) =>
  ask(
    glmIrlsStep,
    { model: modelOf(outcome, "binomial"), design: "full", scaling: { centre: [0], factor: [1] }, beta },
    data,
  );

/** All whole numbers of people of five ages with this many people, sum of ages, and sum of a function of age. */
function solutions(
  from: number,
  { people, ages }: { readonly people: number; readonly ages: number },
  of: (age: number) => number,
  sum: number,
): readonly (readonly number[])[] {
  const values = [0, 1, 2, 3, 4].map((years) => of(from + years));
  const found: number[][] = [];
  const left = ages - people * from;
  for (let a = 0; a <= people; a++)
    for (let b = 0; a + b <= people; b++)
      for (let c = 0; a + b + c <= people; c++) {
        const e = left - b - 2 * c - 3 * (people - a - b - c);
        const counts = [a, b, c, people - a - b - c - e, e];
        if (counts.some((count) => count < 0)) continue;
        const all = counts.reduce((total, count, i) => total + count * (values[i] as number), 0);
        if (Math.abs(all - sum) < 1e-9) found.push(counts);
      }
  return found;
}

/** People by exact age as an attacker has them, where they are fewer than five: right, wrong. */
async function solved(
  rows: readonly Patient[],
  who: (patient: Patient) => boolean,
  told: (ask: Ask, from: number) => Promise<readonly (readonly number[])[] | undefined>,
  policy?: "open",
): Promise<readonly [number, number]> {
  const ask = policy === "open" ? askSite(rows, policy, "public data of R") : askSite(rows);
  let [right, wrong] = [0, 0];
  for (const from of bands) {
    const [counts, ...others] = (await told(ask, from)) ?? [];
    if (counts === undefined || others.length > 0) continue;
    for (const [i, count] of counts.entries()) {
      if (count < 1 || count > 4) continue;
      if (rows.filter((patient) => who(patient) && patient.age === from + i).length === count) right++;
      else wrong++;
    }
  }
  return [right, wrong];
}

const logChoose = (m: number, k: number): number => logGamma(m + 1) - logGamma(k + 1) - logGamma(m - k + 1);

/** The likelihood of proportions has Σ log C(w, wy). */
async function byLikelihood(ask: Ask, from: number) {
  const data = bandOf(from, compare("yes", "==", "one"));
  const totals = await totalsIn(ask, "share", data);
  const reply = await at(ask, "share", [0], data);
  if (totals === undefined || !reply.ok || reply.output["logLikelihood"] === null) return undefined;
  const [logLikelihood = Number.NaN] = numbersOf(reply.output["logLikelihood"], 1);
  const choices = (age: number): number => logChoose(age, roundEven(age / 3));
  return solutions(from, totals, choices, logLikelihood + totals.ages * Math.LN2);
}

/** R begins at (wy + 1/2)/(w + 1), so that a weighted model of yes and no begins with sums of functions of w. */
async function byStart(ask: Ask, from: number) {
  const totals = await totalsIn(ask, "death", bandOf(from));
  const reply = await at(ask, "death", null, bandOf(from));
  if (totals === undefined || !reply.ok) return undefined;
  const [information = Number.NaN] = numbersOf(reply.output["information"], 1);
  return solutions(from, totals, (w) => (w * (w + 0.5) * 0.5) / (w + 1) ** 2, information);
}

describe("sums of functions of weights tell of nobody, in bands of five ages", () => {
  it.each([
    ["the likelihood of proportions", byLikelihood, (patient: Patient) => patient.yes === "one"],
    ["the means with which R begins", byStart, () => true],
  ])("%s, which would at every site", async (_name, told, who) => {
    for (const rows of sites) {
      const [right, wrong] = await solved(rows, who, told, "open");
      expect(right).toBeGreaterThan(3);
      expect(wrong).toBe(0);
      expect(await solved(rows, who, told)).toEqual([0, 0]);
    }
  });
});
