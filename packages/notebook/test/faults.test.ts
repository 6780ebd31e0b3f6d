import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { type AttachedKernel, attachKernel } from "../src/index.ts";
import { attachKernelWith } from "../src/kernel/kernel.ts";
import { delay, waitFor } from "../src/kernel/wait.ts";
import { incoming } from "../src/kernel/wire.ts";
import { FakeKernel, type Voice } from "./fake-kernel.ts";

const folder = mkdtempSync(join(tmpdir(), "konsil-faults-"));
afterAll(() => rmSync(folder, { recursive: true }));

let number = 0;
let fake: FakeKernel;
let kernel: AttachedKernel;

async function withKernel(execute: (code: string, voice: Voice) => Promise<void>): Promise<AttachedKernel> {
  fake = new FakeKernel(execute);
  const file = await fake.start(join(folder, `${number++}.json`));
  kernel = await attachKernelWith(file, { patience: { ending: 400, stopping: 400 } });
  return kernel;
}

afterEach(() => {
  kernel?.detach();
  fake?.stop();
});

const idle = { execution_state: "idle" };
const ok = { status: "ok", execution_count: 1 };
const said = (text: string): object => ({ name: "stdout", text });

describe("messages that are not the kernel's", () => {
  it("are dropped and counted: signed with another key, unsigned, or with a signature of another length", async () => {
    const { execute } = await withKernel(async (_, voice) => {
      await voice.publish("stream", said("forged"), "another key");
      await voice.publish("stream", said("forged"), "");
      await voice.raw(["<IDS|MSG>", "00", "{}", "{}", "{}", "{}"]);
      await voice.reply("execute_reply", { status: "error" }, "another key");
      await voice.publish("stream", said("true"));
      await voice.reply("execute_reply", ok);
      await voice.publish("status", idle);
    }).then((one) => ({ execute: one.execute.bind(one) }));
    expect(await execute("x")).toMatchObject({ status: "ok", outputs: [{ text: "true" }] });
    expect(kernel.dropped).toEqual({ unsigned: 4, malformed: 0 });
  });

  it("are dropped and counted when they are not what the protocol says", async () => {
    await withKernel(async (_, voice) => {
      await voice.raw(["no delimiter"]);
      await voice.raw(["<IDS|MSG>", "too few frames"]);
      await voice.publish("stream", { name: "stdlog", text: 1 });
      await voice.publish("display_data", { data: "text" });
      await voice.publish("of a later version", {});
      await voice.reply("execute_reply", ok);
      await voice.publish("status", idle);
    });
    expect(await kernel.execute("x")).toMatchObject({ status: "ok", outputs: [] });
    expect(kernel.dropped).toEqual({ unsigned: 0, malformed: 4 });
  });
});

it("is joined when it is slower to answer than it is asked again", async () => {
  fake = new FakeKernel(async () => undefined);
  fake.pause = 350;
  kernel = await attachKernel(await fake.start(join(folder, "slow.json")), { timeout: 5000 });
  expect(kernel.info.language.name).toBe("fake");
});

