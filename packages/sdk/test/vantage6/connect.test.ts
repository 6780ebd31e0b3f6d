import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, connect as dial } from "node:net";
import { networkInterfaces } from "node:os";
import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { generatePrivateKey } from "../../src/crypto/index.ts";
import { connectNode } from "../../src/node/index.ts";
import { candidates, readAddress } from "../../src/vantage6/address.ts";
import { type ConnectOptions, connectIn } from "../../src/vantage6/connect.ts";
import { EnrolmentError } from "../../src/vantage6/index.ts";
import { type Answering, anna, FakeServer, withServer } from "./fake-server.ts";
import { golden } from "./golden.ts";

let server: FakeServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function start(answering: Answering = () => undefined): Promise<FakeServer> {
  server = await new FakeServer(answering).start();
  return server;
}

const quick = { pause: 1, retries: 1 } as const;
const connect = (address: string, options: object = {}) =>
  connectIn(quick, address, { ...anna, ...options } as ConnectOptions);

describe("an address", () => {
  it.each([
    ["https://v6.example.org/api/", "https://v6.example.org/api"],
    ["HTTPS://V6.Example.org:443", "https://v6.example.org"],
    ["http://localhost:7601/api", "http://localhost:7601/api"],
    ["http://127.3.2.1/api", "http://127.3.2.1/api"],
    ["http://[::1]:5000", "http://[::1]:5000"],
  ])("%s is %s", (text, base) => expect(readAddress(text, false)).toBe(base));

  it("of this machine by its number in the network stays on this machine", () => {
    const [own] = Object.values(networkInterfaces())
      .flatMap((all) => all ?? [])
      .filter(({ family }) => family === "IPv4");
    if (own !== undefined) expect(readAddress(`http://${own.address}:1/api`, false)).toContain(own.address);
  });

  it("of another machine without encryption is refused before anything is sent", async () => {
    for (const address of [
      "http://v6.example.org/api",
      "http://localhost.example.org",
      "http://127.0.0.1.example.org",
    ])
      await expect(connect(address)).rejects.toMatchObject({
        code: "ADDRESS_INSECURE",
        message: expect.stringContaining("Nothing was sent"),
      });
    expect(readAddress("http://v6.example.org/api", true)).toBe("http://v6.example.org/api");
  });

  it.each([
    "v6.example.org",
    "ftp://v6.example.org",
    "",
    "https://u:p@v6.example.org",
    "https://v6.example.org/?a=1",
  ])("%j is none", (text) =>
    expect(() => readAddress(text, false)).toThrow(expect.objectContaining({ code: "ARGUMENT_INVALID" })),
  );

  it("is looked for with “/api” and without", async () => {
    expect(candidates("https://a.example")).toEqual(["https://a.example/api", "https://a.example"]);
    expect(candidates("https://a.example/v6")).toEqual(["https://a.example/v6", "https://a.example/v6/api"]);
    expect(candidates("https://a.example/api")).toEqual(["https://a.example/api"]);
    const { address } = await start();
    const client = await connect(address.replace("/api", "/"));
    expect(client.address).toBe(address);
  });

  it("of something else gets no password", async () => {
    const { address } = await start(() => ({ body: "<h1>It works!</h1>" }));
    await expect(connect(address)).rejects.toMatchObject({ code: "SERVER_ANSWER_INVALID" });
    expect(server?.asked.every(({ method, body }) => method === "GET" && body === "")).toBe(true);
  });

  const store: Answering = ({ path }) =>
    path === "/version"
      ? golden("store/version")
      : { ...golden("errors/unknown-route"), headers: { "content-type": "text/html" } };

  it("of an algorithm store, which tells a version as a server does, gets neither password nor key", async () => {
    const { address } = await start(store);
    (server as FakeServer).knocked = undefined;
    const refused = {
      code: "SERVER_VERSION",
      message: expect.stringMatching(/no vantage6 server: it has no organizations\. An algorithm store/),
    };
    await expect(connect(address)).rejects.toMatchObject(refused);
    await expect(connect(address.replace("/api", ""))).rejects.toMatchObject(refused);
    await expect(connectNode(address, "a-secret-key")).rejects.toMatchObject(refused);
    expect(server?.asked.map(({ method, body }) => method + body)).toEqual(server?.asked.map(() => "GET"));
  });

  it("of something that shows anybody its organizations, or is broken, gets no password", async () => {
    for (const [reply, code] of [
      [golden("organization/list"), "SERVER_VERSION"],
      [{ status: 500, body: { msg: "An unexpected error occurred on the server!" } }, "SERVER_FAILED"],
    ] as const) {
      const { address } = await start();
      (server as FakeServer).knocked = reply;
      await expect(connect(address)).rejects.toMatchObject({ code });
      expect(server?.times("POST", "/token/user")).toBe(0);
      await server?.stop();
    }
  });

  it("of a server before which something else refuses is spoken with", async () => {
    const { address } = await start();
    (server as FakeServer).knocked = { status: 403, body: "<h1>Forbidden</h1>" };
    expect((await connect(address)).address).toBe(address);
  });

  it.each([
    "Client sent an HTTP request to an HTTPS server.\n",
    "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>",
    "<p>Reason: You're speaking plain HTTP to an SSL-enabled server port.</p>",
  ])("of a server that speaks TLS is told to be written so: %s", async (body) => {
    const { address } = await start(() => ({ status: 400, body }));
    await expect(connect(address)).rejects.toMatchObject({
      code: "SERVER_ANSWER_INVALID",
      message: expect.stringMatching(/^The server speaks TLS there.*write "https:\/\/".*\/version: 400\)/),
    });
  });

  it("of what refuses without a word is told to be of something else, perhaps", async () => {
    const { address } = await start(() => ({ status: 400, body: "<h1>Bad Request</h1>" }));
    await expect(connect(address)).rejects.toMatchObject({
      code: "REQUEST_REJECTED",
      message: expect.stringContaining("does not say why: perhaps it is no vantage6 server"),
    });
  });

  it("of another version is not spoken with", async () => {
    const { address } = await start(({ path }) =>
      path === "/version" ? { body: { version: "5.0.3" } } : undefined,
    );
    await expect(connect(address)).rejects.toMatchObject({
      code: "SERVER_VERSION",
      message: expect.stringContaining("is vantage6 5.0.3"),
    });
  });

  it("gives what shows itself in a few lines, whose it is and no more", async () => {
    const { address } = await start();
    const text = inspect(await connect(address));
    expect(text).toContain(`vantage6 server at ${address}`);
    expect(text).toContain("logged in as anna");
    expect(text.split("\n").length).toBeLessThan(8);
  });

  it("where nothing listens says so", async () => {
    const { address } = await start();
    await expect(connect(address.replace("http:", "https:"))).rejects.toMatchObject({
      code: "SERVER_UNREACHABLE",
      message: expect.stringContaining('write "http://" if that is so'),
    });
    await server?.stop();
    await expect(connect(address)).rejects.toMatchObject({
      code: "SERVER_UNREACHABLE",
      message: expect.stringContaining("nothing listens there"),
    });
    await expect(connect("https://no-such-machine.invalid")).rejects.toMatchObject({
      code: "SERVER_UNREACHABLE",
    });
  });
});

