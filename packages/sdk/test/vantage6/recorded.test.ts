import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectIn } from "../../src/vantage6/connect.ts";
import type { Server, Store } from "../../src/vantage6/index.ts";
import { anna, FakeServer } from "./fake-server.ts";
import { type Golden, golden, goldens } from "./golden.ts";

let current: Golden | undefined;
let fake: FakeServer;
let server: Server;
let store: Store;

beforeAll(async () => {
  fake = await new FakeServer(({ path }) => {
    if (current === undefined || path === "/version") return undefined;
    return { status: current.status, body: current.body, headers: current.headers };
  }).start();
  server = await connectIn({ pause: 3 }, fake.address, anna);
  store = await server.stores.open({ id: 1, name: "a store", url: fake.address });
});
afterAll(() => fake.stop());

type Kind = { list(): { all(): Promise<readonly unknown[]> }; get?(id: number): Promise<unknown> };

const kinds: Readonly<Record<string, () => Kind>> = {
  organization: () => server.organizations,
  collaboration: () => server.collaborations,
  study: () => server.studies,
  node: () => server.nodes,
  user: () => server.users,
  role: () => server.roles,
  rule: () => server.rules,
  task: () => server.tasks,
  run: () => server.runs,
  result: () => server.results,
  algorithmstore: () => server.stores,
};

const storeKinds: Readonly<Record<string, () => Kind>> = {
  algorithm: () => store.algorithms,
  review: () => store.reviews,
  user: () => store.users,
  role: () => store.roles,
  rule: () => store.rules,
};

function kindOf(name: string): Kind | undefined {
  const [folder = "", rest = ""] = name.split("/");
  if (folder === "kill") return server.tasks;
  if (folder !== "store") return kinds[folder]?.();
  return storeKinds[rest.split("-")[0] ?? ""]?.();
}

function lengthOf({ body }: Golden): number | undefined {
  const data = (body as { readonly data?: unknown } | null)?.data;
  return Array.isArray(data) ? data.length : undefined;
}

const good = Object.entries(goldens).filter(
  ([name, { status }]) =>
    status < 300 && !/^(version|health|blobstream|token|errors|kill\/.*task)/.test(name),
);

describe("what a real server answered", () => {
  const lists = good.filter(([, answer]) => lengthOf(answer) !== undefined);
  const whole = good.filter(([, { body }]) => typeof (body as { id?: unknown } | null)?.id === "number");

  it("is there in all its kinds", () => {
    expect(lists.length).toBeGreaterThan(30);
    expect(whole.length).toBeGreaterThan(15);
    for (const kind of Object.keys(kinds)) expect(lists.map(([name]) => name.split("/")[0])).toContain(kind);
  });

  it.each(lists)("is read as a list: %s", async (name, answer) => {
    // As the last page, whatever page it was.
    const body = { ...(answer.body as object), links: {} };
    current = { ...answer, body, headers: { "content-type": "application/json" } };
    expect(await kindOf(name)?.list().all()).toHaveLength(lengthOf(answer) ?? -1);
  });

  it.each(whole)("is read as one thing: %s", async (name, answer) => {
    current = answer;
    const { id } = answer.body as { id: number };
    expect(await kindOf(name)?.get?.(id)).toMatchObject({ id });
    await expect(kindOf(name)?.get?.(id + 1)).rejects.toMatchObject({
      code: "SERVER_ANSWER_INVALID",
      message: expect.stringContaining(`${id} instead of ${id + 1}`),
    });
  });

  it("has a store's operations in small letters, by which alone it finds them", async () => {
    current = golden("store/rule");
    const asked = fake.asked.length;
    await store.rules.list({ operation: "VIEW" }).all();
    expect(fake.asked[asked]?.query.get("operation")).toBe("view");
  });

  it("is asked for by each filter under the name that a real server knows", async () => {
    const asked = async (list: { all(): Promise<unknown> }, answer: string): Promise<unknown> => {
      current = golden(answer);
      const before = fake.asked.length;
      await list.all();
      const {
        page: _page,
        per_page: _size,
        sort: _sort,
        ...query
      } = Object.fromEntries(fake.asked[before]?.query ?? []);
      return query;
    };
    const { tasks, users, roles, nodes, collaborations } = server;
    const tasksAsked = asked(
      tasks.list({ description: "a%", database: "default", userCreated: false }),
      "task/list",
    );
    expect(await tasksAsked).toEqual({
      description: "a%",
      database: "default",
      is_user_created: "0",
    });
    expect(await asked(users.list({ firstName: "A%", lastName: "B" }), "user/list")).toEqual({
      firstname: "A%",
      lastname: "B",
    });
    const rolesAsked = asked(
      roles.list({ description: "a", organization: 1, includeDefault: true }),
      "role/list",
    );
    expect(await rolesAsked).toEqual({ description: "a", organization_id: "1", include_root: "1" });
    expect(await asked(roles.list({ includeDefault: false }), "role/list")).toEqual({});
    expect(await asked(nodes.list({ ip: "10.0.0.1" }), "node/list")).toEqual({ ip: "10.0.0.1" });
    // Compared, where others are read as true whatever they say.
    for (const encrypted of [true, false])
      expect(await asked(collaborations.list({ encrypted }), "collaboration/list")).toEqual({
        encrypted: encrypted ? "1" : "0",
      });
    expect(await asked(store.algorithms.list({ vantage6Version: "4.%" }), "store/algorithm-list")).toEqual({
      vantage6_version: "4.%",
    });
    const rulesAsked = asked(store.rules.list({ username: "anna" }), "store/rule");
    expect(await rulesAsked).toEqual({ username: "anna", server_url: fake.address });
  });

  it("has its fields under our names", async () => {
    current = golden("task/one-store");
    expect(await server.tasks.get(11)).toEqual({
      id: 11,
      name: "central",
      description: "recorded",
      image:
        "localhost:7605/konsil/v4-algo:1@sha256:6b0b77da15a56f7fffe39cc4e3623a5f0a0d6de5a3e4235f53f2e90b1b74f262",
      status: "completed",
      job: 9,
      parent: null,
      collaboration: { id: 1 },
      study: null,
      store: { id: 1 },
      organization: { id: 2 },
      user: { id: 2 },
      databases: [{ label: "default" }],
      createdAt: new Date("2026-11-23T20:30:26.137Z"),
      finishedAt: new Date("2026-11-23T20:30:31.675Z"),
    });
    current = golden("run/list-killed-pending");
    expect(await server.runs.list({ task: 16 }).first()).toEqual({
      id: 25,
      status: "killed by user",
      log: null,
      input: "eyJtZXRob2QiOiAicGFydGlhbCIsICJhcmdzIjogW10sICJrd2FyZ3MiOiB7fX0=",
      isBlob: false,
      startedAt: null,
      finishedAt: new Date("2026-11-23T20:30:40.333Z"),
      task: { id: 16 },
      organization: { id: 3 },
      node: { id: 5, name: "south - pan Node", status: "offline" },
      result: { id: 25 },
    });
    current = golden("organization/list");
    const organizations = await server.organizations.list().all();
    expect(organizations.map(({ name, publicKey }) => [name, publicKey === null])).toEqual([
      ["root", true],
      ["north", false],
      ["south", false],
    ]);
    current = golden("node/one");
    expect(await server.nodes.get(4)).toMatchObject({
      status: "online",
      organization: { id: 2 },
      config: expect.arrayContaining([{ key: "allowed_algorithms", value: "all" }]),
    });
    // A secret of two factors is in what a server tells of a user; here it is dropped.
    current = golden("user/one");
    expect(Object.keys(await server.users.get(2))).toEqual([
      "id",
      "username",
      "email",
      "organization",
      "firstName",
      "lastName",
      "lastSeen",
    ]);
    current = golden("store/algorithm-one");
    expect(await store.algorithms.get(1)).toMatchObject({
      digest: "sha256:6b0b77da15a56f7fffe39cc4e3623a5f0a0d6de5a3e4235f53f2e90b1b74f262",
      vantage6Version: "4.15.2",
      functions: [
        { name: "central", type: "central", arguments: [] },
        { name: "echo", arguments: [{ name: "column" }, { name: "limit", defaultValue: "5" }] },
      ],
    });
  });

  it("says version, health and whether there are blobs", async () => {
    expect(await server.version()).toBe("4.15.2");
    current = golden("health");
    expect(await server.health()).toEqual({ database: true });
    current = golden("blobstream/status");
    expect(await server.blobs.enabled()).toBe(false);
    // Servers before 4.11.
    current = golden("errors/unknown-route");
    expect(await server.blobs.enabled()).toBe(false);
    current = golden("store/policy");
    expect(await store.policies()).toMatchObject({ min_reviewers: 2 });
  });
});

