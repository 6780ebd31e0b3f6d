import type { LawOptions } from "@konsil/sdk/testing";
import type { KaplanMeierArguments } from "./arguments.ts";
import type { KaplanMeierValue } from "./kaplan-meier.central.ts";
import { kaplanMeier } from "./kaplan-meier.ts";

export const algorithm = kaplanMeier;

export const laws: readonly LawOptions<KaplanMeierArguments, KaplanMeierValue>[] = [
  {
    arguments: [
      { formula: "Surv(days, event) ~ 1", times: [5, 20] },
      { formula: "Surv(days, event) ~ grade + strata(arm)", confidenceType: "log-log", tau: 30 },
      { formula: "Surv(days / 7, event) ~ flag", weights: "visits", confidenceType: "plain" },
    ],
  },
];
