import { boolean, localFederation, number } from "@konsil/sdk";
import { expect, it } from "vitest";
import { crosstab, glm, logRank, tableOne } from "../index.ts";

const open = { policy: "open", reason: "rows made up by a test" } as const;
const rows = (b: (i: number) => boolean | number) =>
  Array.from({ length: 20 }, (_, i) => ({ b: b(i), x: i % 7, e: i % 3 === 0, d: 1 + i, g: i % 4 < 2 }));
const others = { x: number(), e: boolean(), d: number(), g: boolean() };

it("yes and no at one site and 1 and 0 at another are not four levels, in any algorithm", async () => {
  const federation = await localFederation([
    { name: "s", rows: rows((i) => i % 2 === 0), ...open },
    { name: "t", rows: rows((i) => i % 2), ...open },
  ]);
  const runs = (sites: Pick<typeof federation, "run">) => [
    () => sites.run(tableOne, { columns: ["x"], by: "b" }),
    () => sites.run(tableOne, { columns: ["b"], by: "g" }),
    () => sites.run(crosstab, { rows: "b", columns: "e" }),
    () => sites.run(logRank, { formula: "Surv(d, e) ~ b" }),
    () => sites.run(glm, { formula: "x ~ factor(b)", family: "gaussian" }),
  ];
  for (const run of runs(federation))
    await expect(run()).rejects.toMatchObject({
      code: "COLUMN_DISAGREES",
      message: expect.stringContaining("b: boolean()"),
    });
  for (const run of runs(federation.data({ columns: { ...others, b: boolean() } })))
    expect(JSON.stringify(await run())).not.toContain('"0"');
});
