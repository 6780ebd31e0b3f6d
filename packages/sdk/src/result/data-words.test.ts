import { and, arithmetic, compare, isMissing, not } from "@konsil/core";
import { describe, expect, it } from "vitest";
import { mean, rowsTo } from "../../test/mean.ts";
import { localFederation } from "../local/index.ts";

const site = { name: "s", rows: rowsTo(50), policy: "open", reason: "rows made up by a test" } as const;

describe("the words of a result", () => {
  it("say of which rows it is and what was computed, in text, HTML, JSON and the report", async () => {
    const federation = await localFederation([site]);
    const data = federation.data({
      derive: { half: arithmetic("x", "/", 2) },
      filter: compare("x", ">=", 10),
    });
    const result = await data.where(not(isMissing("g"))).run(mean, { column: "half" });
    const rows = "x >= 10 and g is not missing";
    expect(result.toText()).toMatch(/^Mean\nRows with x >= 10 and g is not missing\n/);
    expect(result.toText()).toContain("Derived columns: half = x / 2.");
    expect(result.toHTML()).toContain(
      `<p class="konsil-subtitle">Rows with x &gt;= 10 and g is not missing</p>`,
    );
    expect(result.toJSON().report.data).toEqual({
      database: "default",
      filter: rows,
      derived: [{ name: "half", expression: "x / 2" }],
    });
    expect(result.report.toText()).toContain(
      `Database "default", rows with ${rows}.\nDerived: half = x / 2.`,
    );
    expect(result.report.toHTML()).toContain("rows with x &gt;= 10");
  });

  it("name no derived column on which neither the analysis nor its filter rests", async () => {
    const data = (await localFederation([site])).data({
      derive: {
        half: arithmetic("x", "/", 2),
        quarter: arithmetic("half", "/", 2),
        shifted: arithmetic("x", "+", 1),
        other: arithmetic("x", "*", 3),
      },
      filter: compare("shifted", ">=", 10),
    });
    const { report, view } = await data.run(mean, { column: "quarter" });
    expect(report.data.derived.map(({ name }) => name)).toEqual(["half", "quarter", "shifted"]);
    expect(view.notes).toEqual(["Derived columns: half = x / 2; quarter = half / 2; shifted = x + 1."]);
  });

  it("say nothing of all rows, and are no longer than is read", async () => {
    const federation = await localFederation([site]);
    const plain = await federation.run(mean, { column: "x" });
    expect(plain.view.subtitle).toBeUndefined();
    expect(plain.report.data).toEqual({ database: "default", filter: null, derived: [] });
    const filter = and(...Array.from({ length: 100 }, () => compare("x", ">=", 10)));
    const long = await federation.data({ filter }).run(mean, { column: "x" });
    expect(long.view.subtitle).toMatch(/^.{300,350}… \(the report has all of it\)$/);
    expect(long.report.toText()).toContain(long.report.data.filter as string);
  });
});
