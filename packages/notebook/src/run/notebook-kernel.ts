import { findKernelspec, type Kernelspec, kernelFolders } from "../kernel/kernelspec.ts";
import { konsilKernelspec, tslabKernelspec } from "../kernel/own-kernelspecs.ts";
import type { Notebook } from "./notebook-file.ts";

/** The kernels that come with this package, and need no installation. */
const own: Readonly<Record<string, () => Kernelspec>> = { konsil: konsilKernelspec, tslab: tslabKernelspec };

/** @throws NotebookError KERNEL_UNKNOWN */
async function namedKernel(name: string): Promise<Kernelspec> {
  const made = Object.hasOwn(own, name) ? own[name]?.() : undefined;
  return made ?? findKernelspec(name, kernelFolders(), Object.keys(own));
}

/**
 * The kernel for a notebook: the one that is asked for, else the one that it names. A notebook in TypeScript that names
 * one that is not here, or none, gets Konsil's.
 * @throws NotebookError KERNEL_UNKNOWN
 */
export async function notebookKernel(notebook: Notebook, asked?: string): Promise<Kernelspec> {
  if (asked !== undefined) return namedKernel(asked);
  const { kernelspec, language_info } = notebook.metadata;
  if (kernelspec === undefined) return konsilKernelspec();
  const language = (kernelspec.language ?? language_info?.name ?? "").toLowerCase();
  return namedKernel(kernelspec.name).catch((error: unknown) => {
    if (language === "typescript") return konsilKernelspec();
    throw error;
  });
}
