import { inspect } from "node:util";
import { expect, it } from "vitest";
import { mean, rowsTo } from "../../test/mean.ts";
import { localFederation } from "../index.ts";

it("tables of sites are as wide as their numbers, and why a site gave none stands beneath, once", async () => {
  const sizes = { oslo: 40, leeds: 4, tartu: 42, milan: 43 };
  const federation = await localFederation(
    Object.entries(sizes).map(([name, size]) => ({ name, rows: rowsTo(size) })),
  );
  const { report } = await federation.run(mean, { column: "x" });
  const rows = await federation.data().ready();
  const why = report.sites[1]?.message as string;
  expect(why.length).toBeGreaterThan(100);
  for (const printed of [inspect(report), inspect(rows)]) {
    expect(printed.split(why)).toHaveLength(2);
    expect(printed).toMatch(/^leeds abstains: fewer rows/m);
    const table = printed.split("\n\n").find((part) => /^Site /m.test(part)) as string;
    const ruled = table.split("\n").filter((line) => line.startsWith("─"));
    expect(ruled.map((line) => line.length < 90)).toEqual([true, true]);
  }
});
