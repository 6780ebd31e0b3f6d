import type { Attack } from "./attack.ts";
import { leastSquares } from "./least-squares.ts";
import { evaluationOf, numeric } from "./questions.ts";
import { numbersOf } from "./target.ts";

const [youngest, oldest] = [20, 95];
const ages = Array.from({ length: oldest - youngest + 1 }, (_, i) => youngest + i);
const tops = Array.from({ length: 9 }, (_, i) => Math.round(203 + (760 / 9) * i) / 10);
const width = 3;
const hill = (age: number, at: number): number => 1 / (1 + ((age - at) / width) ** 2);
/** No more than a fit takes. */
const evaluations = 8;

/** Digits of multiples of the golden ratio, as if drawn at random, the same each time. */
const coefficients = (evaluation: number): readonly number[] =>
  tops.map((_, j) => 6 * ((((evaluation * tops.length + j + 1) * (Math.sqrt(5) - 1)) / 2) % 1) - 3);

export const fewEvaluations: Attack = {
  name: "one model with nine forms of arithmetic, at eight coefficients",
  wants: "the lymph nodes of everyone who alone is of an age",
  knows:
    "that each answer has a sum for each two columns of the model, so that eight are hundreds of equations",
  shown: "tartu",
  without: "open",
  rule: "forms of arithmetic on one column (maximumTransforms)",
  async run(target) {
    const terms = tops.map((at) => `I(1 / (1 + ((age - ${at}) / ${width})^2))`);
    const ofPeople: { readonly by: readonly number[]; readonly sum: number }[] = [];
    const ofNodes: typeof ofPeople = [];
    for (let evaluation = 0; evaluation < evaluations; evaluation++) {
      const slopes = coefficients(evaluation);
      const beta = [0, ...slopes, 0];
      const answer = await target.ask(
        `All sums of the model at the coefficients no. ${evaluation + 1}`,
        evaluationOf({
          formula: `days ~ ${terms.join(" + ")} + nodes`,
          variables: { age: numeric, nodes: numeric },
          family: "poisson",
          link: "log",
          beta,
          centre: beta.map(() => 0),
        }),
      );
      if (answer === undefined) return undefined;
      const sums = numbersOf(answer.output["information"], (beta.length * (beta.length + 1)) / 2);
      const weights = ages.map((age) =>
        Math.exp(tops.reduce((eta, at, j) => eta + (slopes[j] as number) * hill(age, at), 0)),
      );
      const columns = [() => 1, ...tops.map((at) => (age: number) => hill(age, at))];
      const last = columns.length;
      for (const [i, one] of columns.entries()) {
        const weighted = ages.map((age, a) => (weights[a] as number) * one(age));
        ofNodes.push({ by: weighted, sum: sums[(last * (last + 1)) / 2 + i] as number });
        for (const [j, other] of columns.slice(0, i + 1).entries())
          ofPeople.push({
            by: weighted.map((weight, a) => weight * other(ages[a] as number)),
            sum: sums[(i * (i + 1)) / 2 + j] as number,
          });
      }
    }
    const [people, nodes] = [ofPeople, ofNodes].map((equations) =>
      leastSquares(
        equations.map(({ by }) => by),
        equations.map(({ sum }) => sum),
      ).map(Math.round),
    );
    target.think(
      `${ofPeople.length} equations tell how many are of which age, and ${ofNodes.length} their lymph nodes.`,
    );
    const alone = ages.flatMap((age, i) => (people?.[i] === 1 ? [[age, nodes?.[i]] as const] : []));
    if (alone.length === 0) return undefined;
    return {
      what: "positive lymph nodes of everyone who alone is of an age",
      found: Object.fromEntries(alone),
      truth: Object.fromEntries(
        ages.flatMap((age) => {
          const ofAge = target.people.filter((person) => person["age"] === age);
          return ofAge.length === 1 ? [[age, ofAge[0]?.["nodes"]]] : [];
        }),
      ),
    };
  },
};