describe("what a real server refused", () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ["errors/permission-denied", "PERMISSION_DENIED", /You lack the permission to do that!/],
    ["errors/unknown-id", "NOT_FOUND", /task id=99999 is not found/],
    ["errors/unknown-route", "SERVER_VERSION", /Check the address/],
    ["collaboration/nodes", "SERVER_VERSION", /The method is not allowed/],
    ["blobstream/post-disabled", "SERVER_VERSION", /result streaming is not available/],
    ["token/user-missing-field", "REQUEST_REJECTED", /password: Missing data for required field\./],
    ["errors/encrypted-needs-ciphertext", "REQUEST_REJECTED", /input is not encrypted/],
    ["kill/task-finished", "REQUEST_REJECTED", /already finished with status/],
    ["errors/bad-sort", "SERVER_FAILED", /Cannot sort a 'Task' by 'nothing'/],
    ["errors/task-bad-input", "SERVER_FAILED", /unexpected error/],
    ["algorithmstore/create-no-force", "REQUEST_REJECTED", /'force' flag/],
    ["store/errors-no-server-url", "REQUEST_REJECTED", /Missing Server-Url header/],
    ["store/errors-unknown-server", "PERMISSION_DENIED", /you are trying to authenticate/],
  ];

  it.each(cases)("%s is %s", async (name, code, words) => {
    current = golden(name);
    const before = fake.asked.length;
    await expect(
      server.tasks.create({
        name: "a",
        image: "b",
        collaboration: 1,
        databases: [],
        inputs: [{ organization: 1, input: "" }],
      }),
    ).rejects.toMatchObject({
      name: "ServerError",
      code,
      status: current.status,
      message: expect.stringMatching(words),
    });
    // To make something is asked once.
    expect(fake.asked.length).toBe(before + 1);
  });

  it("kill/node-tasks says that servers fail at this whatever they are asked", async () => {
    current = golden("kill/node-tasks");
    await expect(server.nodes.killTasks(4)).rejects.toMatchObject({
      code: "SERVER_FAILED",
      status: 500,
      message: expect.stringContaining("Kill the tasks one by one: server.tasks.kill(id)."),
    });
  });

  it.each([
    "errors/no-token",
    "errors/expired-token",
    "errors/bad-token",
    "errors/forged-token",
    "errors/refresh-as-access",
  ])("%s is a session that is over, where nothing helps", async (name) => {
    current = golden(name);
    const failing = server.organizations.list().all();
    // Even the login that is tried again is answered so.
    await expect(failing).rejects.toMatchObject({
      code: expect.stringMatching(/^(SESSION_EXPIRED|LOGIN_FAILED)$/),
    });
  });
});
