import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { AnyAlgorithm } from "@konsil/core";
import { checkLaws, type LawOptions } from "@konsil/sdk/testing";
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
