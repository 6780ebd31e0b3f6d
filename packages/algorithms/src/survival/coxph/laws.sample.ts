import { type LawOptions, patients } from "@konsil/sdk/testing";
import type { CoxphArguments, CoxphValue } from "./index.ts";

export { coxph as algorithm } from "./index.ts";

/** A fit that runs away stops at no particular place, and one that hardly has an answer rounds as it likes. */
const isSteady = ({ converged, infinite, standardErrors }: CoxphValue): boolean =>
  converged && infinite.every((one) => one === null) && standardErrors.every((error) => (error ?? 0) < 100);

export const laws: readonly LawOptions<CoxphArguments, CoxphValue>[] = [
  {
    arguments: [
      { formula: "Surv(days, event) ~ age + flag" },
      { formula: "Surv(days / 7, event) ~ grade + score + strata(arm)", ties: "breslow", weights: "days" },
      { time: "days", event: "event", terms: ["visits", "age:flag"], control: "R" },
    ],
    comparable: isSteady,
  },
  // Few random rows often determine nothing; of these, most fits are compared.
  {
    arguments: [
      { formula: "Surv(days, event) ~ age + flag" },
      { formula: "Surv(days / 7, event) ~ grade + score + strata(arm)", ties: "breslow", weights: "days" },
    ],
    comparable: isSteady,
    rows: patients(40, 80),
    runs: 15,
  },
  {
    arguments: [
      { formula: "Surv(days, event) ~ score + arm + strata(site)" },
      {
        time: "days",
        event: "event",
        terms: ["age"],
        strata: ["site", "arm"],
        ties: "breslow",
        perSite: true,
      },
    ],
    invariant: false,
  },
];
