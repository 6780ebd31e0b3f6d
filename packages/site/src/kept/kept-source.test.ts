import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ColumnData, Source } from "@konsil/core";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { KeptFiles } from "./kept-files.ts";
import { keptSource } from "./kept-source.ts";

/** A database that tells how often it was asked for what. */
class Database implements Source {
  readonly asked: string[] = [];
  onRead: () => void = () => undefined;
  readonly columns = new Map<string, ColumnData>([
    ["days", { type: "numeric", values: Float64Array.of(1.5, Number.NaN, -0, 2 ** 60) }],
    ["died", { type: "boolean", values: Uint8Array.of(1, 0, 255, 1) }],
    ["stage", { type: "category", codes: Int32Array.of(1, -1, 0, 1), levels: ["II", "I\u{1f980}\ud800"] }],
    ["born", { type: "date", values: Float64Array.of(-3650, 0, Number.NaN, 19_000) }],
  ]);

  async describe() {
    this.asked.push("describe");
    return [...this.columns].map(([name, { type }]) => ({ name, type }));
  }

  async read(names: readonly string[]) {
    this.asked.push(names.join(" "));
    this.onRead();
    const missing = names.find((name) => !this.columns.has(name));
    if (missing !== undefined) throw new Error(`no ${missing}`);
    return { rows: 4, columns: new Map(names.map((name) => [name, this.columns.get(name) as ColumnData])) };
  }
}

async function setting() {
  const folder = await temporaryFolder();
  const [job, keys] = [join(folder, "job"), join(folder, "keys")];
  for (const path of [job, keys]) mkdirSync(path);
  const database = new Database();
  const at = { state: "1" as string | undefined };
  const said: string[] = [];
  /** As the container of the next round has it. */
  const next = (label = "default"): Source =>
    keptSource(database, {
      label,
      files: new KeptFiles(job, keys),
      state: () => at.state,
      say: (words) => said.push(words),
    });
  return { database, at, said, next, job };
}

describe("a source whose columns are kept between rounds", () => {
  it("is read once, and gives bit for bit the same columns in the order in which they are asked for", async () => {
    const { database, next, said } = await setting();
    const names = ["stage", "days", "died", "born"];
    const first = next();
    expect(await first.describe()).toHaveLength(4);
    const read = await first.read(names);
    const again = await next().read(names);
    const direct = await database.read(names);
    for (const frame of [read, again]) {
      expect([...frame.columns.keys()]).toEqual(names);
      expect(frame).toEqual(direct);
    }
    // NaN, minus zero and an unpaired half of a character among them.
    const { values } = again.columns.get("days") as { readonly values: Float64Array };
    expect(Object.is(values[2], -0)).toBe(true);
    const second = next();
    expect(await second.describe()).toEqual(await database.describe());
    expect([...(await second.read(["died"])).columns.keys()]).toEqual(["died"]);
    expect(database.asked).toEqual(["describe", names.join(" "), names.join(" "), "describe"]);
    expect(said).toEqual([
      'kept the table "default" for the next rounds',
      'read the table "default" that an earlier round kept',
      'read the table "default" that an earlier round kept',
    ]);
  });

  it("is read anew with all its columns when another is asked for, since rows may change between two reads", async () => {
    const { database, next } = await setting();
    await next().read(["days"]);
    database.columns.set("days", { type: "numeric", values: Float64Array.of(9, 9, 9, 9) });
    const together = await next().read(["died", "days"]);
    expect((together.columns.get("days") as { readonly values: Float64Array }).values[0]).toBe(9);
    await next().read(["born"]);
    await next().read(["days", "born", "died"]);
    expect(database.asked.filter((what) => what !== "describe")).toEqual([
      "days",
      "days died",
      "days died born",
    ]);
  });

  it("is read without a column that is no more, where nobody asks for it", async () => {
    const { database, next } = await setting();
    await next().read(["days", "born"]);
    database.columns.delete("born");
    expect([...(await next().read(["died"])).columns.keys()]).toEqual(["died"]);
    expect([...(await next().read(["died"])).columns.keys()]).toEqual(["died"]);
    await expect(next().read(["born"])).rejects.toThrow("no born");
  });

  it("is read anew once it is in another state, and where nothing tells its state", async () => {
    const { database, at, next, said } = await setting();
    await next().read(["days"]);
    at.state = "2";
    await next().read(["days"]);
    at.state = undefined;
    const unknown = next();
    await unknown.describe();
    await unknown.read(["days"]);
    at.state = "2";
    await next().read(["days"]);
    expect(database.asked).toEqual(["days", "describe", "days", "describe", "describe", "days"]);
    expect(said.filter((words) => words.startsWith("read"))).toHaveLength(1);
  });

  it("is not kept when it changed while it was read, nor with the names that it had before", async () => {
    const { database, at, next } = await setting();
    database.onRead = () => {
      at.state = "2";
    };
    await next().read(["days"]);
    database.onRead = () => undefined;
    at.state = "1";
    const source = next();
    await source.describe();
    at.state = "2";
    database.columns.delete("born");
    await source.read(["days"]);
    expect((await next().describe()).map(({ name }) => name)).toEqual(["days", "died", "stage"]);
  });

  it("of another label is another", async () => {
    const { database, next } = await setting();
    await next().read(["days"]);
    await next("scans").read(["days"]);
    expect(database.asked.filter((what) => what === "days")).toHaveLength(2);
  });

  it("answers where nothing can be kept, and says why", async () => {
    const { database, at, said } = await setting();
    const files = {
      read: () => undefined,
      write() {
        throw Object.assign(new Error("secret"), { code: "ENOSPC" });
      },
    } as unknown as KeptFiles;
    const source = keptSource(database, {
      label: "default",
      files,
      state: () => at.state,
      say: (words) => said.push(words),
    });
    expect((await source.read(["days"])).rows).toBe(4);
    expect(said).toEqual(['the table "default" cannot be kept: ENOSPC']);
  });
});
