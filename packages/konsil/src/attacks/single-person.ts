import { category, compare, type DataDeclaration, number } from "@konsil/core";
import type { Attack, Finding } from "./attack.ts";
import { evaluationOf, numeric } from "./questions.ts";
import { numbersOf, type Person, type Target } from "./target.ts";

const other = ["age", "nodes", "pgr", "er", "event"] as const;

/** X'X at equal weights: the row of a column that is 1 for one person alone is this person's record. */
async function rowOf(
  target: Target,
  term: string,
  who: string,
  data: DataDeclaration,
  isMeant: (person: Person) => boolean,
): Promise<Finding | undefined> {
  const formula = `days ~ ${[...other, term].join(" + ")}`;
  const width = other.length + 2;
  const zeros = Array.from({ length: width }, () => 0);
  const answer = await target.ask(
    `X'X of ${formula}, and X'y`,
    evaluationOf({
      formula,
      variables: Object.fromEntries(
        [...other, ...Object.keys(data.derive ?? {})].map((name) => [name, numeric]),
      ),
      data,
      beta: zeros,
      centre: zeros,
    }),
  );
  if (answer === undefined) return undefined;
  const cross = numbersOf(answer.output["information"], (width * (width + 1)) / 2);
  const products = numbersOf(answer.output["gradient"], width);
  const [people, ...values] = cross.slice(-width);
  if (people !== 1) return undefined;
  target.think("The last row of X'X, and the last number of X'y, are one person's record.");
  const person = target.people.find(isMeant);
  return {
    what: `record of ${who}`,
    found: {
      ...Object.fromEntries(other.map((name, i) => [name, Math.round(values[i] as number)])),
      days: Math.round(products.at(-1) as number),
    },
    truth: Object.fromEntries([...other, "days"].map((name) => [name, person?.[name]])),
  };
}

export const singlePersonRow: Attack = {
  name: "a single person's row of X'X",
  wants: "the whole record of one patient",
  knows: "that few are very old",
  shown: "oslo",
  without: "open",
  rule: "people behind a column of two values (minimumCell)",
  async run(target) {
    for (let age = 95; age >= 70; age--) {
      const found = await rowOf(
        target,
        `I(age >= ${age})`,
        `the only patient aged ${age} or more`,
        {},
        (person) => (person["age"] as number) >= age,
      );
      if (found !== undefined) return found;
    }
    return undefined;
  },
};

export const saturatedModel: Attack = {
  name: "interactions until a cell is one person",
  wants: "the whole record of a patient of whom a few facts are known",
  knows: "her size and grade of tumour, menopause, treatment, and that no other patient is like her",
  shown: "tartu",
  without: "open",
  rule: "people behind a column of two values (minimumCell)",
  async run(target) {
    for (const known of singular(target.people)) {
      const derive = Object.fromEntries(
        traits.map((trait) => [`same_${trait}`, compare(trait, "==", String(known[trait]))]),
      );
      const names = Object.keys(derive);
      const found = await rowOf(
        target,
        names.join(":"),
        `the only patient with ${traits.map((trait) => `${trait} ${known[trait]}`).join(", ")}`,
        {
          derive,
          columns: { ...numbers, ...Object.fromEntries(traits.map((trait) => [trait, category()])) },
        },
        (person) => traits.every((trait) => person[trait] === known[trait]),
      );
      if (found !== undefined) return found;
    }
    return undefined;
  },
};

const numbers = Object.fromEntries(["days", ...other].map((name) => [name, number()]));
/** What a neighbour may know of a patient. */
export const traits = ["size", "grade", "menopause", "hormon"] as const;

/** Patients with whom no other shares all of these traits. */
export function singular(people: readonly Person[]): readonly Person[] {
  const key = (person: Person): string => traits.map((trait) => person[trait]).join(" ");
  const alike = new Map<string, number>();
  for (const person of people) alike.set(key(person), (alike.get(key(person)) ?? 0) + 1);
  return people.filter((person) => alike.get(key(person)) === 1);
}
