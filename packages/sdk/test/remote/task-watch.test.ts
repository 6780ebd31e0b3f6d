import { expect, it } from "vitest";
import { plainCipher } from "../../src/remote/message.ts";
import type { ServerEvent } from "../../src/remote/server-events.ts";
import type { PortRun, ServerPort } from "../../src/remote/server-port.ts";
import { TaskWatch } from "../../src/remote/task-watch.ts";
import { fastPace } from "./fast-pace.ts";

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

it("a result that comes a moment after the event that tells of it is soon read", async () => {
  const started = Date.now();
  const isThere = (): boolean => Date.now() - started > 1100;
  let listener: (event: ServerEvent) => void = () => undefined;
  const run = (): PortRun => ({
    id: 1,
    status: isThere() ? "completed" : "active",
    log: null,
    startedAt: new Date(),
    finishedAt: isThere() ? new Date() : null,
    organization: { id: 2 },
    node: { status: "online" },
    result: { id: 1 },
  });
  const reply = '{"format":"konsil.reply/1"}';
  const server = {
    runs: { list: () => ({ all: async () => [run()] }) },
    results: {
      get: async () => ({ result: Buffer.from(reply).toString("base64"), isBlob: false }),
    },
  } as unknown as ServerPort;
  const watch = new TaskWatch(
    {
      server,
      task: 1,
      name: undefined,
      asked: undefined,
      siteOf: () => "leeds",
      image: "",
      events: {
        listen: (given) => {
          listener = given;
          return () => undefined;
        },
      },
      // By now the looks would be seconds apart.
      pace: { ...fastPace, first: 20, longest: 60_000, afterEvent: 10 },
      cipher: async () => plainCipher,
    },
    () => undefined,
  );
  const deliveries = watch.deliveries(AbortSignal.timeout(10_000));
  const delivered = deliveries.next();
  await wait(1000);
  listener({ type: "run", task: 1, run: 1, status: "completed" });
  expect((await delivered).value).toMatchObject({ site: "leeds" });
  expect(Date.now() - started).toBeLessThan(1500);
});
