import { expect, it } from "vitest";
import { smallKey } from "./fake-server/fake-world.ts";
import { httpServer } from "./http-server.ts";
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
