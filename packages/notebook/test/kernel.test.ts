import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  attachKernel,
  findKernelspec,
  type Kernelspec,
  type Output,
  type StartedKernel,
  startKernel,
} from "../src/index.ts";
import { Channels } from "../src/kernel/channels.ts";
import { freePorts, makeConnection, readConnection } from "../src/kernel/connection.ts";
import { startKernelOn } from "../src/kernel/kernel.ts";
import { kernelEnvironment } from "../src/kernel/kernelspec.ts";
import { delay, waitFor } from "../src/kernel/wait.ts";
import { ipykernel, kernels, konsil, tslab } from "./kernels.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "konsil-notebook-")));
// Other tests start kernels too.
process.env["TMPDIR"] = folder;
// Stock tslab knows Node's types only where the folder of the notebook has them.
mkdirSync(join(folder, "node_modules"));
symlinkSync(
  fileURLToPath(new URL("../../../node_modules/@types", import.meta.url)),
  join(folder, "node_modules", "@types"),
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plain = (outputs: readonly Output[]): string =>
  outputs
    .map((output) => {
      if (output.output_type === "stream") return output.text;
      if (output.output_type === "error") return `${output.ename}: ${output.evalue}`;
      return String(output.data["text/plain"]);
    })
    .join("");

/** Starts a kernel as Jupyter does, which nobody has joined yet. */
async function startAlone(
  spec: Kernelspec | undefined,
): Promise<{ readonly file: string; readonly started: ChildProcess; readonly end: () => void }> {
  const { file, folder: own } = await makeConnection("tcp", freePorts);
  const [command = "", ...args] = (spec?.argv ?? []).map((arg) => arg.replace("{connection_file}", file));
  const started = spawn(command, args, { stdio: "ignore", cwd: folder });
  return {
    file,
    started,
    end: () => {
      started.kill("SIGKILL");
      rmSync(own, { recursive: true });
    },
  };
}

function connectionFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("konsil-kernel-"));
}

