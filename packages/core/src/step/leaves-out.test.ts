import { expect, it } from "vitest";
import { z } from "zod";
import { maskedCounts } from "../statistics/index.ts";
import { type CategoryOptions, category } from "../table/index.ts";
import { defineStep } from "./step.ts";

const levels = ["a", "b"];

type Group = readonly "group"[];

function columnsOf(
  options: CategoryOptions,
  declared: { readonly lacking?: Group; readonly kept?: Group; readonly unlisted?: Group } = {},
) {
  const step = defineStep({
    name: "a.step",
    arguments: z.strictObject({}),
    columns: () => ({ group: [category("ward", options)], other: category("sex", { missing: "keep" }) }),
    leavesOut: { lacking: [], unlisted: [], ...declared, kept: ["other", ...(declared.kept ?? [])] },
    output: { cells: maskedCounts([]) },
    run: ({ rows }) => ({ cells: [rows] }),
  });
  return () => step.columns({});
}

it("holds a step to the columns of which it says that rows are left out", () => {
  expect(columnsOf({})).toThrow(
    'Step "a.step" leaves out rows that lack "group". Name it in `leavesOut.lacking`, or leave `leavesOut` away.  [DEFINITION_INVALID]',
  );
  expect(columnsOf({ missing: "keep", levels }, { kept: ["group"] })).toThrow(
    /other levels .* of "group".*`leavesOut.unlisted`/,
  );
  for (const columns of [
    columnsOf({}, { lacking: ["group"] }),
    columnsOf({ missing: "keep" }, { kept: ["group"] }),
    columnsOf({ missing: "keep", levels }, { kept: ["group"], unlisted: ["group"] }),
  ])
    expect(columns()).toHaveProperty("group");
});

it("holds a step to the columns of which it says that rows without them stay, and lets none keep rows unsaid", () => {
  const keeps =
    'Step "a.step" keeps rows that lack "group". Name it in `leavesOut.kept`.  [DEFINITION_INVALID]';
  expect(columnsOf({ missing: "keep" })).toThrow(keeps);
  const silent = defineStep({
    name: "a.step",
    arguments: z.strictObject({}),
    columns: () => ({ group: category("ward", { missing: "keep" }) }),
    output: { cells: maskedCounts([]) },
    run: ({ rows }) => ({ cells: [rows] }),
  });
  expect(() => silent.columns({})).toThrow(keeps);
});
