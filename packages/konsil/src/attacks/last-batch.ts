import type { Attack } from "./attack.ts";

const resolution = 30;

/** The last batch of a stream ends where the last of its people left, on the lattice. */
export const lastBatch: Attack = {
  name: "the end of the last batch, of a column that is no time",
  wants: "the largest progesterone receptor, to 30 fmol/l",
  knows: "that any column can be the time of a curve",
  shown: "tartu",
  without: null,
  rule: "an open end of the last batch, or times that a steward lists",
  async run(target) {
    const answer = await target.ask("A Kaplan–Meier curve of Surv(pgr, event)", {
      algorithm: "kaplan-meier",
      step: "survival.departures",
      arguments: {
        formula: "Surv(pgr, event) ~ 1",
        variables: {},
        others: "refuse",
        by: [],
        weights: null,
      },
    });
    if (answer === undefined) return undefined;
    const { cells } = answer.output["departures"] as {
      readonly cells: readonly { readonly batches?: readonly { readonly ends: readonly number[] }[] }[];
    };
    const ends = cells.flatMap(({ batches = [] }) => batches.flatMap(({ ends: own }) => own.slice(-1)));
    const largest = Math.max(...target.people.map(({ pgr }) => pgr as number));
    return {
      what: `the largest progesterone receptor, up to the next multiple of ${resolution}`,
      found: Math.max(...ends),
      truth: resolution * Math.ceil(largest / resolution),
    };
  },
};