describe.each(kernels)("$title", (tested) => {
  const { spec } = tested;
  describe.skipIf(spec === undefined)("runs", () => {
    let kernel: StartedKernel;
    beforeAll(async () => {
      kernel = await startKernel({ kernel: spec, cwd: folder });
    });
    afterAll(async () => {
      await kernel.shutdown();
      expect(isRunning(kernel.pid)).toBe(false);
    });

    it("tells what it is", () => {
      expect(kernel.info.protocol).toMatch(/^5\./);
      expect(["typescript", "python"]).toContain(kernel.info.language.name);
    });

    it("executes, with what a cell says as it says it", async () => {
      const published: string[] = [];
      const said = await kernel.execute(tested.say("hello"), {
        onPublished: (one) => published.push(one.type),
      });
      expect(said).toMatchObject({ status: "ok", usable: true });
      expect(said.outputs).toEqual([{ output_type: "stream", name: "stdout", text: "hello\n" }]);
      expect(published).toContain("stream");
      const six = await kernel.execute(tested.six);
      expect(plain(six.outputs).trim()).toBe("6");
      expect(six.executionCount).toBe((said.executionCount ?? 0) + 1);
    });

    it("shows an error as an error, and takes the next cell at once", async () => {
      const [failed, next] = await Promise.all([
        kernel.execute(tested.fail),
        kernel.execute(tested.say("on")),
      ]);
      expect(failed.status).toBe("error");
      const errors = failed.outputs.filter((output) => output.output_type === "error");
      expect(errors).toMatchObject([
        {
          ename: expect.stringMatching(/Error$/) as string,
          evalue: "out of reach",
          traceback: expect.arrayContaining([expect.stringContaining("out of reach")]) as string[],
        },
      ]);
      expect(next).toMatchObject({ status: "ok", outputs: [{ text: "on\n" }] });
    });

    it("updates what it displayed", async () => {
      const shown = await kernel.execute(tested.progress);
      expect(shown.outputs).toMatchObject([
        { output_type: "display_data", data: { "text/html": "<b>2</b>" } },
      ]);
    });

    it("adds to its cell what comes after the cell", async () => {
      const early = await kernel.execute(tested.sayLate);
      expect(plain(early.outputs)).not.toContain("late");
      await waitFor(3000, () => plain(early.outputs).includes("late"));
      expect(plain(early.outputs)).toContain("late\n");
    });

    it("interrupts a cell that takes too long, and goes on", async () => {
      const spun = await kernel.execute(tested.spin, { timeout: 300 });
      expect(spun).toMatchObject({ status: "timeout", usable: true });
      expect(await kernel.execute(tested.say("still here"))).toMatchObject({ status: "ok" });
      const stop = AbortSignal.timeout(300);
      const stopped = await kernel.execute(tested.spin, { signal: stop });
      expect(stopped).toMatchObject({ status: "interrupted", usable: true });
    });

    it("interrupts a cell that is still being compiled", async () => {
      const stopped = await kernel.execute(tested.spin, { timeout: 1 });
      expect(stopped).toMatchObject({ status: "timeout", usable: true });
    });

    it("completes and inspects", async () => {
      const [begun, whole] = tested.completable;
      const { matches, start, end } = await kernel.complete(begun, begun.length);
      expect(matches).toContain(whole);
      expect([start, end]).toEqual([0, begun.length]);
      const about = await kernel.inspect(tested.say("x"), 3);
      expect(String(about?.["text/plain"]).length).toBeGreaterThan(10);
    });

    it.skipIf(spec === tslab.spec)("completes behind an emoji, which Jupyter counts once", async () => {
      const [begun, whole] = tested.completable;
      const code = `${tested.say("😀😀😀")} ; ${begun}`;
      const { matches, start, end } = await kernel.complete(code, code.length);
      expect(matches).toContain(whole);
      expect([start, end]).toEqual([code.length - begun.length, code.length]);
      expect(await kernel.inspect(code, code.indexOf("("))).toBeDefined();
    });

    it("echoes heartbeats, and drops nothing", async () => {
      await waitFor(3000, () => kernel.silence !== undefined);
      expect(kernel.silence).toBeLessThan(3000);
      expect(kernel.dropped).toEqual({ unsigned: 0, malformed: 0 });
    });
  });

  it.skipIf(spec === undefined)(
    "notices that it was killed in a cell, is started anew, and removes its files: KERNEL_DIED",
    async () => {
      const before = connectionFolders();
      const kernel = await startKernel({ kernel: spec, cwd: folder, transport: "tcp" });
      const [mine = ""] = connectionFolders().filter((name) => !before.includes(name));
      if (process.platform !== "win32") {
        expect(statSync(join(tmpdir(), mine)).mode & 0o777).toBe(0o700);
        expect(statSync(join(tmpdir(), mine, "connection.json")).mode & 0o777).toBe(0o600);
      }
      const [died, never] = await Promise.all([
        kernel.execute(`${tested.say("last words")}\n${tested.die}`),
        kernel.execute(tested.six),
      ]);
      expect(died).toMatchObject({ status: "died", usable: false });
      expect(never.status).toBe("died");
      await expect(kernel.complete("a", 1)).rejects.toThrow(
        /The kernel is gone. It was ended by SIGKILL.*\[KERNEL_DIED\]/s,
      );
      const { pid } = kernel;
      await kernel.restart();
      expect(kernel.pid).not.toBe(pid);
      expect(await kernel.execute(tested.six)).toMatchObject({ status: "ok", executionCount: 1 });
      await kernel.shutdown();
      expect(existsSync(join(tmpdir(), mine))).toBe(false);
    },
  );

  it.skipIf(spec === undefined)("is started on other ports when one was taken", async () => {
    const [taken = 0] = await freePorts(1);
    const squatter = createServer().listen(taken, "127.0.0.1");
    await once(squatter, "listening");
    let attempts = 0;
    const kernel = await startKernelOn({ kernel: spec, cwd: folder, transport: "tcp" }, async (count) => {
      const ports = await freePorts(count);
      return attempts++ === 0 ? [taken, ...ports.slice(1)] : ports;
    });
    expect(attempts).toBe(2);
    expect(await kernel.execute(tested.six)).toMatchObject({ status: "ok" });
    await kernel.shutdown();
    squatter.close();
  });

  it.skipIf(spec === undefined || tested.isDeafInCells)("is joined while a cell runs", async () => {
    const { file, end } = await startAlone(spec);
    try {
      const first = await attachKernel(file, { timeout: 60_000 });
      const running = first.execute(tested.spin);
      await delay(500);
      const second = await attachKernel(file);
      await second.interrupt();
      expect(await running).toMatchObject({ status: "error", usable: true });
      first.detach();
      second.detach();
    } finally {
      end();
    }
  });

  it.skipIf(spec === undefined)("is joined while it runs, left running, and its end is seen", async () => {
    const { file, started, end } = await startAlone(spec);
    try {
      const first = await attachKernel(file, { timeout: 60_000 });
      await first.execute(tested.six);
      first.detach();
      const second = await attachKernel(file);
      expect((await second.execute(tested.six)).executionCount).toBe(2);
      const running = second.execute(tested.spin);
      await delay(300);
      started.kill("SIGKILL");
      expect(await running).toMatchObject({ status: "died" });
      second.detach();
    } finally {
      end();
    }
  });
});

