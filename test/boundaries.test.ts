import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A file that breaks a rule of the architecture, and the rule of the linter that must say so. */
const forbidden: readonly (readonly [why: string, file: string, source: string, rule: string])[] = [
  ["core imports the sdk", "core/src/a.ts", `import "@konsil/sdk";`, "no-restricted-imports"],
  ["core imports the algorithms", "core/src/b.ts", `import "@konsil/algorithms";`, "no-restricted-imports"],
  ["core imports a site", "core/src/c.ts", `import "@konsil/site/container";`, "no-restricted-imports"],
  ["core imports the front door", "core/src/d.ts", `import "konsil";`, "no-restricted-imports"],
  [
    "core imports a type of the sdk",
    "core/src/e.ts",
    `import type { A } from "@konsil/sdk"; export type B = A;`,
    "no-restricted-imports",
  ],
  [
    "core reaches into another folder",
    "core/src/f.ts",
    `import "../../sdk/src/index.ts";`,
    "no-restricted-imports",
  ],
  ["core reads files", "core/src/g.ts", `import "node:fs";`, "import(no-nodejs-modules)"],
  ["core reads files by the old name", "core/src/h.ts", `import "fs";`, "import(no-nodejs-modules)"],
  [
    "core loads files late",
    "core/src/i.ts",
    `export const f = () => import("node:fs");`,
    "import(no-nodejs-modules)",
  ],
  ["core calls the network", "core/src/j.ts", `export const f = () => fetch("x");`, "no-restricted-globals"],
  [
    "core reads the clock",
    "core/src/statistics/k.ts",
    `export const f = () => Date.now();`,
    "no-restricted-properties",
  ],
  [
    "core rolls dice",
    "core/src/engine/l.ts",
    `export const f = () => Math.random();`,
    "no-restricted-properties",
  ],
  ["core ciphers outside its seal", "core/src/m.ts", `import "tweetnacl";`, "no-restricted-imports"],
  [
    "core ciphers as a browser does",
    "core/src/n.ts",
    `export const f = () => globalThis.crypto.subtle.encrypt("", "", "");`,
    "no-restricted-properties",
  ],
  [
    "the engine ciphers as a browser does",
    "core/src/engine/o.ts",
    `export const f = () => crypto.subtle.encrypt("", "", "");`,
    "no-restricted-properties",
  ],

  ["algorithms import the sdk", "algorithms/src/a.ts", `import "@konsil/sdk";`, "no-restricted-imports"],
  ["algorithms import a site", "algorithms/src/b.ts", `import "@konsil/site";`, "no-restricted-imports"],
  ["algorithms read files", "algorithms/src/c.ts", `import "node:fs/promises";`, "import(no-nodejs-modules)"],
  [
    "algorithms call the network",
    "algorithms/src/d.ts",
    `export const f = () => fetch("x");`,
    "no-restricted-globals",
  ],
  [
    "algorithms call the network sideways",
    "algorithms/src/e.ts",
    `export const f = () => globalThis.fetch("x");`,
    "no-restricted-globals",
  ],
  ["algorithms import a network client", "algorithms/src/f.ts", `import "axios";`, "no-restricted-imports"],
  [
    "algorithms read the clock",
    "algorithms/src/g.ts",
    `export const f = () => Date.now();`,
    "no-restricted-globals",
  ],
  [
    "algorithms ask for today",
    "algorithms/src/h.ts",
    `export const f = () => new Date();`,
    "no-restricted-globals",
  ],
  [
    "algorithms time themselves",
    "algorithms/src/i.ts",
    `export const f = () => performance.now();`,
    "no-restricted-globals",
  ],
  [
    "algorithms roll dice",
    "algorithms/src/j.ts",
    `export const f = () => Math.random();`,
    "no-restricted-properties",
  ],
  [
    "algorithms roll better dice",
    "algorithms/src/k.ts",
    `export const f = () => crypto.randomUUID();`,
    "no-restricted-globals",
  ],
  [
    "algorithms write a log",
    "algorithms/src/l.ts",
    `console.log("a patient's value");`,
    "no-restricted-globals",
  ],

  [
    "a step imports its central",
    "algorithms/src/survival/a.step.ts",
    `import "./a.central.ts";`,
    "no-restricted-imports",
  ],
  [
    "a step imports another's central",
    "algorithms/src/survival/b.step.ts",
    `import "../cox/cox.central.ts";`,
    "no-restricted-imports",
  ],
  [
    "a step re-exports a central",
    "algorithms/src/survival/c.step.ts",
    `export * from "./c.central.ts";`,
    "no-restricted-imports",
  ],
  [
    "a step imports its index",
    "algorithms/src/survival/d.step.ts",
    `import "./index.ts";`,
    "no-restricted-imports",
  ],
  [
    "a step imports the sdk",
    "algorithms/src/survival/e.step.ts",
    `import "@konsil/sdk";`,
    "no-restricted-imports",
  ],
  [
    "a step reads the clock",
    "algorithms/src/survival/f.step.ts",
    `export const f = () => Date.now();`,
    "no-restricted-globals",
  ],

  ["the sdk imports the algorithms", "sdk/src/a.ts", `import "@konsil/algorithms";`, "no-restricted-imports"],
  ["the sdk imports a site", "sdk/src/b.ts", `import "@konsil/site";`, "no-restricted-imports"],
  ["the sdk imports the front door", "sdk/src/c.ts", `import "konsil/examples";`, "no-restricted-imports"],
  [
    "the sdk ciphers outside crypto/",
    "sdk/src/d.ts",
    `import { createCipheriv } from "node:crypto"; createCipheriv("", "", "");`,
    "no-restricted-imports",
  ],
  ...(
    [
      ["by a namespace", `import * as crypto from "node:crypto"; crypto.randomUUID();`],
      ["by the default", `import crypto from "node:crypto"; crypto.randomUUID();`],
      ["by the old name", `import { privateDecrypt as hidden } from "crypto"; hidden("", "");`],
      ["by passing it on", `export { createDecipheriv } from "node:crypto";`],
      ["by the web's name", `import { webcrypto } from "node:crypto"; webcrypto.randomUUID();`],
      ["by the web's ciphers", `import { subtle } from "node:crypto"; subtle.encrypt("", "", "");`],
    ] as const
  ).map(
    ([how, source], i) =>
      [
        `the sdk ciphers outside crypto/ ${how}`,
        `sdk/src/g-${i}.ts`,
        source,
        "no-restricted-imports",
      ] as const,
  ),
  ...(
    [
      [
        "loading it late",
        `export const f = async () => (await import("node:crypto")).publicEncrypt("", "");`,
      ],
      [
        "taking it apart",
        `export const f = async () => { const { createCipheriv } = await import("node:crypto"); createCipheriv("", "", ""); };`,
      ],
      [
        "asking Node",
        `export const f = () => process.getBuiltinModule("node:crypto").createCipheriv("", "", "");`,
      ],
      ["as a browser does", `export const f = () => crypto.subtle.decrypt("", "", "");`],
      ["as a browser does, sideways", `export const f = () => globalThis.crypto.subtle.decrypt("", "", "");`],
    ] as const
  ).map(
    ([how, source], i) =>
      [
        `the sdk ciphers outside crypto/ ${how}`,
        `sdk/src/h-${i}.ts`,
        source,
        "no-restricted-properties",
      ] as const,
  ),
  [
    "the sdk ciphers in another folder of this name",
    "sdk/src/remote/crypto/d.ts",
    `import { createCipheriv } from "node:crypto"; createCipheriv("", "", "");`,
    "no-restricted-imports",
  ],
  [
    "a dialect ciphers",
    "sdk/src/remote/dialect/d.ts",
    `import { publicEncrypt } from "node:crypto"; publicEncrypt("", "");`,
    "no-restricted-imports",
  ],
  [
    "a site ciphers",
    "site/src/c.ts",
    `import { privateDecrypt } from "node:crypto"; privateDecrypt("", "");`,
    "no-restricted-imports",
  ],
  [
    "a site ciphers in another folder of this name",
    "site/src/container/seal/c.ts",
    `import { createCipheriv } from "node:crypto"; createCipheriv("", "", "");`,
    "no-restricted-imports",
  ],
  ["a site's seal/ imports the sdk", "site/src/seal/d.ts", `import "@konsil/sdk";`, "no-restricted-imports"],
  ["a site's seal/ calls NaCl", "site/src/seal/e.ts", `import "tweetnacl";`, "no-restricted-imports"],
  [
    "the front door ciphers",
    "konsil/src/a.ts",
    `export const f = async () => (await import("node:crypto")).privateDecrypt("", "");`,
    "no-restricted-properties",
  ],
  ["the sdk asks for a version", "sdk/src/remote/e.ts", `import "./dialect/v4.ts";`, "no-restricted-imports"],
  [
    "the sdk's crypto/ imports the algorithms",
    "sdk/src/crypto/f.ts",
    `import "@konsil/algorithms";`,
    "no-restricted-imports",
  ],

  ["a site imports the sdk", "site/src/a.ts", `import "@konsil/sdk";`, "no-restricted-imports"],
  ["a site imports the algorithms", "site/src/b.ts", `import "@konsil/algorithms";`, "no-restricted-imports"],

  ["notebooks import the front door", "notebook/src/a.ts", `import "konsil";`, "no-restricted-imports"],
  ["notebooks import a site", "notebook/src/b.ts", `import "@konsil/site";`, "no-restricted-imports"],
  [
    "notebooks cipher",
    "notebook/src/c.ts",
    `import { createCipheriv } from "node:crypto"; createCipheriv("", "", "");`,
    "no-restricted-imports",
  ],
];

