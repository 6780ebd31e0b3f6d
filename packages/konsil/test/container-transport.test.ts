import { mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  attrition,
  describe as describeColumns,
  type JournalLine,
  journalLine,
  readJournalLines,
} from "@konsil/core";
import { coxph, crosstab, glm, kaplanMeier, localFederation, logRank, summary, tableOne } from "konsil";
import { breastCancer } from "konsil/examples";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeFederation } from "../../sdk/src/federation/federation.ts";
import { conformance } from "../../sdk/test/remote/conformance.ts";
import { answerTask, type Task } from "../../site/src/container/answer-task.ts";
import { csv } from "../../site/src/container/databases.ts";
import type { TaskEnvironment } from "../../site/src/container/environment.ts";
import { fileMemory, fileSecret, makeMemory } from "../../site/src/container/file-memory.ts";
import { keptTables } from "../../site/src/container/kept-tables.ts";
import { NodeProxy } from "../../site/src/container/proxy.ts";
import { ProxyTransport } from "../../site/src/container/proxy-transport.ts";
import { casesOf, withFewer } from "./conformance-cases.ts";
import { type FakeProxy, fakeProxy } from "./fake-node-proxy.ts";

const algorithms = [
  describeColumns,
  attrition,
  summary,
  tableOne,
  crosstab,
  kaplanMeier,
  logRank,
  coxph,
  glm,
];
const open = breastCancer.slice(0, 4);
const hospitals = open.map((site) => ({ ...site, policy: undefined, reason: undefined }));
const fileOf = (site: string): string =>
  fileURLToPath(new URL(`../data/breast-cancer/${site}.csv`, import.meta.url));

interface Nodes {
  readonly proxy: FakeProxy;
  /** A task of a site, in a process that knows nothing of the one before but what is kept in its node's volume. */
  readonly taskAt: (site: string, input: Uint8Array) => Task;
  /** What left, as each site's journal has it. */
  readonly left: { readonly site: string; readonly line: JournalLine }[];
  /** What containers said of tables that they keep for the next rounds. */
  readonly said: string[];
  /** The files that a site's job has kept. */
  readonly keptAt: (site: string) => readonly string[];
}

async function nodes(settings: Readonly<Record<string, string>>): Promise<Nodes> {
  const volume = mkdtempSync(join(tmpdir(), "konsil-nodes-"));
  const left: Nodes["left"] = [];
  const said: string[] = [];
  const jobAt = (site: string): string => join(volume, site, "job");
  const proxy = await fakeProxy(
    open.map(({ name }) => name),
    (site, input) => answerTask(taskAt(site, input)),
  );
  function taskAt(site: string, input: Uint8Array): Task {
    const environment: TaskEnvironment = {
      input: { file: "" },
      outputFile: "",
      tokenFile: "",
      temporaryFolder: jobAt(site),
      proxy: proxy.address,
      requested: ["default"],
      databases: [{ label: "default", type: "csv", uri: fileOf(site), parameters: {}, wishes: [] }],
      settings,
    };
    const memory = join(volume, site, "konsil");
    makeMemory(memory);
    mkdirSync(jobAt(site), { recursive: true });
    return {
      environment,
      kept: keptTables(environment, memory, "image:1", (words) => said.push(`${site} ${words}`)),
      input,
      algorithms,
      sources: [csv],
      proxy: new NodeProxy(proxy.address, proxy.tokenOf(site)),
      siteName: async () => site,
      memory: fileMemory(memory),
      secret: fileSecret(memory),
      onAnswer(...said) {
        left.push({ site, line: journalLine(...said, { at: "", researcher: "" }) });
      },
      onDefect: (error) => {
        throw error;
      },
    };
  }
  return { proxy, taskAt, left, said, keptAt: (site) => readdirSync(jobAt(site)) };
}

const isOpen = { KONSIL_POLICY: JSON.stringify({ policy: "open", reason: open[0]?.reason }) };

function opening(settings: Readonly<Record<string, string>>) {
  return async () => {
    const { proxy } = await nodes(settings);
    const transport = await ProxyTransport.over(
      new NodeProxy(proxy.address, proxy.tokenOf("oslo")),
      undefined,
      { interval: 5, patience: 60_000 },
    );
    const federation = makeFederation({ transport, register: () => undefined, release: () => undefined });
    return { federation, close: () => proxy.close() };
  };
}

