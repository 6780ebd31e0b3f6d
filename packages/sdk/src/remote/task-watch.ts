import {
  completedStatus,
  type Delivery,
  type ErrorCode,
  type FailedStatus,
  failureOf,
  isFailed,
  isKonsilError,
  phaseOf,
  printable,
  type SiteNews,
} from "@konsil/core";
import { failureWords } from "./failure-words.ts";
import { logText } from "./log-text.ts";
import { type Cipher, isJson, isReply } from "./message.ts";
import { Outage } from "./outage.ts";
import { isMissing, isPassing, isWithheld } from "./outcome.ts";
import { Alarm, BackOff, type Pace } from "./pace.ts";
import type { ServerEvents } from "./server-events.ts";
import type { PortRun, ServerPort } from "./server-port.ts";

/** A task that is waited for. */
export interface WatchedTask {
  readonly server: ServerPort;
  readonly task: number;
  /** Its name, where known. */
  readonly name: string | undefined;
  /** Who was asked, where it was submitted from here. */
  readonly asked: readonly { readonly name: string; readonly organization: number }[] | undefined;
  readonly siteOf: (organization: number) => string | undefined;
  /** What its sites run. */
  readonly image: string;
  readonly events: ServerEvents | undefined;
  readonly pace: Pace;
  readonly cipher: () => Promise<Cipher>;
}

/** What is known of one run. */
interface Watched {
  started: boolean;
  logged: number;
  /** What it was last said to wait for. */
  waiting: string | undefined;
  /** Since when it has been in a state that is waited for with patience only. */
  since: number | undefined;
  /** Since when its result is said to be there and cannot be had. */
  unread: number | undefined;
}

function failed(site: string, code: ErrorCode, message: string): Delivery {
  return { site, failed: code, message };
}

/** Without its code, which a failure carries beside its message. */
function words(error: { readonly message: string; readonly code: string }): string {
  return error.message.replace(`  [${error.code}]`, "");
}

/**
 * Waits for the runs of a task. What counts is what the server lists; its events only say when to look. The status of
 * the task is not asked for: it says "crashed" while other runs still work.
 */
export class TaskWatch {
  readonly #of: WatchedTask;
  readonly #tell: (news: SiteNews) => void;
  readonly #runs = new Map<number, Watched>();
  /** Organizations from which nothing more is expected. */
  readonly #over = new Set<number>();
  readonly #began = performance.now();

  constructor(task: WatchedTask, tell: (news: SiteNews) => void) {
    this.#of = task;
    this.#tell = tell;
  }

