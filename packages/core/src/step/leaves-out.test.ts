import { expect, it } from "vitest";
import { z } from "zod";
import { maskedCounts } from "../statistics/index.ts";
import { type CategoryOptions, category } from "../table/index.ts";
import { defineStep } from "./step.ts";

const levels = ["a", "b"];

function columnsOf(options: CategoryOptions, declared?: "lacking" | "unlisted") {
  const step = defineStep({
    name: "a.step",
    arguments: z.strictObject({}),
    columns: () => ({ group: [category("ward", options)], other: category("sex", { missing: "keep" }) }),
    leavesOut: {
      lacking: declared === "lacking" ? ["group"] : [],
      unlisted: declared === "unlisted" ? ["group"] : [],
    },
    output: { cells: maskedCounts([]) },
    run: ({ rows }) => ({ cells: [rows] }),
  });
  return () => step.columns({});
}

it("holds a step to the columns of which it says that rows are left out", () => {
  expect(columnsOf({})).toThrow(
    'Step "a.step" leaves out rows that lack "group". Name it in `leavesOut.lacking`, or leave `leavesOut` away.  [DEFINITION_INVALID]',
  );
  expect(columnsOf({ missing: "keep", levels })).toThrow(/other levels .* of "group".*`leavesOut.unlisted`/);
  for (const columns of [
    columnsOf({}, "lacking"),
    columnsOf({ missing: "keep" }),
    columnsOf({ missing: "keep", levels }, "unlisted"),
  ])
    expect(columns()).toHaveProperty("group");
});