const allowed: readonly (readonly [why: string, file: string, source: string])[] = [
  ["algorithms import core", "algorithms/src/ok-a.ts", `import "@konsil/core";`],
  ["a central imports its step", "algorithms/src/survival/ok.central.ts", `import "./ok.step.ts";`],
  [
    "a step imports numbers",
    "algorithms/src/survival/ok.step.ts",
    `import "../numeric/sum.ts"; import "@konsil/core";`,
  ],
  ["the engine tells the time", "core/src/engine/ok.ts", `export const f = () => Date.now();`],
  ["the seal calls NaCl", "core/src/seal/ok.ts", `import "tweetnacl";`],
  [
    "the sdk imports core and the network",
    "sdk/src/ok.ts",
    `import "@konsil/core"; import "axios"; import "node:fs";`,
  ],
  [
    "the envelope ciphers",
    "sdk/src/crypto/ok.ts",
    `import * as crypto from "node:crypto"; crypto.createCipheriv("", "", "");`,
  ],
  ["the dialects know their version", "sdk/src/remote/dialect/ok.ts", `import "./v4.ts";`],
  [
    "notebooks import the sdk and sign",
    "notebook/src/ok.ts",
    `import "@konsil/sdk"; import { createHmac } from "node:crypto"; createHmac("", "");`,
  ],
  [
    "a site seals what it keeps",
    "site/src/seal/ok.ts",
    `import { createCipheriv } from "node:crypto"; createCipheriv("", "", "");`,
  ],
  ["a site imports core", "site/src/ok.ts", `import "@konsil/core"; import "node:fs";`],
  [
    "the front door imports all",
    "konsil/src/ok.ts",
    `import "@konsil/sdk"; import "@konsil/algorithms"; import "@konsil/site";`,
  ],
  ["a test reads a golden file", "algorithms/src/survival/ok.test.ts", `import "node:fs";`],
];

interface Finding {
  readonly code: string;
  readonly filename: string;
}

describe("the import rules of the architecture", () => {
  let folder = "";
  let findings: readonly Finding[] = [];
  const of = (file: string) => findings.filter((f) => f.filename.endsWith(`packages/${file}`));

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "konsil-boundaries-")));
    await copyFile(join(root, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
    for (const [, file, source] of [...forbidden, ...allowed]) {
      const path = join(folder, "packages", file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, `${source}\n`);
    }
    const oxlint = join(root, "node_modules/oxlint/bin/oxlint");
    const output = await new Promise<string>((resolve) => {
      // It exits with 1 because there are findings: that is the point.
      execFile(process.execPath, [oxlint, "--format=json"], { cwd: folder, timeout: 30_000 }, (_, stdout) =>
        resolve(stdout),
      );
    });
    findings = (JSON.parse(output) as { diagnostics: Finding[] }).diagnostics;
  }, 60_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(forbidden)("%s: refused", (_, file, __, rule) => {
    expect(of(file).map((f) => f.code)).toContainEqual(expect.stringContaining(rule));
  });

  it.each(allowed)("%s: allowed", (_, file) => {
    expect(of(file)).toEqual([]);
  });
});
