import type { Methods } from "@konsil/core";
import type { z } from "zod";
import { fitWords, levelWords, numberWords, percentWords } from "../../model/index.ts";
import type { glmArguments } from "./arguments.ts";
import type { GlmValue } from "./glm-value.ts";

function nameOf({ family, link }: GlmValue): string {
  if (family === "gaussian") return "Linear regression";
  if (family === "poisson") return `Poisson regression with ${link} link`;
  return link === "logit" ? "Logistic regression" : `Binomial regression with ${link} link`;
}

export function glmMethods(value: GlmValue, args: z.output<typeof glmArguments>): Methods {
  const events = value.events === null ? "" : `, of which ${numberWords(value.events)} have the event`;
  const event = value.event === null ? "" : ` The event is ${value.outcome} = ${value.event}.`;
  return {
    text: [
      `${nameOf(value)} (${value.formula}) was fitted by iteratively reweighted least squares to ${value.n} rows${events}${value.weights === null ? "" : `, with prior weights ${value.weights}`}.${event}`,
      `Confidence limits (${percentWords(value.confidenceLevel)}) and p values of coefficients are Wald's, by ${value.statisticName === "t" ? "the t distribution" : "the normal distribution"}.`,
      ...(args.control === "R" ? ["Iterations stopped where R's glm.control stops."] : []),
      ...fitWords(value),
      ...levelWords(args),
    ].join(" "),
    references: [
      "Nelder JA, Wedderburn RWM (1972) J R Stat Soc A 135:370",
      "McCullagh P, Nelder JA (1989) Generalized Linear Models",
    ],
  };
}
