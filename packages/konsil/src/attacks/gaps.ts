import { arithmetic, type DataDeclaration } from "@konsil/core";
import type { Attack, Finding } from "./attack.ts";
import { designOf, numeric } from "./questions.ts";
import { numbersOf, type Person, type Target } from "./target.ts";

interface Sums {
  readonly people: number;
  readonly nodes: number;
}

async function sumsOf(
  target: Target,
  terms: readonly string[],
  data: DataDeclaration = {},
): Promise<Sums | undefined> {
  const formula = `nodes ~ ${terms.join(" + ")}`;
  const variables = Object.fromEntries(terms.map((term) => [term, numeric]));
  const answer = await target.ask(`The first sums of ${formula}`, designOf({ formula, variables, data }));
  if (answer === undefined) return undefined;
  const [, nodes = Number.NaN] = numbersOf(answer.output["totals"], 2);
  return { people: answer.output["n"] as number, nodes };
}

function difference(
  target: Target,
  all: Sums,
  others: Sums,
  who: string,
  person: Person | undefined,
): Finding {
  const people = all.people - others.people;
  target.think(`The sums differ by ${people === 1 ? "one person" : `${people} people`}: ${who}.`);
  return {
    what: `positive lymph nodes of ${who}`,
    found: all.nodes - others.nodes,
    truth: person?.["nodes"],
  };
}

export const oneMoreCovariate: Attack = {
  name: "one more covariate (complete cases)",
  wants: "the lymph nodes of the patient whose receptor status is missing",
  knows: "that rows with a gap are left out of a model",
  shown: "tartu",
  without: { fewIncomplete: "permit" },
  rule: "missing values drop no one or k people (minimumCell, fewIncomplete)",
  // The public data have no gaps: one patient of each site is given one.
  gap: "er",
  async run(target) {
    const all = await sumsOf(target, ["age"]);
    const complete = await sumsOf(target, ["age", "er"]);
    if (all === undefined || complete === undefined) return undefined;
    const person = target.people.find(({ er }) => er === null);
    return difference(target, all, complete, "the patient without a receptor status", person);
  },
};

export const gapsByDivision: Attack = {
  name: "a derived column that drops a person",
  wants: "the lymph nodes of one patient",
  knows: "that a division by zero is a missing value",
  shown: "tartu",
  without: "open",
  rule: "no arithmetic that can leave a row without a value (lattices)",
  async run(target) {
    const all = await sumsOf(target, ["age"]);
    if (all === undefined) return undefined;
    for (let age = 60; age < 95; age++) {
      // 1/(age − 83) is missing for whoever is 83.
      const derive = { gone: arithmetic(arithmetic("age", "*", 0), "/", arithmetic("age", "-", age)) };
      const others = await sumsOf(target, ["age", "gone"], { derive });
      if (others === undefined || all.people - others.people !== 1) continue;
      const person = target.people.find((candidate) => candidate["age"] === age);
      return difference(target, all, others, `the only patient aged ${age}`, person);
    }
    return undefined;
  },
};
