import type { Source } from "@konsil/core";
import { expect, test } from "vitest";
import { temporaryFile } from "../../test/temporary-folder.ts";
import {
  csvSource,
  type DuckdbOptions,
  duckdbSource,
  type PostgresOptions,
  postgresSource,
} from "./index.ts";
import { lazySource } from "./lazy-source.ts";

const held: Source = {
  describe: async () => [{ name: "x", type: "numeric" }],
  read: async (names) => ({ rows: names.length, columns: new Map() }),
};

test("a source is loaded by its first use, and once for all that use it", async () => {
  let loads = 0;
  const source = lazySource(async () => {
    loads++;
    return held;
  });
  expect(loads).toBe(0);
  const [described, read] = await Promise.all([source.describe(), source.read(["x", "y"])]);
  expect(described).toEqual([{ name: "x", type: "numeric" }]);
  expect(read.rows).toBe(2);
  await source.describe();
  expect(loads).toBe(1);
});

test("a load that failed is tried again by the next use", async () => {
  let loads = 0;
  const source = lazySource(async () => {
    loads++;
    if (loads === 1) throw new Error("too many open files");
    return held;
  });
  const both = await Promise.allSettled([source.describe(), source.read(["x"])]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect((await source.read(["x"])).rows).toBe(1);
  expect(loads).toBe(2);
});

test("notes are those of the source, and none where it has none", async () => {
  expect(await lazySource(async () => held).notes?.()).toEqual([]);
  const noted = lazySource(async () => ({ ...held, notes: async () => ["Row 7."] }));
  expect(await noted.notes?.()).toEqual(["Row 7."]);
});

test("options are those of the call, and what cannot be an argument is an error there", async () => {
  const options = { label: "registry", missing: ["-"] };
  const source = csvSource(await temporaryFile("patients.csv", "age\n50\n-\n"), options);
  options.missing = ["50"];
  expect(await source.describe()).toEqual([{ name: "age", type: "numeric" }]);
  expect(() => csvSource(7 as unknown as string)).toThrow(TypeError);
  const invalid = expect.objectContaining({ code: "ARGUMENT_INVALID" });
  expect(() => duckdbSource("rows.duckdb", undefined as unknown as DuckdbOptions)).toThrow(invalid);
  expect(() => postgresSource("postgresql://x", undefined as unknown as PostgresOptions)).toThrow(invalid);
});
