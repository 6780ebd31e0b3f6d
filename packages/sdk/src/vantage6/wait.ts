import {
  AnalysisError,
  ArgumentError,
  completedStatus,
  isKonsilError,
  phaseOf,
  ServerError,
} from "@konsil/core";
import { Outage } from "../remote/outage.ts";
import { isPassing } from "../remote/outcome.ts";
import { Alarm, BackOff, type Pace, usualPace } from "../remote/pace.ts";
import type { ResultFilter, Run, RunFilter, Task, TaskFilter, TaskResult } from "./model/index.ts";
import type { Listing, Resource } from "./resources/resource.ts";
import type { Outcome, ReadResult, WaitOptions } from "./server.ts";

/** What of a server is needed to wait for a task. */
export interface Waited {
  readonly tasks: Resource<Task, TaskFilter>;
  readonly runs: Listing<Run, RunFilter>;
  readonly results: Listing<TaskResult, ResultFilter>;
  readonly read: (result: TaskResult) => Promise<ReadResult>;
}

/** A status that nobody here knows is over when the server says when it finished. */
function isOver({ status, finishedAt }: Run): boolean {
  const phase = phaseOf(status);
  return phase === "completed" || phase === "failed" || (phase === "unknown" && finishedAt !== null);
}

/** Of a run that the server has no result of. */
function nothingOf({ id, task, result }: Run): TaskResult {
  return { id: result.id, run: { id }, task, result: null, isBlob: false };
}

const ofSession: readonly string[] = ["SESSION_EXPIRED", "LOGIN_FAILED"];

/** Whether one result cannot be had, while others may be. */
function isOfOne(error: unknown): error is ServerError {
  return isKonsilError(error) && error instanceof ServerError && !ofSession.includes(error.code);
}

/** Looks at the runs of a task, not at its own status: that says "crashed" while others still run. */
class Look {
  readonly #of: Waited;
  readonly #task: number;
  readonly #pace: Pace;
  /** Contents by results, of which another one may be had at the second attempt only. */
  readonly #read = new Map<number, ReadResult>();
  /** Since when something has been missing that a server has a moment later. */
  #missing: number | undefined;

  constructor(of: Waited, task: number, pace: Pace) {
    this.#of = of;
    this.#task = task;
    this.#pace = pace;
  }

  /** What each run came to, once none goes on. @throws ServerError */
  async outcomes(): Promise<readonly Outcome[] | undefined> {
    const { tasks, runs, results } = this.#of;
    const task = this.#task;
    const all = await runs.list({ task }).all();
    if (all.length === 0) {
      await tasks.get(task);
      if (!this.#isLate()) return undefined;
      throw new ServerError(
        "NOT_FOUND",
        `The server has no run of task ${task}, or shows you none. Look at it in vantage6's web interface, or ask whoever administers your organization there for a role that may see runs.`,
      );
    }
    if (!all.every(isOver)) {
      this.#missing = undefined;
      return undefined;
    }
    const byRun = new Map((await results.list({ task }).all()).map((result) => [result.run.id, result]));
    const isIncomplete = all.some(({ id, status }) => status === completedStatus && !byRun.get(id)?.result);
    if (isIncomplete && !this.#isLate()) return undefined;
    const outcomes: Outcome[] = [];
    for (const run of all) {
      const { organization, status, log } = run;
      outcomes.push({
        ...(await this.#content(byRun.get(run.id) ?? nothingOf(run))),
        organization,
        status,
        log,
      });
    }
    return outcomes;
  }

  #isLate(): boolean {
    this.#missing ??= Date.now();
    return Date.now() - this.#missing >= this.#pace.result;
  }

  async #content(result: TaskResult): Promise<ReadResult> {
    let read = this.#read.get(result.id);
    if (read === undefined) {
      try {
        read = await this.#of.read(result);
      } catch (error) {
        if (isPassing(error) || !isOfOne(error)) throw error;
        read = { ...result, content: { type: "unreadable", error } };
      }
      this.#read.set(result.id, read);
    }
    return read;
  }
}

function stopped(task: number, why: string): string {
  return `Task ${task} still runs${why} It goes on; server.results.wait(${task}) waits for it again, and server.tasks.kill(${task}) ends it.`;
}

/** Waits until no run of a task goes on, for as long as the server is not away for too long. */
export async function waitFor(
  of: Waited,
  task: number,
  { deadline = 3600, signal = new AbortController().signal }: WaitOptions = {},
  pace: Pace = usualPace,
): Promise<readonly Outcome[]> {
  if (!(typeof deadline === "number" && deadline > 0))
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      "results.wait(): `deadline` must be a positive number of seconds.",
    );
  const end = Date.now() + deadline * 1000;
  const look = new Look(of, task, pace);
  const outage = new Outage(pace.outage);
  const backOff = new BackOff(pace);
  const alarm = new Alarm();
  for (;;) {
    try {
      const outcomes = await look.outcomes();
      if (outcomes !== undefined) return outcomes;
      outage.over();
    } catch (error) {
      outage.bear(error);
    }
    if (Date.now() >= end)
      throw new AnalysisError("ANALYSIS_TIMEOUT", stopped(task, ` after ${deadline} s.`));
    await alarm.wait(Math.min(backOff.next(), end - Date.now()), signal);
    if (signal.aborted)
      throw new AnalysisError("ANALYSIS_ABORTED", stopped(task, ", and is not waited for any more."));
  }
}
