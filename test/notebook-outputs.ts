import type { Cell, Notebook } from "@konsil/notebook";

/** What a notebook shows, cell by cell, in a form in which two runs are the same. */
export interface Shown {
  readonly id: string;
  readonly source: string;
  readonly outputs: readonly string[];
}

const lines = (text: unknown): string => (Array.isArray(text) ? text.join("") : String(text));

/** What no two runs have in common: how long something took, when it was, what it was called. */
const varying: readonly (readonly [pattern: RegExp, instead: string])[] = [
  // Bars as long as the times that they stand for.
  [/<svg [^>]*>\s*<title[^>]*>Rounds<\/title>.*?<\/svg>/gs, "(the figure of rounds)"],
  [/\b\d+(\.\d+)? (ms|s|min)\b/g, "(time)"],
  [/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, "(moment)"],
  [/\bkonsil \d+\.\d+\.\d+[-.\w]*/gi, "konsil (version)"],
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "(identifier)"],
  [/\btask \d+\b/g, "task (number)"],
];

function settled(text: string): string {
  const once = varying.reduce((result, [pattern, instead]) => result.replace(pattern, instead), text);
  // Names of a figure's parts hang on all that it shows, also on times.
  const names = new Map<string, string>();
  return once.replace(/\bfigure-[0-9a-z]+/g, (name) => {
    if (!names.has(name)) names.set(name, `figure-(${names.size + 1})`);
    return names.get(name) ?? name;
  });
}

function shownOutput(output: NonNullable<Cell["outputs"]>[number]): string {
  switch (output.output_type) {
    case "stream":
      return settled(`${output.name}: ${lines(output.text)}`);
    case "error":
      return settled(`${output.ename}: ${output.evalue}`);
    default:
      return settled(
        Object.entries(output.data)
          .map(([type, value]) => `${type}: ${lines(value)}`)
          .join("\n"),
      );
  }
}

/** What a notebook that was written shows. Cells of parameters that a run put in are left out. */
export function shown({ cells }: Pick<Notebook, "cells">): readonly Shown[] {
  return cells
    .filter(({ metadata }) => metadata.tags?.includes("injected-parameters") !== true)
    .map(({ id, source, outputs = [] }) => ({
      id,
      source: lines(source),
      outputs: outputs.map(shownOutput),
    }));
}