// Each answer opens its file anew, as a container does: enough cases for every kind of step, each under one policy.
conformance(
  "container, of open data",
  opening(isOpen),
  open,
  withFewer(casesOf("Kaplan–Meier", "Cox", "a formula that is wrong"), 3),
);
conformance(
  "container, of hospitals",
  opening({}),
  hospitals,
  withFewer(casesOf("summary", "table 1", "logistic regression", "log-rank"), 3),
);
describe("an algorithm whose central part runs in a container at a site", () => {
  let opened: Nodes;
  beforeAll(async () => {
    opened = await nodes(isOpen);
  });
  afterAll(() => opened.proxy.close());

  const call = async (method: string, kwargs: object): Promise<Readonly<Record<string, unknown>>> => {
    const input = new TextEncoder().encode(JSON.stringify({ method, args: [], kwargs }));
    const bytes = await answerTask(opened.taskAt("oslo", input));
    return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  };

  it("has the value that it has at the desk, to the last bit", async () => {
    const formula = "Surv(days, event) ~ age + nodes + strata(site)";
    const { report: _there, ...value } = await call("coxph", { formula });
    const desk = await (await localFederation(open)).run(coxph, { formula });
    const { report: _here, ...expected } = desk.toJSON() as unknown as Record<string, unknown>;
    expect(JSON.stringify(value)).toBe(JSON.stringify(expected));
    expect(new Set(opened.proxy.tasks).size).toBe(opened.proxy.tasks.length);
  });

  it("is in its site's journal with what it came to, as the steps are in those of all", async () => {
    opened.left.length = 0;
    const formula = "Surv(days, event) ~ 1";
    const { report } = await call("kaplan_meier", { formula });
    const { line } = opened.left.at(-1) as Nodes["left"][number];
    expect(line).toMatchObject({
      site: "oslo",
      analysis: (report as { analysis: string }).analysis,
      algorithm: "kaplan-meier@1",
      step: "kaplan-meier.central@1",
      asked: { formula },
      roster: open.map(({ name }) => name),
      answer: "answered",
      released: [{ field: "value", cells: expect.any(Number) }],
    });
    expect(line.released[0]?.cells).toBeGreaterThan(10);
    expect(readJournalLines(JSON.stringify({ ...line, at: new Date().toISOString() })).unreadable).toEqual(
      [],
    );
    const asked = new Set(opened.left.slice(0, -1).map(({ site }) => site));
    expect(asked).toEqual(new Set(open.map(({ name }) => name)));
    expect(await call("kaplan_meier", { formula: "Surv(days) ~" })).toMatchObject({ error: {} });
    expect(opened.left.at(-1)?.line).toMatchObject({
      step: "kaplan-meier.central@1",
      answer: "refused",
      code: "FORMULA_SYNTAX",
    });
  });

  it("asks the organizations that are named, and no other name", async () => {
    const asked = ["oslo", open[1]?.name ?? "", open[2]?.name ?? ""];
    const { report } = await call("summary", { columns: ["age"], organizations: asked });
    expect((report as { sites: readonly { site: string }[] }).sites.map(({ site }) => site)).toEqual(asked);
    expect(await call("summary", { columns: ["age"], organizations: ["olso"] })).toMatchObject({
      error: { code: "SITE_UNKNOWN", message: expect.stringContaining('Did you mean "oslo"?') },
    });
  });

  it.each([
    ["crashed", "SITE_FAILED"],
    ["killed by user", "TASK_KILLED"],
    ["not allowed", "IMAGE_NOT_ALLOWED"],
    ["non-existing Docker image", "IMAGE_NOT_FOUND"],
    ["a status of which nobody knows", "STATUS_UNKNOWN"],
  ])("says why a site did not answer whose run ended as %s", async (status, code) => {
    opened.proxy.ends.set("oslo", status);
    expect(await call("summary", { columns: ["age"] })).toMatchObject({ error: { code } });
    opened.proxy.ends.clear();
  });
});

it("a site whose node goes offline is waited for with patience, and then named", async () => {
  const { proxy } = await nodes(isOpen);
  proxy.offline.add("leeds");
  const transport = await ProxyTransport.over(
    new NodeProxy(proxy.address, proxy.tokenOf("oslo")),
    undefined,
    {
      interval: 5,
      patience: 50,
    },
  );
  const federation = makeFederation({ transport, register: () => undefined, release: () => undefined });
  await expect(federation.run(summary, { columns: ["age"] })).rejects.toMatchObject({
    code: "NODE_OFFLINE",
    site: "leeds",
  });
  await proxy.close();
});

/** What a central part at oslo comes to when it is called by its name. */
async function calledAtOslo({ taskAt }: Nodes, method: string, kwargs: object): Promise<object> {
  const input = new TextEncoder().encode(JSON.stringify({ method, args: [], kwargs }));
  const bytes = await answerTask(taskAt("oslo", input));
  const { report: _, ...value } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  return value;
}

const keeping = { KONSIL_KEEP_TABLES: "job" };
const fit = { formula: "event ~ age + size", family: "binomial" };

describe("sites that keep tables between the rounds of a central part", () => {
  it("answer the same, from what the first round kept, of which nothing is left where the central part ended", async () => {
    const [anew, kept] = [await nodes(isOpen), await nodes({ ...isOpen, ...keeping })];
    const value = await calledAtOslo(kept, "glm", fit);
    expect(value).toEqual(await calledAtOslo(anew, "glm", fit));
    expect(anew.said).toEqual([]);
    for (const { name } of open) {
      expect(anew.keptAt(name)).toEqual([]);
      expect(kept.keptAt(name)).toHaveLength(name === "oslo" ? 0 : 1);
      const said = kept.said.filter((words) => words.startsWith(`${name} `));
      expect(said[0]).toBe(`${name} kept the table "default" for the next rounds`);
      expect(said.filter((words) => words.includes("read the table")).length).toBeGreaterThan(2);
    }
    for (const { proxy } of [anew, kept]) await proxy.close();
  });
});

describe.each([
  ["", {}],
  [", and keep tables between them", keeping],
])("evaluations of a model at sites that answer in a new process each time%s", (_, settings) => {
  it("are counted over the processes", async () => {
    const opened = await nodes({ KONSIL_POLICY: '{"maximumEvaluations":2}', ...settings });
    expect(await calledAtOslo(opened, "glm", fit)).toMatchObject({ error: { code: "EVALUATIONS_TOO_MANY" } });
    await opened.proxy.close();
  });
});
