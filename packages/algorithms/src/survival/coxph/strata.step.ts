import { count, defineStep, flags, sums } from "@konsil/core";
import { z } from "zod";
import { coxColumns, coxDesign, coxModel, fillCox, positions, scaling } from "./cox-model.ts";
import { newWorkspace, partialLikelihood } from "./partial-likelihood.ts";
import { sortRows } from "./sorted-rows.ts";

/** Log partial likelihood, score and information of a site's own strata at β: additive over sites. */
export const coxStrataStep = defineStep({
  name: "survival.cox-strata",
  arguments: z.strictObject({
    model: coxModel,
    ties: z.enum(["efron", "breslow"]),
    scaling,
    /** Of the centred and scaled columns. */
    beta: z.array(z.number()),
  }),
  columns: ({ model }) => coxColumns(model),
  dimensions: ({ model }) => {
    const p = coxDesign(model).columns.length;
    return { column: positions(p), pair: positions((p * (p + 1)) / 2) };
  },
  parameters: ({ model }) => coxDesign(model).columns.length,
  output: {
    n: count(),
    events: count(),
    logLikelihood: sums([], { people: "events" }),
    score: sums(["column"], { people: "events" }),
    /** The lower triangle, row by row. */
    information: sums(["pair"], { people: "events" }),
    /** Whether exp(η) left the range of numbers at this β; the sums are then zero. */
    overflow: flags([]),
    /** Whether a column `site` with several values is in the site's data. */
    ownSites: flags([]),
  },
  key: ({ model, scaling: scale }) => ({ model, scaling: scale }),
  prepare(table, key) {
    const rows = sortRows(fillCox(key.model, table), key.scaling);
    return { rows, workspace: newWorkspace(rows) };
  },
  run(_table, { ties, beta }, { rows, workspace }) {
    const { n, p, events, ownSites } = rows;
    const found = partialLikelihood(rows, beta, ties, workspace);
    const information = new Float64Array((p * (p + 1)) / 2);
    if (found !== undefined)
      for (let i = 0, at = 0; i < p; i++)
        for (let j = 0; j <= i; j++, at++) information[at] = found.information[i * p + j] as number;
    return {
      n,
      events,
      logLikelihood: [found?.logLikelihood ?? 0],
      score: found?.score ?? new Float64Array(p),
      information,
      overflow: [found === undefined],
      ownSites: [ownSites],
    };
  },
});
