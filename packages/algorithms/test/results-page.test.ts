import { readFileSync } from "node:fs";
import type { AnyAlgorithm, View } from "@konsil/core";
import { localFederation } from "@konsil/sdk";
import { describe, expect, it } from "vitest";
import { coxph, crosstab, glm, kaplanMeier, logRank, summary, tableOne } from "../src/index.ts";

const page = readFileSync(new URL("../../../docs/reference/results.md", import.meta.url), "utf8");
const sections: ReadonlyMap<string, string> = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf("\n")), text] as const),
);

/** What stands in code on the page under one of these headings, word by word. */
function words(...headings: readonly string[]): ReadonlySet<string> {
  const text = headings.map((heading) => sections.get(heading) ?? "").join("\n");
  const code = [...text.matchAll(/`([^`]+)`/g)].flatMap(([, written = ""]) => [
    written,
    ...written.split(/[^\w]+/),
  ]);
  return new Set(code);
}

/** The names of all fields. What is under `levels` and `sites` of a column are names of the data. */
function fields(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(fields);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...(key === "levels" ? [] : fields(inner))]);
}

const rows = Array.from({ length: 120 }, (_, i) => ({
  days: 1 + ((37 * i) % 200),
  event: i % 3 > 0,
  age: 40 + ((7 * i) % 41),
  arm: "ab"[i % 2] as string,
  grade: "123"[i % 3] as string,
  seen: "2024-02-29",
}));

const survival = "Surv(days, event) ~ arm";
const asked: readonly (readonly [string, AnyAlgorithm, readonly object[]])[] = [
  ["kaplanMeier", kaplanMeier, [{ formula: survival, times: [50] }]],
  [
    "logRank",
    logRank,
    [{ formula: survival }, { formula: `${survival} + strata(grade)`, stratifyBySite: false }],
  ],
  ["coxph", coxph, [{ formula: "Surv(days, event) ~ age + grade", perSite: true }]],
  ["glm", glm, [{ formula: "event ~ age + arm", family: "binomial" }]],
  ["summary", summary, [{ columns: ["age", "grade", "seen"], by: "arm", range: true }]],
  [
    "tableOne",
    tableOne,
    [
      { columns: ["age", "grade"], by: "arm" },
      { columns: ["age"], by: "grade" },
    ],
  ],
  [
    "crosstab",
    crosstab,
    [
      { rows: "arm", columns: "event", fisher: true },
      { rows: "arm", columns: "event", by: "grade" },
    ],
  ],
];

const shared = "Words that all share";

describe("docs/reference/results.md", async () => {
  const federation = await localFederation(
    ["x", "y"].map((name) => ({ name, rows, policy: "open" as const, reason: "rows made up by a test" })),
  );

  const tablesOf = (view: View) => [...(view.data === undefined ? [] : [view.data]), ...(view.tables ?? [])];

  it.each(asked)("names every field and table of %s", async (heading, algorithm, args) => {
    const known = words(heading, shared, ...(heading === "tableOne" ? ["summary"] : []));
    for (const one of args) {
      const result = await federation.run(algorithm, one);
      const { report: _, ...value } = result.toJSON() as unknown as Record<string, unknown>;
      expect([...new Set(fields(value))].filter((field) => !known.has(field))).toEqual([]);
      const columns = tablesOf(result.view).flatMap((table) => table.columns.map(({ name }) => name));
      const listed = columns.filter((name) => !/^(group|column)\d+$/.test(name) && name !== "stratum");
      expect(listed.filter((name) => !known.has(name))).toEqual([]);
      for (const { title = "" } of tablesOf(result.view).slice(heading === "crosstab" ? 1 : 0))
        if (!/^\w+ by \w+/.test(title)) expect(sections.get(heading)?.replaceAll("\n", " ")).toContain(title);
    }
  });

  it("names every field of a report and of a description", async () => {
    const description = await federation.describe();
    const { report, columns } = description.toJSON();
    expect([...new Set(fields(report))].filter((field) => !words("report", shared).has(field))).toEqual([]);
    const [column] = columns;
    const own = [...Object.keys(column ?? {}), ...Object.keys(column?.sites["x"] ?? {})];
    expect(own.filter((field) => !words("describe()", shared).has(field))).toEqual([]);
  });
});
