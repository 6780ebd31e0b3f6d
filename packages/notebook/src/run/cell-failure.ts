import { stripVTControlCharacters } from "node:util";
import { errorCodes, NotebookError } from "@konsil/core";
import { formatDuration } from "@konsil/sdk";
import type { Executed } from "../kernel/execution.ts";
import type { KernelInfo } from "../kernel/message.ts";
import type { Output } from "../kernel/outputs.ts";
import { background } from "../launcher/background.ts";

/** A cell and where it is. */
export interface CellPlace {
  readonly file: string;
  /** Among the cells with code, from 1. */
  readonly number: number;
  readonly count: number;
  readonly source: string;
}

type ErrorOutput = Extract<Output, { output_type: "error" }>;

const isError = (output: Output): output is ErrorOutput => output.output_type === "error";

/** Lines of a cell's code, for a message. */
function excerpt(source: string): string {
  const lines = source.trim().split("\n");
  const shown = lines.slice(0, 12).map((line) => `    ${line}`);
  return [...shown, ...(lines.length > 12 ? ["    …"] : [])].join("\n");
}

/** The error that a cell raised, as the cause of the run's: with its code, where it is one of Konsil. */
function raised({ ename, evalue }: ErrorOutput): Error {
  const error = Object.assign(new Error(evalue), { name: ename });
  const code = /\[([A-Z_]+)\]$/.exec(evalue)?.[1];
  return code !== undefined && Object.hasOwn(errorCodes, code) ? Object.assign(error, { code }) : error;
}

const where = ({ file, number, count }: CellPlace): string => `${file}: cell ${number} of ${count}`;

/** @returns what a cell that did not end well makes of the run; undefined when it ended well */
export function cellFailure(
  place: CellPlace,
  { status, outputs, duration, death = "" }: Executed,
): NotebookError | undefined {
  const source = excerpt(place.source);
  const error = outputs.findLast(isError);
  switch (status) {
    case "ok":
      return undefined;
    case "error": {
      const trace = stripVTControlCharacters((error?.traceback ?? []).join("\n")).trim();
      const words = error === undefined ? "without words" : `${error.ename}: ${error.evalue}`;
      // The trace of an error that explains itself has nothing more to say.
      const parts = [`${where(place)} failed with ${words}`, source, ...(trace === words ? [] : [trace])];
      return new NotebookError(
        "NOTEBOOK_FAILED",
        parts.filter((part) => part !== "").join("\n\n"),
        error && { cause: raised(error) },
      );
    }
    case "timeout":
      return new NotebookError(
        "NOTEBOOK_TIMEOUT",
        `${where(place)} was stopped after ${formatDuration(duration / 1000)}, which is longer than it may take:\n\n` +
          `${source}\n\nGive cells more time with --timeout SECONDS (\`timeout\` in code), or let the cell do less.`,
      );
    case "interrupted":
      return new NotebookError("NOTEBOOK_INTERRUPTED", `${where(place)} was interrupted:\n\n${source}`);
    case "died":
      return new NotebookError(
        "KERNEL_DIED",
        `${where(place)}: the kernel ended in it:\n\n${source}\n\n${death}${
          /SIGKILL|SIGABRT|out of memory/i.test(death) ? " Memory that ran out is the usual reason." : ""
        }`,
      );
    case "lost":
      return new NotebookError(
        "KERNEL_TIMEOUT",
        `${where(place)}: the kernel said only half of that it was done, so whether the cell succeeded is not known:` +
          `\n\n${source}\n\nRun the notebook again. In stock tslab a loop that prints hundreds of lines does this; in ` +
          "Konsil's kernel it does not.",
      );
  }
}

const marks: readonly string[] = Object.values(background);

/** What stock tslab writes of an error that came when nothing waited for it. */
const unhandled = /^(?:UncaughtException|UnhandledPromiseRejection): ?(.*)$/m;

/** What an output says of errors, as text. */
function errorText(output: Output): string {
  if (output.output_type === "error") return output.traceback.join("\n");
  return output.output_type === "stream" && output.name === "stderr" ? output.text : "";
}

/** @returns what a cell's outputs say of an error that came when nothing waited for it, also one of a cell that may fail */
export function backgroundFailure(
  place: CellPlace,
  outputs: readonly Output[],
  { implementation }: KernelInfo,
): NotebookError | undefined {
  const error = outputs.filter(isError).find(({ traceback }) => marks.includes(traceback[0] ?? ""));
  const written = outputs
    .map((output) => (implementation === "tslab" ? unhandled.exec(errorText(output))?.[1] : undefined))
    .find((text) => text !== undefined);
  const words = error === undefined ? written : `${error.ename}: ${error.evalue}`;
  if (words === undefined) return undefined;
  return new NotebookError(
    "NOTEBOOK_FAILED",
    `${where(place)}: an error in its background was caught by nothing: ${words}\n\n${excerpt(place.source)}\n\n` +
      "Await every promise, so that the cell that makes it fails.",
    error && { cause: raised(error) },
  );
}
