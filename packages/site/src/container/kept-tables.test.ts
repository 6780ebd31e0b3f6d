import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fit, kinds, type Nodes, names, nodesOf, type Person, people, type Write } from "../../test/nodes.ts";
import { postgresIsInstalled } from "../../test/postgres-cluster.ts";
import type { TaskEnvironment } from "./environment.ts";
import { keptTables } from "./kept-tables.ts";

const changed = (): Person[] => [...people(2), { days: 1, died: 1, age: 99 }];
const csv = kinds["csv"] as Write;

async function keeping(write: Write): Promise<Nodes> {
  const nodes = await nodesOf(write);
  nodes.keepsTables = true;
  return nodes;
}

const keptAt = (nodes: Nodes, site: string): readonly string[] => readdirSync(nodes.temporaryOf(site));

describe.each(Object.entries(kinds))("tables of %s that a job keeps", (kind, write) => {
  const isServer = kind === "postgresql";

  it.skipIf(isServer && !postgresIsInstalled)(
    "are read once, and give bit for bit the same answers",
    async () => {
      const nodes = await nodesOf(write);
      const anew = await fit(nodes);
      const { rounds } = nodes;
      expect(nodes.reads).toBe(rounds * names.length);
      expect(nodes.said).toEqual([]);
      for (const site of names) expect(keptAt(nodes, site)).toEqual([]);

      Object.assign(nodes, { keepsTables: true, reads: 0, rounds: 0, job: 1 });
      const kept = await fit(nodes);
      expect(JSON.stringify(kept.value)).toBe(JSON.stringify(anew.value));
      expect(nodes.rounds).toBe(rounds);
      expect(nodes.reads).toBe(names.length);
      const fromKept = nodes.said.filter((words) => /^\w+ read the table "default"/.test(words));
      expect(fromKept).toHaveLength((rounds - 1) * names.length);
      // The next job reads anew.
      Object.assign(nodes, { reads: 0, job: 2 });
      await fit(nodes);
      expect(nodes.reads).toBe(names.length);
    },
    60_000,
  );

  it.skipIf(isServer && !postgresIsInstalled)(
    `are ${isServer ? "those of the first round" : "prepared anew"} when the database changes between two rounds`,
    async () => {
      const nodes = await keeping(write);
      const before = await fit(nodes);
      Object.assign(nodes, { rounds: 0, job: 1 });
      nodes.before = async (round) => {
        if (round === 3) await write("leeds", changed());
      };
      const during = await fit(nodes);
      nodes.before = async () => undefined;
      nodes.job = 2;
      const after = await fit(nodes);
      expect(after.value).not.toEqual(before.value);
      expect(during.value).toEqual((isServer ? before : after).value);
      const warning = expect.stringMatching(/^The rows at leeds changed between two rounds/);
      if (isServer) expect(during.report.warnings).not.toContainEqual(warning);
      else expect(during.report.warnings).toContainEqual(warning);
    },
    60_000,
  );
});

describe("tables that a job keeps", () => {
  it("are nothing when somebody damaged them: the answers are the same", async () => {
    const nodes = await nodesOf(csv);
    const truth = await fit(nodes);
    const damages: readonly ((bytes: Buffer) => Uint8Array)[] = [
      () => Buffer.alloc(0),
      (bytes) => bytes.subarray(0, -1),
      (bytes) => bytes.fill(7, 100, 140),
      () => Buffer.from("no seal"),
    ];
    for (const [i, damage] of damages.entries()) {
      Object.assign(nodes, { keepsTables: true, reads: 0, rounds: 0, job: i + 1 });
      nodes.before = async (round) => {
        if (round === 1) return;
        const [file = ""] = keptAt(nodes, "oslo");
        const path = join(nodes.temporaryOf("oslo"), file);
        writeFileSync(path, damage(readFileSync(path)));
      };
      const { value, report } = await fit(nodes);
      expect(value).toEqual(truth.value);
      expect(report.warnings.join()).not.toMatch(/changed/);
      expect(nodes.reads).toBe(names.length + nodes.rounds - 1);
    }
  });

  it("give no column that the policy of the round denies", async () => {
    const nodes = await keeping(csv);
    nodes.before = async (round) => {
      if (round === 3) nodes.settings.set("tartu", '{"columns":{"deny":["age"]}}');
    };
    await expect(Promise.resolve(fit(nodes))).rejects.toMatchObject({ code: "COLUMN_NOT_PERMITTED" });
  });

  it("are not kept for the rounds of a desk, each of which is a job of its own", async () => {
    const nodes = await keeping(csv);
    nodes.isCentralAtSite = false;
    await fit(nodes);
    expect(nodes.reads).toBe(nodes.rounds * names.length);
    for (const site of names) {
      expect(keptAt(nodes, site)).toEqual([]);
      expect(readdirSync(nodes.memoryOf(site)).filter((name) => name.includes("table"))).toEqual([]);
    }
  });

  it("cannot be read once the administrator keeps none", async () => {
    const nodes = await keeping(csv);
    await fit(nodes);
    const keys = (site: string) => readdirSync(nodes.memoryOf(site)).filter((name) => name.includes("table"));
    for (const site of names) expect(keys(site)).toHaveLength(1);
    nodes.keepsTables = false;
    nodes.reads = 0;
    await fit(nodes);
    expect(nodes.reads).toBeGreaterThan(names.length);
    for (const site of names) expect(keys(site)).toEqual([]);
  });

  it("are kept by a setting that says so, and by no other", async () => {
    const nodes = await nodesOf(csv);
    const at = (settings: TaskEnvironment["settings"], temporaryFolder?: string): unknown => {
      const said: string[] = [];
      const environment = { settings, temporaryFolder } as TaskEnvironment;
      const kept = keptTables(environment, nodes.memoryOf("oslo"), "", (words) => said.push(words));
      return kept ?? said;
    };
    expect(at({})).toEqual([]);
    expect(at({ KONSIL_KEEP_TABLES: "" })).toEqual([]);
    expect(at({ KONSIL_KEEP_TABLES: "job" })).toEqual([]);
    expect(at({ KONSIL_KEEP_TABLES: "job" }, "/nowhere")).toEqual(["no table can be kept: ENOENT"]);
    expect(() => at({ KONSIL_KEEP_TABLES: "yes" })).toThrow(/KONSIL_KEEP_TABLES is "yes". It may be "job"/);
  });
});
