import type { SiteReport } from "@konsil/core";
import { expect, it } from "vitest";
import { rowsFlow, rowTotals } from "./rows-flow.ts";

const site = (name: string, rows: SiteReport["rows"]): SiteReport => ({
  site: name,
  state: rows === null ? "abstained" : "answered",
  code: null,
  message: null,
  rows,
  policy: null,
});

it("adds what sites tell, intervals as intervals", () => {
  const sites = [
    site("oslo", { read: 100, selected: 80, used: { lower: 76, upper: 79 } }),
    site("leeds", { read: { lower: 51, upper: 54 }, selected: 50, used: 50 }),
    site("tartu", null),
  ];
  expect(rowTotals(sites)).toEqual({
    sites: 2,
    read: { lower: 151, upper: 154 },
    selected: 130,
    used: { lower: 126, upper: 129 },
    filtered: { lower: 21, upper: 24 },
    incomplete: { lower: 1, upper: 4 },
  });
  const flow = rowsFlow(sites, "age > 50");
  expect(flow?.stages.map(({ count }) => count)).toEqual([
    { lower: 151, upper: 154 },
    130,
    { lower: 126, upper: 129 },
  ]);
  expect(flow?.notes).toEqual(["Without tartu, whose rows are not known here."]);
});

it("is no picture where nobody is left out, or nothing is known", () => {
  expect(rowsFlow([site("oslo", { read: 9, selected: 9, used: 9 })], null)).toBeUndefined();
  expect(rowsFlow([site("oslo", null)], null)).toBeUndefined();
});