const { key, certificate } = JSON.parse(
  readFileSync(new URL("../../goldens/vantage6/tls.json", import.meta.url), "utf8"),
) as { key: string; certificate: string };

/** TLS before a fake server, and what was asked over it. */
async function overTls(plain: FakeServer): Promise<{ port: number; seen: string[]; close: () => void }> {
  const seen: string[] = [];
  const tls = createServer({ key, cert: certificate }, async (request, response) => {
    seen.push(`${request.method} ${request.url}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const answer = await fetch(`${plain.address.replace("/api", "")}${request.url}`, {
      method: request.method ?? "GET",
      headers: { "content-type": "application/json" },
      ...(request.method === "POST" ? { body: Buffer.concat(chunks) } : {}),
    });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => tls.listen(0, "127.0.0.1", resolve));
  const close = (): void => {
    tls.closeAllConnections();
    tls.close();
  };
  return { port: (tls.address() as AddressInfo).port, seen, close };
}

describe("a certificate", () => {
  it("that proves nothing ends it, and one of an authority that is named does not", async () => {
    const plain = await start();
    const { port, seen, close } = await overTls(plain);
    const address = `https://127.0.0.1:${port}/api`;
    await expect(connect(address)).rejects.toMatchObject({
      code: "SERVER_UNTRUSTED",
      message: expect.stringContaining("certificates: await readFile"),
    });
    // The certificate is for another name.
    await expect(
      connect(address.replace("127.0.0.1", "localhost"), { certificates: certificate }),
    ).rejects.toMatchObject({ code: "SERVER_UNTRUSTED" });
    expect(seen).toEqual([]);
    const client = await connect(address, { certificates: certificate });
    expect(client.address).toBe(address);
    // TLS where there is none.
    await expect(connect(plain.address.replace("http:", "https:"))).rejects.toMatchObject({
      code: "SERVER_UNREACHABLE",
    });
    close();
  });
});