function isRunning(pid: number | undefined): boolean {
  try {
    process.kill(pid ?? 0, 0);
    return true;
  } catch {
    return false;
  }
}

describe("starting a kernel", () => {
  const broken = (argv: readonly string[]): Promise<StartedKernel> =>
    startKernel({ kernel: { ...(konsil.spec as NonNullable<typeof konsil.spec>), argv }, timeout: 1500 });

  it("says what the command wrote when it ends: KERNEL_START_FAILED", async () => {
    const argv = [process.execPath, "-e", "console.error('no such module'); process.exit(3)"];
    await expect(broken(argv)).rejects.toThrow(
      /did not start. It ended by itself with code 3. It wrote:\nno such module\n.*\[KERNEL_START_FAILED\]/s,
    );
    await expect(broken(["/nonexistent/node"])).rejects.toThrow(
      /cannot be started: spawn.*\[KERNEL_START_FAILED\]/s,
    );
    await expect(startKernel({ cwd: join(folder, "nowhere") })).rejects.toThrow(
      /the folder ".*nowhere" is not there\..*\[KERNEL_START_FAILED\]/s,
    );
    await expect(broken([process.execPath, "-e", "setTimeout(() => {}, 1e6)"])).rejects.toThrow(
      /It did not answer within 1.5 s.*\[KERNEL_START_FAILED\]/s,
    );
    expect(connectionFolders().filter((name) => existsSync(join(tmpdir(), name, "connection.json")))).toEqual(
      [],
    );
  });

  it("gives ports to a kernel that is silent over files", async () => {
    const spec = konsil.spec as NonNullable<typeof konsil.spec>;
    const silent =
      "const { transport } = JSON.parse(require('fs').readFileSync(process.argv[1]));" +
      `if (transport === "ipc") setTimeout(() => {}, 1e6); else { process.argv.splice(1, 0, ""); import(${JSON.stringify(spec.argv[1])}); }`;
    const argv = [process.execPath, "-e", silent, "{connection_file}"];
    const kernel = await startKernel({ kernel: { ...spec, argv }, cwd: folder, timeout: 20_000 });
    expect(await kernel.execute("1 + 1")).toMatchObject({ status: "ok" });
    await kernel.shutdown();
  });

  it("ends with the program that started it, even when that is killed", async () => {
    const spec = konsil.spec as NonNullable<typeof konsil.spec>;
    const script = `
      import { startKernel } from ${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)};
      const kernel = await startKernel({ kernel: ${JSON.stringify(spec)} });
      console.log(kernel.pid);
      setTimeout(() => {}, 1e6);`;
    const program = spawn(process.execPath, ["--input-type=module", "-e", script], { cwd: folder });
    const [bytes] = (await once(program.stdout, "data")) as [Buffer];
    const pid = Number(bytes.toString());
    expect(isRunning(pid)).toBe(true);
    const keys = (): boolean[] =>
      connectionFolders().map((name) => existsSync(join(tmpdir(), name, "connection.json")));
    expect(keys()).toContain(true);
    program.kill("SIGKILL");
    await waitFor(5000, () => !isRunning(pid));
    expect(isRunning(pid)).toBe(false);
    expect(keys()).not.toContain(true);
  });
});

it.skipIf(ipykernel.spec === undefined)(
  "lets Python clean up what was interrupted (needs ipykernel)",
  async () => {
    const kernel = await startKernel({ kernel: ipykernel.spec, cwd: folder });
    const code = "import time\ntry:\n  time.sleep(20)\nfinally:\n  time.sleep(1.5)\n  print('cleaned')";
    const stopped = await kernel.execute(code, { timeout: 300 });
    expect(stopped).toMatchObject({ status: "timeout", usable: true });
    expect(plain(stopped.outputs)).toContain("cleaned");
    await kernel.shutdown();
  },
);

