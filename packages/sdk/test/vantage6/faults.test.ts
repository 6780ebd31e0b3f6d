import { afterEach, describe, expect, it, vi } from "vitest";
import { connectIn } from "../../src/vantage6/connect.ts";
import type { Server } from "../../src/vantage6/index.ts";
import { type Asked, anna, FakeServer, type Reply, tokens, withServer } from "./fake-server.ts";
import { golden } from "./golden.ts";

const organizations = golden("organization/list");
const list = ({ path }: Asked): Reply | undefined =>
  path === "/organization" ? { body: { ...(organizations.body as object), links: {} } } : undefined;

const task = {
  name: "konsil-1",
  image: "an/image",
  collaboration: 1,
  databases: ["default"],
  inputs: [{ organization: 2, input: "e30=" }],
} as const;
const create = (server: Server) => server.tasks.create(task);

describe("a GET that is not answered", () => {
  const faults: readonly (readonly [string, Reply])[] = [
    ["a lost connection", { lost: "all" }],
    ["half an answer", { ...list({ path: "/organization" } as Asked), lost: "half" }],
    ["500", { status: 500, body: { msg: "An unexpected error occurred on the server!" } }],
    ["500 by something that is no vantage6", { status: 500, body: "<h1>Internal Server Error</h1>" }],
    ["502", { status: 502, body: "<h1>Bad Gateway</h1>" }],
    ["503", { status: 503, body: "" }],
    ["429 with a time", { status: 429, body: { msg: "Too many" }, headers: { "Retry-After": "0.05" } }],
    [
      "429 with a date",
      { status: 429, body: {}, headers: { "Retry-After": new Date(Date.now() - 1000).toUTCString() } },
    ],
  ];

  it.each(faults)("is asked again after %s", async (_what, fault) => {
    await withServer(
      (asked, before) => (asked.path === "/organization" && before < 2 ? fault : list(asked)),
      async (client, server) => {
        expect(
          server.asked.every(
            ({ method, headers }) => method === "POST" || headers["content-type"] === undefined,
          ),
        ).toBe(true);
        expect((await client.organizations.list().all()).map(({ name }) => name)).toEqual([
          "root",
          "north",
          "south",
        ]);
        expect(server.times("GET", "/organization")).toBe(3);
      },
    );
  });

  it("waits as long as the server asks for", async () => {
    await withServer(
      (asked, before) =>
        asked.path === "/organization" && before === 0
          ? { status: 429, body: {}, headers: { "Retry-After": "0.15" } }
          : list(asked),
      async (client) => {
        const before = Date.now();
        await client.organizations.list().all();
        expect(Date.now() - before).toBeGreaterThanOrEqual(140);
      },
    );
  });

  it("is not waited for longer than anybody would", async () => {
    await withServer(
      ({ path }) =>
        path === "/organization"
          ? { status: 429, body: { msg: "Too many" }, headers: { "Retry-After": "3600" } }
          : undefined,
      async (client, server) => {
        await expect(client.organizations.list().all()).rejects.toMatchObject({
          code: "SERVER_BUSY",
          status: 429,
          message: expect.stringContaining('Try again in 3600 s. The server says: "Too many"'),
        });
        expect(server.times("GET", "/organization")).toBe(1);
      },
    );
  });

  it.each<[string, Reply, string]>([
    ["SERVER_UNREACHABLE", { lost: "all" }, "the connection was lost"],
    ["SERVER_UNREACHABLE", { body: [1, 2, 3], lost: "half" }, "its answer broke off"],
    [
      "SERVER_FAILED",
      { status: 500, body: { msg: "An unexpected error occurred on the server!" } },
      "its log",
    ],
    ["SERVER_BUSY", { status: 503, body: "" }, "in a while"],
    ["SERVER_TIMEOUT", { status: 504, body: "" }, "too slow"],
  ])("fails with %s in the end", async (code, fault, words) => {
    await withServer(
      ({ path }) => (path === "/organization" ? fault : undefined),
      async (client, server) => {
        await expect(client.organizations.list().all()).rejects.toMatchObject({
          code,
          message: expect.stringContaining(words),
        });
        expect(server.times("GET", "/organization")).toBe(5);
      },
    );
  });

  it.each<[string, Reply, RegExp]>([
    ["a web page", { body: "<html>Welcome to our proxy</html>" }, /it answers with a web page/],
    ["half of JSON", { body: '{"data": [', headers: { "content-type": "application/json" } }, /not JSON/],
    ["other JSON", { body: { data: [{ id: "1" }] } }, /"data\[0\]\.id" in its answer must be a .*number/],
    ["nothing", { body: "", headers: { "content-type": "application/json" } }, /not JSON/],
    [
      "a page elsewhere",
      { status: 302, body: "", headers: { Location: "https://login.example/?state=abc" } },
      /another address \("https:\/\/login\.example"\), which is not followed/,
    ],
  ])("is not asked again where the answer is %s", async (_what, fault, words) => {
    await withServer(
      ({ path }) => (path === "/organization" ? fault : undefined),
      async (client, server) => {
        await expect(client.organizations.list().all()).rejects.toMatchObject({
          code: "SERVER_ANSWER_INVALID",
          message: expect.stringMatching(words),
        });
        expect(server.times("GET", "/organization")).toBe(1);
      },
    );
  });

  it.each([200, 400, 401, 422, 500])(
    "ends in a typed error where %d comes with words without end",
    async (status) => {
      const deep = `{"msg":${"[".repeat(30_000)}${"]".repeat(30_000)}}`;
      const long = JSON.stringify({ msg: "no ".repeat(30_000) });
      for (const body of [deep, long])
        await withServer(
          ({ path }) => (path === "/organization/1" ? { status, body } : undefined),
          async (client) => {
            const error: unknown = await client.organizations.get(1).catch((thrown: unknown) => thrown);
            expect(error).toMatchObject({ name: "ServerError", status });
            expect((error as Error).message.length).toBeLessThan(1000);
          },
        );
    },
  );

  it("ends at its deadline", async () => {
    const server = await new FakeServer((asked) =>
      asked.path === "/organization" ? { delay: 3000, ...list(asked) } : undefined,
    ).start();
    const client = await connectIn({ pause: 1 }, server.address, { ...anna, timeout: 600 });
    await expect(client.organizations.list().all()).rejects.toMatchObject({
      code: "SERVER_TIMEOUT",
      message: expect.stringContaining("did not answer in time"),
    });
    expect(server.times("GET", "/organization")).toBe(2);
    await server.stop();
  });

  it("is read with Python's numbers that JSON has not", async () => {
    await withServer(
      ({ path }) =>
        path === "/task/1"
          ? {
              body: JSON.stringify(golden("task/one-pending").body).replace(
                '"job_id":1',
                '"job_id":1,"new":NaN',
              ),
              headers: { "content-type": "application/json" },
            }
          : undefined,
      async (client) => expect(await client.tasks.get(1)).toMatchObject({ job: 1 }),
    );
  });
});

