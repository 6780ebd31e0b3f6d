import type { Methods } from "@konsil/core";
import type { z } from "zod";
import { levelWords, numberWords } from "../../model/index.ts";
import type { logRankArguments } from "./arguments.ts";
import type { LogRankValue } from "./log-rank.central.ts";

export function logRankMethods(value: LogRankValue, args: z.output<typeof logRankArguments>): Methods {
  const { test, formula, groups, n, events, stratifiedBySite, exactness } = value;
  // "Log-rank test, stratified by site" within a sentence; Peto and Fleming keep their capitals.
  const name = test.replace(/^Log/, "log");
  return {
    text: [
      `Survival was compared between ${groups.length} groups by the ${name} (${formula}), from ${n} people and ${numberWords(events)} events.`,
      ...(stratifiedBySite
        ? [
            "Observed and expected events were computed within each site and added, so that people of one site are compared with each other.",
          ]
        : []),
      ...(exactness === null || exactness === "exact"
        ? []
        : [`Times were known to a ${exactness}: the test is approximate.`]),
      ...(value.chisq === null ? ["The statistic has no value for these data."] : []),
      ...levelWords(args),
    ].join(" "),
    references: [
      "Mantel N (1966) Cancer Chemother Rep 50:163",
      ...(args.rho === 1 ? ["Peto R, Peto J (1972) J R Stat Soc A 135:185"] : []),
      ...(args.rho === 0 ? [] : ["Harrington DP, Fleming TR (1982) Biometrika 69:553"]),
    ],
  };
}
