import { expect, it } from "vitest";
import { serve } from "../container/index.ts";
import { csvSource, duckdbSource, parquetSource, postgresSource } from "./index.ts";

it.each<[string, string, string, (options: object) => unknown]>([
  ["csvSource()", "decimals", "decimal", (o) => csvSource("a.csv", o)],
  ["parquetSource()", "lable", "label", (o) => parquetSource("a.parquet", o)],
  ["duckdbSource()", "shema", "schema", (o) => duckdbSource("a.duckdb", o as never)],
  ["postgresSource()", "passwordfile", "passwordFile", (o) => postgresSource("postgresql://a", o as never)],
  ["serve()", "source", "sources", (o) => serve(o as never)],
])("%s refuses the option %s, and names %s", async (call, wrong, meant, made) => {
  await expect(async () => made({ [wrong]: "x" })).rejects.toMatchObject({
    code: "ARGUMENT_UNKNOWN",
    message: expect.stringContaining(`${call} has no option "${wrong}". Did you mean "${meant}"?`),
  });
});
