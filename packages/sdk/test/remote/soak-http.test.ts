import type { AnyAlgorithm } from "@konsil/core";
import { expect, it } from "vitest";
import { memoryKnownKeys } from "../../src/crypto/index.ts";
import { serverFederation } from "../../src/remote/server-federation.ts";
import { mean, rowsTo } from "../mean.ts";
import { smallKey } from "./fake-server/fake-world.ts";
import { fastPace } from "./fast-pace.ts";
import { httpServer } from "./http-server.ts";
import { worldOf } from "./openings.ts";
import { soak } from "./soak.ts";

const keys = [0, 1, 2, 3, 4].map(smallKey);

/** A tenth of the schedules go over HTTP, where answers break off and the server is restarted. */
const schedules = Math.ceil(Number(process.env["KONSIL_SOAK"] ?? 200) / 10);
const first = Number(process.env["KONSIL_SOAK_SEED"] ?? 1);

it(`keeps its promises over HTTP, and over restarts of the server, in ${schedules} schedules`, async () => {
  const { broken, ends } = await soak(schedules, first, keys, async (world, next) => {
    const { fake, server } = await httpServer(world);
    const restarts = next() < 0.5;
    const timer = restarts
      ? setTimeout(() => void fake.restart(10 + next() * 40), 10 + next() * 60)
      : undefined;
    return {
      server,
      close: async () => {
        clearTimeout(timer);
        await new Promise((resolve) => setTimeout(resolve, restarts ? 60 : 0));
        await fake.stop();
      },
    };
  });
  expect(broken).toEqual([]);
  expect(ends.size).toBeGreaterThan(1);
}, 3_600_000);

it("waits for a server that is started anew between two rounds, and sends nothing twice", async () => {
  const world = worldOf(
    [{ name: "oslo", rows: rowsTo(12), policy: "open", reason: "rows made up by a test" }],
    [mean as AnyAlgorithm],
  );
  const { fake, server } = await httpServer(world);
  const federation = await serverFederation(
    { server, privateKey: undefined, knownKeys: memoryKnownKeys(), pace: fastPace },
    { collaboration: "plain", image: "registry.example.org/konsil:1", events: false },
  );
  let restarting: Promise<void> | undefined;
  const result = await federation.run(
    mean,
    { column: "x", rounds: 3 },
    {
      onProgress: (event) => {
        if (event.type === "round-ended" && event.round === 1) restarting = fake.restart(100);
      },
    },
  );
  await restarting;
  await fake.stop();
  expect(result).toMatchObject({ n: 12 });
  expect(fake.doubles()).toEqual([]);
});
