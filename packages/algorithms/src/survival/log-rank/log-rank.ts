import { type Algorithm, defineAlgorithm } from "@konsil/core";
import { variablesStep } from "../../model/index.ts";
import { departuresStep } from "../kaplan-meier/departures.step.ts";
import { type LogRankArguments, logRankArguments } from "./arguments.ts";
import { type LogRankValue, testGroups } from "./log-rank.central.ts";
import { logRankMethods } from "./log-rank.methods.ts";
import { logRankStep } from "./log-rank.step.ts";
import { logRankView } from "./log-rank.view.ts";

/**
 * Whether survival differs between groups: the log-rank test and its family, R's `survdiff`. Each site is a stratum of its own, and no
 * time of an event leaves it, unless sites are pooled by `stratifyBySite: false`.
 *
 * @example
 * const test = await federation.run(logRank, { formula: "Surv(days, event) ~ grade" });
 */
export const logRank: Algorithm<LogRankArguments, LogRankValue> = defineAlgorithm({
  name: "log-rank",
  title: "Log-rank test",
  arguments: logRankArguments,
  steps: [variablesStep, departuresStep, logRankStep],
  central: testGroups,
  view: logRankView,
  methods: logRankMethods,
});
