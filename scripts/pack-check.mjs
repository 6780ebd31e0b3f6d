// Looks at the packages as a stranger does: packed, installed in an empty folder outside the repository, imported,
// compiled by the notebook's old TypeScript, and used with the README's first example.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { pack, removeStale } from "./packages.mjs";
import { pnpmCommand } from "./set-up.mjs";
import { all, capture, root, StepFailed, timed, tool } from "./step.mjs";

const importLimit = 400; // ms: what a person does not notice at the start of a script

/** The imports of all entry points, and for each exported value the claim that its type is not `any`. */
function entryPointsSource(exported) {
  const lines = ["type Known<T> = 0 extends 1 & T ? never : true;"];
  exported.forEach(({ entryPoint, names }, i) => {
    lines.push(`import * as entry${i} from "${entryPoint}";`);
    for (const name of names)
      lines.push(`export const known${i}_${name}: Known<typeof entry${i}.${name}> = true;`);
    if (names.length === 0) lines.push(`export const whole${i} = entry${i};`);
  });
  return `${lines.join("\n")}\n`;
}

/** The first TypeScript example of the README: what a reader tries first. */
function firstExample() {
  const readme = join(root, "README.md");
  const match =
    existsSync(readme) && /^```(?:ts|typescript)\b[^\n]*\n([\s\S]*?)^```/m.exec(readFileSync(readme, "utf8"));
  return match ? match[1] : undefined;
}

/** Runs `source` in a fresh Node in `folder`, and returns what it wrote. */
function evaluate(title, folder, source, type = "module") {
  return capture(title, process.execPath, [`--input-type=${type}`, "--eval", source], { cwd: folder });
}

async function install(project, packed) {
  const files = packed.map(({ tarball }) => tarball);
  await capture("npm install", "npm", ["install", "--no-audit", "--no-fund", ...files], { cwd: project });
}

/** Runs the README's first example in `project`. */
async function firstFigure(project, began) {
  const example = firstExample();
  if (example === undefined) return "the README has none yet";
  writeFileSync(join(project, "first.ts"), example);
  const tsx = pathToFileURL(join(root, "node_modules", "tsx", "dist", "loader.mjs")).href;
  await capture("the README's first example", process.execPath, ["--import", tsx, "first.ts"], {
    cwd: project,
  });
  return `${((performance.now() - began) / 1000).toFixed(1)} s from an empty folder`;
}

/** Imports every entry point as a module and from CommonJS; adds the names that each exports to `exported`. */
async function importAll(project, packed, exported) {
  for (const entryPoint of packed.flatMap(({ entryPoints }) => entryPoints)) {
    const print = "console.log(JSON.stringify(Object.keys(entry)))";
    const title = `import "${entryPoint}"`;
    const names = await evaluate(title, project, `import * as entry from "${entryPoint}"; ${print}`);
    exported.push({ entryPoint, names: JSON.parse(names) });
    // The notebook's kernel is CommonJS: a top-level await anywhere below would break this.
    const required = `const entry = require("${entryPoint}"); ${print}`;
    await evaluate(`require("${entryPoint}")`, project, required, "commonjs");
  }
  return `${exported.length} with ${exported.flatMap(({ names }) => names).length} exports`;
}

async function konsil(project, ...args) {
  const command = join(project, "node_modules", ".bin", "konsil");
  return await capture(`konsil ${args.join(" ")}`, command, args, { cwd: project });
}

async function commandLine(project) {
  await konsil(project, "--help");
  const asked = await konsil(project, "notebook", "install").catch((error) => error.output);
  if (!asked.includes("[NOTEBOOK_PACKAGE_MISSING]"))
    throw new StepFailed("konsil notebook", `It did not ask for its package, and said: ${asked}`);
  return "--help answers, and notebooks ask for their package";
}

/**
 * What a notebook does, in the kernels that people have: each export and each answer bound to a name, which tslab takes
 * only where its type can be named.
 */
async function inNotebooks(project, exported) {
  const notebook = JSON.parse(readFileSync(join(root, "consumers", "tslab", "cells.ipynb"), "utf8"));
  exported.forEach(({ entryPoint, names }, i) => {
    const bound = names.map((name) => `const value${i}_${name} = entry${i}.${name};`);
    const source = [`import * as entry${i} from "${entryPoint}";`, ...bound].join("\n");
    notebook.cells.push({ cell_type: "code", id: `entry-${i}`, metadata: {}, source, outputs: [] });
  });
  writeFileSync(join(project, "cells.ipynb"), JSON.stringify(notebook));
  for (const kernel of ["tslab", "konsil"])
    await konsil(project, "notebook", "run", "cells.ipynb", "--kernel", kernel, "--timeout", "60");
  return `${notebook.cells.length} cells in two kernels`;
}

/**
 * The same as pnpm lays the packages out: what a package stands on is there, and cannot be imported from the folder of the
 * notebook. The packages that are not asked for come from their tarballs too.
 */
