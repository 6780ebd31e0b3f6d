import { listing } from "@konsil/core";
import type { RareLevels } from "./rare-levels.ts";

/** What a paper says of the levels that were asked for: sentences, or none where all levels are as they are. */
export function levelWords({
  levels,
  rareLevels,
}: {
  readonly levels?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly rareLevels: RareLevels;
}): readonly string[] {
  const named = Object.entries(levels ?? {}).map(([name, order]) => `${name} (${listing(order)})`);
  const asked =
    named.length === 0 ? [] : [`Levels were taken as given for ${named.join(" and ")}, and no others.`];
  if (rareLevels === "error") return asked;
  const rare = "Levels that too few people or organizations had";
  return [
    ...asked,
    rareLevels === "exclude"
      ? `${rare}, if any, were left out.`
      : `${rare}, if any, were put together as "${rareLevels.merge}".`,
  ];
}

/** `95 %`, `99.9 %` */
export function percentWords(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}

/** A number of events, which weights make a fraction. */
export function numberWords(value: number): string {
  return String(Number(value.toPrecision(8)));
}

/** How the fit of a model ended. Arrays have one entry for each of its terms. */
interface Fit {
  readonly terms: readonly string[];
  readonly aliased: readonly boolean[];
  readonly infinite: readonly (string | null)[];
  readonly converged: boolean;
  readonly iterations: number;
}

/** What is not as a reader takes it to be of a fitted model. */
export function fitWords({ terms, aliased, infinite, converged, iterations }: Fit): readonly string[] {
  const without = terms.filter((_, i) => aliased[i] === true);
  const running = terms.filter((_, i) => infinite[i] !== null && infinite[i] !== undefined);
  return [
    ...(converged ? [] : [`The fit had not converged after ${iterations} iterations.`]),
    ...(without.length === 0
      ? []
      : [`No coefficient is given for ${listing(without)}, to which other columns add up.`]),
    ...(running.length === 0
      ? []
      : [`The likelihood has no maximum at a finite coefficient of ${listing(running)}.`]),
  ];
}