describe("an ending that is lost in part", () => {
  it("is told when the reply never comes", async () => {
    await withKernel(async (_, voice) => {
      await voice.publish("stream", said("done"));
      await voice.publish("status", idle);
    });
    expect(await kernel.execute("x")).toMatchObject({ status: "lost", outputs: [{ text: "done" }] });
  });

  it("is told when the kernel is never idle", async () => {
    await withKernel((_, voice) => voice.reply("execute_reply", ok));
    expect(await kernel.execute("x")).toMatchObject({ status: "lost", usable: true });
  });

  it("ends at the time-out when nothing comes, and the kernel is then no longer used: KERNEL_TIMEOUT", async () => {
    await withKernel(async () => undefined);
    expect(await kernel.execute("x", { timeout: 100 })).toMatchObject({ status: "timeout", usable: false });
    await expect(kernel.interrupt()).rejects.toThrow(
      /The kernel did not answer "interrupt" within 5 s\. It answers heartbeats, so it is alive\..*\[KERNEL_TIMEOUT\]/,
    );
  });

  it("has all the time that it wants without a limit", async () => {
    await withKernel(async (_, voice) => {
      await delay(50);
      await voice.reply("execute_reply", ok);
      await voice.publish("status", idle);
    });
    expect(await kernel.execute("x", { timeout: Infinity })).toMatchObject({ status: "ok" });
  });

  it("takes further cells after one that was stopped, when it is idle and never replied", async () => {
    await withKernel(async (_, voice) => {
      await delay(150);
      await voice.publish("status", idle);
    });
    expect(await kernel.execute("x", { timeout: 50 })).toMatchObject({ status: "timeout", usable: true });
  });

  it("takes the parts in either order, and output that follows both", async () => {
    await withKernel(async (code, voice) => {
      if (code === "idle first") await voice.publish("status", idle);
      await voice.reply("execute_reply", ok);
      if (code !== "idle first") await voice.publish("status", idle);
      await voice.publish("stream", said("at once"));
      await new Promise((resolve) => {
        setTimeout(resolve, 300);
      });
      await voice.publish("stream", said(", and late"));
    });
    for (const code of ["idle first", "reply first"]) {
      const executed = await kernel.execute(code);
      expect(executed).toMatchObject({ status: "ok", outputs: [{ text: "at once" }] });
      await waitFor(2000, () => JSON.stringify(executed.outputs).includes("late"));
      expect(executed.outputs).toMatchObject([{ text: "at once, and late" }]);
    }
  });

  it("is waited for while output arrives", async () => {
    const lines = Array.from({ length: 12 }, (_, line) => `${line}\n`);
    await withKernel(async (code, voice) => {
      await voice.reply("execute_reply", ok);
      if (code === "x, and ends") fake.hangUp();
      for (const line of lines) {
        await delay(code === "x" ? 60 : 20);
        await voice.publish("stream", said(line));
      }
      if (code === "x") await voice.publish("status", idle);
    });
    for (const [code, status] of [
      ["x", "ok"],
      ["x, and ends", "died"],
    ] as const)
      expect(await kernel.execute(code)).toMatchObject({ status, outputs: [{ text: lines.join("") }] });
  });

  it("asks again for what the kernel threw away", async () => {
    await withKernel(async (_, voice) => {
      await voice.reply("execute_reply", fake.executed < 3 ? { status: "abort" } : ok);
      await voice.publish("status", idle);
    });
    expect(await kernel.execute("x")).toMatchObject({ status: "ok" });
    expect(fake.executed).toBe(3);
  });
});

describe("a kernel that was left", () => {
  it.each([
    ["detach()", async () => kernel.detach()],
    [
      "shutdown(), which a stuck kernel does not answer: KERNEL_TIMEOUT",
      () =>
        expect(kernel.shutdown({ timeout: 100 })).rejects.toThrow(
          /did not answer "shutdown" within 0\.1 s.*\[KERNEL_TIMEOUT\]/,
        ),
    ],
  ])("ends its cells, those that run and those that come: %s", async (_, leave) => {
    await withKernel(async () => undefined);
    const running = kernel.execute("x");
    await waitFor(2000, () => fake.executed > 0);
    await leave();
    expect(await running).toMatchObject({ status: "died", usable: false });
    expect(await kernel.execute("y")).toMatchObject({ status: "died" });
    await expect(kernel.complete("z", 1)).rejects.toThrow(/The connection to it was closed.*\[KERNEL_DIED\]/);
  });
});

