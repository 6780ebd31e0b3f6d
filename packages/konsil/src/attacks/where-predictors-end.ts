import type { Attack } from "./attack.ts";
import { evaluationOf, numeric } from "./questions.ts";
import { numbersOf, type Target } from "./target.ts";

/** How far a site lets linear predictors lie from their mean. */
const widest = 10;

/** Larger than any receptor value. */
const beyond = 8192;

const at = (target: Target, slope: number) =>
  target.ask(
    `A logistic model of the event at a slope of ${slope} on pgr`,
    evaluationOf({
      formula: "event ~ pgr",
      variables: { pgr: numeric },
      family: "binomial",
      link: "logit",
      beta: [0, slope],
      centre: [0, 0],
    }),
  );

export const wherePredictorsEnd: Attack = {
  name: "where linear predictors lie too far apart",
  wants: "the largest progesterone receptor of all patients",
  knows: `that a site refuses linear predictors farther than ${widest} from their mean`,
  shown: "tartu",
  without: null,
  rule: "refusals that do not depend on single values",
  async run(target) {
    const first = await at(target, 0);
    if (first === undefined) return undefined;
    const [people = Number.NaN, sum = Number.NaN] = numbersOf(first.output["information"], 3);
    const mean = sum / people;
    let [low, high] = [Math.ceil(2 * mean), beyond];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      const answer = await at(target, widest / (middle + 0.5 - mean));
      if (answer === undefined) low = middle;
      else high = middle;
    }
    target.think("Between a refusal and an answer lies the value of one person.");
    return {
      what: "the largest progesterone receptor",
      found: high,
      truth: Math.max(...target.people.map(({ pgr }) => pgr as number)),
    };
  },
};
