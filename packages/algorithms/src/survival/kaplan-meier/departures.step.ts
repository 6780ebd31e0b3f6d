import { DataError, defineStep, distribution, numeric } from "@konsil/core";
import { z } from "zod";
import {
  fillGroups,
  fillSurvival,
  formulaColumns,
  groupLabels,
  survivalColumns,
} from "../../formula/index.ts";
import { knownArguments } from "../../model/known.ts";
import { parseSurvivalFormula } from "../arguments.ts";

/** Positions of the variables by which people are counted; all others must only be there. */
const by = z.array(z.int().min(0));

/**
 * Who leaves when: people with an event and people censored, by time and group. The site's `eventTimes` decides how
 * exactly their times leave. Numbers at risk are not sent: they follow.
 */
export const departuresStep = defineStep({
  name: "survival.departures",
  arguments: z.strictObject({ formula: z.string(), ...knownArguments, by, weights: z.string().nullable() }),
  columns: (args) => {
    const formula = parseSurvivalFormula(args.formula);
    return {
      ...formulaColumns(formula, args.variables, args.others),
      ...survivalColumns(formula.response),
      weights: args.weights === null ? [] : [numeric(args.weights, { checked: "column" })],
    };
  },
  dimensions: (args) => ({
    group: groupLabels(parseSurvivalFormula(args.formula), args.variables, args.by).map(({ label }) => label),
  }),
  words: {
    asks: "how many people have an event, and how many leave without one, at which time",
    reads: "time, event, groups, and case weights if there are any",
    fields: {
      departures: "times, with how many people had an event or left without one",
    },
  },
  output: { departures: distribution({ axis: "times", by: ["group"], streams: ["event", "censored"] }) },
  run: (table, args) => {
    const formula = parseSurvivalFormula(args.formula);
    const { time, event } = fillSurvival(formula.response, table);
    const stream = new Uint8Array(event.length);
    for (let i = 0; i < stream.length; i++) stream[i] = 1 - event[i]!;
    const [weight] = table.weights;
    if (weight?.some((w) => w < 0) === true)
      throw new DataError("DATA_INVALID", `Weights at {site} are negative in "${args.weights}".`);
    return {
      departures: {
        at: time,
        stream,
        cell: fillGroups(formula, args.variables, table, args.by),
        weight,
      },
    };
  },
});