describe("behind a proxy", () => {
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "NO_PROXY", "no_proxy"] as const;
  const before = names.map((name) => process.env[name]);
  afterEach(() => {
    for (const [i, name] of names.entries()) {
      const value = before[i];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  it("nothing but the name of a server is told to it, and of this machine nothing at all", async () => {
    const plain = await start();
    const { port, seen, close } = await overTls(plain);
    const heard: string[] = [];
    const proxy = createTcpServer((from) => {
      from.on("error", () => undefined);
      from.once("data", (first) => {
        heard.push(first.toString("latin1"));
        const to = dial(port, "127.0.0.1", () => from.write("HTTP/1.1 200 Connection established\r\n\r\n"));
        to.on("error", () => undefined);
        to.on("data", (data) => from.write(data));
        from.on("data", (data) => {
          heard.push(data.toString("latin1"));
          to.write(data);
        });
        from.on("close", () => to.destroy());
        to.on("close", () => from.destroy());
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    for (const name of names) delete process.env[name];
    for (const name of ["HTTP_PROXY", "HTTPS_PROXY"])
      process.env[name] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

    await connect(plain.address);
    expect(heard).toEqual([]);
    const client = await connect("https://v6.konsil.test", { certificates: certificate });
    expect(client.user.username).toBe("anna");
    expect(heard[0]).toMatch(/^CONNECT v6\.konsil\.test:443 HTTP/);
    expect(heard.join("")).not.toMatch(/anna|Anna-password|Bearer|token/);
    expect(seen).toContain("POST /api/token/user");
    await expect(connect("https://v6.konsil.test")).rejects.toMatchObject({ code: "SERVER_UNTRUSTED" });
    close();
    proxy.close();
  });
});

describe("a login", () => {
  it("gives the user", async () => {
    const { address } = await start();
    const client = await connect(address);
    expect(client.user).toMatchObject({ username: "anna", organization: { id: 2 } });
    const login = server?.asked.find(({ path }) => path === "/token/user");
    expect(JSON.parse(login?.body ?? "")).toEqual({ username: "anna", password: "Anna-password-1" });
  });

  it("with a wrong password is refused, after one attempt", async () => {
    const { address } = await start(({ path }) =>
      path === "/token/user" ? golden("token/user-wrong-password") : undefined,
    );
    await expect(connect(address)).rejects.toMatchObject({
      code: "LOGIN_FAILED",
      status: 401,
      message: expect.stringContaining('does not know the user "anna" with this password'),
    });
    expect(server?.times("POST", "/token/user")).toBe(1);
  });

  // As vantage6 4.15.2 answers: with 200 and without a token.
  const mfa: Answering = ({ path, body }) => {
    if (path !== "/token/user") return undefined;
    const { mfa_code: code } = JSON.parse(body) as { mfa_code?: string };
    if (code === undefined) return { body: { msg: "Please include your two-factor authentication code" } };
    return code === "123456"
      ? undefined
      : { status: 401, body: { msg: "Your two-factor authentication code is incorrect!" } };
  };

  it("with a second factor asks for its code", async () => {
    const { address } = await start(mfa);
    await expect(connect(address)).rejects.toMatchObject({ code: "MFA_REQUIRED" });
    await expect(connect(address, { mfaCode: "654321" })).rejects.toMatchObject({
      code: "LOGIN_FAILED",
      message: expect.stringContaining("this code"),
    });
    expect((await connect(address, { mfaCode: "123 456" })).user.id).toBe(2);
  });

  it("that wants a second factor to be set up gives its secret, and shows it nowhere", async () => {
    const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    const qrUri = `otpauth://totp/vantage6%20%28demo%29:anna?secret=${secret}&issuer=vantage6`;
    const { address } = await start(({ path }) =>
      path === "/token/user"
        ? { body: { qr_uri: qrUri, otp_secret: secret, msg: "Two-factor authentication is obligatory" } }
        : undefined,
    );
    const error = await connect(address).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EnrolmentError);
    expect(error).toMatchObject({ code: "MFA_ENROLMENT", name: "ServerError" });
    expect((error as EnrolmentError).enrolment).toEqual({ secret, qrUri });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(secret);
    expect(JSON.stringify(error) + String(error)).not.toContain(secret);
  });

  it.each<[object, RegExp]>([
    [{ username: "" }, /`username` is missing/],
    [{ password: undefined }, /`password` is missing/],
    [{ mfaCode: "12a" }, /`mfaCode` must be/],
    [{ privateKey: "-----BEGIN" }, /readPrivateKey/],
    [{ certificates: "x" }, /PEM/],
    [{ timeout: 0 }, /milliseconds/],
    [{ timeout: 1500.5 }, /whole number of milliseconds/],
    [{ passwort: "x" }, /no option "passwort"\. Did you mean "password"\?/],
  ])("with %j is refused", async (options, words) => {
    const error = await connect("https://v6.example.org/api", options).catch((thrown: Error) => thrown);
    expect((error as Error).message).toMatch(words);
    expect((error as Error).message).not.toContain("Anna-password-1");
  });
});

describe("nothing secret is shown", () => {
  // A password with what JSON and Python write otherwise.
  const odd = 'p"w\\d é';
  const echo: Answering = ({ path, method, body, headers }) =>
    method === "GET" && path !== "/organization/1"
      ? undefined
      : path === "/token/user" && !body.includes("odd")
        ? undefined
        : { status: 400, body: { msg: "bad", errors: { body, given: [body && JSON.parse(body)], headers } } };

  it("by an error whose server says again what it was sent", async () => {
    await withServer(echo, async (client, fake) => {
      const shown = await Promise.all(
        [
          client.account.changePassword("Anna-password-1", odd),
          client.account.changePassword("Anna", "Anna-password-1"),
          client.account.setPassword("reset-1", "Anna-password-1x"),
          client.organizations.get(1),
          connect(fake.address, { username: "odd", password: odd }),
        ].map((asking) => asking.then(String, (error: Error) => error.message)),
      );
      for (const message of shown) {
        expect(message).toContain("What the server says is left out: it repeats what it was sent.");
        expect(message).not.toMatch(/Anna|reset-1|eyJ/);
        expect(message).not.toContain(odd);
        expect(message).not.toContain(JSON.stringify(odd).slice(1, -1));
      }
    });
  });

  const secrets = /Anna-password-1|eyJ[A-Za-z0-9_-]{10}|PRIVATE KEY|123456/;

  it("by printing a server, or whatever is in it", async () => {
    const key = await generatePrivateKey();
    await withServer(
      () => undefined,
      async (client) => {
        const shown = inspect(client, { depth: 20, showHidden: true, getters: true });
        expect(shown).not.toMatch(secrets);
        expect(shown).toContain("anna");
        expect(JSON.stringify(client)).not.toMatch(secrets);
        for (const events of [client.events()])
          expect(inspect(events, { depth: 9, showHidden: true })).not.toMatch(secrets);
      },
      { privateKey: key, mfaCode: "123456" },
    );
  });

  it.each<[string, Answering]>([
    ["a refusal", ({ method }) => (method === "GET" ? undefined : { status: 400, body: { msg: "no" } })],
    ["a lost connection", ({ path }) => (path === "/token/user" ? { lost: "all" } : undefined)],
    [
      "half an answer",
      ({ path }) =>
        path === "/token/user" ? { lost: "half", body: { access_token: "eyJhbGciOiJIUzI1NiJ9" } } : undefined,
    ],
    [
      "a token that is none",
      ({ path }) =>
        path === "/token/user"
          ? { body: { access_token: "eyJhbGciOiJIUzI1NiJ9.e30.x", refresh_token: "b" } }
          : undefined,
    ],
    [
      "no permission",
      ({ path }) =>
        path === "/user/2" ? { status: 401, body: { msg: "You lack the permission" } } : undefined,
    ],
  ])("by the error of %s, or its cause", async (_what, answering) => {
    const { address } = await start(answering);
    const failing = connect(address).then((client) =>
      client.account.changePassword("Anna-password-1", "Anna-password-1x"),
    );
    const error: unknown = await failing.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(secrets);
    expect((error as Error).cause).toBeUndefined();
  });
});
