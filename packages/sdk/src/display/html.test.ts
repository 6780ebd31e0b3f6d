import type { TableView } from "@konsil/core";
import { describe, expect, it } from "vitest";
import { all, type Element, parse } from "../../test/display/markup.ts";
import * as samples from "../../test/display/samples.ts";
import { figureHtml, tableHtml, viewHtml } from "./html.ts";

const hostile = `"><script>alert('x')</script><img src=x onerror=alert(1)>`;

/** The text in an element and in what is inside it. */
function words(element: Element): string {
  return [element.text, ...element.children.map(words)].join("");
}

function texts(html: string, name: string): string[] {
  return all(parse(html))
    .filter((element) => element.name === name)
    .map((element) => words(element).trim());
}

describe("a table", () => {
  const html = tableHtml(samples.coefficients);

  it("has a caption, headings with their scope, and a heading over each group of rows", () => {
    expect(texts(html, "caption")).toEqual(["Coefficients"]);
    const heads = all(parse(html)).filter((element) => element.name === "th");
    const scopes = (scope: string): string[] =>
      heads.filter((head) => head.attributes.scope === scope).map(words);
    expect(scopes("colgroup")).toEqual(["Wald test"]);
    expect(scopes("col")).toEqual(["Term", "Patients", "Hazard ratio", "95% CI", "SE of log", "z", "p"]);
    expect(scopes("rowgroup")).toEqual(["Age", "Grade", "Hormone therapy"]);
    expect(scopes("row")).toEqual(["per 10 years", "1 (reference)", "2", "3", "yes"]);
  });

  it("has as many cells in every row as columns", () => {
    const width = (row: Element): number =>
      row.children.reduce((sum, cell) => sum + Number(cell.attributes.colspan ?? 1), 0);
    const rows = all(parse(html)).filter((element) => element.name === "tr");
    expect(new Set(rows.map(width))).toEqual(new Set([7]));
  });

  it("pads numbers so that their points are aligned", () => {
    expect(html).toContain('<td class="konsil-end">12.3\u2007\u2007</td>');
    expect(html).toContain('<td class="konsil-end">0.731</td>');
  });

  it("lets a sentence go on in the next line, and no shorter text", () => {
    const why = "fewer rows than the policy there permits to tell apart are left out";
    const cells = all(
      parse(
        tableHtml({
          columns: [
            { name: "site", label: "Site", format: "text" },
            { name: "why", label: "Why not", format: "text" },
          ],
          values: { site: ["oslo", "leeds"], why: [why, "ROWS_TOO_FEW"] },
        }),
      ),
    ).filter(({ name }) => name === "td");
    expect(cells.map(({ attributes }) => attributes.class)).toEqual(["konsil-sentence", undefined]);
  });

  it("says which columns are quiet, and which tables a printer keeps whole", () => {
    const long = (rows: number): TableView => ({
      columns: [
        { name: "a", label: "a" },
        { name: "r", label: "χ²", group: "R", muted: true },
      ],
      values: {
        a: Array.from({ length: rows }, (_, i) => `${i}`),
        r: Array.from({ length: rows }, () => ""),
      },
    });
    const classes = (html: string): (string | undefined)[] =>
      all(parse(html)).map((element) => element.attributes.class);
    expect(classes(tableHtml(long(2))).filter((name) => name?.includes("konsil-muted"))).toHaveLength(4);
    expect(classes(tableHtml(long(24)))).toContain("konsil-whole");
    expect(classes(tableHtml(long(25)))).not.toContain("konsil-whole");
  });

  it("shows nothing that a column's name inherits", () => {
    const table = JSON.parse(
      `{"columns":[{"name":"__proto__","label":"a"},{"name":"constructor","label":"b"}],"values":{"__proto__":[1]}}`,
    ) as TableView;
    expect(texts(tableHtml(table), "td")).toEqual(["1", "–"]);
  });
});

it("a figure is there for a page and for a phone, with its numbers to unfold", () => {
  const html = figureHtml(samples.byGrade);
  const svgs = all(parse(html)).filter((element) => element.name === "svg");
  expect(svgs.map((svg) => svg.attributes.width)).toEqual(["720", "340"]);
  expect(texts(html, "summary")).toEqual(["Numbers"]);
  // Grade 1 at two years, as the samples' curve has it at its last step before.
  expect(
    texts(html, "td")
      .slice(3, 6)
      .map((text) => text.trimEnd()),
  ).toEqual(["381", "92.5%", "89.5–94.6%"]);
});

describe("a view", () => {
  it("shows title, figures, tables and notes in this order", () => {
    const names = parse(viewHtml(samples.coxView, { style: false, level: 3 })).children[0]?.children.map(
      (element) => element.name,
    );
    expect(names).toEqual(["h3", "p", "figure", "figure", "div", "p"]);
  });

  it("brings its style unless it is told not to", () => {
    expect(viewHtml(samples.coxView)).toContain("<style>");
    expect(viewHtml(samples.coxView, { style: false })).not.toContain("<style>");
  });

  it("says the title of its only figure once", () => {
    const view = { title: samples.byGrade.title, figures: [samples.byGrade] };
    expect(texts(viewHtml(view, { style: false }), "figcaption")).toEqual([]);
  });

  it("lets no text of a site become markup", () => {
    const table: TableView = {
      title: hostile,
      columns: [
        { name: "g", label: hostile },
        { name: hostile, label: hostile, group: hostile },
        { name: "n", label: hostile, align: "center" },
      ],
      values: { g: [hostile], [hostile]: [hostile], n: [hostile] },
      rowGroup: "g",
      notes: [hostile],
    };
    const figures = Object.values(samples.figures).map((figure) => ({
      ...figure,
      title: hostile,
      notes: [hostile],
    }));
    const view = { title: hostile, subtitle: hostile, notes: [hostile], tables: [table], figures };
    const html = viewHtml(view, { style: false });
    expect(html).not.toMatch(/<script|<img/);
    const elements = all(parse(html));
    expect(
      elements.flatMap((element) => Object.keys(element.attributes)).filter((key) => key.startsWith("on")),
    ).toEqual([]);
    expect(elements.filter((element) => element.text === hostile).length).toBeGreaterThan(10);
  });
});
