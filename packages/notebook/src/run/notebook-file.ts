import { readFile } from "node:fs/promises";
import { NotebookError, placeOf, readAs } from "@konsil/core";
import { z } from "zod";
import type { Output } from "../kernel/outputs.ts";

/** A cell of a notebook, with its source as one text. */
export interface Cell {
  readonly cell_type: "code" | "markdown" | "raw";
  id: string;
  source: string;
  readonly metadata: { readonly tags?: readonly string[] | undefined } & Readonly<Record<string, unknown>>;
  /** Of code. */
  execution_count?: number | null | undefined;
  outputs?: readonly Output[] | undefined;
  /** Of Markdown: pictures by name and MIME type. */
  readonly attachments?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
}

/** A notebook of nbformat 4. */
export interface Notebook {
  readonly nbformat: 4;
  nbformat_minor: number;
  metadata: Record<string, unknown> & {
    kernelspec?:
      | { name: string; display_name?: string | undefined; language?: string | undefined }
      | undefined;
    language_info?: ({ name: string } & Record<string, unknown>) | undefined;
  };
  cells: Cell[];
}

const lines = z
  .union([z.string(), z.array(z.string())])
  .transform((text) => (typeof text === "string" ? text : text.join("")));

const cell = z.looseObject({
  cell_type: z.enum(["code", "markdown", "raw"]),
  id: z.string().default(""),
  source: lines,
  metadata: z.looseObject({ tags: z.array(z.string()).optional() }).default({}),
  execution_count: z.int().nullish(),
  // Those of an earlier run: they are thrown away.
  outputs: z
    .array(z.unknown())
    .transform((): Output[] => [])
    .optional(),
  attachments: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});

const notebookFile = z.looseObject({
  nbformat: z.literal(4),
  nbformat_minor: z.int().min(0),
  metadata: z
    .looseObject({
      kernelspec: z
        .looseObject({
          name: z.string(),
          display_name: z.string().optional(),
          language: z.string().optional(),
        })
        .optional(),
      language_info: z.looseObject({ name: z.string() }).optional(),
    })
    .default({}),
  cells: z.array(cell),
});

/** Cells are named since nbformat 4.5. Names are given by place, so that a run changes no more than it must. */
function nameCells(cells: Cell[]): void {
  const taken = new Set<string>();
  for (const [i, one] of cells.entries()) {
    let id = /^[a-zA-Z0-9-_]{1,64}$/.test(one.id) ? one.id : `cell-${i + 1}`;
    while (taken.has(id)) id = `${id.slice(0, 60)}-${taken.size}`;
    taken.add(id);
    one.id = id;
  }
}

/**
 * Reads a notebook, without the outputs of an earlier run.
 * @throws NotebookError NOTEBOOK_INVALID
 */
export async function readNotebook(file: string): Promise<Notebook> {
  const problem = (words: string, cause?: unknown): NotebookError =>
    new NotebookError("NOTEBOOK_INVALID", `"${file}" ${words}`, { cause });
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw problem("cannot be read. Is the name right?", cause);
  }
  let text: string;
  try {
    // Strictly: a run may write the file anew, and what was not understood would be lost.
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw problem("is no notebook: it is not text in UTF-8. Save it in that encoding.", cause);
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw problem("is no notebook: it is not JSON. Notebooks are files that end in .ipynb.", cause);
  }
  const version = (content as { nbformat?: unknown } | null)?.nbformat;
  if (typeof version === "number" && version !== 4)
    throw problem(
      `is a notebook of format ${version}; Konsil reads format 4. Open and save it in Jupyter, or convert it with ` +
        "`jupyter nbconvert --to notebook --nbformat 4`.",
    );
  const read = readAs(notebookFile, content);
  if (read.problems !== undefined) {
    const { path, words } = read.problems[0];
    throw problem(`is no notebook: ${placeOf(path)} ${words}.`);
  }
  const notebook: Notebook = read.data;
  notebook.nbformat_minor = Math.max(5, notebook.nbformat_minor);
  nameCells(notebook.cells);
  for (const one of notebook.cells)
    if (one.cell_type === "code") {
      one.outputs = [];
      one.execution_count = null;
    }
  return notebook;
}

/** Text as the lines that nbformat writes. */
const split = (text: string): string[] => (text === "" ? [] : text.split(/(?<=\n)/));

/** Text of many lines is written as lines, so that versions can be compared; pictures and JSON stay as they are. */
function writtenData(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([type, value]) => {
      const isText =
        typeof value === "string" && (type.startsWith("text/") || /(xml|javascript|latex)$/.test(type));
      return [type, isText ? split(value) : value];
    }),
  );
}

function writtenOutput(output: Output): object {
  if (output.output_type === "stream") return { ...output, text: split(output.text) };
  if (output.output_type === "error") return output;
  return { ...output, data: writtenData(output.data) };
}

/** A notebook as nbformat 4.5 writes it. */
export function notebookText(notebook: Notebook): string {
  const cells = notebook.cells.map(({ outputs, execution_count, ...one }) => ({
    ...one,
    source: split(one.source),
    ...(one.cell_type === "code" && {
      execution_count: execution_count ?? null,
      outputs: (outputs ?? []).map(writtenOutput),
    }),
  }));
  return `${JSON.stringify({ ...notebook, cells }, null, 1)}\n`;
}
