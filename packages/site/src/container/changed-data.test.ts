import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { coxph } from "@konsil/algorithms";
import {
  type Delivery,
  defineData,
  describe as describeColumns,
  encodeJson,
  memoryJournal,
  type Outcome,
  type Round,
  type RunOptions,
  startAnalysis,
  type Transport,
} from "@konsil/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cluster, postgresIsInstalled, startCluster } from "../../test/postgres-cluster.ts";
import { runDuckdb } from "../../test/temporary-folder.ts";
import { literal } from "../sources/quoting.ts";
import { answerTask, type Task } from "./answer-task.ts";
import { csv, duckdb, parquet, postgresql } from "./databases.ts";
import type { OfferedDatabase } from "./environment.ts";
import { fileMemory, fileSecret, makeMemory } from "./file-memory.ts";

const folder = mkdtempSync(join(tmpdir(), "konsil-changed-"));
let cluster: Cluster | undefined;
beforeAll(async () => {
  if (postgresIsInstalled) cluster = await startCluster();
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await cluster?.stop();
});

interface Person {
  readonly days: number;
  readonly died: number;
  readonly age: number;
}

/** People of a site, always the same ones. */
function people(seed: number): Person[] {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: 40 }, () => ({
    days: Math.ceil(1000 * next()),
    died: next() < 0.6 ? 1 : 0,
    age: 40 + Math.round(40 * next()),
  }));
}

const names = ["oslo", "leeds", "tartu"];

type Write = (site: string, rows: readonly Person[]) => Promise<OfferedDatabase>;

const offered = (type: string, uri: string, parameters = {}): OfferedDatabase => ({
  label: "default",
  type,
  uri,
  parameters,
  wishes: [],
});
const valuesOf = (rows: readonly Person[]): string =>
  rows.map(({ days, died, age }) => `(${days}, ${died}, ${age})`).join(", ");
const selected = (rows: readonly Person[]): string =>
  `SELECT * FROM (VALUES ${valuesOf(rows)}) AS t(days, died, age)`;

/** Each kind of database: how a site's rows are put into it. */
const kinds: Readonly<Record<string, Write>> = {
  csv: async (site, rows) => {
    const path = join(folder, `${site}.csv`);
    const lines = rows.map(({ days, died, age }) => `${days},${died},${age}`);
    writeFileSync(path, `days,died,age\n${lines.join("\n")}\n`);
    return offered("csv", path);
  },
  parquet: async (site, rows) => {
    const path = join(folder, `${site}.parquet`);
    await runDuckdb(":memory:", `COPY (${selected(rows)}) TO ${literal(path)} (FORMAT parquet)`);
    return offered("parquet", path);
  },
  duckdb: async (site, rows) => {
    const path = join(folder, `${site}.duckdb`);
    await runDuckdb(path, `CREATE OR REPLACE TABLE people AS ${selected(rows)}`);
    return offered("duckdb", path, { TABLE: "people" });
  },
  postgresql: async (site, rows) => {
    await cluster?.run(
      `CREATE TABLE IF NOT EXISTS ${site} (days int, died int, age int)`,
      `TRUNCATE ${site}`,
      `INSERT INTO ${site} VALUES ${valuesOf(rows)}`,
    );
    return offered("postgresql", cluster?.url ?? "", { TABLE: site });
  },
};

/** Nodes that start a process for each question, which knows of those before only what is kept in the node's volume. */
class Nodes implements Transport {
  readonly sites = names;
  readonly databases = new Map<string, OfferedDatabase>();
  readonly settings = new Map<string, string>();
  /** Called before each round is sent. */
  before: (round: number) => Promise<void> = async () => undefined;
  rounds = 0;
  readonly #tasks = new Map<string, Round>();
  readonly #volume = mkdtempSync(join(folder, "volume-"));

  async find(): Promise<undefined> {
    return undefined;
  }

  async submit(round: Round): Promise<string> {
    await this.before(++this.rounds);
    this.#tasks.set(round.key, round);
    return round.key;
  }

