import { type Algorithm, defineAlgorithm } from "@konsil/core";
import { summarySteps } from "../summarise.central.ts";
import { type SummaryArguments, summaryArguments } from "./arguments.ts";
import type { SummaryValue } from "./summary.central.ts";
import { summaryMethods } from "./summary.methods.ts";
import { rangeStep } from "./summary.step.ts";
import { summaryView } from "./summary.view.ts";

/** Counts, means and standard deviations of columns, overall and by group. */
export const summary: Algorithm<SummaryArguments, SummaryValue> = defineAlgorithm({
  name: "summary",
  title: "Summary of columns",
  arguments: summaryArguments,
  steps: [...summarySteps, rangeStep],
  central: async (args, context) => (await import("./summary.central.ts")).summaryCentral(args, context),
  view: summaryView,
  methods: summaryMethods,
});