async function withPnpm(project, packed, exported) {
  mkdirSync(project);
  const asked = packed.filter(({ name }) => ["konsil", "@konsil/notebook"].includes(name));
  const from = (some) => Object.fromEntries(some.map(({ name, tarball }) => [name, `file:${tarball}`]));
  const { zod } = asked[0].manifest.dependencies;
  const manifest = { private: true, type: "module", dependencies: { ...from(asked), zod } };
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
  // zeromq brings its library along; pnpm wants to be told that nothing need be built.
  const workspace = { overrides: from(packed), allowBuilds: { zeromq: false } };
  writeFileSync(join(project, "pnpm-workspace.yaml"), JSON.stringify(workspace));
  const [command, args] = pnpmCommand("install");
  await capture("pnpm install", command, args, { cwd: project });
  const names = asked.flatMap(({ entryPoints }) => entryPoints);
  return await inNotebooks(
    project,
    exported.filter(({ entryPoint }) => names.includes(entryPoint)),
  );
}

async function importTime(project) {
  const source = 'const t = performance.now(); await import("konsil"); console.log(performance.now() - t)';
  const times = [];
  for (let i = 0; i < 15; i++) times.push(Number(await evaluate('import "konsil"', project, source)));
  // Whatever else runs on the machine only adds to a time: the least is nearest to what the import takes.
  const least = Math.min(...times).toFixed(0);
  if (least <= importLimit) return `${least} ms of ${importLimit} ms`;
  throw new StepFailed('import "konsil"', `It takes ${least} ms; the limit is ${importLimit} ms.`);
}

/** The compiler's complaints, less those about declarations that others publish. */
function ours(output) {
  const complaints = output.split(/\n(?=\S)/);
  return complaints.filter((text) => !/^node_modules\/(?!(@konsil|konsil)\/)/.test(text)).join("\n");
}

/** Compiles the notebook's view of the packages with the notebook's compiler, declarations included. */
async function oldCompiler(project, exported) {
  cpSync(join(root, "consumers", "tslab"), project, { recursive: true });
  writeFileSync(join(project, "entry-points.ts"), entryPointsSource(exported));
  const nodeTypes = ["install", "--no-audit", "--no-fund", "@types/node@20"];
  await capture("npm install @types/node", "npm", nodeTypes, { cwd: project });
  const compiler = join(root, "node_modules", "typescript-tslab", "bin", "tsc");
  const args = [compiler, "-p", ".", "--pretty", "false"];
  await capture("TypeScript 5.0", process.execPath, args, { cwd: project }).catch((error) => {
    const complaints = ours(error.output);
    if (complaints !== "" || error.output === "") throw new StepFailed("TypeScript 5.0", complaints);
  });
}

async function publint(packed) {
  for (const { name, tarball } of packed) {
    await capture(`publint ${name}`, tool("publint"), ["run", tarball, "--strict"]);
  }
}

async function typesAreRight(packed) {
  for (const { name, tarball } of packed) {
    // ESM only is a decision; the Node10 column stays, because notebooks resolve like that.
    const args = [tarball, "--profile", "node16", "--ignore-rules", "cjs-resolves-to-esm"];
    await capture(`attw ${name}`, tool("attw"), args);
  }
}

/** Packs and tries everything; returns whether all of it holds. */
export async function packCheck({ keep }) {
  const folder = mkdtempSync(join(tmpdir(), "konsil-pack-"));
  const tarballs = join(folder, "tarballs");
  const project = join(folder, "project");
  mkdirSync(tarballs);
  mkdirSync(project);
  try {
    removeStale();
    const packed = await timed("packing", () => pack(tarballs));
    const began = performance.now();
    writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }\n');
    const [forNotebooks, first] = [true, false].map((isIt) =>
      packed.filter(({ name }) => (name === "@konsil/notebook") === isIt),
    );
    await timed("installing in an empty folder", () => install(project, first));
    const exported = [];
    return await all([
      () => timed("the README's first example", () => firstFigure(project, began)),
      () => timed('time of import "konsil"', () => importTime(project)),
      () => timed("the command line", () => commandLine(project)),
      () => timed("installing @konsil/notebook beside", () => install(project, forNotebooks)),
      () => timed("importing every entry point", () => importAll(project, packed, exported)),
      () => timed("TypeScript 5.0 as in a notebook", () => oldCompiler(project, exported)),
      () => timed("in notebooks", () => inNotebooks(project, exported)),
      () => timed("in notebooks, with pnpm", () => withPnpm(join(folder, "pnpm"), packed, exported)),
      () => timed("publint", () => publint(packed)),
      () => timed("are the types wrong", () => typesAreRight(packed)),
    ]);
  } finally {
    if (keep) process.stderr.write(`kept: ${folder}\n`);
    else rmSync(folder, { recursive: true, force: true });
  }
}
