import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Desk } from "./command.ts";

const desk = new Desk();
afterAll(() => desk.clear());

const notebook = (name: string, cells: readonly string[], tags: readonly string[] = []): string =>
  desk.file(name, {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: cells.map((source, i) => ({
      cell_type: "code",
      id: `c${i}`,
      metadata: { tags: i === 0 ? tags : [] },
      source,
      outputs: [],
      execution_count: null,
    })),
  });

const outputs = (name: string): unknown[] =>
  (JSON.parse(readFileSync(join(desk.folder, name), "utf8")) as { cells: { outputs: unknown }[] }).cells.map(
    (cell) => cell.outputs,
  );

describe("konsil notebook run", () => {
  it("runs a notebook with parameters, and writes it and its page", async () => {
    notebook("good.ipynb", ["let sites = 3;", "// twice\nsites * 2"], ["parameters"]);
    const options = ["--output", "out.ipynb", "--html", "out.html", "--parameters", '{"sites": 11}'];
    const { code, err, out } = await desk.konsil("notebook", "run", "good.ipynb", ...options);
    expect([code, out]).toEqual([0, ""]);
    expect(err).toMatch(/^TypeScript \(Konsil\) is ready {2}[\d.]+ s\n\[1\/3\] let sites = 3; {2}[\d.]+ s\n/);
    expect(err).toMatch(/\[3\/3\] sites \* 2 {2}.* s\n3 cells in [\d.]+ s\.\n$/);
    expect(outputs("out.ipynb")).toMatchObject([[], [], [{ data: { "text/plain": ["22"] } }]]);
    expect(readFileSync(join(desk.folder, "out.html"), "utf8")).toContain("<title>good</title>");
    desk.file("parameters.json", { sites: 4 });
    const quiet = ["--quiet", "--parameters", "parameters.json", "--output", "out.ipynb"];
    expect(await desk.konsil("notebook", "run", "good.ipynb", ...quiet)).toEqual({
      code: 0,
      out: "",
      err: "",
    });
    expect(outputs("out.ipynb")).toMatchObject([[], [], [{ data: { "text/plain": ["8"] } }]]);
  });

  it("fails as its cell fails: 1, and 3 where a site refused", async () => {
    notebook("bad.ipynb", ["throw new RangeError('out of reach');"]);
    const bad = await desk.konsil("notebook", "run", "bad.ipynb", "--quiet");
    expect(bad.code).toBe(1);
    expect(bad.err).toMatch(
      /^bad\.ipynb: cell 1 of 1 failed with RangeError: out of reach\n.*\[NOTEBOOK_FAILED\]\n$/s,
    );
    notebook("refused.ipynb", [
      `throw Object.assign(new Error("Too few.  [CELL_TOO_SMALL]"), { code: "CELL_TOO_SMALL" });`,
    ]);
    const refused = await desk.konsil("notebook", "run", "refused.ipynb", "--quiet");
    expect(refused.code).toBe(3);
    notebook("slow.ipynb", ["await new Promise((go) => setTimeout(go, 60_000));"]);
    const slow = await desk.konsil("notebook", "run", "slow.ipynb", "--timeout", "0.5");
    expect(slow.code).toBe(1);
    expect(slow.err).toMatch(/[01]\.\d+ s {2}failed\n/);
    expect(slow.err).toContain("[NOTEBOOK_TIMEOUT]");
  });

  it.each(["SIGINT", "SIGHUP"] as const)(
    "keeps the outputs that it had when it is interrupted by %s",
    async (signal) => {
      notebook("long.ipynb", ["console.log('first')", "console.log('begun'); while (true) {}"]);
      const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
      const args = [main, "notebook", "run", "long.ipynb", "--output", "kept.ipynb"];
      const child = spawn(process.execPath, args, { cwd: desk.folder });
      let said = "";
      child.stderr.on("data", (bytes: Buffer) => {
        if (!said.includes("[1/2]") && bytes.includes("[1/2]")) setTimeout(() => child.kill(signal), 500);
        said += bytes.toString();
      });
      const [code] = (await once(child, "close")) as [number];
      expect(code).toBe(1);
      expect(said).toContain("cell 2 of 2 was interrupted");
      expect(said).toContain("[NOTEBOOK_INTERRUPTED]");
      expect(outputs("kept.ipynb")).toMatchObject([
        [{ text: ["first\n"] }],
        [{ text: ["begun\n"] }, { output_type: "error" }],
      ]);
    },
  );

  it.each([
    [["run"], /konsil notebook run FILE\.ipynb/],
    [["run", "a.ipynb", "b.ipynb"], /konsil notebook run FILE\.ipynb/],
    [["run", "none.ipynb"], /cannot be read.*\[NOTEBOOK_INVALID\]/],
    [["run", "good.ipynb", "--timeout", "soon"], /--timeout must be a number of seconds above 0, not "soon"/],
    [["run", "good.ipynb", "--parameters", "[1]"], /--parameters must be a JSON object or its file/],
    [["run", "good.ipynb", "--kernel", "tslap"], /No kernel "tslap".*\[KERNEL_UNKNOWN\]/],
    [["install", "somewhere"], /takes no "somewhere"/],
    [["start"], /Call it as: konsil notebook run/],
  ])("%j is wrong use", async (args, words) => {
    const { code, err } = await desk.konsil("notebook", ...args);
    expect(err).toMatch(words);
    expect(code).toBe(2);
  });
});

