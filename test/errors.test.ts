import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { errorCodes } from "@konsil/core";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

function tests(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return ["node_modules", "dist", "goldens"].includes(entry.name) ? [] : tests(path);
    return entry.name.endsWith(".test.ts") ? [path] : [];
  });
}

const written = [...tests(join(root, "packages")), ...tests(join(root, "test"))]
  .map((path) => readFileSync(path, "utf8"))
  .join("\n");

it.each(Object.keys(errorCodes))("a test provokes %s", (code) => {
  expect(written).toMatch(new RegExp(`["\`. ]${code}\\b`));
});
