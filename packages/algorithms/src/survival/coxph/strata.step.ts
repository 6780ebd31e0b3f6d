import { count, counts, defineStep, flags, numberList, sums, weights } from "@konsil/core";
import { z } from "zod";
import { effectiveRows } from "../../model/people-behind.ts";
import { packLower } from "../../numeric/index.ts";
import { comparedOutput, comparedWords, comparisonOf, fewest, peopleAt } from "./compared.ts";
import {
  behindEvents,
  coxColumns,
  coxDesign,
  coxLabels,
  coxModel,
  fillCox,
  positions,
  scaling,
  totals,
} from "./cox-model.ts";
import { newWorkspace, partialLikelihood, weighed } from "./partial-likelihood.ts";
import { sortRows } from "./sorted-rows.ts";

/** Log partial likelihood, score and information of a site's own strata at β: additive over sites. */
export const coxStrataStep = defineStep({
  name: "survival.cox-strata",
  arguments: z.strictObject({
    model: coxModel,
    ties: z.enum(["efron", "breslow"]),
    scaling,
    /** Of the centred and scaled columns. */
    beta: numberList(),
  }),
  columns: ({ model }) => coxColumns(model),
  dimensions: ({ model }) => {
    const p = coxDesign(model).columns.length;
    return { column: positions(p), total: totals, pair: positions((p * (p + 1)) / 2) };
  },
  labels: ({ model }) => coxLabels(model),
  parameters: ({ model }) => coxDesign(model).columns.length,
  evaluates: true,
  words: {
    asks: "how well coefficients fit this site's rows, with the site as a stratum of its own: asked once for each step of the fit",
    reads: "time, event, and the columns of the model",
    fields: {
      events: "people with an event",
      censored: "people without an event",
      behindEvents: "people with an event on whom the sums of each column rest",
      behindEventTotals: "people with an event on whom case weights and offset rest",
      ...comparedWords,
      weights: "how unevenly the rows count, by case weights and by the coefficients asked",
      logLikelihood: "how well the coefficients fit",
      score: "how each coefficient would have to change to fit better",
      information: "how precisely these rows determine the coefficients",
      overflow: "whether a number grew too large to compute with",
      ownSites: "whether the data have a column named site",
    },
  },
  output: {
    events: count(),
    censored: count(),
    /** People on whom the sums over events of each column rest: far out in β, a score is such a sum. */
    behindEvents: counts(["column"], { small: "abstain", behind: true }),
    /** And those of weight and offset. */
    behindEventTotals: counts(["total"], { small: "abstain", behind: true }),
    ...comparedOutput,
    /** Of the case weights, and of w·exp(η) at this β. */
    weights: weights(),
    logLikelihood: sums([], { people: "events", effective: "weights" }),
    score: sums(["column"], { people: "behindEvents", effective: "weights" }),
    /** The lower triangle, row by row. */
    information: sums(["pair"], { people: "events", effective: "weights" }),
    /** Whether exp(η) left the range of numbers at this β; the sums are then zero. */
    overflow: flags([]),
    /** Whether a column `site` with several values is in the site's data. */
    ownSites: flags([]),
  },
  key: ({ model, scaling: scale }) => ({ model, scaling: scale }),
  prepare(table, key) {
    const found = fillCox(key.model, table);
    const behind = behindEvents(found);
    const rows = sortRows(found, key.scaling);
    return {
      rows,
      behind,
      comparison: comparisonOf(rows),
      prior: effectiveRows(rows.weight, rows.n),
      workspace: newWorkspace(rows),
    };
  },
  run(_table, { ties, beta }, { rows, behind, comparison, prior, workspace }) {
    const { n, p, events, ownSites } = rows;
    const found = partialLikelihood(rows, beta, ties, workspace);
    const now = found === undefined ? comparison.people : peopleAt(rows, comparison, workspace);
    // A site abstains from the first evaluation of a fit; coefficients that lead too far are refused, and halved.
    const people = beta.every((b) => b === 0) ? now : comparison.people;
    return {
      events,
      censored: n - events,
      behindEvents: behind.columns,
      behindEventTotals: behind.totals,
      compared: people.columns,
      comparedTotals: people.totals,
      weights: { ...weighed(found, prior), people: fewest(now) },
      logLikelihood: [found?.logLikelihood ?? 0],
      score: found?.score ?? new Float64Array(p),
      information: packLower(found?.information ?? new Float64Array(p * p), p),
      overflow: [found === undefined],
      ownSites: [ownSites],
    };
  },
});
