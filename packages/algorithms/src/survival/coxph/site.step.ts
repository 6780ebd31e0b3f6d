import { count, counts, defineStep, flags, perSite, sums, weights } from "@konsil/core";
import { z } from "zod";
import { effectiveRows } from "../../model/people-behind.ts";
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
import { maximizeHere } from "./newton.ts";
import { newWorkspace, partialLikelihood, weighed } from "./partial-likelihood.ts";
import { sortRows } from "./sorted-rows.ts";

/** The same model fitted to a site's rows alone, for a reader who wants to see how much sites differ. */
export const coxSiteStep = defineStep({
  name: "survival.cox-site",
  arguments: z.strictObject({
    model: coxModel,
    ties: z.enum(["efron", "breslow"]),
    scaling,
    tolerance: z.number().gt(0),
    iterations: z.int().min(0).max(1000),
  }),
  columns: ({ model }) => coxColumns(model),
  dimensions: ({ model }) => ({ column: positions(coxDesign(model).columns.length), total: totals }),
  labels: ({ model }) => ({ column: coxLabels(model).column }),
  parameters: ({ model }) => coxDesign(model).columns.length,
  evaluates: true,
  words: {
    asks: "the same model, fitted to this site's rows alone",
    reads: "time, event, and the columns of the model",
    fields: {
      events: "people with an event",
      censored: "people without an event",
      behindEvents: "people with an event on whom the sums of each column rest",
      ...comparedWords,
      coefficients: "the coefficients of this site alone",
      standardErrors: "their standard errors",
      weights: "how unevenly the rows count, by case weights and by the coefficients asked",
      estimable: "which coefficients these rows determine",
    },
  },
  output: {
    events: perSite(count()),
    censored: perSite(count()),
    behindEvents: perSite(counts(["column"], { small: "abstain", behind: true })),
    ...comparedOutput,
    /** Of the centred and scaled columns. */
    coefficients: perSite(
      sums(["column"], { people: "behindEvents", effective: "weights", whenConcentrated: "withhold" }),
    ),
    standardErrors: perSite(
      sums(["column"], { people: "behindEvents", effective: "weights", whenConcentrated: "withhold" }),
    ),
    /** Of the case weights, and of w·exp(η) at the estimates: nothing else of the fit leaves. */
    weights: weights(),
    /** Whether the site's rows determine the coefficient. */
    estimable: perSite(flags(["column"])),
  },
  run(table, { model, ties, scaling: scale, tolerance, iterations }) {
    const found = fillCox(model, table);
    const rows = sortRows(found, scale);
    const { n, p, events } = rows;
    const comparison = comparisonOf(rows);
    const people = {
      compared: comparison.people.columns,
      comparedTotals: comparison.people.totals,
      events,
      censored: n - events,
      behindEvents: behindEvents(found).columns,
    };
    const nothing = {
      ...people,
      weights: { effective: 0, spread: 0 },
      coefficients: new Float64Array(p),
      standardErrors: new Float64Array(p),
      estimable: positions(p).map(() => false),
    };
    const workspace = newWorkspace(rows);
    const evaluate = (beta: Float64Array) => partialLikelihood(rows, beta, ties, workspace);
    const start = events === 0 ? undefined : evaluate(new Float64Array(p));
    if (start === undefined) return nothing;
    const options = { control: "konsil", tolerance, iterations, factor: scale.factor } as const;
    const { beta, covariance, aliased, infinite, converged } = maximizeHere(start, evaluate, options);
    const error = (j: number): number => Math.sqrt(covariance[j * p + j] as number);
    const estimable = positions(p).map(
      (j) => converged && aliased[j] !== true && infinite[j] === 0 && error(j) > 0,
    );
    const weighing = weighed(evaluate(beta), effectiveRows(rows.weight, n));
    return {
      ...people,
      weights: { ...weighing, people: fewest(peopleAt(rows, comparison, workspace)) },
      coefficients: beta.map((b, j) => (estimable[j] === true ? b : 0)),
      standardErrors: beta.map((_, j) => (estimable[j] === true ? error(j) : 0)),
      estimable,
    };
  },
});