it("ends what comes in at a socket that is closed while something arrives, and hides no other error", async () => {
  const socket = {
    closed: true,
    async *[Symbol.asyncIterator]() {
      yield [Buffer.from("before")];
      // As zeromq does, where the socket was readable when it was closed.
      throw Object.assign(new Error("Socket operation on non-socket"), { code: "ENOTSOCK" });
    },
  };
  const read: string[] = [];
  for await (const [frame] of incoming(socket)) read.push(String(frame));
  expect(read).toEqual(["before"]);
  socket.closed = false;
  const all = async (): Promise<void> => {
    for await (const _ of incoming(socket));
  };
  await expect(all()).rejects.toThrow("Socket operation on non-socket");
});

it("throws what a listener threw when the cell has ended, and takes the next cell", async () => {
  await withKernel(async (_, voice) => {
    await voice.publish("stream", said("once, "));
    await voice.publish("stream", said("twice"));
    await voice.reply("execute_reply", ok);
    await voice.publish("status", idle);
  });
  let calls = 0;
  const onPublished = (): void => {
    calls++;
    throw new RangeError("of the listener");
  };
  await expect(kernel.execute("x", { onPublished })).rejects.toThrow(new RangeError("of the listener"));
  expect(calls).toBe(1);
  expect(await kernel.execute("x")).toMatchObject({ status: "ok", outputs: [{ text: "once, twice" }] });
});

it("clears and replaces outputs", async () => {
  const shown = (text: string, id?: string): object => ({
    data: { "text/plain": text },
    metadata: {},
    ...(id && { transient: { display_id: id } }),
  });
  await withKernel(async (code, voice) => {
    if (code === "first") {
      await voice.publish("stream", said("gone"));
      await voice.publish("clear_output", { wait: false });
      await voice.publish("display_data", shown("1 of 3", "bar"));
    } else {
      await voice.publish("update_display_data", shown("3 of 3", "bar"));
      await voice.publish("update_display_data", shown("nobody's", "other"));
      await voice.publish("stream", said("stays until there is more"));
      await voice.publish("clear_output", { wait: true });
      if (code === "more") await voice.publish("execute_result", { ...shown("42"), execution_count: 2 });
    }
    await voice.reply("execute_reply", ok);
    await voice.publish("status", idle);
  });
  const first = await kernel.execute("first");
  expect(first.outputs).toMatchObject([{ data: { "text/plain": "1 of 3" } }]);
  expect((await kernel.execute("second")).outputs).toMatchObject([{ text: "stays until there is more" }]);
  expect(first.outputs).toMatchObject([{ data: { "text/plain": "3 of 3" } }]);
  expect((await kernel.execute("more")).outputs).toMatchObject([
    { output_type: "execute_result", execution_count: 2, data: { "text/plain": "42" } },
  ]);
});

describe("a connection file", () => {
  it("must be one, and its kernel must sign: KERNEL_CONNECTION_INVALID", async () => {
    const file = join(folder, "bad.json");
    await expect(attachKernel(file)).rejects.toThrow(/cannot be read as JSON.*\[KERNEL_CONNECTION_INVALID\]/);
    writeFileSync(file, "{}");
    await expect(attachKernel(file)).rejects.toThrow(/is missing.*\[KERNEL_CONNECTION_INVALID\]/);
    for (const changes of [{ key: "" }, { signature_scheme: "hmac-md5" }]) {
      fake = new FakeKernel(async () => undefined);
      await fake.start(file, changes);
      await expect(attachKernel(file)).rejects.toThrow(
        /leaves messages unsigned.*\[KERNEL_CONNECTION_INVALID\]/,
      );
      fake.stop();
    }
  });

  it("of a kernel that has ended: KERNEL_START_FAILED", async () => {
    fake = new FakeKernel(async () => undefined);
    const file = await fake.start(join(folder, "ended.json"));
    fake.stop();
    await expect(attachKernel(file, { timeout: 300 })).rejects.toThrow(
      /No kernel answered at tcp:.* within 0.3 s.*\[KERNEL_START_FAILED\]/,
    );
  });
});
