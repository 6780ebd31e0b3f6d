import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isOpenToNobody } from "@konsil/site";
import { type AnyAlgorithm, kaplanMeier, localFederation, type Server } from "konsil";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { conformance } from "../../packages/sdk/test/remote/conformance.ts";
import { type DevCollaboration, DevNodeProcess, devCollaboration, startDevNodes } from "./dev-nodes.ts";
import { image, opened, researcher, sitesHere } from "./real.ts";

// Nodes for development at a real server: every task is a process of this machine, without Docker.

const formula = "Surv(days, event) ~ hormon";
const cases = [
  { name: "Kaplan–Meier", algorithm: kaplanMeier as AnyAlgorithm, arguments: { formula } },
  {
    name: "a column that is not there",
    algorithm: kaplanMeier as AnyAlgorithm,
    arguments: { formula: "Surv(dasy, event) ~ 1" },
  },
];

interface Started {
  readonly server: Server;
  readonly collaboration: DevCollaboration;
  readonly nodes: readonly DevNodeProcess[];
}

async function start(encrypted: boolean, policy: "open" | "hospital"): Promise<Started> {
  const server = await researcher();
  const collaboration = await devCollaboration(server, encrypted);
  return { server, collaboration, nodes: await startDevNodes(collaboration, encrypted, policy) };
}

const kinds = [
  { name: "plain", encrypted: false, policy: "open" },
  { name: "encrypted, with a hospital's policy", encrypted: true, policy: "hospital" },
] as const;

/** Tasks of nodes that root starts are nobody, who has to find Konsil. */
const isOpen = isOpenToNobody(import.meta.dirname);
it.skipIf(isOpen)("development nodes (skipped: nobody but root may look into this folder)", (context) => {
  context.skip();
});

for (const { name, encrypted, policy } of isOpen ? kinds : []) {
  let started: Promise<Started> | undefined;
  const running = async (): Promise<Started> => {
    started ??= start(encrypted, policy);
    return started;
  };
  afterAll(async () => {
    const { server, collaboration, nodes } = await running();
    expect(await Promise.all(nodes.map((node) => node.stop()))).toEqual(nodes.map(() => 0));
    await server.collaborations.delete(collaboration.id, { dependents: true });
  });

  conformance(
    `development nodes, ${name}`,
    async () => opened((await running()).collaboration.id),
    sitesHere(policy),
    cases,
    cases.slice(0, 1),
  );

  describe(`a plain call at development nodes, ${name}`, () => {
    it("is answered by a central part at a site, through the node's proxy", async () => {
      const { server, collaboration } = await running();
      const task = await server.tasks.create({
        name: "kaplan_meier",
        image,
        collaboration: collaboration.id,
        databases: ["default"],
        organizations: [server.user.organization.id],
        call: { method: "kaplan_meier", kwargs: { formula } },
      });
      const [outcome] = await server.results.wait(task.id, { deadline: 120 });
      expect(outcome).toMatchObject({ status: "completed", content: { type: "json" } });
      const content = outcome?.content.type === "json" ? outcome.content.value : {};
      const { report: _report, ...value } = content as Record<string, unknown>;
      const local = await (await localFederation(sitesHere(policy))).run(kaplanMeier, { formula });
      const { report: _local, ...expected } = local.toJSON() as unknown as Record<string, unknown>;
      expect(value).toEqual(JSON.parse(JSON.stringify(expected)));
      const children = await server.tasks.list({ parent: task.id }).all();
      expect(children.length).toBeGreaterThan(0);
      for (const { input } of await server.runs.list({ task: children[0]?.id ?? 0 }).all())
        expect(input?.includes("$")).toBe(encrypted);
    });
  });
}