it("helps with both, or with the one that is named", async () => {
  const shown = async (...args: string[]): Promise<boolean[]> => {
    const { out } = await desk.konsil("notebook", ...args, "--help");
    return [out.includes("--timeout"), out.includes("--stock")];
  };
  expect(await shown()).toEqual([true, true]);
  expect(await shown("run")).toEqual([true, false]);
  expect(await shown("install")).toEqual([false, true]);
});

it("installs a kernel: konsil notebook install", async () => {
  const { code, out } = await desk.konsil("notebook", "install", "--stock", "--prefix", "environment");
  expect(code).toBe(0);
  const folder = join("environment", "share", "jupyter", "kernels", "tslab");
  expect(out).toContain(`"TypeScript" is installed in ${join(desk.folder, folder)}.`);
  expect(JSON.parse(readFileSync(join(desk.folder, folder, "kernel.json"), "utf8"))).toMatchObject({
    display_name: "TypeScript",
  });
});

describe("konsil without @konsil/notebook", () => {
  const alone = join(desk.folder, "alone");
  const root = fileURLToPath(new URL("..", import.meta.url));
  beforeAll(() => {
    // The built command with its dependencies, and without the package that only the workspace gives it.
    mkdirSync(join(alone, "node_modules"), { recursive: true });
    for (const part of ["dist", "package.json"])
      cpSync(join(root, part), join(alone, part), { recursive: true });
    symlinkSync(join(root, "node_modules", "zod"), join(alone, "node_modules", "zod"));
    mkdirSync(join(alone, "node_modules", "@konsil"));
    for (const name of ["algorithms", "core", "sdk", "site"])
      symlinkSync(join(root, "..", name), join(alone, "node_modules", "@konsil", name));
  });

  const call = async (...args: string[]): Promise<{ code: number; err: string }> => {
    // Without the folders to which the workspace's tools point Node.
    const { NODE_PATH: _, ...env } = process.env;
    const command = [join(alone, "dist", "cli", "main.js"), ...args];
    const child = spawn(process.execPath, command, {
      cwd: alone,
      env: { ...env, JUPYTER_DATA_DIR: desk.folder },
    });
    let err = "";
    child.stderr.on("data", (bytes: Buffer) => {
      err += bytes.toString();
    });
    const [code] = (await once(child, "close")) as [number];
    return { code, err };
  };

  it("says how it is installed: NOTEBOOK_PACKAGE_MISSING", async () => {
    const { code, err } = await call("notebook", "install");
    expect(code).toBe(1);
    expect(err).toMatch(
      /not installed here.*Run: npm install @konsil\/notebook@\d.*\[NOTEBOOK_PACKAGE_MISSING\]/s,
    );
  });

  it("refuses one of another version", async () => {
    const other = join(alone, "node_modules", "@konsil", "notebook");
    mkdirSync(other);
    desk.file("alone/node_modules/@konsil/notebook/package.json", {
      name: "@konsil/notebook",
      version: "9.9.9",
      main: "index.js",
    });
    desk.file("alone/node_modules/@konsil/notebook/index.js", "");
    const { err } = await call("notebook", "install");
    expect(err).toMatch(/@konsil\/notebook 9\.9\.9 is installed.*one version.*\[NOTEBOOK_PACKAGE_MISSING\]/s);
    rmSync(other, { recursive: true });
  });
});
