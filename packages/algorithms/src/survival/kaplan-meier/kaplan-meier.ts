import { type Algorithm, defineAlgorithm } from "@konsil/core";
import { variablesStep } from "../../model/index.ts";
import { type KaplanMeierArguments, kaplanMeierArguments } from "./arguments.ts";
import { departuresStep } from "./departures.step.ts";
import type { KaplanMeierValue } from "./kaplan-meier.central.ts";
import { kaplanMeierMethods } from "./kaplan-meier.methods.ts";
import { kaplanMeierView } from "./kaplan-meier.view.ts";

/**
 * Kaplan–Meier curves with confidence limits, numbers at risk, medians, quartiles and restricted means: R's `survfit`.
 *
 * @example
 * const curves = await federation.run(kaplanMeier, { formula: "Surv(days, event) ~ grade" });
 */
export const kaplanMeier: Algorithm<KaplanMeierArguments, KaplanMeierValue> = defineAlgorithm({
  name: "kaplan-meier",
  title: "Kaplan–Meier estimate",
  arguments: kaplanMeierArguments,
  steps: [variablesStep, departuresStep],
  central: async (args, context) => (await import("./kaplan-meier.central.ts")).estimateCurves(args, context),
  view: kaplanMeierView,
  methods: kaplanMeierMethods,
});