  memoryOf(site: string): string {
    return join(this.#volume, site, "konsil");
  }

  #taskAt(site: string, input: Uint8Array): Task {
    const memory = this.memoryOf(site);
    makeMemory(memory);
    return {
      environment: {
        input: { file: "" },
        outputFile: "",
        tokenFile: "",
        temporaryFolder: undefined,
        proxy: undefined,
        requested: ["default"],
        databases: [this.databases.get(site) as OfferedDatabase],
        settings: {
          KONSIL_POLICY: this.settings.get(site) ?? '{"policy":"open","reason":"rows that a test made"}',
        },
      },
      input,
      algorithms: [describeColumns, coxph],
      sources: [csv, parquet, duckdb, postgresql],
      proxy: undefined,
      siteName: async () => site,
      memory: fileMemory(memory),
      secret: fileSecret(memory),
      onDefect: (error) => {
        throw error;
      },
    };
  }

  async *replies(task: string): AsyncGenerator<Delivery, void, undefined> {
    const round = this.#tasks.get(task) as Round;
    const request = JSON.parse(new TextDecoder().decode(round.request)) as unknown;
    const input = encodeJson({ method: "konsil", args: [], kwargs: { request } });
    const pending = round.sites.map((site) => ({ site, reply: answerTask(this.#taskAt(site, input)) }));
    for (const { site, reply } of pending) yield { site, reply: await reply };
  }

  async kill(): Promise<void> {}
}

async function nodesOf(write: Write): Promise<Nodes> {
  const nodes = new Nodes();
  for (const [i, site] of names.entries()) nodes.databases.set(site, await write(site, people(i + 1)));
  return nodes;
}

const formula = "Surv(days, died) ~ age";

function fit(transport: Transport, options: RunOptions = {}): PromiseLike<Outcome> {
  return startAnalysis({
    algorithm: coxph,
    arguments: { formula },
    data: defineData({}),
    transport,
    options,
    present: (outcome) => outcome,
  });
}

const changed = (): Person[] => [...people(2), { days: 1, died: 1, age: 99 }];

describe.each(Object.entries(kinds))("containers whose rows are in %s", (kind, write) => {
  it.skipIf(kind === "postgresql" && !postgresIsInstalled)(
    "fit a model of one set of rows, though a site's change between two rounds",
    async () => {
      const nodes = await nodesOf(write);
      const whole = memoryJournal();
      const before = await fit(nodes, { journal: whole });
      // Nothing had changed, as far as each new process could see.
      expect(before.report.warnings.join()).not.toMatch(/changed/);

      nodes.rounds = 0;
      nodes.before = async (round) => {
        if (round === 3) await write("leeds", changed());
      };
      const during = await fit(nodes);
      nodes.before = async () => undefined;
      expect(during.value).not.toEqual(before.value);
      expect(during.report.warnings).toContainEqual(
        expect.stringMatching(/^The rows at leeds changed between two rounds/),
      );

      // A journal that broke off before they changed, in its second round: the same as of the new rows alone.
      const answers = whole.entries.flatMap(({ entry }, i) => (entry === "delivery" ? [i] : []));
      const broken = memoryJournal(whole.entries.slice(0, answers[4]));
      const resumed = await fit(nodes, { journal: broken });
      expect(resumed.value).toEqual(during.value);
      const anew = await fit(nodes);
      expect(anew.value).toEqual(during.value);
    },
    60_000,
  );
});

describe("a container whose policy changes between two rounds", () => {
  it("makes the analysis begin anew", async () => {
    const nodes = await nodesOf(kinds["csv"] as Write);
    nodes.before = async (round) => {
      if (round === 3)
        nodes.settings.set(
          "tartu",
          '{"policy":"open","reason":"rows that a test made, and anyone may have"}',
        );
    };
    const { report } = await fit(nodes);
    expect(report.warnings).toContainEqual(
      expect.stringMatching(/^The policy of tartu changed between two rounds/),
    );
  });
});

describe("a node that lost the secret of its fingerprints", () => {
  it("cannot tell whether rows changed, so the analysis begins anew", async () => {
    const nodes = await nodesOf(kinds["csv"] as Write);
    nodes.before = async (round) => {
      if (round === 3) unlinkSync(join(nodes.memoryOf("oslo"), "secret"));
    };
    const { report } = await fit(nodes);
    expect(report.warnings).toContainEqual(
      expect.stringMatching(/^The rows at oslo and its policy changed, or it was set up anew,/),
    );
  });
});