  async *deliveries(signal: AbortSignal): AsyncGenerator<Delivery, void, undefined> {
    const { events, task, pace } = this.#of;
    const alarm = new Alarm();
    const backOff = new BackOff(pace);
    const stop = events?.listen((event) => {
      if (event.type === "unconnected") return;
      if (event.type === "node" || event.type === "connected") alarm.ring(pace.afterEvent);
      else if (event.task === task && event.type === "run" && phaseOf(event.status) !== "pending") {
        // A node tells that a run is over before it sends what came of it: a look in vain is soon repeated.
        backOff.reset();
        alarm.ring(pace.afterEvent);
      } else if (event.task === task) {
        // A run that begins is far from its end, and a program may print without end: no reason to hurry.
        alarm.ring(pace.first * 2);
      }
    });
    const outage = new Outage(pace.outage);
    try {
      while (!signal.aborted) {
        await alarm.wait(backOff.next(), signal);
        if (signal.aborted) return;
        let runs: readonly PortRun[];
        try {
          runs = await this.#list();
          outage.over();
        } catch (error) {
          outage.bear(error);
          continue;
        }
        const before = this.#over.size;
        yield* this.#look(runs, signal);
        if (this.#over.size > before) backOff.reset();
        const missing = yield* this.#missing(runs);
        if (!missing && runs.every(({ organization }) => this.#over.has(organization.id))) return;
      }
    } catch (error) {
      // What was asked ended with the signal.
      if (!signal.aborted) throw error;
    } finally {
      stop?.();
    }
  }

  /** One run for each organization: pages that change while they are read can hold a row twice. */
  async #list(): Promise<readonly PortRun[]> {
    const byOrganization = new Map<number, PortRun>();
    for (const run of await this.#of.server.runs.list({ task: this.#of.task }).all()) {
      const known = byOrganization.get(run.organization.id);
      if (known === undefined || run.id < known.id) byOrganization.set(run.organization.id, run);
    }
    return [...byOrganization.values()];
  }

  async *#look(runs: readonly PortRun[], signal: AbortSignal): AsyncGenerator<Delivery, void, undefined> {
    const fetched: { readonly id: number; readonly delivery: Promise<Delivery | undefined> }[] = [];
    for (const run of runs) {
      const { id } = run.organization;
      if (this.#over.has(id)) continue;
      const site = this.#of.siteOf(id);
      if (site === undefined) {
        // Of another federation: whoever found the task by its number only.
        this.#over.add(id);
        continue;
      }
      this.#report(run, site);
      const { status } = run;
      if (status === completedStatus) {
        const delivery = this.#fetch(run, site).catch((error: unknown) => {
          if (!isPassing(error)) throw error;
          return undefined;
        });
        // One that is not waited for yet would be an unhandled rejection.
        delivery.catch(() => undefined);
        fetched.push({ id, delivery });
        continue;
      }
      const delivery = isFailed(status) ? this.#failure(run, status, site) : this.#waiting(run, site);
      if (delivery === undefined) continue;
      this.#over.add(id);
      yield delivery;
    }
    for (const { id, delivery: fetching } of fetched) {
      const delivery = await fetching;
      if (signal.aborted) return;
      if (delivery === undefined) continue;
      this.#over.add(id);
      yield delivery;
    }
  }

