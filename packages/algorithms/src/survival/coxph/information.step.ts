import { count, defineStep, flags, numberList, sums, weights } from "@konsil/core";
import { z } from "zod";
import { effectiveNumber, effectiveRows } from "../../model/people-behind.ts";
import { addColumnSums, crossProducts, keptDigits, packLower } from "../../numeric/index.ts";
import { coxColumns, coxDesign, coxLabels, coxModel, positions, scaling } from "./cox-model.ts";
import { eventTimes, pooledRows, riskOf } from "./pooled-rows.ts";

/**
 * What of the information is of second order in the columns, at β: Σ over times of events of a0·S2 − a1·D2, where a0 and a1
 * follow from the pooled S0 and D0 (see `addTies`). It is Σ r·(A0 − a1)·xx' over rows, A0 the sum of a0 over the times at
 * which a row was at risk: one matrix, where S2 at every time would be thousands.
 */
export const coxInformationStep = defineStep({
  name: "survival.cox-information",
  arguments: z.strictObject({
    model: coxModel,
    ties: z.enum(["efron", "breslow"]),
    scaling,
    times: eventTimes,
    beta: numberList(),
    /** A0 by stratum and time of events: what whoever leaves there was at risk for. */
    hazard: numberList(),
    /** a1 by stratum and time with several events. */
    tiedHazard: numberList(),
  }),
  columns: ({ model }) => coxColumns(model),
  dimensions: ({ model }) => {
    const p = coxDesign(model).columns.length;
    return { pair: positions((p * (p + 1)) / 2) };
  },
  labels: ({ model }) => ({ pair: coxLabels(model).pair }),
  parameters: ({ model }) => coxDesign(model).columns.length,
  evaluates: true,
  eventTimes: "exact",
  words: {
    asks: "how precisely pooled rows determine the coefficients: asked once for each step of the fit",
    reads: "time, event, and the columns of the model",
    fields: {
      events: "people with an event",
      censored: "people without an event",
      weights: "how unevenly the rows count, by case weights and by the coefficients asked",
      information: "how precisely these rows determine the coefficients",
      overflow: "whether a number grew too large to compute with",
    },
  },
  output: {
    events: count(),
    censored: count(),
    /** Of the case weights, of w·exp(η), and of what the rows weigh here. */
    weights: weights(),
    /** The lower triangle, row by row. */
    information: sums(["pair"], { people: "events", effective: "weights" }),
    overflow: flags([]),
  },
  key: ({ model, ties, scaling: scale, times }) => ({ model, ties, scaling: scale, times }),
  prepare: (table, key) => pooledRows(table, key),
  run(_table, { beta, hazard, tiedHazard }, { rows, cell, tiedCell }) {
    const { n, p, matrix, weight, event, shift: moved, sizes } = rows;
    const { risk, weighing, shift, terms } = riskOf(rows, beta);
    const factor = Math.exp(shift);
    const own = new Float64Array(n);
    let events = 0;
    let [sum, squares, size] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      const [at, tiedAt] = [cell[i] as number, tiedCell[i] as number];
      const late = (hazard[at] ?? 0) - (tiedHazard[tiedAt] ?? 0);
      const one = factor * (risk[i] as number) * late;
      own[i] = one;
      events += event[i] as number;
      sum += one;
      squares += one * one;
      size += Math.abs(one);
    }
    const products = new Float64Array(p * p);
    crossProducts(matrix, n, p, own, products);
    const first = new Float64Array(p);
    addColumnSums(matrix, 0, n, p, own, first);
    for (let i = 0, to = 0; i < p; i++)
      for (let j = 0; j < p; j++, to++) {
        const [a, b] = [moved[i] as number, moved[j] as number];
        products[to] = keptDigits(
          (products[to] as number) + a * (first[j] as number) + b * (first[i] as number) + a * b * sum,
          size * terms * (sizes[i] as number) * (sizes[j] as number),
        );
      }
    const isUsable = products.every(Number.isFinite);
    if (!isUsable) products.fill(0);
    const effective = Math.min(
      weighing.effective,
      effectiveNumber(sum, squares, n),
      effectiveRows(weight, n),
    );
    return {
      events,
      censored: n - events,
      weights: isUsable ? { ...weighing, effective } : { effective: 0, spread: 0 },
      information: packLower(products, p),
      overflow: [!isUsable],
    };
  },
});
