import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { connect } from "../../src/index.ts";
import { mean } from "../mean.ts";
import { FakeServer as FakeFederation } from "../remote/fake-server/fake-server.ts";
import { image, world } from "../remote/worlds.ts";
import { anna, tokens, withServer } from "./fake-server.ts";
import { golden } from "./golden.ts";

const never = 1_000_000;

async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 3000;
  while (!isSo() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(isSo()).toBe(true);
}

describe("what is asked ends with its signal", () => {
  it.each(["deadline", "signal"])("by %s of a wait at a server that keeps silent", async (by) => {
    await withServer(
      ({ path }) => (path === "/run" ? { delay: never } : undefined),
      async (client, server) => {
        const stop = new AbortController();
        const began = performance.now();
        const waiting = client.results.wait(
          17,
          by === "deadline" ? { deadline: 0.2 } : { signal: stop.signal },
        );
        const ended = expect(waiting).rejects.toMatchObject({
          code: by === "deadline" ? "ANALYSIS_TIMEOUT" : "ANALYSIS_ABORTED",
        });
        await until(() => server.times("GET", "/run") === 1);
        setTimeout(() => stop.abort(), 50);
        await ended;
        expect(performance.now() - began).toBeLessThan(2000);
        await until(() => server.open === 0);
        expect(server.times("GET", "/run")).toBe(1);
      },
    );
  });

  it("by a wait's deadline also where a list never ends", async () => {
    const [item] = (golden("run/list").body as { data: readonly object[] }).data;
    let id = 0;
    await withServer(
      ({ path }) =>
        path === "/run"
          ? {
              body: {
                data: Array.from({ length: 100 }, () => ({ ...item, id: ++id })),
                links: { next: "x" },
              },
              headers: { "total-count": "9000000000000000" },
            }
          : undefined,
      async (client, server) => {
        await expect(client.results.wait(1, { deadline: 0.3 })).rejects.toMatchObject({
          code: "ANALYSIS_TIMEOUT",
        });
        await new Promise((resolve) => setTimeout(resolve, 50));
        const asked = server.times("GET", "/run");
        await new Promise((resolve) => setTimeout(resolve, 200));
        expect(server.times("GET", "/run")).toBe(asked);
      },
    );
  });

  it("by the signal of server.within(), also in a pause, an upload or a renewal that others still wait for", async () => {
    let isRenewing = false;
    await withServer(
      ({ path }) => {
        if (path === "/token/user") return { body: tokens(0) };
        if (path === "/token/refresh") return { body: tokens(0), delay: isRenewing ? 400 : 0 };
        if (path === "/organization/1") return { status: 503, body: {}, headers: { "retry-after": "0.19" } };
        if (path === "/blobstream") return { delay: never };
        if (path === "/task/1") return golden("task/one-pending");
        return undefined;
      },
      async (client, server) => {
        const reason = new Error("enough");
        const soon = (): AbortSignal => {
          const stop = new AbortController();
          setTimeout(() => stop.abort(reason), 60);
          return stop.signal;
        };
        // Both signals count, and none that has aborted lets anything be sent.
        const within = client.within(soon()).within(new AbortController().signal);
        await expect(within.blobs.upload(new Uint8Array(10))).rejects.toBe(reason);
        const before = server.asked.length;
        await expect(within.tasks.get(1)).rejects.toBe(reason);
        expect(server.asked.length).toBe(before);
        isRenewing = true;
        const both = Promise.all([
          client.tasks.get(1),
          expect(client.within(soon()).tasks.get(1)).rejects.toBe(reason),
        ]);
        expect((await both)[0].id).toBe(1);
        await expect(client.within(soon()).tasks.get(1)).rejects.toBe(reason);
        isRenewing = false;
        await expect(client.within(soon()).organizations.get(1)).rejects.toBe(reason);
        await until(() => server.open === 0);
        expect(() => client.within("now" as never)).toThrow(/needs an AbortSignal/);
      },
    );
  });

  it("by the deadline of an analysis", async () => {
    const fake = await new FakeFederation(world([])).start();
    const behind = new URL(fake.address);
    let silent = 0;
    const front = createServer((asked, answer) => {
      if (/\/api\/run(\?|$)/.test(asked.url ?? "")) {
        silent++;
        asked.socket.once("close", () => silent--);
        return;
      }
      const { method, headers } = asked;
      const passed = { port: behind.port, host: behind.hostname, path: asked.url, method, headers };
      asked.pipe(
        request(passed, (said) => {
          answer.writeHead(said.statusCode ?? 500, said.headers);
          said.pipe(answer);
        }),
      );
    });
    await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
    const server = await connect(`http://127.0.0.1:${(front.address() as AddressInfo).port}/api`, anna);
    const federation = await server.federation({ collaboration: "plain", image, events: false });
    await expect(federation.run(mean, { column: "x" }, { deadline: 2 })).rejects.toMatchObject({
      code: "ANALYSIS_TIMEOUT",
    });
    await until(() => silent === 0);
    front.close();
    front.closeAllConnections();
    await fake.stop();
  });
});

describe("a server that wants to be left alone", () => {
  it("for longer than anybody waits says so at once, and is left alone for as long as is waited at most", async () => {
    await withServer(
      ({ path }) =>
        path === "/run" ? { status: 429, body: {}, headers: { "retry-after": "3600" } } : undefined,
      async (client, server) => {
        await expect(client.runs.list().all()).rejects.toMatchObject({ code: "SERVER_BUSY" });
        const began = performance.now();
        await expect(client.runs.list().all()).rejects.toMatchObject({ code: "SERVER_BUSY" });
        // The longest pause of the tests; a minute for real servers.
        expect(performance.now() - began).toBeGreaterThanOrEqual(190);
        await expect(client.results.wait(1, { deadline: 0.9 })).rejects.toMatchObject({
          code: "ANALYSIS_TIMEOUT",
        });
        expect(server.times("GET", "/run")).toBeLessThanOrEqual(7);
      },
    );
  });
});
