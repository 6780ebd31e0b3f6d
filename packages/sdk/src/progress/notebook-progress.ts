import { randomUUID } from "node:crypto";
import type { AnalysisEvent } from "@konsil/core";
import { escapeMarkup, plainText } from "../display/index.ts";
import { sendToNotebook } from "../display/notebook.ts";
import type { AnalysisState } from "./analysis-state.ts";

/** Milliseconds: between two changes of what is shown, and between two looks at who is late. */
const pace = { change: 100, look: 1000 };

/** What is told of each running analysis when a cell is interrupted. */
const interrupted = new Set<() => void>();

function onInterrupt(): void {
  for (const tell of interrupted) tell();
}

/** A kernel interrupts by this signal, and only stops to wait: what was asked of sites goes on. */
function heed(tell: () => void): () => void {
  if (interrupted.size === 0) process.on("SIGINT", onInterrupt);
  interrupted.add(tell);
  return () => {
    interrupted.delete(tell);
    if (interrupted.size === 0) process.off("SIGINT", onInterrupt);
  };
}

/**
 * A listener that shows how far an analysis is in the cell of a notebook, in one line that changes in its place, from its
 * first round on. `position` says where in `federation.running` the analysis is.
 */
export function notebookProgress(
  state: AnalysisState,
  position: () => number,
): (event: AnalysisEvent) => void {
  const id = randomUUID();
  let isShown = false;
  let drawn = "";
  let soon: NodeJS.Timeout | undefined;
  let looking: NodeJS.Timeout | undefined;
  let ignore: (() => void) | undefined;
  const draw = (): void => {
    clearTimeout(soon);
    soon = undefined;
    const line = plainText(words(state, position()));
    if (line === drawn) return;
    drawn = line;
    const html = `<div style="font-size:.9em;opacity:.78">${escapeMarkup(line)}</div>`;
    isShown = sendToNotebook({ "text/html": html, "text/plain": line }, { id, update: isShown }) || isShown;
  };
  const end = (): void => {
    clearInterval(looking);
    ignore?.();
    if (isShown) draw();
  };
  return ({ type }) => {
    if (type === "done" || type === "failed") return end();
    if ((type === "round-started" || type === "round-waiting") && looking === undefined) {
      looking = setInterval(draw, pace.look);
      looking.unref();
      ignore = heed(() => {
        state.interrupted = true;
        draw();
      });
      return draw();
    }
    if (!isShown || soon !== undefined) return;
    soon = setTimeout(draw, pace.change);
    soon.unref();
  };
}

/** Where a cell was interrupted, first of all how what it began is stopped. */
function words(state: AnalysisState, position: number): string {
  if (!state.interrupted || state.ended) return state.line();
  const { tasks } = state;
  const as = tasks.length === 0 ? "" : ` as ${tasks.map((task) => `task ${task}`).join(", ")}`;
  return `Interrupted, and still running${as}. To stop it: await federation.running[${Math.max(0, position)}].kill(). ${state.line()}`;
}
