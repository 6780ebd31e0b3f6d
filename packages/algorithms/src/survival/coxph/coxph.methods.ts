import type { Methods } from "@konsil/core";
import type { z } from "zod";
import { fitWords, levelWords, numberWords, percentWords } from "../../model/index.ts";
import type { coxphArguments } from "./arguments.ts";
import type { CoxphValue } from "./coxph-value.ts";
import { heterogeneityOf } from "./heterogeneity.ts";

function strataWords({ stratifiedBySite, strata }: CoxphValue): string {
  const others = strata.terms.join(", ");
  if (stratifiedBySite)
    return `stratified by site${others === "" ? "" : ` and ${others}`}, so that each site has a baseline hazard of its own and only people of one site are compared`;
  return `${others === "" ? "" : `stratified by ${others}, `}pooled over sites, with one baseline hazard for people of all sites`;
}

export function coxphMethods(value: CoxphValue, args: z.output<typeof coxphArguments>): Methods {
  const { sites } = value;
  const isMeasured = sites !== null && value.terms.some((_, j) => heterogeneityOf(sites, j) !== null);
  return {
    text: [
      `Hazard ratios were estimated by Cox's proportional hazards model (${value.formula}), ${strataWords(value)}.`,
      `It was fitted to ${value.n} people and ${numberWords(value.events)} events, with ties by ${value.ties === "efron" ? "Efron" : "Breslow"}'s method${value.weights === null ? "" : ` and case weights ${value.weights}`}.`,
      `Confidence limits (${percentWords(value.confidenceLevel)}) and p values of coefficients are Wald's${value.weights === null ? "" : ", from the model and not robust"}.`,
      ...(args.control === "R" ? ["Iterations stopped where R's coxph.control stops."] : []),
      ...fitWords(value),
      ...(sites === null ? [] : ["The model was also fitted at each site by itself."]),
      ...(isMeasured ? ["How these fits differ was measured by Cochran's Q and I²."] : []),
      ...levelWords(args),
    ].join(" "),
    references: [
      "Cox DR (1972) J R Stat Soc B 34:187",
      value.ties === "efron" ? "Efron B (1977) J Am Stat Assoc 72:557" : "Breslow N (1974) Biometrics 30:89",
      ...(isMeasured
        ? ["Cochran WG (1954) Biometrics 10:101", "Higgins JPT, Thompson SG (2002) Stat Med 21:1539"]
        : []),
    ],
  };
}
