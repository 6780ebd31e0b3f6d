import { readFileSync } from "node:fs";
import { createServer as createHttp, type Server as HttpServer } from "node:http";
import { createServer as createHttps } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { type ServerEvent, serverEvents } from "../../src/remote/server-events.ts";
import { WebSocketServer } from "./web-sockets.ts";

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

interface Shake {
  readonly at: number;
  readonly token: string;
}

/** Socket.IO as far as it takes to let somebody into "/tasks", and say something there. */
async function socketServer(http: HttpServer, say: (token: string) => readonly unknown[]) {
  const shakes: Shake[] = [];
  const sockets = new WebSocketServer({ server: http });
  sockets.on("connection", (socket, { headers }) => {
    const token = String((headers as { authorization?: string }).authorization).replace("Bearer ", "");
    socket.send('0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}');
    socket.on("message", (data) => {
      if (!String(data).startsWith("40/tasks")) return;
      shakes.push({ at: Date.now(), token });
      // vantage6 lets anybody connect, and says then what it makes of the token.
      socket.send('40/tasks,{"sid":"b"}');
      socket.send(`42/tasks,${JSON.stringify(say(token))}`);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  open.push(() => {
    for (const socket of sockets.clients) socket.terminate();
    http.close();
  });
  return { shakes, port: (http.address() as AddressInfo).port };
}

function heardOf(connection: Parameters<typeof serverEvents>[0]): ServerEvent[] {
  const heard: ServerEvent[] = [];
  open.push(serverEvents(connection).listen((event) => heard.push(event)));
  return heard;
}

async function until(isSo: () => boolean): Promise<void> {
  const end = Date.now() + 8000;
  while (!isSo() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(isSo()).toBe(true);
}

const welcome = ["message", "User <anna> joined room <collaboration_1>"];

it("a token that is refused is renewed, and asked with less and less often", async () => {
  const { shakes, port } = await socketServer(createHttp(), (token) =>
    token === "2" ? welcome : ["expired_token", null],
  );
  const refused: (string | undefined)[] = [];
  const heard = heardOf({
    address: `http://127.0.0.1:${port}/api`,
    accessToken: async (old) => String(refused.push(old) - 1),
  });
  await until(() => heard.some(({ type }) => type === "connected"));
  // Who is let in only to be told that the token is over has missed events, and would look in vain.
  expect(heard).toEqual([{ type: "unconnected" }, { type: "connected" }]);
  expect(refused).toEqual([undefined, "0", "1"]);
  expect(shakes.map(({ token }) => token)).toEqual(["0", "1", "2"]);
  const [first, second, third] = shakes.map(({ at }) => at) as [number, number, number];
  expect(third - second).toBeGreaterThan((second - first) * 1.5);
});

it("events come over a certificate of an authority that was named, and over no other", async () => {
  const { key, certificate } = JSON.parse(
    readFileSync(new URL("../../goldens/vantage6/tls.json", import.meta.url), "utf8"),
  ) as { key: string; certificate: string };
  const { shakes, port } = await socketServer(createHttps({ key, cert: certificate }), () => welcome);
  const address = `https://127.0.0.1:${port}/api`;
  const stranger = heardOf({ address, accessToken: async () => "stranger" });
  const heard = heardOf({ address, accessToken: async () => "friend", certificates: certificate });
  await until(() => heard.some(({ type }) => type === "connected"));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(stranger).toEqual([{ type: "unconnected" }]);
  expect(shakes.map(({ token }) => token)).toEqual(["friend"]);
});

it.each(["to another machine", "to itself", "to nowhere"])(
  "a connection that is sent on %s goes nowhere: no token leaves, and asking goes on without events",
  async (where) => {
    const stolen: unknown[] = [];
    const other = createHttp(({ headers }, response) => {
      stolen.push(headers.authorization);
      response.end();
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.2", resolve));
    let asked = 0;
    const server = createHttp((request, response) => {
      asked++;
      const locations: Readonly<Record<string, string>> = {
        "to another machine": `http://127.0.0.2:${(other.address() as AddressInfo).port}/`,
        "to itself": `http://${request.headers.host}/socket.io/?EIO=4&transport=polling`,
      };
      const location = locations[where];
      response.writeHead(302, location === undefined ? {} : { location }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    open.push(
      () => server.close(),
      () => other.close(),
    );
    const { port } = server.address() as AddressInfo;
    const heard = heardOf({ address: `http://127.0.0.1:${port}/api`, accessToken: async () => "token" });
    // One attempt, and another one a second later.
    await until(() => asked >= 2);
    expect(heard).toEqual([{ type: "unconnected" }]);
    expect(stolen).toEqual([]);
    for (const close of open.splice(0)) close();
    const atClose = asked;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(asked).toBe(atClose);
    expect(asked).toBeLessThan(5);
  },
);
