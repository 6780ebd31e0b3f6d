import { type LawOptions, patients } from "@konsil/sdk/testing";
import type { CoxphArguments, CoxphValue } from "./index.ts";

export { coxph as algorithm } from "./index.ts";

/** A fit that runs away stops at no particular place, and one that hardly has an answer rounds as it likes. */
const isSteady = ({ converged, infinite, standardErrors }: CoxphValue): boolean =>
  converged && infinite.every((one) => one === null) && standardErrors.every((error) => (error ?? 0) < 100);

const pooled: readonly CoxphArguments[] = [
  { formula: "Surv(days, event) ~ age + flag + offset(score)", stratifyBySite: false },
  {
    formula: "Surv(days / 7, event) ~ grade + score + strata(arm)",
    ties: "breslow",
    weights: "days",
    stratifyBySite: false,
  },
];

export const laws: readonly LawOptions<CoxphArguments, CoxphValue>[] = [
  {
    arguments: [
      ...pooled,
      { time: "days", event: "event", terms: ["visits", "age:flag"], control: "R", stratifyBySite: false },
    ],
    comparable: isSteady,
  },
  // Few random rows often determine nothing; of these, most fits are compared.
  {
    arguments: pooled,
    comparable: isSteady,
    rows: patients(40, 80),
    runs: 15,
  },
  // Another model, which depends on who is together at a site.
  {
    arguments: [
      { formula: "Surv(days, event) ~ score + arm" },
      {
        time: "days",
        event: "event",
        terms: ["age"],
        strata: ["arm"],
        ties: "breslow",
        perSite: true,
      },
    ],
    invariant: false,
  },
];
