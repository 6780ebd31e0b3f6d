import type { LawOptions } from "@konsil/sdk/testing";
import type { KaplanMeierArguments } from "./arguments.ts";
import type { KaplanMeierValue } from "./kaplan-meier.central.ts";
import { kaplanMeier } from "./kaplan-meier.ts";
import type { Between } from "./quantile.ts";

export const algorithm = kaplanMeier;

const holds = (truth: number | null, between: Between | null | undefined): boolean =>
  truth === null
    ? (between?.upper ?? null) === null
    : truth >= (between?.lower ?? truth) - 1e-9 && truth <= (between?.upper ?? truth) + 1e-9;

/** Of groups that all sites told of: the same people, and bounds that hold what the exact times give. */
function boundsHold(truth: KaplanMeierValue, found: KaplanMeierValue): string | undefined {
  for (const { label, n, events, within, abstained } of found.groups) {
    const own = truth.groups.find((group) => group.label === label);
    if (own === undefined) return `${label} has nobody`;
    if (abstained !== null) continue;
    if (n !== own.n || events !== own.events) return `${label}: ${n} people, ${events} events`;
    if (within === null) return `${label} has no bounds`;
    const times = own.atTimes?.survival.map((survival, i) =>
      holds(survival, { lower: within.atTimes?.least[i] ?? null, upper: within.atTimes?.most[i] ?? null }),
    );
    const all = [
      holds(own.median.estimate, within.median),
      ...own.quantiles.map(({ estimate }, i) => holds(estimate, within.quantiles[i])),
      // Without a common `tau` the curves end at other times.
      own.restrictedMean?.tau !== 30 || holds(own.restrictedMean.estimate, within.restrictedMean),
      ...(times ?? []),
    ];
    if (all.includes(false)) return `${label}: its bounds do not hold the truth`;
  }
  return undefined;
}

export const laws: readonly LawOptions<KaplanMeierArguments, KaplanMeierValue>[] = [
  {
    holds: boundsHold,
    arguments: [
      { formula: "Surv(days, event) ~ 1", times: [5, 20] },
      { formula: "Surv(days, event) ~ grade + strata(arm)", confidenceType: "log-log", tau: 30 },
      { formula: "Surv(days / 7, event) ~ flag", weights: "visits", confidenceType: "plain" },
    ],
  },
];
