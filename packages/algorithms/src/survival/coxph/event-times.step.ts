import { defineStep, distribution } from "@konsil/core";
import { z } from "zod";
import { groupLabels } from "../../formula/index.ts";
import { coxColumns, coxDesign, coxModel, coxStrata, fillCox, positions, readModel } from "./cox-model.ts";

/** When events happened, by stratum: only where sites release times exactly. */
export const coxEventTimesStep = defineStep({
  name: "survival.cox-event-times",
  arguments: z.strictObject({ model: coxModel }),
  columns: ({ model }) => coxColumns(model),
  dimensions: ({ model }) => ({ stratum: positions(coxStrata(model)) }),
  labels: ({ model }) => {
    const { formula } = readModel(model);
    const strata = formula.variables.flatMap(({ kind }, i) => (kind === "strata" ? [i] : []));
    const labels = groupLabels(formula, model.variables, strata);
    return { stratum: (position) => labels[position]?.label ?? "" };
  },
  parameters: ({ model }) => coxDesign(model).columns.length,
  eventTimes: "exact",
  words: {
    asks: "at which times somebody had an event",
    reads: "time, event, and the columns of the model",
    fields: {
      times: "each time of an event, with how many people had it",
    },
  },
  output: { times: distribution({ axis: "times", by: ["stratum"], streams: ["event"] }) },
  run(table, { model }) {
    const { n, time, event, weight, stratum } = fillCox(model, table);
    let events = 0;
    for (let i = 0; i < n; i++) events += event[i] as number;
    const at = new Float64Array(events);
    const cell = new Int32Array(events);
    const weights = weight === undefined ? undefined : new Float64Array(events);
    for (let i = 0, k = 0; i < n; i++) {
      if (event[i] !== 1) continue;
      at[k] = time[i] as number;
      cell[k] = stratum[i] as number;
      if (weights !== undefined) weights[k] = (weight as Float64Array)[i] as number;
      k++;
    }
    return { times: { at, cell, stream: new Int32Array(events), weight: weights } };
  },
});
