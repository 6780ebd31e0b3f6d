import { basename, dirname, resolve } from "node:path";
import { NotebookError } from "@konsil/core";
import { checkOutput } from "@konsil/sdk";
import { type StartedKernel, startKernel } from "../kernel/kernel.ts";
import { delay } from "../kernel/wait.ts";
import { writeWhole } from "../write-whole.ts";
import { backgroundFailure, type CellPlace, cellFailure } from "./cell-failure.ts";
import { type Cell, type Notebook, notebookText, readNotebook } from "./notebook-file.ts";
import { notebookKernel } from "./notebook-kernel.ts";
import { notebookPage } from "./notebook-page.ts";
import { injectParameters, type Parameter } from "./parameters.ts";

/** Something that happens while a notebook runs. */
export type NotebookEvent =
  | { readonly type: "kernel"; readonly name: string; readonly duration: number }
  | { readonly type: "cell started"; readonly cell: number; readonly of: number; readonly line: string }
  | {
      readonly type: "cell ended";
      readonly cell: number;
      readonly of: number;
      readonly line: string;
      readonly succeeded: boolean;
      /** Milliseconds. */
      readonly duration: number;
    };

export interface RunNotebookOptions {
  /** Where the executed notebook is written, after each cell. It may be the notebook itself. */
  readonly output?: string | undefined;
  /** Where a page for readers is written. */
  readonly html?: string | undefined;
  /** Milliseconds that each cell may take. Default none. */
  readonly timeout?: number | undefined;
  /** In the place of the values in the cell that is tagged `parameters`. */
  readonly parameters?: Readonly<Record<string, Parameter>> | undefined;
  /** The name of a kernel. Default: the one that the notebook names. */
  readonly kernel?: string | undefined;
  /** The folder in which it runs. Default: that of the notebook. */
  readonly cwd?: string | undefined;
  /** Interrupts the run. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: NotebookEvent) => void) | undefined;
}

export interface NotebookRun {
  readonly notebook: Notebook;
  /** Of each cell with code. */
  readonly cells: readonly { readonly number: number; readonly duration: number }[];
  /** Milliseconds, from the start of the kernel to its end. */
  readonly duration: number;
}

const settle = 100; // ms for what comes after the last cell

/** The first line of a cell that says what it does, short enough for a line of a terminal. */
function firstLine(source: string): string {
  const lines = source.split("\n").filter((one) => /\w/.test(one));
  const line = lines.find((one) => !/^\s*(\/\/|#|\/?\*|import\b|from\b)/.test(one)) ?? lines[0] ?? "";
  const plain = line.trim();
  return plain.length > 60 ? `${plain.slice(0, 59)}…` : plain;
}

const mayFail = (cell: Cell): boolean => cell.metadata.tags?.includes("raises-exception") === true;

/** Runs the cells one by one; returns why it stopped before the end. */
async function runCells(
  kernel: StartedKernel,
  cells: readonly { readonly cell: Cell; readonly place: CellPlace }[],
  {
    options,
    save,
    durations,
  }: {
    readonly options: RunNotebookOptions;
    readonly save: () => Promise<void>;
    readonly durations: { number: number; duration: number }[];
  },
): Promise<NotebookError | undefined> {
  const { timeout, signal, onEvent } = options;
  const inBackground = (): NotebookError | undefined => {
    for (const { cell, place } of cells) {
      const failure = backgroundFailure(place, cell.outputs ?? [], kernel.info);
      if (failure !== undefined) return failure;
    }
    return undefined;
  };
  for (const { cell, place } of cells) {
    if (signal?.aborted === true)
      return new NotebookError(
        "NOTEBOOK_INTERRUPTED",
        `${place.file} was interrupted before cell ${place.number} of ${place.count}.`,
      );
    const told = { cell: place.number, of: place.count, line: firstLine(cell.source) };
    onEvent?.({ type: "cell started", ...told });
    const executed = await kernel.execute(cell.source, { timeout, signal });
    const { duration } = executed;
    cell.outputs = executed.outputs;
    cell.execution_count = executed.executionCount ?? place.number;
    durations.push({ number: place.number, duration });
    const isForgiven = executed.status === "error" && mayFail(cell);
    const failure = (isForgiven ? undefined : cellFailure(place, executed)) ?? inBackground();
    onEvent?.({ type: "cell ended", ...told, duration, succeeded: failure === undefined });
    await save();
    if (failure !== undefined) return failure;
  }
  await delay(settle);
  return inBackground();
}

/**
 * Runs a notebook from its first cell to its last in a fresh kernel, without a browser or Python. What a cell put out is
 * kept, also when the run fails or is interrupted.
 * @throws NotebookError NOTEBOOK_INVALID before anything runs; NOTEBOOK_FAILED, NOTEBOOK_TIMEOUT, NOTEBOOK_INTERRUPTED,
 *   KERNEL_DIED with the number of the cell; KERNEL_UNKNOWN, KERNEL_START_FAILED
 */
export async function runNotebook(file: string, options: RunNotebookOptions = {}): Promise<NotebookRun> {
  const { output, html, signal } = options;
  const notebook = await readNotebook(file);
  if (output !== undefined) await checkOutput(output, { what: "The output", endings: [".ipynb"] });
  if (html !== undefined) await checkOutput(html, { what: "The page", endings: [".html"] });
  const spec = await notebookKernel(notebook, options.kernel);
  injectParameters(notebook, options.parameters ?? {}, spec.language.toLowerCase());
  const code = notebook.cells.filter((cell) => cell.cell_type === "code" && cell.source.trim() !== "");
  const cells = code.map((cell, i) => ({
    cell,
    place: { file: basename(file), number: i + 1, count: code.length, source: cell.source },
  }));

  const began = performance.now();
  const cwd = options.cwd ?? dirname(resolve(file));
  const kernel = await startKernel({ kernel: spec, cwd, signal }).catch((cause: unknown) => {
    if (signal?.aborted !== true) throw cause;
    const words = `${basename(file)} was interrupted while its kernel started. Nothing was written.`;
    throw new NotebookError("NOTEBOOK_INTERRUPTED", words, { cause });
  });
  const started = performance.now() - began;
  notebook.metadata.kernelspec = {
    name: spec.name,
    display_name: spec.displayName,
    language: spec.language,
  };
  notebook.metadata.language_info = { ...kernel.info.language };
  const save = async (): Promise<void> => {
    if (output !== undefined) await writeWhole(output, notebookText(notebook));
  };
  const durations: { number: number; duration: number }[] = [];
  let failure: NotebookError | undefined;
  try {
    options.onEvent?.({ type: "kernel", name: spec.displayName, duration: started });
    failure = await runCells(kernel, cells, { options, save, durations });
  } finally {
    // What it would still say is nobody's; a kernel that did not stop when it was told to does not now either.
    await kernel.shutdown(failure === undefined ? {} : { timeout: 300 });
    await save();
    if (html !== undefined)
      await writeWhole(html, notebookPage(notebook, { name: basename(file, ".ipynb"), failure }));
  }
  if (failure !== undefined) throw failure;
  return { notebook, cells: durations, duration: performance.now() - began };
}
