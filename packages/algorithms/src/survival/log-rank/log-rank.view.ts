import { counted, type View } from "@konsil/core";
import type { LogRankValue } from "./log-rank.central.ts";

export function logRankView(value: LogRankValue): View {
  const { groups, chisq, df, p } = value;
  return {
    title: value.test,
    subtitle: `${value.formula}: ${counted(value.n, "person", "people")}, ${counted(value.events, "event")}`,
    ...(value.exactness === null || value.exactness === "exact"
      ? {}
      : { notes: [`Times are known to a ${value.exactness}.`] }),
    tables: [
      {
        title: "Test",
        columns: [
          { name: "statistic", label: "χ²", format: "number", digits: 4 },
          { name: "df", label: "df", format: "integer" },
          { name: "p.value", label: "p", format: "p" },
        ],
        values: { statistic: [chisq], df: [df], "p.value": [p] },
      },
      {
        title: "Events by group",
        columns: [
          { name: "group", label: "Group", format: "text" },
          { name: "n", label: "n", format: "integer" },
          // Weighted events are no counts.
          {
            name: "observed",
            label: "Observed",
            ...(value.rho === 0 ? { format: "integer" } : { format: "number", digits: 4 }),
          },
          { name: "expected", label: "Expected", format: "number", digits: 4 },
        ],
        values: {
          group: groups.map(({ label }) => label),
          n: groups.map(({ n }) => n),
          observed: groups.map(({ observed }) => observed),
          expected: groups.map(({ expected }) => expected),
        },
      },
    ],
  };
}
