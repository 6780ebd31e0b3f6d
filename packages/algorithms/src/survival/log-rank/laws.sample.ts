import type { LawOptions } from "@konsil/sdk/testing";
import type { LogRankArguments } from "./arguments.ts";
import type { LogRankValue } from "./log-rank.central.ts";
import { logRank } from "./log-rank.ts";

export const algorithm = logRank;

export const laws: readonly LawOptions<LogRankArguments, LogRankValue>[] = [
  {
    arguments: [
      { formula: "Surv(days, event) ~ grade", stratifyBySite: false },
      { formula: "Surv(days, event) ~ arm + strata(flag)", rho: 1, stratifyBySite: false },
    ],
  },
  // Another test, which depends on who is together at a site.
  {
    arguments: [
      { formula: "Surv(days, event) ~ arm" },
      { formula: "Surv(days, event) ~ grade + strata(flag)", rho: 1 },
    ],
    invariant: false,
  },
];
