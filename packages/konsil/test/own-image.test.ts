import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isOpenToNobody } from "@konsil/site";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type StoreEntry, storeEntry } from "../src/image/index.ts";
import { programFiles } from "../src/image/program-files.ts";
import { readNodeDatabase } from "../src/node/index.ts";
import { RunProcess } from "../src/node/run-process.ts";
import { taskEnvironment } from "../src/node/task-environment.ts";
import { Desk, data } from "./command.ts";

const repository = fileURLToPath(new URL("../../../", import.meta.url));
const desk = new Desk();
const main = join(desk.folder, "my-image.mjs");

/** The files of the page, as its reader writes them: each block of JavaScript follows the name of its file. */
beforeAll(() => {
  const page = readFileSync(join(repository, "docs/how-to/own-image.md"), "utf8");
  for (const [, name = "", code] of page.matchAll(/`([\w-]+\.mjs)`:\n\n```js\n([\s\S]*?)^```/gm))
    desk.file(name, code);
  desk.file("package.json", {
    name: "mine",
    description: "Geometric means",
    repository: { url: "git+https://example.org/mine.git" },
  });
  symlinkSync(join(repository, "packages/konsil/node_modules"), join(desk.folder, "node_modules"));
  // Whoever runs this may be root, and the program then is nobody.
  chmodSync(desk.folder, 0o755);
});
afterAll(() => desk.clear());

describe("the image of the how-to", () => {
  it("consists of the program and what it imports from files", () => {
    expect([...programFiles(main).keys()]).toEqual(["main.mjs", "geometric-mean.mjs"]);
  });

  it("is entered in a store from its definitions", async () => {
    const entry: StoreEntry = await storeEntry({ image: "registry.example.org/mine:1", entry: main });
    expect(entry).toMatchObject({
      name: "mine",
      description: "Geometric means",
      code_url: "https://example.org/mine",
    });
    const [, mean] = entry.functions;
    expect(entry.functions.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["geometric_mean", "kaplan_meier", "geometric_totals"]),
    );
    expect(mean).toMatchObject({ name: "geometric_mean", display_name: "Geometric mean", type: "central" });
    expect(mean?.arguments[0]).toEqual({
      name: "column",
      type: "column",
      description: "a column of numbers from 0 on",
      has_default_value: false,
    });
    expect(entry.functions.find(({ name }) => name === "geometric_totals")?.description).toContain(
      "how many people have the number",
    );
  });

  it.each<[string, readonly string[], string]>([
    [
      "build",
      ["--tag", "mine:1", "--entry", "nofile.mjs"],
      'The program "nofile.mjs" does not exist. Check --entry.',
    ],
    ["build", ["--tag", "mine:1", "--entry", "."], 'The program "." is not a file. Check --entry.'],
    ["build", ["--tag", "Foo:1"], "konsil image: --tag must be the name of an image"],
    ["build", ["--tag", "mine:1", "--base", "node 22"], "konsil image: --base must be the name of an image"],
    ["store-entry", ["--image", "mine:1", "--entry", "nofile.mjs"], "does not exist. Check --entry."],
    ["store-entry", ["--image", "Foo:1"], "konsil image: --image must be the name of an image"],
  ])("is not begun by image %s %j, which is wrong use", async (what, args, words) => {
    const { code, out, err } = await desk.konsil("image", what, ...args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(words);
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  const isOpen = isOpenToNobody(repository);
  const why = isOpen ? "" : " (skipped: nobody but root may look into this folder)";
  it.runIf(isOpen)(`answers a task as a node starts it${why}`, async () => {
    const folder = join(desk.folder, "task");
    mkdirSync(folder);
    const [input, output, token] = ["input", "output", "token"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const organizations = ["oslo", "leeds", "heidelberg"];
    writeFileSync(
      input,
      JSON.stringify({ method: "geometric_totals", kwargs: { column: "pgr", organizations } }),
    );
    writeFileSync(output, "");
    writeFileSync(token, "");
    const environment = taskEnvironment({
      input,
      output,
      token,
      temporary: folder,
      proxy: { host: "http://127.0.0.1", port: 1 },
      requested: ["default"],
      databases: [readNodeDatabase(`default=${data}oslo.csv`)],
      settings: { KONSIL_SITE: "oslo" },
    });
    const { code, log } = await new RunProcess(main, environment, () => undefined).ended;
    expect([code, log]).toEqual([0, expect.stringContaining("geometric.totals@1")]);
    expect(JSON.parse(readFileSync(output, "utf8"))).toMatchObject({ n: 366, logs: [expect.any(Number)] });
  });

  it("is described by a page that names each setting of a container", () => {
    const page = readFileSync(join(repository, "docs/reference/container.md"), "utf8");
    const folder = join(repository, "packages/site/src/container");
    const sources = readdirSync(folder).filter((name) => /(?<!\.test)\.ts$/.test(name));
    const settings = sources.flatMap((name) =>
      [...readFileSync(join(folder, name), "utf8").matchAll(/KONSIL_[A-Z]+(_[A-Z]+)*/g)].map(
        ([setting]) => setting,
      ),
    );
    expect(settings.length).toBeGreaterThan(5);
    for (const setting of settings) expect(page).toContain(`\`${setting}\``);
  });

  it("does not take files from elsewhere, nor one by its own name", () => {
    const program = (imported: string) => {
      desk.file("other.mjs", `import "./${imported}";\nexport * from './geometric-mean.mjs';`);
      return () => programFiles(join(desk.folder, "other.mjs"));
    };
    expect(program("../elsewhere.mjs")).toThrow(/does not exist/);
    desk.file("main.mjs", "");
    expect(program("main.mjs")).toThrow(/Rename it/);
    mkdirSync(join(desk.folder, "inner"));
    desk.file("inner/a.mjs", 'await import("../geometric-mean.mjs");');
    expect(() => programFiles(join(desk.folder, "inner/a.mjs"))).toThrow(/neither beside nor below/);
    expect([...program("inner/a.mjs")().keys()]).toEqual(["main.mjs", "inner/a.mjs", "geometric-mean.mjs"]);
  });
});
