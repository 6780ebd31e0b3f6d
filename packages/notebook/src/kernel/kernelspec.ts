import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { NotebookError, placeOf, readAs, suggestion } from "@konsil/core";
import { z } from "zod";

/** How a kernel is started. */
export interface Kernelspec {
  readonly name: string;
  readonly displayName: string;
  readonly language: string;
  /** `{connection_file}` and `{resource_dir}` are replaced. */
  readonly argv: readonly string[];
  /** `$NAME` and `${NAME}` are replaced by what the environment has, and `$$` by one dollar. */
  readonly env: Readonly<Record<string, string>>;
  /** How it is interrupted. */
  readonly interruptMode: "signal" | "message";
  /** Where its files are. */
  readonly folder?: string | undefined;
}

const kernelJson = z.looseObject({
  argv: z.array(z.string()).min(1),
  display_name: z.string(),
  language: z.string(),
  env: z.record(z.string(), z.string()).default({}),
  interrupt_mode: z.enum(["signal", "message"]).default("signal"),
});

/** The environment of a kernel: the given one with what the kernel's description adds. */
export function kernelEnvironment(spec: Kernelspec, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const filled = (text: string): string =>
    text.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (whole: string, bare?: string, braced?: string) =>
      whole === "$$" ? "$" : (env[bare ?? braced ?? ""] ?? whole),
    );
  const added = Object.entries(spec.env).map(([name, text]) => [name, filled(text)]);
  return { ...env, ...Object.fromEntries(added) };
}

/** Jupyter's data folder of this user. */
export function userDataFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env["JUPYTER_DATA_DIR"] !== undefined) return env["JUPYTER_DATA_DIR"];
  if (process.platform === "darwin") return join(homedir(), "Library", "Jupyter");
  if (process.platform === "win32")
    return join(env["APPDATA"] ?? join(homedir(), "AppData", "Roaming"), "jupyter");
  return join(env["XDG_DATA_HOME"] ?? join(homedir(), ".local", "share"), "jupyter");
}

/** The folders in which Jupyter looks for kernels, first to last. */
export function kernelFolders(env: NodeJS.ProcessEnv = process.env): string[] {
  const given = (env["JUPYTER_PATH"] ?? "").split(delimiter).filter((path) => path !== "");
  const environments = [env["VIRTUAL_ENV"], env["CONDA_PREFIX"]]
    .filter((prefix) => prefix !== undefined)
    .map((prefix) => join(prefix, "share", "jupyter"));
  const shared =
    process.platform === "win32"
      ? [join(env["PROGRAMDATA"] ?? "C:\\ProgramData", "jupyter")]
      : ["/usr/local/share/jupyter", "/usr/share/jupyter"];
  const all = [...given, userDataFolder(env), ...environments, ...shared];
  return [...new Set(all)].map((folder) => join(folder, "kernels"));
}

/** Reads the kernel.json in a folder. @throws NotebookError KERNEL_UNKNOWN */
async function readKernelspec(name: string, folder: string): Promise<Kernelspec> {
  const file = join(folder, "kernel.json");
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new NotebookError("KERNEL_UNKNOWN", `"${file}" cannot be read as JSON. Install the kernel anew.`, {
      cause,
    });
  }
  const read = readAs(kernelJson, content);
  if (read.problems !== undefined) {
    const { path, words } = read.problems[0];
    throw new NotebookError(
      "KERNEL_UNKNOWN",
      `"${file}" does not describe a kernel: ${placeOf(path)} ${words}. Install the kernel anew.`,
    );
  }
  const { argv, display_name, language, env, interrupt_mode } = read.data;
  return { name, displayName: display_name, language, argv, env, interruptMode: interrupt_mode, folder };
}

/** The names of the kernels on Jupyter's paths, with their folders. */
async function installed(folders: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const folder of folders) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    // Names are compared as Jupyter does, without regard to capitals.
    for (const { name } of entries)
      if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), join(folder, name));
  }
  return found;
}

/**
 * Finds an installed kernel by its name, on the paths on which Jupyter looks. An error names the `others` as well, which need
 * no installation.
 * @throws NotebookError KERNEL_UNKNOWN
 */
export async function findKernelspec(
  name: string,
  folders: readonly string[] = kernelFolders(),
  others: readonly string[] = [],
): Promise<Kernelspec> {
  const found = await installed(folders);
  const folder = found.get(name.toLowerCase());
  if (folder !== undefined) return readKernelspec(name.toLowerCase(), folder);
  throw new NotebookError(
    "KERNEL_UNKNOWN",
    `No kernel "${name}" is installed. ${suggestion(name, new Set([...others, ...found.keys()]), "Kernels")} ` +
      "`konsil notebook install` installs one for TypeScript; JUPYTER_PATH names further folders.",
  );
}
