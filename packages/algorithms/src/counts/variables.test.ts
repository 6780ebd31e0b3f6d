import type { AnyAlgorithm } from "@konsil/core";
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
  const runs = (ask: (algorithm: AnyAlgorithm, args: object) => PromiseLike<unknown>) => [
    () => ask(tableOne, { columns: ["x"], by: "b" }),
    () => ask(tableOne, { columns: ["b"], by: "g" }),
    () => ask(crosstab, { rows: "b", columns: "e" }),
    () => ask(logRank, { formula: "Surv(d, e) ~ b" }),
    () => ask(glm, { formula: "x ~ factor(b)", family: "gaussian" }),
  ];
  for (const run of runs((algorithm, args) => federation.run(algorithm, args)))
    await expect(run()).rejects.toMatchObject({
      code: "COLUMN_DISAGREES",
      message: expect.stringContaining("b: boolean()"),
    });
  const declared = federation.data({ columns: { ...others, b: boolean() } });
  for (const run of runs((algorithm, args) => declared.run(algorithm, args as never)))
    expect(JSON.stringify(await run())).not.toContain('"0"');
});
