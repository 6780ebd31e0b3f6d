import { generateKeyPairSync } from "node:crypto";
import type { PreflightNews } from "@konsil/core";
import { beforeAll, describe, expect, it } from "vitest";
import { memoryKnownKeys, type PrivateKey, parsePrivateKey } from "../../src/crypto/index.ts";
import { type Answering, type Asked, withServer } from "./fake-server.ts";
import { golden } from "./golden.ts";

let north: PrivateKey;
let south: PrivateKey;
const small = (): PrivateKey =>
  parsePrivateKey(
    String(
      generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "pem", type: "pkcs1" }),
    ),
  );
beforeAll(() => {
  north = small();
  south = small();
});

const call = { method: "partial", kwargs: { column: "age" } } as const;
const task = { name: "a", image: "an/image", databases: ["default"], call } as const;
const said = { method: "partial", args: [], kwargs: { column: "age" } };

interface World {
  readonly encrypted: boolean;
  readonly hasBlobs?: boolean;
  southKey?: string;
}

/** Organizations 2 and 3 in collaboration 1, of which study 7 is a part. */
function serving(world: World): Answering {
  const [row] = (golden("organization/list").body as { data: object[] }).data;
  const organization = (id: number, name: string, key: string): object => ({
    ...row,
    id,
    name,
    public_key: key,
  });
  return ({ method, path }, before) => {
    if (path === "/collaboration/1") return { body: { id: 1, name: "c", encrypted: world.encrypted } };
    if (path === "/study/7") return { body: { id: 7, name: "s", collaboration: { id: 1 } } };
    if (path === "/organization/2") return { body: organization(2, "north", north.publicKey.toText()) };
    if (path === "/organization") {
      const keys = [north.publicKey.toText(), world.southKey ?? south.publicKey.toText()] as const;
      return {
        body: { data: [organization(2, "north", keys[0]), organization(3, "south", keys[1])], links: {} },
      };
    }
    if (path === "/blobstream/status") return { body: { blob_store_enabled: world.hasBlobs === true } };
    if (method === "POST" && path === "/blobstream") return { status: 201, body: { uuid: `blob-${before}` } };
    return method === "POST" && path === "/task"
      ? { status: 201, body: golden("task/one-pending").body }
      : undefined;
  };
}

interface Sent {
  readonly organizations: readonly { readonly id: number; readonly input: string }[];
}

const sent = (asked: readonly Asked[]): Sent["organizations"] =>
  (JSON.parse(asked.find(({ path, method }) => path === "/task" && method === "POST")?.body ?? "") as Sent)
    .organizations;

