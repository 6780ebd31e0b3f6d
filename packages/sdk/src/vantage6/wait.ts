import {
  AnalysisError,
  ArgumentError,
  checkOptionNames,
  completedStatus,
  forTimer,
  listing,
  phaseOf,
  ServerError,
} from "@konsil/core";
import { logText } from "../remote/log-text.ts";
import { Outage } from "../remote/outage.ts";
import { isPassing, isWithheld } from "../remote/outcome.ts";
import { Alarm, BackOff, type Pace, usualPace } from "../remote/pace.ts";
import type { ResultFilter, Run, RunFilter, Task, TaskFilter, TaskResult } from "./model/index.ts";
import type { Listing, Resource } from "./resources/resource.ts";
import type { Outcome, ReadResult, RunNews, WaitOptions } from "./server.ts";

/** What of a server is needed to wait for a task. What it is asked ends with the signal that it was had for. */
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

/** Looks at the runs of a task, not at its own status: that says "crashed" while others still run. */
class Look {
  readonly #of: Waited;
  readonly #task: number;
  readonly #pace: Pace;
  /** Contents by results, of which another one may be had at the second attempt only. */
  readonly #read = new Map<number, ReadResult>();
  /** Since when something has been missing that a server has a moment later. */
  #missing: number | undefined;
  /** Since when the server has failed at a result, by its number. */
  readonly #failing = new Map<number, number>();
  #unended: readonly Run[] = [];

  /** By run: its last status, and how much of its log was told. */
  readonly #told = new Map<number, { readonly status: string; readonly logged: number }>();
  readonly #tell: (news: RunNews) => void;

  constructor(of: Waited, task: number, pace: Pace, tell: (news: RunNews) => void) {
    this.#of = of;
    this.#task = task;
    this.#pace = pace;
    this.#tell = tell;
  }

  /** Which runs go on, as the server said it last: ` (organization 3: "active")`. */
  get unended(): string {
    const runs = this.#unended.map(({ organization, status }) => {
      const isKnown = phaseOf(status) !== "unknown";
      return `organization ${organization.id}: "${status.slice(0, 60)}"${isKnown ? "" : ", which this version does not know"}`;
    });
    return runs.length === 0 ? "" : ` (${listing(runs)})`;
  }

  /** What each run came to, once none goes on. @throws ServerError */
  async outcomes(): Promise<readonly Outcome[] | undefined> {
    const { tasks, runs, results } = this.#of;
    const task = this.#task;
    const all = await runs.list({ task }).all();
    for (const run of all) this.#report(run);
    if (all.length === 0) {
      await tasks.get(task);
      if (!this.#isLate()) return undefined;
      throw new ServerError(
        "NOT_FOUND",
        `The server has no run of task ${task}, or shows you none. Look at it in vantage6's web interface, or ask whoever administers your organization there for a role that may see runs.`,
      );
    }
    this.#unended = all.filter((run) => !isOver(run));
    if (this.#unended.length > 0) {
      this.#missing = undefined;
      return undefined;
    }
    const byRun = new Map((await results.list({ task }).all()).map((result) => [result.run.id, result]));
    const isIncomplete = all.some(({ id, status }) => status === completedStatus && !byRun.get(id)?.result);
    if (isIncomplete && !this.#isLate()) return undefined;
    const outcomes: Outcome[] = [];
    for (const run of all) {
      const { organization, status, log } = run;
      const read = await this.#content(byRun.get(run.id) ?? nothingOf(run));
      if (read !== undefined) outcomes.push({ ...read, organization, status, log });
    }
    return outcomes.length === all.length ? outcomes : undefined;
  }

  #report({ id, status, log, organization }: Run): void {
    const of = { task: this.#task, run: id, organization: organization.id };
    const { status: before, logged = 0 } = this.#told.get(id) ?? {};
    this.#told.set(id, { status, logged: Math.max(logged, log?.length ?? 0) });
    if (status !== before) this.#tell({ ...of, type: "run", status });
    const text = logText(log, logged);
    if (text !== "") this.#tell({ ...of, type: "log", text });
  }

  #isLate(): boolean {
    this.#missing ??= performance.now();
    return performance.now() - this.#missing >= this.#pace.result;
  }

  /** What a result says; nothing while the server fails at it, which may pass. */
  async #content(result: TaskResult): Promise<ReadResult | undefined> {
    let read = this.#read.get(result.id);
    if (read === undefined) {
      try {
        read = await this.#of.read(result);
      } catch (error) {
        const isAway = isPassing(error);
        if (!(error instanceof ServerError) || !(isAway || isWithheld(error))) throw error;
        if (isAway && !this.#isLost(result)) return undefined;
        read = { ...result, content: { type: "unreadable", error } };
      }
      this.#read.set(result.id, read);
    }
    return read;
  }

  /** Whether the server has failed at one result for longer than it may be away. */
  #isLost({ id }: TaskResult): boolean {
    const since = this.#failing.get(id) ?? performance.now();
    this.#failing.set(id, since);
    return performance.now() - since > this.#pace.outage;
  }
}

function stopped(task: number, why: string): string {
  return `Task ${task} still runs${why} It goes on; server.results.wait(${task}) waits for it again, and server.tasks.kill(${task}) ends it.`;
}

/** Waits until no run of a task goes on, for as long as the server is not away for too long. */
export async function waitFor(
  of: (signal: AbortSignal) => Waited,
  task: number,
  options: WaitOptions = {},
  pace: Pace = usualPace,
): Promise<readonly Outcome[]> {
  checkOptionNames("results.wait()", options, ["deadline", "signal", "onProgress"]);
  const { deadline = 3600, signal = new AbortController().signal, onProgress = () => undefined } = options;
  if (!(typeof deadline === "number" && deadline > 0))
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      "results.wait(): `deadline` must be a positive number of seconds.",
    );
  if (!(signal instanceof AbortSignal))
    throw new ArgumentError("ARGUMENT_INVALID", "results.wait(): `signal` must be an AbortSignal.");
  const end = AbortSignal.timeout(forTimer(deadline));
  const stop = AbortSignal.any([signal, end]);
  // A server that keeps silent is not waited for beyond that either.
  const over = new Promise<undefined>((resolve) => {
    stop.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  const look = new Look(of(stop), task, pace, onProgress);
  const outage = new Outage(pace.outage);
  const backOff = new BackOff(pace);
  const alarm = new Alarm();
  while (!stop.aborted) {
    try {
      const outcomes = await Promise.race([look.outcomes(), over]);
      if (outcomes !== undefined) return outcomes;
      outage.over();
    } catch (error) {
      if (!stop.aborted) outage.bear(error);
    }
    await alarm.wait(backOff.next(), stop);
  }
  throw end.aborted
    ? new AnalysisError("ANALYSIS_TIMEOUT", stopped(task, ` after ${deadline} s${look.unended}.`))
    : new AnalysisError(
        "ANALYSIS_ABORTED",
        stopped(task, `${look.unended}, and is not waited for any more.`),
      );
}
