import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Algorithm, coxph, localFederation } from "konsil";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildImage } from "../../packages/konsil/src/image/index.ts";
import { image, researcher, sitesHere, valueIn } from "./real.ts";
// @ts-expect-error: the stack's scripts are JavaScript
import { baseImage } from "./stack/base-image.mjs";

// The image of docs/how-to/own-image.md, made as its reader makes it, and run by real nodes.

const repository = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "konsil-own-image-"));
let pinned: string;
let geometricMean: Algorithm<{ readonly column: string }, object>;

beforeAll(async () => {
  const page = readFileSync(join(repository, "docs/how-to/own-image.md"), "utf8");
  for (const [, name = "", code = ""] of page.matchAll(/`([\w-]+\.mjs)`:\n\n```js\n([\s\S]*?)^```/gm))
    writeFileSync(join(folder, name), code);
  // As `npm install` of the page leaves it.
  const [, names = ""] = /npm install (@konsil\/core [^#\n]*?) +#/.exec(page) ?? [];
  const dependencies = Object.fromEntries(names.split(" ").map((name) => [name, "*"]));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "mine", type: "module", dependencies }));
  symlinkSync(join(repository, "packages/konsil/node_modules"), join(folder, "node_modules"));
  const built = await buildImage({
    tag: image.replace(/[^/]*$/, "mine:1"),
    base: String(baseImage),
    entry: join(folder, "my-image.mjs"),
    push: true,
  });
  pinned = built.pinned ?? "";
  const desk = pathToFileURL(join(folder, "geometric-mean.mjs")).href;
  ({ geometricMean } = (await import(/* @vite-ignore */ desk)) as { geometricMean: typeof geometricMean });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("an image of one's own answers at real nodes, with the central part at the desk and at a site", async () => {
  expect(pinned).toMatch(/\/mine@sha256:[0-9a-f]{64}$/);
  const federation = await (await researcher()).federation({ collaboration: "hospitals", image: pinned });
  const local = await localFederation(sitesHere("hospital"));
  const expected = valueIn(await local.run(geometricMean, { column: "pgr" }));
  for (const options of [{}, { centralAt: "leeds" }])
    expect(valueIn(await federation.run(geometricMean, { column: "pgr" }, options))).toEqual(expected);
});

it("it has what it was made with, and no other algorithm", async () => {
  const federation = await (await researcher()).federation({ collaboration: "public data", image: pinned });
  await expect(federation.run(coxph, { formula: "Surv(days, event) ~ age" })).rejects.toMatchObject({
    code: "ALGORITHM_UNKNOWN",
    message: expect.stringContaining("geometric-mean, kaplan-meier"),
  });
});
