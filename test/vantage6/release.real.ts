import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crosstab, localFederation } from "konsil";
import { afterAll, expect, it } from "vitest";
// @ts-expect-error: the repository's scripts are JavaScript
import { pack } from "../../scripts/packages.mjs";
// @ts-expect-error: the repository's scripts are JavaScript
import { pin } from "../../scripts/release-image.mjs";
// @ts-expect-error: the repository's scripts are JavaScript
import { capture } from "../../scripts/step.mjs";
import { image, keyFile, password, researcher, serverUrl, sitesHere, valueIn } from "./real.ts";
// @ts-expect-error: the stack's scripts are JavaScript
import { docker } from "./stack/docker.mjs";

const folder = mkdtempSync(join(tmpdir(), "konsil-release-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// As a researcher writes it: no image is named.
const script = `
import { crosstab } from "@konsil/algorithms";
import { connect, readPrivateKey } from "@konsil/sdk";

const [address, password, keyFile] = process.argv.slice(2);
const server = await connect(address, { username: "oslo", password, privateKey: await readPrivateKey(keyFile) });
const federation = await server.federation({ collaboration: "public data" });
console.log(JSON.stringify(await federation.run(crosstab, { formula: "~ grade" })));
`;

it("packages with a pinned digest run that image at nodes, and nobody names it", async () => {
  const tarballs = join(folder, "tarballs");
  mkdirSync(tarballs);
  const packed = (await pack(tarballs)) as readonly { readonly name: string; readonly tarball: string }[];
  const needed = ["@konsil/core", "@konsil/algorithms", "@konsil/sdk"];
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  const files = packed.filter(({ name }) => needed.includes(name)).map(({ tarball }) => tarball);
  await capture("npm install", "npm", ["install", "--no-audit", "--no-fund", ...files], { cwd: folder });
  const sdk = join(folder, "node_modules", "@konsil", "sdk");
  expect(JSON.parse(readFileSync(join(sdk, "release.json"), "utf8"))).toEqual({ image: null });

  const digests = String(await docker("image", "inspect", "--format", '{{join .RepoDigests "\\n"}}', image));
  const pinned = digests.trim().split("\n")[0] ?? "";
  expect(pinned).toMatch(/@sha256:[0-9a-f]{64}$/);
  pin(sdk, pinned);

  writeFileSync(join(folder, "study.mjs"), script);
  const args = ["study.mjs", serverUrl, password, keyFile("oslo")];
  const printed = JSON.parse(
    String(await capture("study", process.execPath, args, { cwd: folder })),
  ) as object;
  const local = await (await localFederation(sitesHere("open"))).run(crosstab, { formula: "~ grade" });
  expect(valueIn({ toJSON: () => printed })).toEqual(valueIn(local));
  // Central parts of other tests, at sites, may ask by the same image.
  const tasks = await (await researcher()).tasks.list({ name: "konsil-%", image: pinned }).all();
  expect(tasks.filter(({ parent }) => parent === null)).toHaveLength(local.report.rounds.length);
});

it("only a name with a digest is pinned", () => {
  for (const name of [image, "", "registry.example.org/konsil@sha256:00"])
    expect(() => pin(folder, name)).toThrow("pinning the image");
});
