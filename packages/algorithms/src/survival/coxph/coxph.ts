import { type Algorithm, defineAlgorithm } from "@konsil/core";
import { variablesStep } from "../../model/index.ts";
import { type CoxphArguments, coxphArguments } from "./arguments.ts";
import { coxphMethods } from "./coxph.methods.ts";
import { coxphView } from "./coxph.view.ts";
import type { CoxphValue } from "./coxph-value.ts";
import { coxEventTimesStep } from "./event-times.step.ts";
import { coxInformationStep } from "./information.step.ts";
import { coxMomentsStep } from "./moments.step.ts";
import { coxRiskSumsStep } from "./risk-sums.step.ts";
import { coxSiteStep } from "./site.step.ts";
import { coxStrataStep } from "./strata.step.ts";

/**
 * Cox's proportional hazards model. Each site is a stratum of its own, and no time of an event leaves it, unless sites are
 * pooled by `stratifyBySite: false`.
 */
export const coxph: Algorithm<CoxphArguments, CoxphValue> = defineAlgorithm({
  name: "coxph",
  title: "Cox model",
  arguments: coxphArguments,
  steps: [
    variablesStep,
    coxMomentsStep,
    coxEventTimesStep,
    coxStrataStep,
    coxRiskSumsStep,
    coxInformationStep,
    coxSiteStep,
  ],
  central: async (args, context) => (await import("./coxph.central.ts")).coxphCentral(args, context),
  view: coxphView,
  methods: coxphMethods,
});
