import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { AnyAlgorithm } from "@konsil/core";
import { localFederation } from "@konsil/sdk";
import { checkLaws, type LawOptions, patients } from "@konsil/sdk/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as all from "../src/index.ts";

const source = fileURLToPath(new URL("../src/", import.meta.url));

/** Every algorithm is a folder of a family; what is shared between them is not. */
const shared = ["formula", "model", "numeric"];
const folders = readdirSync(source, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !shared.includes(entry.name))
  .flatMap((family) =>
    readdirSync(join(source, family.name), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(family.name, entry.name)),
  );

const open = { policy: "open", reason: "rows made up by a test" } as const;

interface Laws {
  readonly algorithm: AnyAlgorithm;
  readonly laws: readonly LawOptions<unknown, unknown>[];
}

describe.each(folders)("%s", (folder) => {
  it("has a README, steps and a central part, and is exported", async () => {
    const files = readdirSync(join(source, folder));
    expect(files).toContain("README.md");
    expect(files.some((file) => file.endsWith(".step.ts"))).toBe(true);
    expect(files.some((file) => file.endsWith(".central.ts"))).toBe(true);
    const { algorithm } = await lawsOf(folder);
    expect(Object.values(all)).toContain(algorithm);
  });

  it("says how its values are made, in whole sentences with their works", { timeout: 120_000 }, async () => {
    const { algorithm, laws } = await lawsOf(folder);
    const [name = ""] = folder.split("/").slice(-1);
    expect(readdirSync(join(source, folder))).toContain(`${name}.methods.ts`);
    let told = 0;
    for (const { arguments: all, rows = patients() } of laws) {
      for (const args of all) {
        // Some rows are too few for some arguments.
        for (const sample of fc.sample(rows, { seed: 20_260_401, numRuns: 5 })) {
          const federation = await localFederation([{ name: "s", rows: sample, ...open }]);
          const result = await federation.run(algorithm, args).catch(() => undefined);
          if (result === undefined) continue;
          const [paragraph = "", works] = result.methods().split("\n\n");
          expect(paragraph).toMatch(/^\p{Lu}.*[^.]\.$|^\d.*[^.]\.$/u);
          expect(paragraph).not.toMatch(/undefined|NaN|\[object|\bnull\b| {2}|\.\.|\(\)/);
          // A count alone rests on no work.
          if (works === undefined) continue;
          expect(works).toMatch(/^References: .*\(\d{4}\).*\.$/);
          told += 1;
        }
      }
    }
    expect(told).toBeGreaterThan(0);
  });

  it("keeps the laws", { timeout: 120_000 }, async () => {
    const { algorithm, laws } = await lawsOf(folder);
    expect(laws.length).toBeGreaterThan(0);
    for (const options of laws) await checkLaws(algorithm, { seed: 20_260_401, ...options });
  });
});

/** `laws.sample.ts` of a folder says on which arguments, and which rows, its algorithm is tried. */
async function lawsOf(folder: string): Promise<Laws> {
  const file = join(source, folder, "laws.sample.ts");
  expect(existsSync(file), `${folder} needs a laws.sample.ts`).toBe(true);
  return (await import(pathToFileURL(file).href)) as Laws;
}
