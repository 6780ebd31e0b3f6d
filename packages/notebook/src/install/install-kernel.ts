import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { ArgumentError } from "@konsil/core";
import { kernelFolders, userDataFolder } from "../kernel/kernelspec.ts";
import { konsilKernelspec, tslabKernelspec } from "../kernel/own-kernelspecs.ts";
import { writeWhole } from "../write-whole.ts";

export interface InstallOptions {
  /** tslab as it is, in the place of Konsil's kernel. */
  readonly stock?: boolean | undefined;
  /** The folder of an installation, such as a virtual environment. Default: Jupyter's folder of this user. */
  readonly prefix?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
}

export interface InstalledKernel {
  readonly name: string;
  readonly displayName: string;
  readonly folder: string;
  /** Whether Jupyter finds it without being told where it is. */
  readonly isOnPath: boolean;
  /** What Jupyter says of its version; undefined where there is no Jupyter. */
  readonly jupyter: string | undefined;
}

/** The line of `jupyter --version` that matters: JupyterLab's version, or whichever front end is there. */
function jupyterVersion(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return new Promise((done) => {
    execFile("jupyter", ["--version"], { env, timeout: 20_000 }, (error, output) => {
      const versions = new Map(
        output
          .split("\n")
          .map((line) => line.split(":").map((part) => part.trim()))
          .map(([name = "", version = ""]) => [name, version] as const),
      );
      const found = [
        ["JupyterLab", versions.get("jupyterlab")],
        ["Jupyter Notebook", versions.get("notebook")],
      ].find(([, version]) => version !== undefined && /^\d/.test(version));
      done(error === null && found !== undefined ? found.join(" ") : undefined);
    });
  });
}

/**
 * Installs a kernel for TypeScript where Jupyter finds it. Needs neither Jupyter nor Python.
 * @throws ArgumentError OUTPUT_UNWRITABLE
 */
export async function installKernel({
  stock = false,
  prefix,
  env = process.env,
}: InstallOptions = {}): Promise<InstalledKernel> {
  const spec = stock ? tslabKernelspec() : konsilKernelspec();
  const data = prefix === undefined ? userDataFolder(env) : join(resolve(prefix), "share", "jupyter");
  const folder = join(data, "kernels", spec.name);
  const kernelJson = {
    argv: spec.argv,
    display_name: spec.displayName,
    language: spec.language,
    interrupt_mode: spec.interruptMode,
    metadata: {},
  };
  try {
    await mkdir(folder, { recursive: true });
    await writeWhole(join(folder, "kernel.json"), `${JSON.stringify(kernelJson, null, 2)}\n`);
  } catch (cause) {
    throw new ArgumentError(
      "OUTPUT_UNWRITABLE",
      `The kernel cannot be installed in "${folder}": you may not write there, or a file is in the way. Name another ` +
        "place with --prefix FOLDER, such as a virtual environment.",
      { cause },
    );
  }
  return {
    name: spec.name,
    displayName: spec.displayName,
    folder,
    isOnPath: kernelFolders(env).includes(join(data, "kernels")),
    jupyter: await jupyterVersion(env),
  };
}

/** What to do next, in words. */
export function installedWords({ displayName, folder, isOnPath, jupyter }: InstalledKernel): string {
  const data = join(folder, "..", "..");
  return [
    `"${displayName}" is installed in ${folder}.`,
    ...(isOnPath
      ? []
      : [
          `Jupyter looks there when it is that environment's own, or when you set JUPYTER_PATH=${data}${delimiter}$JUPYTER_PATH.`,
        ]),
    jupyter === undefined
      ? "Jupyter was not found here. Where it is in a virtual environment, activate that first. `konsil notebook run` needs " +
        "none. To edit notebooks, get JupyterLab with " +
        "`pip install jupyterlab` (or `apt install jupyter-notebook`, or `conda install jupyterlab`), or open them in " +
        "Visual Studio Code with its Jupyter extension."
      : `Open a notebook with \`jupyter lab\` (${jupyter}), and choose "${displayName}".`,
  ].join("\n");
}
