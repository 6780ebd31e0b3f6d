import { type Algorithm, defineAlgorithm } from "@konsil/core";
import { type TableOneArguments, tableOneArguments } from "./arguments.ts";
import type { TableOneValue } from "./table-one.central.ts";
import { tableOneMethods } from "./table-one.methods.ts";
import { centredStep, countedVariablesStep, levelCountsStep, momentsStep } from "./table-one.step.ts";
import { tableOneView } from "./table-one.view.ts";

/** Table 1: the characteristics of groups, with standardized differences and tests. */
export const tableOne: Algorithm<TableOneArguments, TableOneValue> = defineAlgorithm({
  name: "table-one",
  title: "Characteristics by group",
  arguments: tableOneArguments,
  steps: [countedVariablesStep, momentsStep, centredStep, levelCountsStep],
  central: async (args, context) => (await import("./table-one.central.ts")).tableOneCentral(args, context),
  view: tableOneView,
  methods: tableOneMethods,
});
