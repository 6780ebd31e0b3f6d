import { expect, it } from "vitest";
import { logRankView } from "./log-rank.view.ts";

it("counts one event, and one person, in the singular", () => {
  const value = { test: "Log-rank test", formula: "Surv(days, event) ~ sex", exactness: null } as const;
  const view = (n: number, events: number) =>
    logRankView({ ...value, n, events, groups: [], chisq: null, df: 1, p: null } as never).subtitle;
  expect(view(81, 1)).toBe("Surv(days, event) ~ sex: 81 people, 1 event");
  expect(view(1, 0)).toBe("Surv(days, event) ~ sex: 1 person, 0 events");
});

it("writes events as counts, and with digits where they are weighted", () => {
  const value = { test: "", formula: "", n: 90, events: 18, groups: [], exactness: null } as const;
  const observed = (rho: number) =>
    logRankView({ ...value, rho } as never).tables?.[1]?.columns.find(({ name }) => name === "observed");
  expect(observed(0)).toMatchObject({ format: "integer" });
  expect(observed(1)).toMatchObject({ format: "number", digits: 4 });
});
