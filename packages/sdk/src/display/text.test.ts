import { describe, expect, it } from "vitest";
import * as samples from "../../test/display/samples.ts";
import { tableText, viewText } from "./text.ts";

describe("a table in a terminal", () => {
  it("is aligned", () => {
    expect(tableText(samples.siteTable)).toBe(
      [
        "Sites",
        "                           Rows",
        "Site   Took part  Read  Used  Used, share",
        "─────────────────────────────────────────",
        "Oslo      yes     2982  2975        99.8%",
        "Leeds     yes      686   686       100.0%",
        "Tartu     no       1–4     –            –",
        "─────────────────────────────────────────",
      ].join("\n"),
    );
  });

  it("is printed in blocks where the terminal is narrower", () => {
    const lines = tableText(samples.coefficients, { width: 60 }).split("\n");
    expect(lines.filter((line) => line.startsWith("Term"))).toHaveLength(2);
    const rules = lines.filter((line) => line.startsWith("─"));
    expect(Math.max(...rules.map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  it("has words that go on in the next line where the terminal is narrower", () => {
    const table = {
      columns: [
        { name: "site", label: "Site", format: "text" as const },
        { name: "n", label: "Numbers", format: "integer" as const },
        { name: "why", label: "Why nothing left", format: "text" as const },
      ],
      values: {
        site: ["oslo", "leeds"],
        n: [12, null],
        why: ["cells of 1 to 4 people as that interval, and others as wide", "too few"],
      },
      notes: ["A note that is longer than the terminal is wide, and goes on."],
    };
    expect(tableText(table, { width: 48 })).toBe(
      [
        "Site   Numbers  Why nothing left",
        "──────────────────────────────────────────────",
        "oslo        12  cells of 1 to 4 people as that",
        "                interval, and others as wide",
        "leeds        –  too few",
        "──────────────────────────────────────────────",
        "A note that is longer than the terminal is wide,",
        "and goes on.",
      ].join("\n"),
    );
    for (let width = 40; width < 110; width += 7)
      for (const line of tableText(table, { width }).split("\n"))
        expect(line.length).toBeLessThanOrEqual(width);
    expect(tableText(table).split("\n")).toHaveLength(6);
  });

  it("counts columns of the terminal, not letters", () => {
    const text = tableText({
      columns: [
        { name: "site", label: "Site" },
        { name: "n", label: "n" },
      ],
      values: { site: ["東京", "Kraków", "Krako\u0301w"], n: [1, 2, 3] },
    });
    expect(text.split("\n").slice(2, 5)).toEqual(["東京    1", "Kraków  2", "Krako\u0301w  3"]);
  });

  it("has codes for bold and dim only when asked", () => {
    expect(viewText(samples.coxView)).not.toContain("\u001b");
    expect(viewText(samples.coxView, { colour: true })).toContain("\u001b[1mCoefficients\u001b[22m");
  });

  it("lets no text of a site reach the terminal as a command", () => {
    const hostile = "\u001b]0;title\u0007\u001b[2J\r\nroot# \u009b31m";
    const text = viewText({
      title: hostile,
      subtitle: hostile,
      notes: [hostile],
      tables: [
        {
          title: hostile,
          columns: [{ name: "a", label: hostile, group: hostile }],
          values: { a: [hostile] },
        },
      ],
      figures: [{ ...samples.hazards, title: hostile }],
    });
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    expect(text.split("\n").filter((line) => line.startsWith("root#"))).toEqual([]);
  });
});

describe("a view in a terminal", () => {
  it("shows its tables and names its figures", () => {
    const text = viewText(samples.coxView);
    expect(text).toContain("Figures: Hazard ratios of recurrence or death · Hormone therapy by site");
  });

  it("shows the numbers of its figures where it has no tables", async () => {
    const view = { title: "All figures", figures: Object.values(samples.figures) };
    await expect(`${viewText(view)}\n`).toMatchFileSnapshot("__snapshots__/figures.txt");
  });
});

it("breaks labels of columns where a terminal is narrow, above the rule that they stand on", () => {
  const columns = [
    { name: "group", label: "Group", format: "text" },
    { name: "rmean", label: "Restricted mean to 2000, days", format: "integer" },
  ] as const;
  const values = { group: ["Chemotherapy then hormones"], rmean: [1203] };
  expect(tableText({ columns, values }, { width: 40 }).split("\n")).toEqual([
    "                   Restricted mean to",
    "Group                      2000, days",
    "─".repeat(37),
    "Chemotherapy then                1203",
    "hormones",
    "─".repeat(37),
  ]);
});