/** A program that is none of Konsil's: it says its number and waits, or fails. */
const program = `import { readFileSync } from "node:fs";
const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const decode = (text) => {
  const bits = [...text.replace(/!+$/, "")].map((one) => digits.indexOf(one).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2))).toString("utf8");
};
const { method } = JSON.parse(readFileSync(decode(process.env.INPUT_FILE), "utf8"));
console.log(method + " as process " + process.pid + ", with " + Object.keys(process.env).sort().join(" "));
if (method === "fail") process.exit(3);
setTimeout(() => {}, 600_000);
`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("a development node with a program of one's own", () => {
  const folder = mkdtempSync(join(tmpdir(), "konsil-dev-node-"));
  const main = join(folder, "main.mjs");
  let server: Server;
  let collaboration: DevCollaboration;
  let node: DevNodeProcess;

  const begin = async () => {
    node = new DevNodeProcess(collaboration.apiKeys.get("oslo") ?? "", "oslo", ["--entry", main]);
    await node.says(/online at/);
  };
  const call = (method: string) =>
    server.tasks.create({
      name: method,
      image: "anything/at-all:1",
      collaboration: collaboration.id,
      databases: ["default"],
      organizations: [server.user.organization.id],
      call: { method },
    });
  const runOf = async (task: { readonly id: number }) => {
    const run = await server.runs.list({ task: task.id }).first();
    if (run === undefined) throw new Error("A task has no run.");
    return run;
  };
  /** The number of the process that a run's log tells. */
  const processOf = async (task: { readonly id: number }): Promise<number> => {
    for (;;) {
      const [, pid] = /as process (\d+)/.exec((await runOf(task)).log ?? "") ?? [];
      if (pid !== undefined) return Number(pid);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const ends = async (pid: number) => {
    for (let i = 0; isAlive(pid) && i < 100; i++) await new Promise((resolve) => setTimeout(resolve, 50));
    return !isAlive(pid);
  };

  beforeAll(async () => {
    writeFileSync(main, program);
    server = await researcher();
    collaboration = await devCollaboration(server, false, ["oslo"]);
    await begin();
  });
  afterAll(async () => {
    await node.stop();
    await server.collaborations.delete(collaboration.id, { dependents: true });
    rmSync(folder, { recursive: true, force: true });
  });

  it("shows the server what it has", async () => {
    const told = async (): Promise<readonly string[]> => {
      const [found] = await server.nodes.list({ collaboration: collaboration.id }).all();
      const values = (found?.config ?? []).filter(({ key }) => /database|encryption/.test(key));
      return [found?.status ?? "", ...values.map(({ value }) => value)];
    };
    // It tells by an event, a moment after it is online.
    await expect
      .poll(told, { timeout: 20_000, interval: 500 })
      .toEqual(expect.arrayContaining(["online", "default"]));
  });

  it("tells of a program that fails, with what it wrote, and gives it nothing of its own environment", async () => {
    const [outcome] = await server.results.wait((await call("fail")).id, { deadline: 60 });
    expect(outcome).toMatchObject({ status: "crashed", log: expect.stringMatching(/^fail as process/) });
    expect(outcome?.log).toContain("DEFAULT_DATABASE_URI");
    expect(outcome?.log).not.toMatch(/HOME|NODE_KEY/);
    await node.says(/is crashed: fail as process/);
  });

  it("ends what is killed at the server", async () => {
    const task = await call("wait");
    const pid = await processOf(task);
    await server.tasks.kill(task.id);
    expect(await ends(pid)).toBe(true);
    expect((await runOf(task)).status).toBe("killed by user");
    await node.says(/was killed/);
  });

  it("ends what it started with Ctrl-C, and takes it up again", async () => {
    const task = await call("wait");
    const pid = await processOf(task);
    expect(await node.stop()).toBe(0);
    expect(await ends(pid)).toBe(true);
    expect(node.out).toMatch(/left for later(.|\n)*stopped\n$/);
    await begin();
    await node.says(new RegExp(`of task ${task.id} begins`));
    await server.tasks.kill(task.id);
    await node.says(/was killed/);
  });
});
