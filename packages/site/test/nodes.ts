// Nodes of three sites that start a process for each question, as those of vantage6 do, without a server.
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { coxph } from "@konsil/algorithms";
import {
  type Delivery,
  defineData,
  describe as describeColumns,
  type Outcome,
  type Round,
  type RunOptions,
  startAnalysis,
  type Transport,
  taskInput,
} from "@konsil/core";
import { afterAll, beforeAll } from "vitest";
import { answerTask, type Task } from "../src/container/answer-task.ts";
import { csv, duckdb, parquet, postgresql, type SourceKind } from "../src/container/databases.ts";
import type { OfferedDatabase } from "../src/container/environment.ts";
import { fileMemory, fileSecret, makeMemory } from "../src/container/file-memory.ts";
import { keptTables } from "../src/container/kept-tables.ts";
import { literal } from "../src/sources/quoting.ts";
import { type Cluster, postgresIsInstalled, startCluster } from "./postgres-cluster.ts";
import { runDuckdb } from "./temporary-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "konsil-nodes-"));
let cluster: Cluster | undefined;
beforeAll(async () => {
  if (postgresIsInstalled) cluster = await startCluster();
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await cluster?.stop();
});

export interface Person {
  readonly days: number;
  readonly died: number;
  readonly age: number;
}

/** People of a site, always the same ones. */
export function people(seed: number): Person[] {
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

export const names = ["oslo", "leeds", "tartu"];

export type Write = (site: string, rows: readonly Person[]) => Promise<OfferedDatabase>;

/** A file as one of an hour ago: what was written just now is not kept. */
function written(path: string): string {
  const before = Date.now() / 1000 - 3600;
  utimesSync(path, before, before);
  return path;
}

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
export const kinds: Readonly<Record<string, Write>> = {
  csv: async (site, rows) => {
    const path = join(folder, `${site}.csv`);
    const lines = rows.map(({ days, died, age }) => `${days},${died},${age}`);
    writeFileSync(path, `days,died,age\n${lines.join("\n")}\n`);
    return offered("csv", written(path));
  },
  parquet: async (site, rows) => {
    const path = join(folder, `${site}.parquet`);
    await runDuckdb(":memory:", `COPY (${selected(rows)}) TO ${literal(path)} (FORMAT parquet)`);
    return offered("parquet", written(path));
  },
  duckdb: async (site, rows) => {
    const path = join(folder, `${site}.duckdb`);
    await runDuckdb(path, `CREATE OR REPLACE TABLE people AS ${selected(rows)}`);
    return offered("duckdb", written(path), { TABLE: "people" });
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
export class Nodes implements Transport {
  readonly sites = names;
  readonly databases = new Map<string, OfferedDatabase>();
  readonly settings = new Map<string, string>();
  /** Called before each round is sent. */
  before: (round: number) => Promise<void> = async () => undefined;
  rounds = 0;
  /** Whether tables are kept between the rounds of a job. */
  keepsTables = false;
  /** How often a database was read. */
  reads = 0;
  /** What containers said of tables. */
  readonly said: string[] = [];
  /** Which job the next rounds are of. */
  job = 0;
  /** Whether a central part at a site asks, and not a desk. */
  isCentralAtSite = true;
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

  /** The folder that the tasks of the job share at a site. */
  temporaryOf(site: string): string {
    return join(this.#volume, site, `job-${this.job}`);
  }

  /** A kind of database whose reads are counted. */
  #counted(kind: SourceKind): SourceKind {
    return {
      ...kind,
      open: (database) => {
        const source = kind.open(database);
        return {
          describe: () => source.describe(),
          read: (columns) => {
            this.reads++;
            return source.read(columns);
          },
        };
      },
    };
  }

  #taskAt(site: string, input: Uint8Array): Task {
    const memory = this.memoryOf(site);
    makeMemory(memory);
    mkdirSync(this.temporaryOf(site), { recursive: true });
    const environment: Task["environment"] = {
      input: { file: "" },
      outputFile: "",
      tokenFile: "",
      temporaryFolder: this.temporaryOf(site),
      proxy: undefined,
      requested: ["default"],
      databases: [this.databases.get(site) as OfferedDatabase],
      settings: {
        KONSIL_POLICY: this.settings.get(site) ?? '{"policy":"open","reason":"rows that a test made"}',
        ...(this.keepsTables ? { KONSIL_KEEP_TABLES: "job" } : {}),
      },
    };
    return {
      environment,
      kept: keptTables(environment, memory, "image:1", (words) => this.said.push(`${site} ${words}`)),
      input,
      algorithms: [describeColumns, coxph],
      sources: [csv, parquet, duckdb, postgresql].map((kind) => this.#counted(kind)),
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
    const input = taskInput(round.request, this.isCentralAtSite);
    const pending = round.sites.map((site) => ({ site, reply: answerTask(this.#taskAt(site, input)) }));
    for (const { site, reply } of pending) yield { site, reply: await reply };
  }

  async kill(): Promise<void> {}
}

export async function nodesOf(write: Write): Promise<Nodes> {
  const nodes = new Nodes();
  for (const [i, site] of names.entries()) nodes.databases.set(site, await write(site, people(i + 1)));
  return nodes;
}

/** A Cox model of the people of all sites. */
export function fit(transport: Transport, options: RunOptions = {}): PromiseLike<Outcome> {
  return startAnalysis({
    algorithm: coxph,
    arguments: { formula: "Surv(days, died) ~ age" },
    data: defineData({}),
    transport,
    options,
    present: (outcome) => outcome,
  });
}
