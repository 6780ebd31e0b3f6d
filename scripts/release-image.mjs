// npm run release:image -- --tag REGISTRY/NAME:VERSION [--base IMAGE]: builds and pushes the image of all algorithms,
// and pins its digest in the package that researchers install.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setUp } from "./set-up.mjs";
import { capture, main, root, StepFailed, timed } from "./step.mjs";

/** Writes which image a package of the desk uses where none is named. */
export function pin(folder, image) {
  if (image !== null && !/^[^\s@]+@sha256:[0-9a-f]{64}$/.test(image))
    throw new StepFailed(
      "pinning the image",
      `"${image}" is no name with a digest.`,
      "The registry did not say which digest the image has. Push it to one that does.",
    );
  const file = join(folder, "release.json");
  const held = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, `${JSON.stringify({ ...held, image }, null, 1).replace(/\n ?/g, " ")}\n`);
}

async function release(args) {
  await setUp();
  const command = join(root, "packages", "konsil", "dist", "cli", "main.js");
  let image = "";
  await timed("image of algorithms", async () => {
    const printed = await capture("konsil image build", process.execPath, [
      command,
      "image",
      "build",
      "--push",
      ...args,
    ]);
    image = printed.trim();
  });
  pin(join(root, "packages", "sdk"), image);
  process.stdout.write(`${image}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main(release);
