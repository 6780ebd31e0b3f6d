export type { Cell, Notebook } from "./notebook-file.ts";
export type { Parameter } from "./parameters.ts";
export {
  type NotebookEvent,
  type NotebookRun,
  type RunNotebookOptions,
  runNotebook,
} from "./run-notebook.ts";
