import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { glm, localFederation, type Server } from "konsil";
import { beforeAll, describe, expect, it } from "vitest";
import { image, organizations, researcher, sitesHere, valueIn } from "./real.ts";
// @ts-expect-error: the stack's scripts are JavaScript
import { docker } from "./stack/docker.mjs";
// @ts-expect-error: the stack's scripts are JavaScript
import { base } from "./stack/settings.mjs";

// What a container leaves at its node, and what it says in its log, which the server keeps unencrypted.

const nobody = 65_534;
/** The model with the fewest rounds of those that are counted. */
const fit = { formula: "nodes ~ age", family: "gaussian" } as const;
/** A log of nothing but what was answered, by which step. */
const wholeLog = /^(konsil: (answered|abstained|refused)( [\w.-]+@\d+)?( \([A-Z_]+\))?\n)*$/;

/** What the containers of a node of the collaboration "hospitals" keep in the volume that they share. */
const kept = (organization: string): string =>
  join(String(base), "xdg", "data", "vantage6", "node", `konsil-1-${organization}`, "data", "konsil");

/** What was asked, as it was written last: keys of kept tables lie beside it. */
const newest = (folder: string): string => {
  const number = (name: string): number => Number(/^asked-(\d+)\.json$/.exec(name)?.[1] ?? -1);
  return join(folder, readdirSync(folder).sort((a, b) => number(b) - number(a))[0] ?? "");
};

/** What tasks of a job left in the volume that they shared at a node of "hospitals". */
async function inVolume(organization: string, job: number): Promise<readonly string[]> {
  const name = String(await docker("volume", "ls", "-q", "--filter", `name=konsil-1-${organization}-`))
    .split("\n")
    .find((one) => one.endsWith(`-${job}-tmpvol`));
  const folder = String(await docker("volume", "inspect", "--format", "{{ .Mountpoint }}", name)).trim();
  return readdirSync(folder).map((file) => join(folder, file));
}

let server: Server;

beforeAll(async () => {
  server = await researcher();
});

const hospitals = () => server.federation({ collaboration: "hospitals", image });

async function latestLogs(): Promise<readonly string[]> {
  const [task] = await server.tasks.list({ name: "konsil-%" }).all();
  const runs = await server.runs.list({ task: task?.id ?? 0 }).all();
  return runs.map(({ log }) => log ?? "");
}

