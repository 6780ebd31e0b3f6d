import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Kernelspec } from "./kernelspec.ts";

// A kernel is a process of its own: it runs what was built, also when this file is run from its source.
const launcher = fileURLToPath(new URL("../../dist/launcher/main.js", import.meta.url));

const typescript = { language: "typescript", env: {}, interruptMode: "signal" } as const;

/** TypeScript with modern resolution, strict types, rich display and real errors: stock tslab through a launcher. */
export function konsilKernelspec(): Kernelspec {
  return {
    ...typescript,
    name: "konsil",
    displayName: "TypeScript (Konsil)",
    argv: [process.execPath, launcher, "{connection_file}"],
  };
}

/** tslab as it is, of the version on which this package depends. */
export function tslabKernelspec(): Kernelspec {
  const main = createRequire(import.meta.url).resolve("tslab");
  return {
    ...typescript,
    name: "tslab",
    displayName: "TypeScript",
    argv: [
      process.execPath,
      join(dirname(main), "..", "bin", "tslab"),
      "kernel",
      "--config-path",
      "{connection_file}",
    ],
  };
}