describe("what makes or changes something", () => {
  it.each<[string, Reply, string]>([
    ["a lost connection", { lost: "all" }, "SERVER_UNREACHABLE"],
    ["half an answer", { body: golden("task/one-pending").body, lost: "half" }, "SERVER_UNREACHABLE"],
    ["500", { status: 500, body: {} }, "SERVER_FAILED"],
    ["429", { status: 429, body: {}, headers: { "Retry-After": "0" } }, "SERVER_BUSY"],
    ["502", { status: 502, body: "" }, "SERVER_FAILED"],
  ])("is sent once, also after %s", async (_what, fault, code) => {
    await withServer(
      ({ method, path }) => (method !== "GET" && !path.startsWith("/token") ? fault : undefined),
      async (client, server) => {
        await expect(create(client)).rejects.toMatchObject({ code });
        expect(server.times("POST", "/task")).toBe(1);
        await expect(client.tasks.kill(1)).rejects.toMatchObject({ code });
        await expect(client.tasks.delete(1)).rejects.toMatchObject({ code });
        await expect(client.organizations.update(2, { name: "n" })).rejects.toMatchObject({ code });
        for (const [method, path] of [
          ["POST", "/kill/task"],
          ["DELETE", "/task/1"],
          ["PATCH", "/organization/2"],
        ] as const)
          expect(server.times(method, path)).toBe(1);
      },
    );
  });

  it.each([
    { msg: "The domain is claimed already" },
    { msg: "Request body is incorrect", errors: { token: ["Missing."] } },
    { msg: "Invalid padding of the address" },
    { msg: "Signature verification failed", errors: { key: ["Not one."] } },
  ])("is sent once where one of its fields is refused in words as of tokens: %j", async (body) => {
    await withServer(
      ({ method, path }) =>
        method === "POST" && path === "/organization" ? { status: 422, body } : undefined,
      async (client, server) => {
        await expect(client.organizations.create({ name: "a" })).rejects.toMatchObject({
          code: "REQUEST_REJECTED",
          message: expect.stringContaining(`The server says: "${body.msg}`),
        });
        expect(server.times("POST", "/organization")).toBe(1);
        expect(server.times("POST", "/token/refresh")).toBe(0);
      },
    );
  });

  it("says whether it certainly was not sent", async () => {
    await withServer(
      ({ path }) => (path === "/task" ? { lost: "all" } : undefined),
      async (client, server) => {
        await expect(create(client)).rejects.toMatchObject({ code: "SERVER_UNREACHABLE", unsent: false });
        await server.stop();
        await expect(create(client)).rejects.toMatchObject({ code: "SERVER_UNREACHABLE", unsent: true });
        await server.start();
      },
    );
  });

  it("is sent as the server wants it", async () => {
    await withServer(
      ({ method, path }) =>
        method !== "GET" && !path.startsWith("/token")
          ? { status: 201, body: golden("task/one-pending").body }
          : undefined,
      async (client, server) => {
        await client.tasks.create({
          ...task,
          collaboration: 3,
          store: 4,
          databases: ["default", { label: "other", query: "SELECT 1", sheetName: "a" }],
        });
        const { body, headers } = server.asked.at(-1) as Asked;
        expect(JSON.parse(body)).toEqual({
          name: "konsil-1",
          image: "an/image",
          collaboration_id: 3,
          store_id: 4,
          server_url: server.address,
          databases: [{ label: "default" }, { label: "other", query: "SELECT 1", sheet_name: "a" }],
          organizations: [{ id: 2, input: "e30=" }],
        });
        expect(headers["content-type"]).toBe("application/json");
        await client.organizations.delete(7, { dependents: true });
        expect(server.asked.at(-1)?.query.get("delete_dependents")).toBe("1");
        // Whatever text there is, the server takes it for true.
        await client.organizations.delete(7);
        expect(server.asked.at(-1)?.query.has("delete_dependents")).toBe(false);
        await client.collaborations.addOrganization(1, 5);
        expect(server.asked.at(-1)).toMatchObject({
          method: "POST",
          path: "/collaboration/1/organization",
          body: '{"id":5}',
        });
      },
    );
  });

  it("is refused here where it is nothing that a server has", async () => {
    await withServer(
      () => undefined,
      async (client, server) => {
        const before = server.asked.length;
        const wrong = { name: "a", organisation: 1 } as object;
        await expect(client.tasks.list(wrong).all()).rejects.toMatchObject({
          code: "ARGUMENT_UNKNOWN",
          message: expect.stringContaining('Did you mean "organization"?'),
        });
        await expect(client.organizations.delete(7, { dependants: true } as object)).rejects.toMatchObject({
          code: "ARGUMENT_UNKNOWN",
          message: expect.stringContaining('Did you mean "dependents"?'),
        });
        // Filters that servers have, and fail at or answer wrongly.
        for (const wrongly of [
          client.tasks.list({ status: "completed" } as object),
          client.users.list({ collaboration: 1 } as object),
          client.roles.list({ collaboration: 1 } as object),
        ])
          await expect(wrongly.all()).rejects.toMatchObject({ code: "ARGUMENT_UNKNOWN" });
        for (const [field, value] of [
          ["collaboration", "public data"],
          ["organization", 0],
          ["name", 7],
        ] as const)
          await expect(client.nodes.list({ [field]: value } as object).all()).rejects.toMatchObject({
            code: "ARGUMENT_INVALID",
            message: expect.stringContaining(`\`${field}\` in a filter of nodes must be`),
          });
        await expect(client.tasks.get(1.5)).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
        await expect(client.tasks.get("7/../../user" as never)).rejects.toMatchObject({
          code: "ARGUMENT_INVALID",
        });
        await expect(client.tasks.create({ ...task, collaboration: undefined })).rejects.toMatchObject({
          code: "ARGUMENT_INVALID",
        });
        expect(server.asked.length).toBe(before);
      },
    );
  });
});