// Where no Docker engine runs, nodes of another kind keep this elsewhere.
describe.skipIf(!existsSync(join(kept("oslo"), "..")))("a container at a real node", () => {
  it("keeps what was asked, as hashes and names of columns, for itself and not as root, and says in its log what it answered", async () => {
    const federation = await hospitals();
    const results = await Promise.all([federation.run(glm, fit), federation.run(glm, fit)]);
    const local = await (await localFederation(sitesHere("hospital"))).run(glm, fit);
    for (const result of results) expect(valueIn(result)).toEqual(valueIn(local));
    const logs = await latestLogs();
    expect(logs).toHaveLength(organizations.length);
    for (const log of logs) expect(log).toMatch(wholeLog);
    for (const organization of organizations) {
      const folder = kept(organization);
      expect(statSync(folder).mode & 0o007).toBe(0);
      const file = newest(folder);
      expect(statSync(file)).toMatchObject({ uid: nobody, gid: nobody });
      const { evaluations } = JSON.parse(readFileSync(file, "utf8")) as { readonly evaluations: unknown };
      const texts = [evaluations].flat(3).map(String);
      expect(texts.length).toBeGreaterThan(0);
      for (const text of texts) expect(text).toMatch(/^([0-9a-f]{16,64}|age|nodes)$/);
    }
  });

  it("does not answer where it no longer knows what was asked, and tells its administrator alone where", async () => {
    const file = newest(kept("leeds"));
    const before = readFileSync(file);
    writeFileSync(file, "");
    try {
      const other = { formula: "nodes ~ size", family: "gaussian" } as const;
      const failed = Promise.resolve((await hospitals()).run(glm, other));
      await expect(failed).rejects.toMatchObject({
        code: "SITE_FAILED",
        message: expect.stringContaining("does not know whether it may answer"),
      });
      expect((await latestLogs()).join("")).toMatch(
        /what was asked before \(\/mnt\/data\/konsil\) is damaged/,
      );
    } finally {
      writeFileSync(file, before);
    }
  });

  it("reads what the first round of a central part kept, sealed, where its node keeps tables", async () => {
    const federation = await hospitals();
    const keysOf = (organization: string): number =>
      readdirSync(kept(organization)).filter((name) => name.startsWith("konsil-table-")).length;
    const before = new Map(organizations.map((organization) => [organization, keysOf(organization)]));
    let task = 0;
    const result = await federation.run(glm, fit, {
      centralAt: "leeds",
      onProgress: (event) => {
        if (event.type === "round-started") task = Number(event.task);
      },
    });
    const local = await (await localFederation(sitesHere("hospital"))).run(glm, fit);
    expect(valueIn(result)).toEqual(valueIn(local));
    const rounds = await server.tasks.list({ parent: task }).all();
    expect(rounds.length).toBeGreaterThan(1);
    const runs = await Promise.all(rounds.map(({ id }) => server.runs.list({ task: id }).all()));
    const { job } = await server.tasks.get(task);
    const all = await server.organizations.list().all();
    for (const organization of organizations) {
      const logs = runs
        .flat()
        .filter((run) => all.some(({ id, name }) => id === run.organization.id && name === organization))
        .sort((a, b) => a.id - b.id)
        .map(({ log }) => (log ?? "").split("\n")[0]);
      const [first, ...others] = logs;
      const keeps = organization !== "oslo";
      expect(first).toMatch(keeps ? /^konsil: kept the table "default"/ : /^konsil: answered/);
      for (const log of others)
        expect(log).toMatch(keeps ? /^konsil: read the table "default"/ : /^konsil: answered/);
      // A node never deletes the volume of a job. What is in it is nothing without the key beside what was asked.
      const files = await inVolume(organization, job);
      // The central part deletes both where it ran.
      const isLeft = organization === "heidelberg";
      expect(files).toHaveLength(isLeft ? 1 : 0);
      expect(keysOf(organization) - (before.get(organization) ?? 0)).toBe(isLeft ? 1 : 0);
      for (const file of files) {
        expect(statSync(file)).toMatchObject({ uid: nobody });
        expect(statSync(file).mode & 0o777).toBe(0o600);
      }
    }
  });

  it("answers hostile input in words", async () => {
    const collaboration = (await server.collaborations.list({ name: "public data" }).all())[0]?.id;
    const [oslo] = (await server.organizations.list({ name: "oslo" }).all()).filter(
      ({ name }) => name === "oslo",
    );
    const deep = "[".repeat(50_000) + "]".repeat(50_000);
    const inputs = [
      Buffer.from("no JSON"),
      Buffer.from("null"),
      Buffer.from(
        '{"method":"konsil","args":[],"kwargs":{"request":{"format":"konsil.request/1","data":{}}}}',
      ),
      Buffer.from(
        `{"method":"konsil","kwargs":{"request":{"format":"konsil.request/1","arguments":${deep}}}}`,
      ),
      Buffer.from('{"method":"__proto__","kwargs":{"data":{"database":"../../etc/passwd"}}}'),
    ];
    const tasks = await Promise.all(
      inputs.map((input) =>
        server.tasks.create({
          name: "hostile",
          image,
          collaboration,
          databases: ["default"],
          inputs: [{ organization: oslo?.id ?? 0, input: Buffer.from(input).toString("base64") }],
        }),
      ),
    );
    for (const { id } of tasks) {
      const [outcome] = await server.results.wait(id, { deadline: 120 });
      expect(outcome).toMatchObject({ status: "completed" });
      expect(JSON.stringify(outcome)).toMatch(/REQUEST_INVALID|ALGORITHM_UNKNOWN|SITE_FAILED/);
      await server.tasks.delete(id);
    }
  });
});