describe("finding a kernel", () => {
  const at = join(folder, "kernels");
  const install = async (name: string, content: string): Promise<void> => {
    const { mkdir } = await import("node:fs/promises");
    await mkdir(join(at, name), { recursive: true });
    writeFileSync(join(at, name, "kernel.json"), content);
  };

  it("reads its description", async () => {
    const spec = { argv: ["ruby", "{connection_file}"], display_name: "Ruby", language: "ruby" };
    await install("Ruby", JSON.stringify(spec));
    expect(await findKernelspec("ruby", [join(folder, "none"), at])).toMatchObject({
      displayName: "Ruby",
      interruptMode: "signal",
      folder: join(at, "Ruby"),
    });
  });

  it("fills its variables from the environment, as Jupyter does", () => {
    const env = { A: `\${B}:$B:$C:$$B`, B: "given" };
    const spec = { ...(konsil.spec as Kernelspec), env };
    expect(kernelEnvironment(spec, { B: "of the environment", D: "4" })).toEqual({
      A: "of the environment:of the environment:$C:$B",
      B: "given",
      D: "4",
    });
  });

  it("says which there are, or what is wrong with one: KERNEL_UNKNOWN", async () => {
    await expect(findKernelspec("rubi", [at])).rejects.toThrow(
      /No kernel "rubi" is installed. Did you mean "ruby"\? Kernels: ruby\..*\[KERNEL_UNKNOWN\]/,
    );
    await install("bad", `{ "argv": "x" }`);
    await expect(findKernelspec("bad", [at])).rejects.toThrow(
      /argv must be a list, not text.*\[KERNEL_UNKNOWN\]/,
    );
    await install("worse", `{`);
    await expect(findKernelspec("worse", [at])).rejects.toThrow(/cannot be read as JSON.*\[KERNEL_UNKNOWN\]/);
  });
});

