import type { DataDeclaration } from "@konsil/core";
import { momentsOf } from "./questions.ts";
import { numbersOf, type Target } from "./target.ts";

export interface Totals {
  readonly people: number;
  readonly sum: number;
}

/** How many have a number, and its sum, over the rows of a filter. */
export async function totalsOf(
  target: Target,
  asked: string,
  number: string,
  data: DataDeclaration,
): Promise<Totals | undefined> {
  const answer = await target.ask(asked, momentsOf([number], data));
  if (answer === undefined) return undefined;
  const [people = Number.NaN] = numbersOf(answer.output["people"], 1);
  const [sum = Number.NaN] = numbersOf(answer.output["sum"], 1);
  return { people, sum };
}
