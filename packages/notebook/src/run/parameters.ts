import { ArgumentError, suggestion } from "@konsil/core";
import type { Cell, Notebook } from "./notebook-file.ts";

/** A value that JSON can write. */
export type Parameter =
  | string
  | number
  | boolean
  | null
  | readonly Parameter[]
  | { readonly [name: string]: Parameter };

const hasTag = (cell: Cell, tag: string): boolean =>
  cell.cell_type === "code" && cell.metadata.tags?.includes(tag) === true;

/** Whether all numbers in it are finite: JSON would write null for others, such as 1e400. */
function hasFiniteNumbers(value: Parameter): boolean {
  if (typeof value === "object" && value !== null) return Object.values(value).every(hasFiniteNumbers);
  return typeof value !== "number" || Number.isFinite(value);
}

/** A value as Python writes it; text and numbers are as in JSON. */
function python(value: Parameter): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  const entries = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${python(one)}`);
  return `{${entries.join(", ")}}`;
}

type Writer = (name: string, value: Parameter) => string;

// `let`, as a cell that follows may change it.
const script: Writer = (name, value) => `let ${name} = ${JSON.stringify(value)};`;
const writers: Readonly<Record<string, { readonly comment: string; readonly write: Writer }>> = {
  typescript: { comment: "//", write: script },
  javascript: { comment: "//", write: script },
  python: { comment: "#", write: (name, value) => `${name} = ${python(value)}` },
};

/**
 * Gives a notebook its parameters by papermill's convention, in a cell tagged `injected-parameters`: in the place of the one
 * of an earlier run, else after the cell that is tagged `parameters`, else at the top.
 * @throws ArgumentError ARGUMENT_INVALID, ARGUMENT_UNKNOWN
 */
export function injectParameters(
  notebook: Notebook,
  parameters: Readonly<Record<string, Parameter>>,
  language: string,
): void {
  const names = Object.keys(parameters);
  if (names.length === 0) return;
  const writer = writers[language];
  if (writer === undefined)
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `Parameters can be given to notebooks in ${Object.keys(writers).join(", ")}, not in ${language}.`,
    );
  const declared = notebook.cells.find((cell) => hasTag(cell, "parameters"));
  for (const name of names) {
    if (!/^[A-Za-z_$][\w$]*$/.test(name))
      throw new ArgumentError("ARGUMENT_INVALID", `"${name}" cannot be the name of a parameter.`);
    if (!hasFiniteNumbers(parameters[name] ?? null))
      throw new ArgumentError(
        "ARGUMENT_INVALID",
        `The parameter "${name}" holds a number that is too large, or none.`,
      );
    // A name that is written wrongly would leave the notebook with its default, and nobody would see it.
    if (declared !== undefined && !words(declared.source).has(name))
      throw new ArgumentError(
        "ARGUMENT_UNKNOWN",
        `The notebook has no parameter "${name}". ${suggestion(name, declaredNames(declared.source), "Parameters")}`,
      );
  }
  const source = [
    `${writer.comment} Parameters`,
    ...names.map((name) => writer.write(name, parameters[name] ?? null)),
  ].join("\n");
  const earlier = notebook.cells.findIndex((cell) => hasTag(cell, "injected-parameters"));
  notebook.cells = notebook.cells.filter((cell) => !hasTag(cell, "injected-parameters"));
  const ids = new Set(notebook.cells.map(({ id }) => id));
  let id = "injected-parameters";
  while (ids.has(id)) id += "-";
  const cell: Cell = {
    cell_type: "code",
    id,
    source,
    metadata: { tags: ["injected-parameters"] },
    execution_count: null,
    outputs: [],
  };
  const after = declared === undefined ? 0 : notebook.cells.indexOf(declared) + 1;
  notebook.cells.splice(earlier < 0 ? after : earlier, 0, cell);
}

const words = (source: string): ReadonlySet<string> => new Set(source.match(/[A-Za-z_$][\w$]*/g));

/** The names that a cell declares, for advice. */
function declaredNames(source: string): string[] {
  return [...source.matchAll(/^\s*(?:let|const|var)?\s*([A-Za-z_$][\w$]*)\s*(?::[^=]+)?=(?!=)/gm)].map(
    ([, name = ""]) => name,
  );
}
