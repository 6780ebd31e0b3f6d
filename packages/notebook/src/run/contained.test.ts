import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isContained } from "./contained.ts";

describe("what can stand in a page", () => {
  it.each([
    "",
    "text &amp; <b>bold</b><br>",
    '<table border="1" class="dataframe"><tr style="text-align: right;"><th></th><td colspan=2>1</td></tr></table>',
    "<style scoped>.dataframe td, .dataframe th {\n  text-align: right }\n@media print{.dataframe{color:#000}}</style>",
    "<svg viewBox='0 0 1 1'><title>A &lt; B</title><path d=\"M0 0\"/><g><rect /></g></svg>",
    "<IMG src=\"data:image/png;base64,AA\" alt='a > b'>",
  ])("%s", (markup) => expect(isContained(markup)).toBe(true));

  it("what Konsil makes", () => {
    for (const name of ["first-steps", "survival", "counts-and-table-one", "what-leaves-a-site"]) {
      const file = new URL(`../../../../notebooks/${name}.ipynb`, import.meta.url);
      const { cells } = JSON.parse(readFileSync(file, "utf8")) as {
        cells: { outputs?: { data?: Record<string, string | string[]> }[] }[];
      };
      for (const { data = {} } of cells.flatMap(({ outputs = [] }) => outputs))
        for (const type of ["text/html", "image/svg+xml"])
          expect(isContained([data[type] ?? ""].flat().join(""))).toBe(true);
    }
  });
});

describe("what cannot", () => {
  it.each([
    '<meta http-equiv="refresh" content="0;url=https://example.org">',
    "<!-- hides what follows",
    "<div>not closed",
    "<b><i>crossed</b></i>",
    "</div></main>closes what it did not open",
    "<textarea>",
    "<title/>",
    "<script>alert(1)</script>",
    '<b onclick="alert(1)">x</b>',
    "<style>body{display:none}</style>",
    "<style>.a{color:red}",
    '<div style="position: fixed; inset: 0"></div>',
    "<style>.a{position:absolute}</style>",
    '<?xml version="1.0"?><svg></svg>',
    "1 < 2",
  ])("%s", (markup) => expect(isContained(markup)).toBe(false));
});
