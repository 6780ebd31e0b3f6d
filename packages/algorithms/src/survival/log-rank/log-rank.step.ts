import { comparedPeople, counts, defineStep, sums } from "@konsil/core";
import { z } from "zod";
import {
  fillGroups,
  fillSurvival,
  formulaColumns,
  groupLabels,
  requireFewCombinations,
  strataLabels,
  survivalColumns,
} from "../../formula/index.ts";
import { knownArguments } from "../../model/known.ts";
import { parseSurvivalFormula, separateSite, strataAndGroups } from "../arguments.ts";
import { halfExpected } from "../half-expected.ts";
import { tally } from "../tally.ts";
import { Compared, ComparedInStratum } from "./compared.ts";
import { eachRiskSet } from "./risk-sets.ts";
import { addRiskSet, noSums } from "./sums.ts";

function read(text: string) {
  const { formula } = separateSite(parseSurvivalFormula(text));
  return { formula, ...strataAndGroups(formula) };
}

/** Observed and expected events within the site, and their covariance: no time leaves. */
export const logRankStep = defineStep({
  name: "survival.log-rank",
  arguments: z.strictObject({
    formula: z.string(),
    ...knownArguments,
    rho: z.union([z.literal(0), z.literal(1)]),
  }),
  columns: (args) => {
    const { formula } = read(args.formula);
    return { ...formulaColumns(formula, args.variables, args.others), ...survivalColumns(formula.response) };
  },
  dimensions: (args) => {
    const { formula, groups } = read(args.formula);
    const labels = groupLabels(formula, args.variables, groups).map(({ label }) => label);
    requireFewCombinations([labels.length, strataLabels(formula, args.variables).length], args.formula);
    return { group: labels, other: labels };
  },
  words: {
    asks: "how many events each group had, and how many it would have had if all groups were alike",
    reads: "time, event, groups and strata",
    fields: {
      halfExpected:
        "half the events, or half the people without one, that a group of its size would have here if all groups were alike (it is judged by these, and not by those that it had, so that chance does not decide whether the site takes part)",
      events: "people with an event",
      censored: "people without an event",
      compared:
        "the fewest people on whom a number rests by strata: of two groups who are at risk together those of the smaller one, by how much they add to it, with an event meanwhile, or without one",
      observed: "events, weighted as the test weights them: with weights, those while groups are compared",
      expected: "events that were to be expected here",
      variance: "how much these numbers vary by chance",
    },
  },
  output: {
    /** First: it does not depend on which group had the events, and so whoever abstains for it biases nothing. */
    halfExpected: counts(["group"], { small: "fewRows" }),
    // The test is a sum over sites: one with few events, or few without, leaves it to the others.
    events: counts(["group"], { small: "abstain" }),
    censored: counts(["group"], { small: "abstain" }),
    // Strata can leave one person with whom all others are compared, or few events or people without one.
    compared: comparedPeople(["group", "other"]),
    observed: sums(["group"], { people: "events" }),
    // Of those with an event and those without: as both numbers keep the rule, so does their sum.
    expected: sums(["group"], { people: "events" }),
    variance: sums(["group", "other"], { people: "events" }),
  },
  run: (table, args) => {
    const { formula, strata, groups } = read(args.formula);
    const { time, event } = fillSurvival(formula.response, table);
    const cells = groupLabels(formula, args.variables, groups).length;
    const layers = strataLabels(formula, args.variables).length;
    const group = fillGroups(formula, args.variables, table, groups);
    const cell = fillGroups(formula, args.variables, table, strata);
    for (let i = 0; i < cell.length; i++) cell[i] = cell[i]! * cells + group[i]!;
    const departures = tally(time, event, cell, layers * cells);
    const result = noSums(cells);
    const events = new Float64Array(cells);
    const censored = new Float64Array(cells);
    for (let i = 0; i < group.length; i++) (event[i] === 1 ? events : censored)[group[i]!]!++;
    const compared = new Compared(cells);
    for (let layer = 0; layer < layers; layer++) {
      const stratum = new ComparedInStratum(cells);
      eachRiskSet(departures.slice(layer * cells, (layer + 1) * cells), args.rho, (at) => {
        // Where nobody is compared weighted events would tell who left in which order, be they two; without weights they
        // are the events that are told anyway, and the sums are R's.
        if (args.rho === 0 || at.compares) addRiskSet(result, at);
        stratum.add(at);
      });
      compared.add(stratum);
    }
    return {
      halfExpected: halfExpectedIn(events, censored),
      events,
      censored,
      compared: compared.fewest(events, censored),
      ...result,
    };
  },
});

function halfExpectedIn(events: Float64Array, censored: Float64Array): Float64Array {
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  const [all, others] = [sum(events), sum(censored)];
  return events.map((own, g) => {
    const share = (own + (censored[g] as number)) / (all + others);
    const halves = [halfExpected(all, share), halfExpected(others, share)].filter((half) => half > 0);
    return halves.length === 0 ? 0 : Math.min(...halves);
  });
}
