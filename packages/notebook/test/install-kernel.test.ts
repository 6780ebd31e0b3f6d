import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { findKernelspec, installedWords, installKernel, startKernel } from "../src/index.ts";
import { kernelFolders } from "../src/kernel/kernelspec.ts";
import { ipykernel } from "./kernels.ts";

const folder = mkdtempSync(join(tmpdir(), "konsil-install-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program called jupyter that answers as Jupyter's does. */
function withJupyter(answer: string): NodeJS.ProcessEnv {
  const bin = mkdtempSync(join(folder, "bin-"));
  writeFileSync(join(bin, "jupyter"), `#!/bin/sh\nprintf '${answer}'\n`);
  chmodSync(join(bin, "jupyter"), 0o755);
  return { ...process.env, PATH: bin, JUPYTER_DATA_DIR: join(folder, "data") };
}

it("installs a kernel where Jupyter looks, and it runs by its name", async () => {
  const env = withJupyter("jupyterlab       : 4.2.5\\nnotebook : not installed\\n");
  const installed = await installKernel({ env });
  expect(installed).toMatchObject({ name: "konsil", isOnPath: true, jupyter: "JupyterLab 4.2.5" });
  const written = JSON.parse(readFileSync(join(installed.folder, "kernel.json"), "utf8")) as object;
  expect(written).toMatchObject({ display_name: "TypeScript (Konsil)", language: "typescript" });
  expect(installedWords(installed)).toBe(
    `"TypeScript (Konsil)" is installed in ${join(folder, "data", "kernels", "konsil")}.\n` +
      'Open a notebook with `jupyter lab` (JupyterLab 4.2.5), and choose "TypeScript (Konsil)".',
  );
  const spec = await findKernelspec("konsil", kernelFolders(env));
  const kernel = await startKernel({ kernel: spec, cwd: folder });
  expect(await kernel.execute("await (1)")).toMatchObject({ status: "ok" });
  await kernel.shutdown();
});

it("installs tslab as it is under a prefix, and says how Jupyter finds it and where to get Jupyter", async () => {
  const env = { ...process.env, PATH: folder, VIRTUAL_ENV: "" };
  const prefix = join(folder, "environment");
  const installed = await installKernel({ stock: true, prefix, env });
  expect(installed).toEqual({
    name: "tslab",
    displayName: "TypeScript",
    folder: join(prefix, "share", "jupyter", "kernels", "tslab"),
    isOnPath: false,
    jupyter: undefined,
  });
  const words = installedWords(installed);
  expect(words).toContain(`JUPYTER_PATH=${join(prefix, "share", "jupyter")}${delimiter}`);
  expect(words).toContain(
    "Jupyter was not found here. Where it is in a virtual environment, activate that first.",
  );
  expect(words).toContain("pip install jupyterlab");
  const inside = await installKernel({ stock: true, prefix, env: { ...env, VIRTUAL_ENV: prefix } });
  expect(inside.isOnPath).toBe(true);
});

it("says where it may not write: OUTPUT_UNWRITABLE", async () => {
  const prefix = join(folder, "file");
  mkdirSync(join(prefix, "share"), { recursive: true });
  writeFileSync(join(prefix, "share", "jupyter"), "in the way");
  await expect(installKernel({ prefix })).rejects.toThrow(/--prefix FOLDER.*\[OUTPUT_UNWRITABLE\]/s);
});

it.skipIf(ipykernel.spec === undefined)(
  "is found by Jupyter's own client (needs jupyter_client)",
  async () => {
    const prefix = join(folder, "for-jupyter");
    await installKernel({ prefix });
    const script =
      "import sys\nfrom jupyter_client.manager import start_new_kernel\n" +
      "manager, client = start_new_kernel(kernel_name='konsil')\n" +
      "reply = client.execute_interactive('const a: number = await (40 + 2); a', timeout=20)\n" +
      "client.stop_channels(); manager.shutdown_kernel()\n" +
      "print(reply['content']['status'], reply['content']['execution_count'])";
    const env = { ...process.env, JUPYTER_PATH: join(prefix, "share", "jupyter") };
    const out = execFileSync(ipykernel.spec?.argv[0] ?? "", ["-c", script], {
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      cwd: folder,
    });
    expect(out).toContain("42");
    expect(out).toContain("ok 1");
  },
);
