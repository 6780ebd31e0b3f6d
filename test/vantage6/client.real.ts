import { inspect } from "node:util";
import {
  connect,
  generatePrivateKey,
  isKonsilError,
  parsePublicKey,
  readPrivateKey,
  type Server,
  type Task,
  type TaskFilter,
} from "@konsil/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

// The client against a real server, store and nodes, for everything that vantage6's Python client can.

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run npm run test:vantage6`);
  return value;
}

const address = variable("KONSIL_SERVER_URL");
const storeAddress = variable("KONSIL_STORE_URL");
const password = variable("KONSIL_PASSWORD");
const keyOf = (organization: string) => readPrivateKey(`${variable("KONSIL_KEYS")}/${organization}.pem`);
/** What this run makes is told apart from what is there. */
const mark = `client-test-${Date.now().toString(36)}`;

let oslo: Server;
let leeds: Server;
const undo: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  oslo = await connect(address, { username: "oslo", password, privateKey: await keyOf("oslo") });
  leeds = await connect(address, { username: "leeds", password });
});
afterAll(async () => {
  for (const step of undo.reverse()) await step().catch(() => undefined);
});

async function organization(name: string): Promise<number> {
  const found = await oslo.organizations.list({ name }).all();
  return found.find((one) => one.name === name)?.id ?? 0;
}

async function collaboration(name: string): Promise<number> {
  return (await oslo.collaborations.list({ name }).first())?.id ?? 0;
}

describe("a real server", () => {
  it("is found by its address with and without a path", async () => {
    for (const text of [address, `${address}/`, new URL(address).origin]) {
      const server = await connect(text, { username: "oslo", password });
      expect(server.address).toBe(address);
      expect(server.user).toMatchObject({ username: "oslo", email: "oslo@oslo.example" });
    }
    await expect(connect(`${address}/nowhere`, { username: "oslo", password })).rejects.toMatchObject({
      code: "SERVER_VERSION",
    });
    expect(await oslo.version()).toMatch(/^4\./);
    expect(await oslo.health()).toEqual({ database: true });
    expect(await oslo.blobs.enabled()).toBe(false);
    await expect(oslo.blobs.upload(new Uint8Array(3))).rejects.toMatchObject({ status: 501 });
  });

  it("refuses a wrong password", async () => {
    await expect(connect(address, { username: "nobody-here", password: "wrong" })).rejects.toMatchObject({
      code: "LOGIN_FAILED",
      status: 401,
    });
  });

  it("lists everything, over all pages", async () => {
    const names = async (pages: { all(): Promise<readonly { name: string }[]> }) =>
      (await pages.all()).map(({ name }) => name);
    expect(await names(oslo.organizations.list())).toEqual(
      expect.arrayContaining(["heidelberg", "leeds", "oslo"]),
    );
    expect(await names(oslo.collaborations.list())).toEqual(
      expect.arrayContaining(["public data", "hospitals"]),
    );
    expect(await names(oslo.collaborations.list({ encrypted: true }))).toContain("hospitals");
    expect(await names(oslo.collaborations.list({ encrypted: true }))).not.toContain("public data");
    expect(await names(oslo.collaborations.list({ encrypted: false }))).toContain("public data");
    expect(await names(oslo.collaborations.list({ encrypted: false }))).not.toContain("hospitals");
    const rules = await oslo.rules.list().all();
    expect(rules.length).toBeGreaterThan(80);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    expect(await oslo.rules.list({ name: "task", operation: "view", scope: "global" }).all()).toHaveLength(1);
    expect((await oslo.roles.list().all()).some(({ isDefault }) => isDefault)).toBe(true);
    expect((await oslo.users.list({ username: "leeds" }).all()).map(({ email }) => email)).toEqual([
      "leeds@leeds.example",
    ]);
    const nodes = await oslo.nodes.list({ status: "online" }).all();
    expect(nodes.length).toBeGreaterThanOrEqual(6);
    expect(await oslo.nodes.get(nodes[0]?.id ?? 0)).toMatchObject({ name: nodes[0]?.name });
    for (const list of [oslo.studies, oslo.tasks, oslo.runs, oslo.results, oslo.stores])
      expect(Array.isArray(await list.list().all())).toBe(true);
  });

  it("makes, changes and deletes organizations, collaborations, studies and nodes", async () => {
    const made = await oslo.organizations.create({ name: mark, domain: "a.example", country: "NO" });
    undo.push(() => oslo.organizations.delete(made.id, { dependents: true }));
    expect(made).toMatchObject({ name: mark, country: "NO", publicKey: null });
    expect(await oslo.organizations.update(made.id, { country: "SE" })).toMatchObject({
      name: mark,
      country: "SE",
    });

    const [a, b] = [await organization("oslo"), await organization("leeds")];
    const joint = await oslo.collaborations.create({ name: mark, encrypted: false, organizations: [a] });
    undo.push(() => oslo.collaborations.delete(joint.id, { dependents: true }));
    await oslo.collaborations.addOrganization(joint.id, b);
    await oslo.collaborations.addOrganization(joint.id, made.id);
    await oslo.collaborations.removeOrganization(joint.id, b);
    const members = await oslo.organizations.list({ collaboration: joint.id }).all();
    expect(members.map(({ id }) => id).sort((x, y) => x - y)).toEqual([a, made.id].sort((x, y) => x - y));
    expect(await oslo.collaborations.update(joint.id, { name: `${mark}-2` })).toMatchObject({
      name: `${mark}-2`,
    });

    const study = await oslo.studies.create({ name: mark, collaboration: joint.id, organizations: [a] });
    await oslo.studies.addOrganization(study.id, made.id);
    expect(await oslo.organizations.list({ study: study.id }).all()).toHaveLength(2);
    await oslo.studies.removeOrganization(study.id, made.id);
    expect(await oslo.studies.update(study.id, { name: `${mark}-3` })).toMatchObject({
      name: `${mark}-3`,
      collaboration: { id: joint.id },
    });
    expect(await oslo.studies.list({ collaboration: joint.id }).all()).toHaveLength(1);
    await oslo.studies.delete(study.id);
    await expect(oslo.studies.get(study.id)).rejects.toMatchObject({ code: "NOT_FOUND", status: 404 });

    const node = await oslo.nodes.create({
      name: `${mark} node`,
      collaboration: joint.id,
      organization: made.id,
    });
    expect(node).toMatchObject({ name: `${mark} node`, organization: { id: made.id }, status: "offline" });
    expect(node.apiKey).toMatch(/^[0-9a-f-]{36}$/);
    expect(await oslo.nodes.resetKey(node.id)).not.toBe(node.apiKey);
    expect(await oslo.nodes.update(node.id, { name: `${mark} other` })).toMatchObject({
      name: `${mark} other`,
    });
    await expect(oslo.nodes.killTasks(node.id)).rejects.toMatchObject({
      code: expect.stringMatching(/SERVER_FAILED|REQUEST_REJECTED/),
    });
    await oslo.nodes.delete(node.id);
    await expect(oslo.nodes.get(node.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("makes, changes and deletes users and roles, whose passwords they change themselves", async () => {
    const [rule] = await oslo.rules
      .list({ name: "organization", operation: "view", scope: "organization" })
      .all();
    const home = oslo.user.organization.id;
    const role = await oslo.roles.create({
      name: mark,
      description: "of a test",
      rules: [rule?.id ?? 0],
      organization: home,
    });
    undo.push(() => oslo.roles.delete(role.id, { dependents: true }));
    expect(role).toMatchObject({ name: mark, organization: { id: home }, isDefault: false });
    expect(await oslo.roles.update(role.id, { description: "changed" })).toMatchObject({
      description: "changed",
    });
    expect((await oslo.rules.list({ role: role.id }).all()).map(({ id }) => id)).toEqual([rule?.id]);

    const user = await oslo.users.create({
      username: mark,
      password: "A-first-password-1",
      email: `${mark}@oslo.example`,
      firstName: "Vera",
      organization: home,
      roles: [role.id],
    });
    undo.push(() => oslo.users.delete(user.id));
    expect(user).toMatchObject({ username: mark, firstName: "Vera", organization: { id: home } });
    expect(await oslo.users.update(user.id, { lastName: "Berg" })).toMatchObject({ lastName: "Berg" });
    expect((await oslo.users.list({ role: role.id }).all()).map(({ id }) => id)).toEqual([user.id]);

    const vera = await connect(address, { username: mark, password: "A-first-password-1" });
    await expect(vera.organizations.create({ name: `${mark}-x` })).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
      status: 401,
    });
    await expect(vera.account.changePassword("A-first-password-1", "short")).rejects.toMatchObject({
      code: "REQUEST_REJECTED",
      message: expect.not.stringContaining("A-first-password-1"),
    });
    await vera.account.changePassword("A-first-password-1", "A-second-password-2");
    expect((await connect(address, { username: mark, password: "A-second-password-2" })).user.id).toBe(
      user.id,
    );
    await expect(vera.account.setPassword("not-a-token", "A-third-password-3")).rejects.toMatchObject({
      code: expect.any(String),
    });
    await expect(vera.account.setTwoFactor("not-a-token")).rejects.toMatchObject({
      code: expect.any(String),
    });
    await expect(
      oslo.users.create({ username: mark, password: "x", email: "not an address", organization: home }),
    ).rejects.toMatchObject({
      code: "REQUEST_REJECTED",
      message: expect.stringContaining("email: Not a valid email"),
    });
  });
});

describe("tasks on a real server", () => {
  const image = "localhost:1/no/such-image:1";
  const call = { method: "konsil" };
  async function create(name: string): Promise<Task> {
    const task = await oslo.tasks.create({
      name,
      description: "of a test",
      image,
      collaboration: await collaboration("public data"),
      databases: [{ label: "default" }],
      organizations: [await organization("oslo")],
      call,
    });
    undo.push(() => oslo.tasks.delete(task.id));
    return task;
  }

  it("are made, found by name, read, killed and deleted", async () => {
    const name = `${mark}-a`;
    const task = await create(name);
    expect(task).toMatchObject({ name, image, description: "of a test", databases: [{ label: "default" }] });
    expect(Math.abs((task.createdAt?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
    expect((await oslo.tasks.list({ name }).all()).map(({ id }) => id)).toEqual([task.id]);
    expect(await oslo.tasks.list({ name: `${mark}_z` }).all()).toEqual([]);

    const [run] = await oslo.runs.fromTask(task.id).all();
    expect(run).toMatchObject({
      task: { id: task.id },
      organization: { id: await organization("oslo") },
      content: { type: "json", value: { method: "konsil", args: [], kwargs: {} } },
    });
    expect(await oslo.runs.get(run?.id ?? 0)).toMatchObject({ id: run?.id });
    const ids = async (filter: TaskFilter): Promise<readonly number[]> =>
      (await oslo.tasks.list({ name: `${mark}%`, ...filter }).all()).map(({ id }) => id);
    expect(await ids({ database: "default" })).toContain(task.id);
    expect(await ids({ database: "no such label" })).toEqual([]);
    expect(await ids({ userCreated: true })).toContain(task.id);
    expect(await ids({ userCreated: false })).toEqual([]);
    await oslo.tasks.kill(task.id).catch((error: unknown) => {
      // The node may have found out before that there is no such image.
      if (!isKonsilError(error) || error.code !== "REQUEST_REJECTED") throw error;
    });
    const over = await oslo.tasks.get(task.id);
    expect(["killed by user", "non-existing Docker image"]).toContain(over.status);
    await expect(oslo.tasks.kill(task.id)).rejects.toMatchObject({ code: "REQUEST_REJECTED", status: 400 });
    const [result] = await oslo.results.fromTask(task.id).all();
    expect(result).toMatchObject({ run: { id: run?.id }, content: { type: "none" } });
    await oslo.tasks.delete(task.id);
    await expect(oslo.tasks.get(task.id)).rejects.toMatchObject({ code: "NOT_FOUND", status: 404 });
    await expect(oslo.tasks.kill(task.id)).rejects.toMatchObject({ status: 404 });
  });

  it("are refused with the server's reason", async () => {
    const hospitals = await collaboration("hospitals");
    const asked = { name: `${mark}-b`, image, collaboration: hospitals, databases: ["default"] } as const;
    await expect(
      oslo.tasks.create({ ...asked, inputs: [{ organization: await organization("leeds"), input: "e30=" }] }),
    ).rejects.toMatchObject({
      code: "REQUEST_REJECTED",
      message: expect.stringContaining("collaboration requires encryption"),
    });
    await expect(
      oslo.tasks.create({ ...asked, inputs: [{ organization: 999_999, input: "e30=" }] }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/REQUEST_REJECTED|NOT_FOUND/) });
    expect(await oslo.tasks.list({ name: asked.name }).all()).toEqual([]);
  });

  it("are encrypted for each organization", async () => {
    const home = await organization("oslo");
    const other = await organization("leeds");
    const task = await oslo.tasks.create({
      name: `${mark}-c`,
      image,
      collaboration: await collaboration("hospitals"),
      databases: ["default"],
      organizations: [home, other],
      call: { method: "konsil", kwargs: { x: [1.5, "å"] } },
    });
    undo.push(() => oslo.tasks.delete(task.id));
    const runs = await oslo.runs.fromTask(task.id).all();
    expect(Object.fromEntries(runs.map(({ organization: { id }, content }) => [id, content]))).toMatchObject({
      [home]: { type: "json", value: { method: "konsil", args: [], kwargs: { x: [1.5, "å"] } } },
      [other]: { type: "unreadable", error: { code: "ENVELOPE_INVALID" } },
    });
    // There is no such image: the nodes say so, and nobody calls that completed.
    const outcomes = await oslo.results.wait(task.id, { deadline: 60 });
    expect(outcomes.map(({ status, content }) => [status, content.type])).toEqual([
      ["non-existing Docker image", "none"],
      ["non-existing Docker image", "none"],
    ]);
    const [blind] = await leeds.runs.fromTask(task.id).all();
    expect(blind?.content).toMatchObject({ type: "unreadable", error: { code: "KEY_INVALID" } });
    await oslo.tasks.delete(task.id);
  });

  it("more than a page of them are all listed", async () => {
    const name = `${mark}-many`;
    const organizationId = await organization("oslo");
    const joint = await collaboration("public data");
    const made: number[] = [];
    undo.push(() => Promise.all(made.map((id) => oslo.tasks.delete(id))));
    for (let i = 0; i < 12; i++) {
      const task = await oslo.tasks.create({
        name,
        image,
        collaboration: joint,
        databases: [],
        organizations: [organizationId],
        call,
      });
      made.push(task.id);
    }
    const listed = await oslo.tasks.list({ name }).all();
    expect(listed.map(({ id }) => id).sort((a, b) => a - b)).toEqual(made);
    expect((await oslo.tasks.list({ name }).first())?.id).toBe(made.at(-1));
  });
});

describe("keys at a real server", () => {
  it("are known where the node published the same, and never replaced", async () => {
    expect(oslo.keys.own).toBe((await keyOf("oslo")).publicKey.fingerprint);
    expect(await oslo.keys.published()).toBe(oslo.keys.own);
    expect(await oslo.keys.publishKey()).toBe("known");
    const stranger = await connect(address, {
      username: "oslo",
      password,
      privateKey: await generatePrivateKey(),
    });
    await expect(stranger.keys.publishKey()).rejects.toMatchObject({ code: "KEY_CHANGED" });
    expect(await oslo.keys.published()).toBe(oslo.keys.own);
  });

  it("are published where there is none", async () => {
    const home = await oslo.organizations.create({ name: `${mark}-key` });
    undo.push(() => oslo.organizations.delete(home.id, { dependents: true }));
    const rules = (await oslo.rules.list({ name: "organization" }).all()).map(({ id }) => id);
    await oslo.users.create({
      username: `${mark}-key`,
      password: "A-first-password-1",
      email: `${mark}-key@oslo.example`,
      organization: home.id,
      rules,
    });
    const privateKey = await generatePrivateKey();
    const theirs = await connect(address, {
      username: `${mark}-key`,
      password: "A-first-password-1",
      privateKey,
    });
    expect(await theirs.keys.published()).toBeUndefined();
    expect(await theirs.keys.publishKey()).toBe("published");
    expect(await theirs.keys.published()).toBe(privateKey.publicKey.fingerprint);
    const key = parsePublicKey((await oslo.organizations.get(home.id)).publicKey);
    expect(new TextDecoder().decode(privateKey.decrypt(key.encrypt(new TextEncoder().encode("hello"))))).toBe(
      "hello",
    );
  });

  it("and passwords and tokens are shown nowhere", () => {
    const shown = inspect(oslo, { depth: 20, showHidden: true, getters: true });
    expect(shown).not.toMatch(/eyJ[A-Za-z0-9_-]{10}|PRIVATE KEY/);
    expect(shown).not.toContain(password);
  });
});

describe("a real algorithm store", () => {
  it("is linked, asked and let go", async () => {
    const root = await connect(address, { username: "root", password: "root" });
    // A server of 4.15 can often not take a link away again, so it is made once for all runs of this test.
    const [before] = await root.stores.list({ url: storeAddress }).all();
    const wanted = { name: mark, url: storeAddress, collaboration: await collaboration("public data") };
    if (before === undefined)
      await expect(root.stores.create(wanted)).rejects.toMatchObject({
        code: "REQUEST_REJECTED",
        message: expect.stringContaining("'force' flag"),
      });
    const linked = before ?? (await root.stores.create({ ...wanted, force: true }));
    undo.push(() =>
      root.stores
        .delete(linked.id)
        .catch(() => root.stores.update(linked.id, { name: before?.name ?? "test store" })),
    );
    expect(linked).toEqual({ id: linked.id, name: linked.name, url: storeAddress });
    expect(await root.stores.update(linked.id, { name: `${mark}-2` })).toMatchObject({ name: `${mark}-2` });

    const store = await root.stores.open(linked.id);
    expect(await store.version()).toMatch(/^4\./);
    expect(await store.policies()).toMatchObject({ algorithm_view: "public" });
    expect(await store.policies({ public: true })).toMatchObject({ algorithm_view: "public" });
    expect((await store.rules.list().all()).length).toBeGreaterThan(10);
    expect((await store.roles.list().all()).map(({ name }) => name)).toContain("Root");
    expect((await store.users.list().all()).map(({ username }) => username)).toContain("root");
    expect(Array.isArray(await store.reviews.list({ underReview: true }).all())).toBe(true);

    const role = await store.roles.create({ name: mark, description: "of a test", rules: [1] });
    expect(await store.roles.update(role.id, { description: "changed" })).toMatchObject({
      description: "changed",
    });
    const user = await store.users.create({ username: "leeds", roles: [role.id] });
    expect((await store.users.list({ role: role.id }).all()).map(({ id }) => id)).toEqual([user.id]);
    await store.users.delete(user.id);
    await store.roles.delete(role.id, { dependents: true });

    const algorithms = await store.algorithms.list().all();
    for (const { id, image } of algorithms)
      expect(await store.algorithms.get(id)).toMatchObject({ image, functions: expect.any(Array) });
    await expect((await leeds.stores.open(linked)).users.list().all()).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
      message: expect.stringContaining("not registered in this algorithm store"),
    });
    const error: unknown = await root.stores.delete(linked.id).catch((thrown: unknown) => thrown);
    // Where it cannot, the error says why.
    if (error === undefined)
      await expect(root.stores.get(linked.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    else expect(error).toMatchObject({ status: 400, message: expect.stringContaining('"server_url"') });
  });
});