describe("tokens", () => {
  /** Puts the clock forward by so many seconds; timers go on as they do. */
  const later = (seconds: number): void => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 });
  };
  afterEach(() => void vi.useRealTimers());

  const expired: Reply = { status: 401, body: { msg: "Token has expired" } };

  it("are renewed before they end, once for all who ask at the same time", async () => {
    let logins = 0;
    await withServer(
      (asked) => {
        if (asked.path === "/token/user") return { body: tokens(3600, `login ${++logins}`) };
        if (asked.path === "/token/refresh") return { body: tokens(3600, "renewed"), delay: 30 };
        return list(asked);
      },
      async (client, server) => {
        await client.organizations.list().all();
        expect(server.times("POST", "/token/refresh")).toBe(0);
        later(3570);
        await Promise.all([1, 2, 3, 4, 5].map(() => client.organizations.list().all()));
        expect(server.times("POST", "/token/refresh")).toBe(1);
        expect(logins).toBe(1);
        const used = new Set(server.asked.slice(-5).map(({ headers }) => headers.authorization));
        expect(used.size).toBe(1);
      },
    );
  });

  it("are renewed where the server says in the middle that they are over, also for what makes something", async () => {
    await withServer(
      ({ method, path }, before) => {
        if (path === "/token/refresh") return { body: tokens(3600, "renewed") };
        if (method === "POST" && path === "/task")
          return before === 0 ? expired : { body: golden("task/one-pending").body };
        return undefined;
      },
      async (client, server) => {
        expect(await create(client)).toMatchObject({ id: 1 });
        const sent = server.asked.filter(({ path }) => path === "/task");
        expect(sent).toHaveLength(2);
        expect(sent[0]?.body).toBe(sent[1]?.body);
        expect(sent[0]?.headers.authorization).not.toBe(sent[1]?.headers.authorization);
      },
    );
  });

  it("are renewed once only, and a refusal for want of permission not at all", async () => {
    await withServer(
      ({ path }) => {
        if (path === "/organization") return expired;
        if (path === "/task") return { status: 401, body: { msg: "You lack the permission to do that!" } };
        return undefined;
      },
      async (client, server) => {
        await expect(client.organizations.list().all()).rejects.toMatchObject({ code: "SESSION_EXPIRED" });
        expect(server.times("GET", "/organization")).toBe(2);
        await expect(create(client)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
        expect(server.times("POST", "/task")).toBe(1);
      },
    );
  });

  it("that a server no longer knows are had anew by a login", async () => {
    let epoch = 1;
    const known = (asked: Asked): boolean => {
      const claims = Buffer.from(
        String(asked.headers.authorization).split(".")[1] ?? "",
        "base64url",
      ).toString();
      return claims.includes(`"epoch ${epoch}"`);
    };
    await withServer(
      (asked) => {
        if (asked.path === "/token/user") return { body: tokens(3600, `epoch ${epoch}`) };
        if (!["/version", "/token/user"].includes(asked.path) && !known(asked))
          return { status: 422, body: { msg: "Signature verification failed" } };
        return list(asked);
      },
      async (client, server) => {
        await client.organizations.list().all();
        // The server is started anew, with a secret of its own.
        epoch = 2;
        await client.organizations.list().all();
        expect(server.times("POST", "/token/user")).toBe(2);
      },
    );
  });

  /** A server that forgets all tokens once it is told to, and takes one password after another has been set. */
  function forgetting(wanted: string) {
    const passwords: string[] = [];
    const state = { passwords, forgot: false };
    const answering = (asked: Asked): Reply | undefined => {
      if (asked.path === "/password/change") return { body: { msg: "Password changed" } };
      if (asked.path === "/token/user") {
        const { password } = JSON.parse(asked.body) as { password: string };
        passwords.push(password);
        if (state.forgot && password !== wanted) return { status: 401, body: { msg: "Wrong" } };
        return { body: tokens(3600, state.forgot ? "anew" : "") };
      }
      const isOld = state.forgot && (asked.path === "/token/refresh" || !isAnew(asked));
      return isOld ? { status: 422, body: { msg: "Signature verification failed" } } : list(asked);
    };
    return { state, answering };
  }
  const isAnew = ({ headers }: Asked): boolean =>
    Buffer.from(String(headers.authorization).split(".")[1] ?? "", "base64url")
      .toString()
      .includes("anew");

  it("that a server no longer knows are had anew with the password that was set meanwhile", async () => {
    const { state, answering } = forgetting("Anna-password-2");
    await withServer(answering, async (client) => {
      await client.account.changePassword(anna.password, "Anna-password-2");
      state.forgot = true;
      expect(await client.organizations.list().all()).toHaveLength(3);
      expect(state.passwords).toEqual([anna.password, "Anna-password-2"]);
    });
  });

  it("are not asked for again with a password that was refused: servers lock accounts", async () => {
    const { state, answering } = forgetting("somebody's");
    await withServer(answering, async (client) => {
      state.forgot = true;
      const codes: unknown[] = [];
      for (let i = 0; i < 4; i++)
        await client.organizations.get(1).catch((error: { code: unknown }) => codes.push(error.code));
      expect(codes).toEqual(["LOGIN_FAILED", "SESSION_EXPIRED", "SESSION_EXPIRED", "SESSION_EXPIRED"]);
      expect(state.passwords).toEqual([anna.password, anna.password]);
    });
  });

  it("of a login with a code end with it", async () => {
    await withServer(
      ({ path }) => (path === "/organization" || path === "/token/refresh" ? expired : undefined),
      async (client, server) => {
        await expect(client.organizations.list().all()).rejects.toMatchObject({
          code: "SESSION_EXPIRED",
          message: expect.stringContaining("connect() again"),
        });
        expect(server.times("POST", "/token/user")).toBe(1);
      },
      { mfaCode: "123 456" },
    );
  });

  it("that cannot be renewed just now are used to their end", async () => {
    await withServer(
      (asked) => {
        if (asked.path === "/token/user") return { body: tokens(3600) };
        if (asked.path === "/token/refresh") return { status: 500, body: {} };
        return list(asked);
      },
      async (client) => {
        later(3570);
        expect(await client.organizations.list().all()).toHaveLength(3);
        later(60);
        await expect(client.organizations.list().all()).rejects.toMatchObject({ code: "SERVER_FAILED" });
      },
    );
  });
});
