import { type Algorithm, defineAlgorithm } from "@konsil/core";
import { countedVariablesStep } from "../variables.step.ts";
import { type CrosstabArguments, crosstabArguments } from "./arguments.ts";
import type { CrosstabValue } from "./crosstab.central.ts";
import { crosstabMethods } from "./crosstab.methods.ts";
import { crosstabStep } from "./crosstab.step.ts";
import { crosstabView } from "./crosstab.view.ts";

/** Counts by the levels of one, two or three variables, with tests of independence. */
export const crosstab: Algorithm<CrosstabArguments, CrosstabValue> = defineAlgorithm({
  name: "crosstab",
  title: "Cross table",
  arguments: crosstabArguments,
  steps: [countedVariablesStep, crosstabStep],
  central: async (args, context) => (await import("./crosstab.central.ts")).crosstabCentral(args, context),
  view: crosstabView,
  methods: crosstabMethods,
});
