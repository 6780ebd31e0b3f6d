import { count, counts, defineStep, flags, numberList, sums, weights } from "@konsil/core";
import { z } from "zod";
import { effectiveRows } from "../../model/people-behind.ts";
import { keptDigits } from "../../numeric/index.ts";
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
import { cellsOf, eventTimes, moveRows, placeRows, riskOf } from "./pooled-rows.ts";

/**
 * What S0 and S1 lose between one time of events and the next, at β: sums of w·exp(η) times 1 and x over those who leave
 * observation in between. Every row is in one cell only; central adds up from the end. For times with several events also
 * the sums over those who die, which Efron's method takes off. Of second order only one sum over all times is needed: the
 * information step asks for it.
 */
export const coxRiskSumsStep = defineStep({
  name: "survival.cox-risk-sums",
  arguments: z.strictObject({
    model: coxModel,
    ties: z.enum(["efron", "breslow"]),
    scaling,
    /** By stratum. */
    times: eventTimes,
    beta: numberList(),
  }),
  columns: ({ model }) => coxColumns(model),
  dimensions({ model, times, ties }) {
    const p = coxDesign(model).columns.length;
    const { cells, tied } = cellsOf(times, ties);
    return {
      column: positions(p),
      total: totals,
      moment: positions(1 + p),
      cell: positions(cells),
      tied: positions(tied),
    };
  },
  labels: ({ model }) => {
    const { column } = coxLabels(model);
    return { column, moment: (i) => (i === 0 ? "hazards" : column(i - 1)) };
  },
  parameters: ({ model }) => coxDesign(model).columns.length,
  evaluates: true,
  eventTimes: "exact",
  words: {
    asks: "what pooled rows need at each time of an event: asked once for each step of the fit",
    reads: "time, event, and the columns of the model",
    fields: {
      events: "people with an event",
      censored: "people without an event",
      behindEvents: "people with an event on whom the sums of each column rest",
      behindEventTotals: "people with an event on whom case weights and offset rest",
      leaving: "people who leave between one time of an event and the next",
      dying: "people with an event at a time at which several had one",
      weights: "how unevenly the rows count, by case weights and by the coefficients asked",
      risk: "sums of hazards, and of hazards times columns, over those who leave",
      death: "the same over those with an event",
      eventColumns: "the sum of each column over people with an event",
      eventPredictors: "the sum of their linear predictors",
      overflow: "whether a number grew too large to compute with",
    },
  },
  output: {
    events: count(),
    censored: count(),
    /** People on whom the sums over events of each column rest. */
    behindEvents: counts(["column"], { small: "abstain", behind: true }),
    /** And those of weight and offset. */
    behindEventTotals: counts(["total"], { small: "abstain", behind: true }),
    leaving: counts(["cell"]),
    dying: counts(["tied"]),
    /** Of the case weights, and of w·exp(η) at this β. */
    weights: weights(),
    risk: sums(["cell", "moment"], { people: "leaving", effective: "weights" }),
    death: sums(["tied", "moment"], { people: "dying", effective: "weights" }),
    /** Σ w·x over events, and Σ w·η. */
    eventColumns: sums(["column"], { people: "behindEvents", effective: "weights" }),
    eventPredictors: sums([], { people: "events", effective: "weights" }),
    overflow: flags([]),
  },
  key: ({ model, ties, scaling: scale, times }) => ({ model, ties, scaling: scale, times }),
  prepare(table, { model, ties, scaling: scale, times }) {
    const found = fillCox(model, table);
    const behind = behindEvents(found);
    return { placed: placeRows(moveRows(found, scale), times, ties), behind };
  },
  run(_table, { beta }, { placed, behind }) {
    const { rows, cell, tiedCell, cells, tied } = placed;
    const { n, p, matrix, weight, event, shift: moved, sizes } = rows;
    const m = 1 + p;
    const leaving = new Float64Array(cells);
    const dying = new Float64Array(tied);
    const risk = new Float64Array(cells * m);
    const death = new Float64Array(tied * m);
    const eventColumns = new Float64Array(p);
    let eventPredictors = 0;
    let eventWeight = 0;
    let events = 0;
    const { eta: etas, risk: risks, weighing, shift, terms } = riskOf(rows, beta);
    const factor = Math.exp(shift);
    for (let i = 0, x = 0; i < n; i++, x += p) {
      const w = weight === undefined ? 1 : (weight[i] as number);
      const r = factor * (risks[i] as number);
      if (event[i] === 1) {
        events++;
        eventWeight += w;
        eventPredictors += w * (etas[i] as number);
        for (let j = 0; j < p; j++)
          eventColumns[j] = (eventColumns[j] as number) + w * (matrix[x + j] as number);
      }
      const own = cell[i] as number;
      if (own < 0) continue;
      leaving[own]!++;
      addMoments(risk, own * m, matrix, x, p, r);
      const ownTied = tiedCell[i] as number;
      if (ownTied < 0) continue;
      dying[ownTied]!++;
      addMoments(death, ownTied * m, matrix, x, p, r);
    }
    const moveMoments = (sums: Float64Array): void => {
      for (let at = 0; at < sums.length; at += m) {
        const r = sums[at] as number;
        for (let j = 0; j < p; j++)
          sums[at + 1 + j] = keptDigits(
            (sums[at + 1 + j] as number) + r * (moved[j] as number),
            r * terms * (sizes[j] as number),
          );
        sums[at] = keptDigits(r, r * terms);
      }
    };
    moveMoments(risk);
    moveMoments(death);
    for (let j = 0; j < p; j++)
      eventColumns[j] = keptDigits(
        (eventColumns[j] as number) + eventWeight * (moved[j] as number),
        eventWeight * (sizes[j] as number),
      );
    eventPredictors = keptDigits(
      eventPredictors + eventWeight * shift,
      eventWeight * (terms + Math.abs(shift)),
    );
    const isUsable = risk.every((sum) => Math.abs(sum) < 1e300) && Number.isFinite(eventPredictors);
    if (!isUsable) {
      risk.fill(0);
      death.fill(0);
      eventColumns.fill(0);
      eventPredictors = 0;
    }
    const effective = Math.min(weighing.effective, effectiveRows(weight, n));
    return {
      events,
      censored: n - events,
      weights: isUsable ? { ...weighing, effective } : { effective: 0, spread: 0 },
      behindEvents: behind.columns,
      behindEventTotals: behind.totals,
      leaving,
      dying,
      risk,
      death,
      eventColumns,
      eventPredictors: [eventPredictors],
      overflow: [!isUsable],
    };
  },
});

function addMoments(
  into: Float64Array,
  start: number,
  matrix: Float64Array,
  x: number,
  p: number,
  r: number,
): void {
  into[start] = (into[start] as number) + r;
  for (let j = 0, at = start + 1; j < p; j++, at++)
    into[at] = (into[at] as number) + r * (matrix[x + j] as number);
}