describe("a task that calls a program", () => {
  it("has its input in base64 where the collaboration is not encrypted", async () => {
    await withServer(serving({ encrypted: false }), async (client, server) => {
      await client.tasks.create({ ...task, collaboration: 1, organizations: [2, 3] });
      for (const { input } of sent(server.asked))
        expect(JSON.parse(Buffer.from(input, "base64").toString("utf8"))).toEqual(said);
      expect(server.times("GET", "/organization")).toBe(0);
    });
  });

  it("has it encrypted for each organization where the collaboration is, of a study too", async () => {
    await withServer(
      serving({ encrypted: true }),
      async (client, server) => {
        await client.tasks.create({ ...task, study: 7, organizations: [2, 3] });
        const [first, second] = sent(server.asked);
        expect(north.decryptJson(first?.input ?? "")).toEqual(said);
        expect(south.decryptJson(second?.input ?? "")).toEqual(said);
        expect(server.asked.find(({ path }) => path === "/task")?.body).not.toContain('"age"');
      },
      { privateKey: north },
    );
  });

  it("has it in the blob store where the server has one", async () => {
    await withServer(
      serving({ encrypted: true, hasBlobs: true }),
      async (client, server) => {
        await client.tasks.create({ ...task, collaboration: 1, organizations: [2] });
        expect(sent(server.asked)).toEqual([{ id: 2, input: "blob-0" }]);
        const upload = server.asked.find(({ method, path }) => method === "POST" && path === "/blobstream");
        expect(upload?.headers["content-type"]).toBe("application/octet-stream");
      },
      { privateKey: north },
    );
  });

  it("is not sent with a key that is not what it was, or is none", async () => {
    const world: World = { encrypted: true };
    await withServer(
      serving(world),
      async (client, server) => {
        const create = () => client.tasks.create({ ...task, collaboration: 1, organizations: [2, 3] });
        await create();
        world.southKey = small().publicKey.toText();
        await expect(create()).rejects.toMatchObject({ code: "KEY_CHANGED" });
        world.southKey = "";
        await expect(create()).rejects.toMatchObject({
          code: "KEY_INVALID",
          message: expect.stringContaining('organization "south"'),
        });
        await expect(
          client.tasks.create({ ...task, collaboration: 1, organizations: [4] }),
        ).rejects.toMatchObject({
          code: "ARGUMENT_INVALID",
          message: expect.stringContaining("organization 4"),
        });
        expect(server.times("POST", "/task")).toBe(1);
      },
      { privateKey: north, knownKeys: memoryKnownKeys() },
    );
  });

  it("tells before it is sent which keys nobody has compared yet, as a federation does", async () => {
    const knownKeys = memoryKnownKeys();
    const world: World = { encrypted: true };
    const asked = { ...task, collaboration: 1, organizations: [3, 2] };
    await withServer(
      serving(world),
      async (client, server) => {
        const heard: unknown[] = [];
        const onProgress = (news: PreflightNews): void => {
          heard.push([news, server.times("POST", "/task")]);
        };
        await client.tasks.create(asked, { onProgress });
        const keys = [
          { site: "south", fingerprint: south.publicKey.fingerprint },
          { site: "north", fingerprint: north.publicKey.fingerprint },
        ];
        expect(heard).toEqual([[{ type: "keys-first-seen", keys }, 0]]);
        await client.tasks.create(asked, { onProgress });
        expect(heard).toHaveLength(1);
      },
      { privateKey: north, knownKeys },
    );
    // A key becomes known though that of another organization is refused.
    world.southKey = "none";
    await withServer(
      serving(world),
      async (client) => {
        const heard: PreflightNews[] = [];
        const end = client.tasks.create(asked, { onProgress: (news) => heard.push(news) });
        await expect(end).rejects.toMatchObject({ code: "KEY_INVALID" });
        expect(heard).toMatchObject([{ type: "keys-first-seen", keys: [{ site: "north" }] }]);
      },
      { privateKey: north, knownKeys: memoryKnownKeys() },
    );
  });

  it("tells that a private key is not used where the collaboration is not encrypted", async () => {
    await withServer(
      serving({ encrypted: false }),
      async (client) => {
        const heard: PreflightNews[] = [];
        const options = { onProgress: (news: PreflightNews) => heard.push(news) };
        await client.tasks.create({ ...task, collaboration: 1, organizations: [2] }, options);
        const message = expect.stringContaining('The collaboration "c" is not encrypted');
        expect(heard).toEqual([{ type: "warning", message }]);
        const wrong = { onprogress: options.onProgress } as never;
        await expect(client.tasks.create({ ...task, inputs: [] } as never, wrong)).rejects.toMatchObject({
          code: "ARGUMENT_UNKNOWN",
          message: expect.stringContaining('Did you mean "onProgress"?'),
        });
      },
      { privateKey: north },
    );
  });

  it("is not sent without one's own key where the collaboration is encrypted, or with another's", async () => {
    for (const [privateKey, words] of [
      [undefined, /your organization's private key only/],
      [small(), /not the one of your organization "north"/],
    ] as const)
      await withServer(
        serving({ encrypted: true }),
        async (client, server) => {
          await expect(
            client.tasks.create({ ...task, collaboration: 1, organizations: [2, 3] }),
          ).rejects.toMatchObject({ code: "KEY_INVALID", message: expect.stringMatching(words) });
          expect(server.times("POST", "/task")).toBe(0);
        },
        { privateKey },
      );
  });

  it.each<[object, RegExp]>([
    [{ call: { method: "" } }, /"call\.method" must not be empty/],
    [
      { call: { method: "m", kwargs: { x: Number.NaN } } },
      /kwargs\.x is not plain JSON\. Use finite numbers/,
    ],
    [{ call: { method: "m", args: [1n] } }, /args.*is not plain JSON/],
    [{ call: undefined }, /`organizations` and a `call`/],
    [{ organizations: ["oslo"] }, /"organizations.*" must be .*number, not text/],
    [{ databases: "default" }, /"databases" must be a list, not text; write it in brackets/],
    [{ organizations: [] }, /one organization at least/],
    [{ collaboration: undefined }, /`collaboration` or a `study`/],
    ...[
      "",
      " an/image",
      "an/image:1 ",
      "an image",
      "an/Image",
      "an/image:",
      "an/image@sha256:0a",
      "https://a.b/c",
    ].map((image): [object, RegExp] => [{ image }, /`image` must be the name of an image, without spaces/]),
  ])("with %o is refused before anything is sent", async (wrong, words) => {
    await withServer(serving({ encrypted: false }), async (client, server) => {
      const before = server.asked.length;
      await expect(
        client.tasks.create({ ...task, collaboration: 1, organizations: [2], ...wrong } as never),
      ).rejects.toMatchObject({ code: "ARGUMENT_INVALID", message: expect.stringMatching(words) });
      expect(server.asked.length).toBe(before);
    });
  });

  it.each([
    ["input_", "call"],
    ["database", "databases"],
    ["organisations", "organizations"],
  ])("tells whoever writes %s what it is called here", async (wrong, right) => {
    await withServer(serving({ encrypted: false }), async (client) => {
      await expect(
        client.tasks.create({ ...task, collaboration: 1, [wrong]: [] } as never),
      ).rejects.toMatchObject({
        code: "ARGUMENT_UNKNOWN",
        message: expect.stringContaining(`Did you mean "${right}"?`),
      });
    });
  });
});

describe("waiting for a task", () => {
  const [row] = (golden("run/list").body as { data: object[] }).data;
  const [resultRow] = (golden("result/list").body as { data: object[] }).data;
  const runs = (...statuses: readonly (readonly [string, string | null])[]): object => ({
    data: statuses.map(([status, finished], i) => ({
      ...row,
      id: i + 1,
      organization: { id: i + 2 },
      status,
      finished_at: finished,
      results: { id: i + 1 },
    })),
    links: {},
  });
  const results = {
    data: [1, 2].map((id) => ({ ...resultRow, id, run: { id }, result: id === 1 ? "eyJyb3dzIjoyfQ==" : "" })),
    links: {},
  };
  const done = "2026-11-23T20:29:54.713272";

  it("waits for every run, whatever one of them came to", async () => {
    const states = [
      runs(),
      runs(["crashed", done], ["active", null]),
      runs(["crashed", done], ["dreaming", null]),
      runs(["completed", done], ["dreaming", done]),
    ];
    await withServer(
      ({ path }, before) => {
        if (path === "/task/1") return { body: golden("task/one-pending").body };
        return path === "/run"
          ? { body: states[before] }
          : path === "/result"
            ? { body: results }
            : undefined;
      },
      async (client) => {
        const outcomes = await client.results.wait(1);
        expect(
          outcomes.map(({ organization, status, content }) => [organization.id, status, content]),
        ).toEqual([
          [2, "completed", { type: "json", value: { rows: 2 } }],
          [3, "dreaming", { type: "none" }],
        ]);
      },
    );
  });

  it("ends at its deadline, or when it is told to, and leaves the task alone", async () => {
    await withServer(
      ({ path }) => (path === "/run" ? { body: runs(["active", null]) } : undefined),
      async (client, server) => {
        await expect(client.results.wait(1, { deadline: 0.05 })).rejects.toMatchObject({
          code: "ANALYSIS_TIMEOUT",
          message: expect.stringContaining("It goes on"),
        });
        const abort = new AbortController();
        setTimeout(() => abort.abort(), 30);
        await expect(client.results.wait(1, { signal: abort.signal })).rejects.toMatchObject({
          code: "ANALYSIS_ABORTED",
        });
        expect(server.asked.some(({ path }) => path.startsWith("/kill"))).toBe(false);
      },
    );
  });
});

describe("an algorithm store", () => {
  it("is asked as the server's user, by a header that no web server drops", async () => {
    await withServer(
      ({ path }) => (path === "/algorithm" ? { body: golden("store/algorithm-list").body } : undefined),
      async (client, server) => {
        const store = await client.stores.open({ id: 1, name: "s", url: `${server.address}/` });
        expect(store.address).toBe(server.address);
        await store.algorithms.list({ image: "a:1", underReview: true, invalidated: false }).all();
        const asked = server.asked.at(-1);
        expect(asked?.headers["server-url"]).toBe(server.address);
        expect(asked?.headers.authorization).toMatch(/^Bearer /);
        expect(Object.fromEntries(asked?.query ?? [])).toEqual({
          image: "a:1",
          under_review: "1",
          page: "1",
          per_page: "100",
          sort: "id",
        });
        const known = await client.stores.open(
          { id: 1, name: "s", url: server.address },
          { serverAddress: "https://known.example/api" },
        );
        await known.algorithms.list().all();
        expect(server.asked.at(-1)?.headers["server-url"]).toBe("https://known.example/api");
        expect(() => store.algorithms.list({ underReview: true, invalidated: true })).toThrow(
          expect.objectContaining({ code: "ARGUMENT_INVALID" }),
        );
      },
    );
  });

  it("on another machine without encryption gets no token", async () => {
    await withServer(
      () => undefined,
      async (client) => {
        await expect(
          client.stores.open({ id: 1, name: "s", url: "http://store.example.org/api" }),
        ).rejects.toMatchObject({ code: "ADDRESS_INSECURE" });
      },
    );
  });
});
