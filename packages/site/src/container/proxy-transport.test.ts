import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Round } from "@konsil/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NodeProxy } from "./proxy.ts";
import { ProxyTransport } from "./proxy-transport.ts";

const data = [
  { id: 1, name: "oslo" },
  { id: 2, name: "leeds" },
  { id: 3, name: "oslo" },
  { id: 4, name: "tartu" },
];
/** Paths that are asked, and answered never. */
const silent = new Set<string>();
/** Paths that fail. */
const failing = new Set<string>();
const server = createServer((request, response) => {
  const path = String(request.url).split("?")[0] ?? "";
  if (silent.has(path)) return;
  response.statusCode = failing.has(path) ? 500 : 200;
  response.end(JSON.stringify({ data, links: {} }));
});
let proxy: NodeProxy;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const sub = { organization_id: 2, collaboration_id: 1, image: "konsil:1", databases: [] };
  const token = `e30.${Buffer.from(JSON.stringify({ sub })).toString("base64url")}.c2ln`;
  proxy = new NodeProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, token);
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

describe("sites behind a node's proxy, of which two have one name", () => {
  it.each([[undefined], [["oslo"]], [["leeds", "oslo"]]])(
    "are refused where either may be meant: %j",
    async (names) => {
      await expect(ProxyTransport.over(proxy, names)).rejects.toMatchObject({
        name: "ArgumentError",
        code: "COLLABORATION_UNKNOWN",
        message: expect.stringContaining('named "oslo" (1 and 3)') as string,
      });
    },
  );

  it("do not keep others from being asked, named once or twice", async () => {
    expect((await ProxyTransport.over(proxy, ["tartu", "leeds", "tartu"])).sites).toEqual(["tartu", "leeds"]);
  });
});

describe("what is asked of a node's proxy ends with the signal", () => {
  const round = {
    key: "k",
    sites: ["tartu"],
    request: new TextEncoder().encode("{}"),
    database: "default",
  } as unknown as Round;
  const opened = () => ProxyTransport.over(proxy, ["tartu"], { interval: 60_000, patience: 60_000 });

  /** Aborts once a path was asked, and waits until nobody listens for its answer. */
  async function abortedAt(path: string, ask: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> {
    silent.add(path);
    const stop = new AbortController();
    const [asked, answer] = [once(server, "request"), ask(stop.signal).catch((error: unknown) => error)];
    const [request] = (await asked) as [IncomingMessage];
    const closed = once(request.socket, "close");
    stop.abort(new Error("enough"));
    const outcome = await answer;
    await closed;
    silent.delete(path);
    return outcome;
  }

  it("while a task is made", async () => {
    const transport = await opened();
    expect(await abortedAt("/task", (signal) => transport.submit(round, signal))).toMatchObject({
      message: "enough",
    });
    await expect(transport.submit(round, AbortSignal.abort(new Error("before")))).rejects.toThrow("before");
  });

  it("while replies are looked for, which are none then", async () => {
    const transport = await opened();
    expect(await abortedAt("/run", (signal) => transport.replies("1", signal).next())).toMatchObject({
      done: true,
    });
  });

  it("while a proxy that failed is left alone", async () => {
    failing.add("/run");
    const transport = await opened();
    const began = performance.now();
    expect(await transport.replies("1", AbortSignal.timeout(100)).next()).toMatchObject({ done: true });
    expect(performance.now() - began).toBeLessThan(450);
    failing.delete("/run");
  });
});
