import type { DataDeclaration } from "@konsil/core";
import { momentsIn, momentsOf } from "./questions.ts";
import type { Target } from "./target.ts";

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
  const { people, sums } = momentsIn(answer);
  return { people: people.at(0)?.exact ?? Number.NaN, sum: sums.at(0)?.exact ?? Number.NaN };
}