  #watched(run: PortRun): Watched {
    let watched = this.#runs.get(run.id);
    if (watched === undefined) {
      watched = { started: false, logged: 0, waiting: undefined, since: undefined, unread: undefined };
      this.#runs.set(run.id, watched);
    }
    return watched;
  }

  /** What is new of a run. */
  #report(run: PortRun, site: string): void {
    const watched = this.#watched(run);
    const hasBegun = run.status === "active" || run.status === completedStatus;
    if (!watched.started && hasBegun) {
      watched.started = true;
      this.#tell({ type: "site-started", site });
    }
    const text = logText(run.log, watched.logged);
    watched.logged = Math.max(watched.logged, run.log?.length ?? 0);
    if (text !== "") this.#tell({ type: "site-log", site, text });
  }

  #failure(run: PortRun, status: FailedStatus, site: string): Delivery {
    return failed(
      site,
      failureOf(status),
      failureWords[status].replaceAll("{image}", `"${this.#of.image}"`).replaceAll("{run}", String(run.id)),
    );
  }

  /** Nothing while a run may still come to an end. */
  #waiting(run: PortRun, site: string): Delivery | undefined {
    const watched = this.#watched(run);
    const isPending = phaseOf(run.status) === "pending";
    const isOffline = run.node?.status === "offline";
    if (isPending && !isOffline) {
      watched.since = undefined;
      watched.waiting = undefined;
      return undefined;
    }
    watched.since ??= performance.now();
    const shown = printable(run.status).slice(0, 60);
    const why = isPending
      ? "its node is offline"
      : `its run has the status "${shown}", which this version does not know`;
    if (watched.waiting !== why) {
      watched.waiting = why;
      this.#tell({ type: "site-waiting", site, why });
    }
    const isUp = performance.now() - watched.since > this.#of.pace.patience;
    if (!isPending)
      return isUp || run.finishedAt !== null
        ? failed(
            site,
            "STATUS_UNKNOWN",
            `{site} did not answer: its run has the status "${shown}", which this version does not know, and which is not taken for success. Look at it in vantage6's web interface, and use a version of Konsil that fits the server.`,
          )
        : undefined;
    return isUp
      ? failed(
          site,
          "NODE_OFFLINE",
          `{site} is offline: no node of it has been connected for ${Math.round(this.#of.pace.patience / 1000)} s. The task stays at the server, and its node takes it up when it is back. Ask its administrator, then run the analysis again with the same journal, or go on without it: { whenSiteFails: { continueWith: n } }.`,
        )
      : undefined;
  }

  /**
   * The message that is a finished run's result; nothing while it may yet come. What cannot be had of one run is a
   * failure of its site: the others go on.
   */
  async #message(
    run: PortRun,
    site: string,
  ): Promise<{ readonly message: string | Uint8Array } | Delivery | undefined> {
    const { server, pace, image } = this.#of;
    try {
      const { result, isBlob } = await server.results.get(run.result.id);
      if (result !== null && result !== "")
        return { message: isBlob ? await server.blobs.download(result) : result };
      if (!this.#isOverdue(run, pace.result)) return undefined;
      return failed(
        site,
        "REPLY_INVALID",
        `{site} ended without a result. A node that lost its server in the middle may carry a run out twice and send nothing of the first: run the analysis again, with the same journal only this is asked again. If it stays so, the image "${image}" was not made with Konsil: name one that was.`,
      );
    } catch (error) {
      const isAway = isPassing(error);
      if (!isKonsilError(error) || !(isAway || isWithheld(error))) throw error;
      if (!this.#isOverdue(run, isAway ? pace.outage : pace.result)) return undefined;
      return failed(
        site,
        "RESULT_UNAVAILABLE",
        `{site} has answered, and the server does not give the answer out. ${words(error)} Run the analysis again, with the same journal only this is asked again; if it stays so, ask the server's administrator for result ${run.result.id}.`,
      );
    }
  }

  /** Whether a result that is said to be there could not be had for so long. */
  #isOverdue(run: PortRun, patience: number): boolean {
    const watched = this.#watched(run);
    watched.unread ??= performance.now();
    return performance.now() - watched.unread > patience;
  }

  /** What a finished run came to; nothing while the server does not have it yet. */
  async #fetch(run: PortRun, site: string): Promise<Delivery | undefined> {
    const got = await this.#message(run, site);
    if (got === undefined || "site" in got) return got;
    const cipher = await this.#of.cipher();
    let reply: Uint8Array;
    try {
      reply = cipher.read(got.message);
    } catch (error) {
      if (isKonsilError(error) && error.code === "ENVELOPE_INVALID")
        return failed(site, error.code, `{site} sent what cannot be read. ${words(error)}`);
      throw error;
    }
    if (isReply(reply)) return { site, reply };
    return failed(
      site,
      "REPLY_INVALID",
      isJson(reply)
        ? `{site} answered, but not as Konsil does: the image "${this.#of.image}" is of another maker. Name an image that was made with Konsil.`
        : "{site} answered, but its result is cut or changed. Run the analysis again; if it stays so, tell the server's administrator.",
    );
  }

  /** Sites of which the server has no run: whether they are still waited for. */
  async *#missing(runs: readonly PortRun[]): AsyncGenerator<Delivery, boolean, undefined> {
    const { asked, pace } = this.#of;
    const isListed = (organization: number): boolean =>
      runs.some((run) => run.organization.id === organization);
    const missing = (asked ?? []).filter(
      ({ organization }) => !this.#over.has(organization) && !isListed(organization),
    );
    const isEmpty = asked === undefined && runs.length === 0;
    if (missing.length === 0 && !isEmpty) return false;
    if (performance.now() - this.#began < Math.min(pace.patience, pace.result)) return true;
    let isGone: boolean;
    try {
      isGone = await this.#isGone();
    } catch (error) {
      if (isPassing(error)) return true;
      throw error;
    }
    for (const { name, organization } of missing) {
      this.#over.add(organization);
      yield isGone
        ? failed(
            name,
            "TASK_KILLED",
            "{site} did not answer: its task was deleted at the server. Run the analysis again; with the same journal only this is asked again.",
          )
        : failed(
            name,
            "SITE_UNAVAILABLE",
            "{site} was not asked: the server made no run for it. Ask the server's administrator whether its organization is in the collaboration.",
          );
    }
    return false;
  }

  async #isGone(): Promise<boolean> {
    const { server, task, name } = this.#of;
    try {
      const found = await server.tasks.get(task);
      return name !== undefined && found.name !== name;
    } catch (error) {
      if (isMissing(error)) return true;
      throw error;
    }
  }
}
