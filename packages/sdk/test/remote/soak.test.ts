import { expect, it } from "vitest";
import { directServer } from "./fake-server/direct-server.ts";
import { smallKey } from "./fake-server/fake-world.ts";
import { soak } from "./soak.ts";

const keys = [0, 1, 2, 3, 4].map(smallKey);

/** More are run by KONSIL_SOAK=5000, and others by KONSIL_SOAK_SEED. */
const schedules = Number(process.env["KONSIL_SOAK"] ?? 200);
const first = Number(process.env["KONSIL_SOAK_SEED"] ?? 1);

it(`never makes a task twice, answers wrongly or ends without a type, in ${schedules} schedules of faults`, async () => {
  const { broken, ends, tasks } = await soak(schedules, first, keys, async (world) => ({
    server: directServer(world),
    close: async () => undefined,
  }));
  if (schedules > 1000) process.stderr.write(`${JSON.stringify([...ends, ["tasks", tasks]])}\n`);
  expect(broken).toEqual([]);
  // The faults do happen, and are survived.
  if (schedules >= 100) expect([...ends.keys()].length).toBeGreaterThan(8);
}, 3_600_000);
