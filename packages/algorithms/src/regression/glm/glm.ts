import { type Algorithm, defineAlgorithm } from "@konsil/core";
import { variablesStep } from "../../model/index.ts";
import { type GlmArguments, glmArguments } from "./arguments.ts";
import { glmMethods } from "./glm.methods.ts";
import { glmView } from "./glm.view.ts";
import type { GlmValue } from "./glm-value.ts";
import { glmIrlsStep } from "./irls.step.ts";
import { glmMomentsStep } from "./moments.step.ts";

/**
 * Linear, logistic and Poisson regression: R's `glm`.
 *
 * @example
 * const model = await federation.run(glm, { formula: "event ~ age + grade", family: "binomial" });
 */
export const glm: Algorithm<GlmArguments, GlmValue> = defineAlgorithm({
  name: "glm",
  title: "Generalized linear model",
  arguments: glmArguments,
  steps: [variablesStep, glmMomentsStep, glmIrlsStep],
  central: async (args, context) => (await import("./glm.central.ts")).glmCentral(args, context),
  view: glmView,
  methods: glmMethods,
});
