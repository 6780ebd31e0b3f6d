import { AnalysisError, phaseOf } from "@konsil/core";
import { BackOff, usualPace } from "../remote/pace.ts";
import type { ResultFilter, Run, RunFilter, TaskResult } from "./model/index.ts";
import type { Listing } from "./resources/resource.ts";
import type { Outcome, ReadResult, WaitOptions } from "./server.ts";

interface Waited {
  readonly runs: Listing<Run, RunFilter>;
  readonly results: Listing<TaskResult, ResultFilter>;
  readonly read: (result: TaskResult) => Promise<ReadResult>;
}

/** A status that nobody here knows is over when the server says when it finished. */
function isOver({ status, finishedAt }: Run): boolean {
  const phase = phaseOf(status);
  return phase === "completed" || phase === "failed" || (phase === "unknown" && finishedAt !== null);
}

function stopped(task: number, why: string): string {
  return `Task ${task} still runs${why} It goes on; server.results.wait(${task}) waits for it again, and server.tasks.kill(${task}) ends it.`;
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted === true) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener("abort", done);
  });
}

/** Looks at the runs of a task, not at its own status: that says "crashed" while others still run. */
export async function waitFor(
  { runs, results, read }: Waited,
  task: number,
  { deadline = 3600, signal }: WaitOptions = {},
): Promise<readonly Outcome[]> {
  const end = Date.now() + deadline * 1000;
  const backOff = new BackOff(usualPace);
  let all: readonly Run[] = [];
  for (;;) {
    all = await runs.list({ task }).all();
    if (all.length > 0 && all.every(isOver)) break;
    if (Date.now() >= end)
      throw new AnalysisError("ANALYSIS_TIMEOUT", stopped(task, ` after ${deadline} s.`));
    await pause(Math.min(backOff.next(), end - Date.now()), signal);
    if (signal?.aborted === true)
      throw new AnalysisError("ANALYSIS_ABORTED", stopped(task, ", and is not waited for any more."));
  }
  const listed = await results.list({ task }).all();
  const outcomes: Outcome[] = [];
  for (const result of listed) {
    const run = all.find(({ id }) => id === result.run.id);
    if (run === undefined) continue;
    const { organization, status, log } = run;
    outcomes.push({ ...(await read(result)), organization, status, log });
  }
  return outcomes;
}