describe("what the launcher adds to tslab", () => {
  let kernel: StartedKernel;
  beforeAll(async () => {
    kernel = await startKernel({ cwd: folder });
  });
  afterAll(() => kernel.shutdown());

  it.each([
    ["strict types", "const s: string = undefined;", "Type 'undefined' is not assignable to type 'string'."],
    ["no global of a browser", "event.type", "Cannot find name 'event'."],
    ["places in the first line", "await (1); x1", "1:12 - Cannot find name 'x1'."],
  ])("%s", async (_, code, words) => {
    const { status, outputs } = await kernel.execute(code);
    expect(status).toBe("error");
    expect(outputs).toMatchObject([
      { ename: "TypeScriptError", evalue: expect.stringContaining(words) as string },
    ]);
  });

  it.each([
    ["await with brackets", "const a = await (async () => 1)(); a", "1"],
    ["for await", "let sum = 0; for await (const x of [1, 2]) sum += x; sum", "3"],
    ["a method of es2023", "[3, 1].findLast((x) => x > 2)", "3"],
    ["text as it is", `"two\\nlines"`, "two\nlines"],
    ["types of Node", `process.version.startsWith("v")`, "true"],
  ])("%s", async (_, code, words) => {
    const { status, outputs } = await kernel.execute(code);
    expect(outputs).toMatchObject([{ output_type: "execute_result", data: { "text/plain": words } }]);
    expect(status).toBe("ok");
  });

  it("await with brackets where a variable has a type of another file, which breaks TypeScript 5.0", async () => {
    writeFileSync(join(folder, "people.ts"), "export class People {}");
    const code = `const all = new (await import("./people")).People();\nawait (Promise.resolve(1))`;
    const { status, outputs } = await kernel.execute(code);
    expect(outputs).toMatchObject([{ data: { "text/plain": "1" } }]);
    expect(status).toBe("ok");
  });

  it("where a package that is missing is looked for, and how it is had", async () => {
    const hint = (name: string): string =>
      `Packages are looked for in ${folder} and the folders above. Run there: npm i ${name}`;
    const lastOf = async (code: string): Promise<unknown> => {
      const [error] = (await kernel.execute(code)).outputs;
      return error !== undefined && "traceback" in error && error.traceback.at(-1);
    };
    expect(await lastOf('import { a } from "@konsil/none/deep";')).toBe(hint("@konsil/none"));
    expect(await lastOf('import { a } from "none-such";')).toBe(hint("none-such"));
    expect(await lastOf('import { a } from "./none";')).toMatch(/^1:19 - Cannot find module/);
  });

  it("what broke the compiler, of which tslab says nothing", async () => {
    const own = await startKernel({ cwd: folder });
    const { status, outputs } = await own.execute("[".repeat(5000) + "]".repeat(5000));
    await own.shutdown();
    expect(status).toBe("error");
    const words = "The compiler broke over this cell: Maximum call stack size exceeded";
    const advice = "If it breaks over others now, restart the kernel.";
    expect(outputs).toMatchObject([
      { output_type: "error", evalue: `${words}\n${advice}`, traceback: [`Error: ${words}`, advice] },
    ]);
  });

  it("fields of an error whose places are the kernel's own, and no more than that a cell was stopped", async () => {
    const traceOf = async (code: string, options = {}): Promise<unknown> =>
      (await kernel.execute(code, options)).outputs.map((one) => "traceback" in one && one.traceback);
    const code =
      "async function fail() { throw Object.assign(new RangeError('of it'), { row: 3 }); }\nawait fail();";
    expect(await traceOf(code)).toEqual([
      ["RangeError: of it", "    at fail (a cell)", "{", "  row: 3", "}"],
    ]);
    expect(await traceOf("while (true) {}", { timeout: 500 })).toEqual([
      ["Error: Script execution was interrupted by `SIGINT`"],
    ]);
  });

  it("variables of earlier cells by their names alone, of which stock tslab makes a ReferenceError", async () => {
    const run = async (code: string): Promise<string> => plain((await kernel.execute(code)).outputs);
    await run(
      `import { sep } from "node:path";\nconst columns = ["age"];\nlet first = 1, second: number | undefined = 2;`,
    );
    expect(await run("JSON.stringify({ columns, sep, in: [{ columns }] })")).toBe(
      JSON.stringify({ columns: ["age"], sep, in: [{ columns: ["age"] }] }),
    );
    expect(await run("((columns: number) => ({ columns, first }))(3)")).toBe("{ columns: 3, first: 1 }");
    // Stock tslab makes globals of these.
    await run(
      "const given: { first: number; second?: number } = { first: 3 };\n({ first, second = first } = given);",
    );
    expect(await run("[first, second]")).toBe("[ 3, 3 ]");
  });

  it("what waits behind a cell that may fail, as JupyterLab's Run All sends all at once", async () => {
    const { file, end } = await startAlone(konsil.spec);
    try {
      (await attachKernel(file, { timeout: 60_000 })).detach();
      const channels = new Channels(await readConnection(file));
      const statuses = (stop_on_error: boolean): Promise<string[]> =>
        Promise.all(
          ["throw new RangeError('of the first')", "const a: number = 'b';", "1"].map(async (code) => {
            const content = { code, silent: false, stop_on_error };
            const reply = z.object({ status: z.string(), ename: z.string().optional() });
            const waiting = { reply, timeout: 30_000 };
            const { status, ename } = await channels.request("shell", "execute_request", content, waiting);
            return ename ?? status;
          }),
        );
      expect(await statuses(false)).toEqual(["RangeError", "TypeScriptError", "ok"]);
      expect(await statuses(true)).toEqual(["RangeError", "aborted", "aborted"]);

      // JupyterLab asks for it, and tslab complained in the cell that ran last.
      const published: string[] = [];
      await delay(300); // until it takes cells again
      const cell = { code: "3", silent: false, stop_on_error: false };
      channels.send("shell", "execute_request", cell, { onPublished: ({ type }) => published.push(type) });
      await waitFor(20_000, () => published.includes("execute_result"));
      channels.send("shell", "history_request", {}, {});
      await delay(500);
      expect(published).toContain("execute_result");
      expect(published).not.toContain("stream");
      channels.close();
    } finally {
      end();
    }
  });

  it("all that a loop prints, of which stock tslab loses what is beyond some 500 lines", async () => {
    const code = `for (let i = 1; i <= 5000; i++) console.log(i);`;
    const { status, outputs } = await kernel.execute(code);
    expect(status).toBe("ok");
    expect(plain(outputs).split("\n").slice(-2)).toEqual(["5000", ""]);
    expect(plain(outputs).split("\n")).toHaveLength(5001);
  });

  it("the notebook's own names first, of all that could stand at a place", async () => {
    await kernel.execute("const zebras = 2; const nested = { zero: 0 };");
    const { matches } = await kernel.complete("f(", 2);
    expect(matches.indexOf("zebras")).toBeLessThan(matches.indexOf("Array"));
    expect(matches.filter((name) => name === "zebras")).toHaveLength(1);
    expect((await kernel.complete("nested.", 7)).matches).toEqual(["zero"]);
  });

  it("what is known of a field or function, where its value or arguments are written", async () => {
    await kernel.execute(
      "/**\n * Adds.\n * @example\n * add({ first: 1 })\n * @throws never\n */\n" +
        "function add(given: {\n  /** The first. */\n  first?: 1 | 2 }): number { return given.first ?? 0; }",
    );
    const at = async (code: string): Promise<unknown> => kernel.inspect(code, code.length);
    expect(await at("const sum = [add({ first: ")).toEqual({
      "text/plain": "(property) first?: 1 | 2 | undefined\n\nThe first.",
      "text/markdown": "```typescript\n(property) first?: 1 | 2 | undefined\n```\n\nThe first.",
    });
    const type = "function add(given: {\n    first?: 1 | 2 | undefined;\n}): number";
    for (const code of ["add(", "add({ ", "new Set(add("])
      expect(await at(code)).toMatchObject({
        "text/plain": `${type}\n\nAdds.\n\nadd({ first: 1 })\n\n@throws never`,
      });
    expect(await at("add({ first: 1 });")).toBeUndefined();
  });

  it("packages that are installed while it runs, after which stock tslab compiles no cell", async () => {
    const code = "import { five } from 'installed-later';\nfive + 1";
    expect((await kernel.execute(code)).outputs).toMatchObject([{ ename: "TypeScriptError" }]);
    const at = join(folder, "node_modules", "installed-later");
    mkdirSync(at);
    writeFileSync(
      join(at, "package.json"),
      `{ "name": "installed-later", "main": "a.js", "types": "a.d.ts" }`,
    );
    writeFileSync(join(at, "a.js"), "exports.five = 5;");
    writeFileSync(join(at, "a.d.ts"), "export declare const five: number;");
    let last = await kernel.execute(code);
    for (let i = 0; i < 40 && last.status === "error"; i++) {
      await delay(250);
      last = await kernel.execute(code);
    }
    expect(last.outputs).toMatchObject([{ data: { "text/plain": "6" } }]);
  });

  it("results that show themselves", async () => {
    const code = `({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<b>rich</b>" }) })`;
    expect((await kernel.execute(code)).outputs).toMatchObject([{ data: { "text/html": "<b>rich</b>" } }]);
  });

  it("an element of a document, such as a figure of Observable Plot, as what it draws", async () => {
    const { outputs } = await kernel.execute(
      `({ outerHTML: '<svg width="9"><path/></svg>', ownerDocument: {} })`,
    );
    const data = { "text/plain": '<svg width="9">', "text/html": '<svg width="9"><path/></svg>' };
    expect(outputs).toMatchObject([{ data }]);
  });

  it("long text with lines that break between words, where Jupyter breaks plain text anywhere", async () => {
    const { outputs } = await kernel.execute(`"n < 5 & more ".repeat(9)`);
    const html = expect.stringMatching(
      /^<pre style="[^"]*word-break:normal[^"]*">n &#60; 5 &#38; more /,
    ) as string;
    expect(outputs).toMatchObject([{ data: { "text/plain": "n < 5 & more ".repeat(9), "text/html": html } }]);
    const short = await kernel.execute(`"n < 5"`);
    expect(short.outputs).toMatchObject([{ data: { "text/plain": "n < 5" } }]);
    expect(JSON.stringify(short.outputs)).not.toContain("text/html");
  });

  it("an error of Konsil without how it came about", async () => {
    const code = `throw Object.assign(new Error("Do this.  [ARGUMENT_INVALID]"), { code: "ARGUMENT_INVALID" });`;
    const { outputs } = await kernel.execute(code);
    expect(outputs).toMatchObject([
      { evalue: "Do this.  [ARGUMENT_INVALID]", traceback: ["Error: Do this.  [ARGUMENT_INVALID]"] },
    ]);
  });

  it("a rejection that nothing awaited, as an error of the cell", async () => {
    const { status, outputs } = await kernel.execute(`void Promise.reject(new TypeError("forgotten"));`);
    expect(status).toBe("ok");
    expect(outputs).toMatchObject([{ output_type: "error", ename: "TypeError", evalue: "forgotten" }]);
  });
});
