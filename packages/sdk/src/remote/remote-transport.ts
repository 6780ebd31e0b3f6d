import {
  AnalysisError,
  type Delivery,
  type NoteSending,
  type PreflightNews,
  type Round,
  type SiteNews,
  type Transport,
  taskInput,
  taskName,
  type Undelivered,
  type Underway,
} from "@konsil/core";
import { writeInputs } from "../crypto/index.ts";
import { attachableTask } from "./attachable-task.ts";
import type { DatabaseLabels } from "./database-labels.ts";
import type { Cipher } from "./message.ts";
import { isMissing, isPassing, wasRefused, wasUnsent } from "./outcome.ts";
import { Alarm, BackOff, type Pace } from "./pace.ts";
import type { ServerEvents } from "./server-events.ts";
import type { PortTask, ServerPort } from "./server-port.ts";
import { TaskWatch } from "./task-watch.ts";
import { after, wait } from "./time.ts";

/** A site of a federation: an organization that has a node. */
export interface RemoteSite {
  readonly name: string;
  readonly organization: number;
}

/** What a federation is, once its names are resolved. */
export interface RemoteOptions {
  readonly server: ServerPort;
  readonly sites: readonly RemoteSite[];
  readonly collaboration: number;
  readonly encrypted: boolean;
  readonly study: number | undefined;
  readonly image: string;
  readonly labels: DatabaseLabels;
  readonly events: ServerEvents | undefined;
  readonly pace: Pace;
  /** Makes sure of the keys before anything is encrypted. */
  readonly cipher: (signal?: AbortSignal) => Promise<Cipher>;
  readonly preflight: NonNullable<Transport["preflight"]>;
}

/** What is known of a task. */
interface KnownTask {
  /** A server may use a deleted task's number again, for one of another name. */
  readonly name: string;
  /** What its sites run, which need not be this federation's image: another process may have made it. */
  readonly image: string;
  /** Who was asked, where it was submitted from here. */
  readonly asked?: readonly RemoteSite[];
}

type NewTask = Parameters<ServerPort["tasks"]["create"]>[0];

/** "2026-11-27 22:15 UTC": the minute after a moment. */
function inMinutes(moment: number): string {
  return `${new Date(moment + 60_000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/**
 * Rounds as tasks of a vantage6 server, one for each round. A task is submitted once: where it is not known whether
 * the server took it, it is looked for by its name, and never submitted again.
 */
export class RemoteTransport implements Transport {
  readonly sites: readonly string[];
  readonly #options: RemoteOptions;
  readonly #tasks = new Map<string, KnownTask>();

  /** Asked once: a server that is away for a moment between two rounds then need not be asked anything but to take a task. */
  #usesBlobs: boolean | undefined;

  constructor(options: RemoteOptions) {
    this.#options = options;
    this.sites = options.sites.map(({ name }) => name);
  }

  async find(key: string, underway?: Underway, signal?: AbortSignal): Promise<string | undefined> {
    const name = taskName(key);
    const task =
      (await this.#lookThrough(name, underway?.signal ?? signal)) ??
      (underway === undefined ? undefined : await this.#expect(name, underway));
    if (task === undefined) return undefined;
    this.#tasks.set(String(task.id), task);
    return String(task.id);
  }

  async submit(
    round: Round,
    signal?: AbortSignal,
    note: NoteSending = async () => undefined,
  ): Promise<string> {
    const { collaboration, study, image, labels } = this.#options;
    const name = taskName(round.key);
    const sites = this.#options.sites.filter((site) => round.sites.includes(site.name));
    const inputs = await this.#inputs(round, sites, signal);
    const id = await this.#create(
      {
        name,
        image,
        ...(study === undefined ? { collaboration } : { study }),
        databases: [labels.of(round.database)],
        inputs,
      },
      signal,
      note,
    );
    this.#tasks.set(String(id), { name, image, asked: sites });
    return String(id);
  }

  replies(
    task: string,
    signal: AbortSignal,
    tell: (news: SiteNews) => void = () => undefined,
  ): AsyncIterable<Delivery> {
    const { sites, image } = this.#options;
    const known = this.#tasks.get(task);
    const watch = new TaskWatch(
      {
        ...this.#options,
        server: this.#server(signal),
        cipher: () => this.#options.cipher(signal),
        task: Number(task),
        name: known?.name,
        asked: known?.asked,
        image: known?.image ?? image,
        siteOf: (organization) => sites.find((site) => site.organization === organization)?.name,
      },
      tell,
    );
    return watch.deliveries(signal);
  }

  async kill(task: string): Promise<void> {
    const { tasks, runs } = this.#server(AbortSignal.timeout(this.#options.pace.kill));
    const id = Number(task);
    // Numbers of deleted tasks are used again: somebody else's is not killed.
    const name = this.#tasks.get(task)?.name;
    const found = await taskOf(tasks, id);
    if (found === undefined || (name !== undefined && found.name !== name)) return;
    try {
      await tasks.kill(id);
    } catch (error) {
      // A server refuses to kill what is over.
      const left = await runs.list({ task: id }).all();
      if (left.some(({ finishedAt }) => finishedAt === null)) throw error;
    }
  }

  async attach(task: string, signal?: AbortSignal): Promise<void> {
    this.#tasks.set(task, await attachableTask(this.#server(signal), task, this.#options));
  }

  preflight(
    request: { readonly sites: readonly string[]; readonly database: string },
    signal: AbortSignal,
    tell: (news: PreflightNews) => void,
  ): Promise<readonly Undelivered[]> {
    return this.#options.preflight(request, signal, tell);
  }

  /** What is asked of it ends with the signal. */
  #server(signal: AbortSignal | undefined): ServerPort {
    const { server } = this.#options;
    return signal === undefined ? server : server.within(signal);
  }

  async #inputs(
    { request }: Round,
    sites: readonly RemoteSite[],
    signal: AbortSignal | undefined,
  ): Promise<readonly { readonly organization: number; readonly input: string }[]> {
    const { blobs } = this.#server(signal);
    const [messages, hasBlobs] = await Promise.all([
      this.#options.cipher(signal),
      this.#usesBlobs ?? blobs.enabled(),
    ]);
    this.#usesBlobs = hasBlobs;
    return await writeInputs(
      taskInput(request),
      sites.map(({ organization }) => organization),
      messages,
      hasBlobs ? (bytes) => blobs.upload(bytes) : undefined,
    );
  }

  /** The task of a name. The server's filter is a pattern without regard to case: the name is compared here. */
  async #lookUp(name: string, signal: AbortSignal | undefined): Promise<PortTask | undefined> {
    const { collaboration } = this.#options;
    const tasks = await this.#server(signal).tasks.list({ name, collaboration }).all();
    return tasks.filter((task) => task.name === name).sort((a, b) => a.id - b.id)[0];
  }

  /** Makes a task, once: what may have reached the server is not sent again. */
  async #create(task: NewTask, signal: AbortSignal | undefined, note: NoteSending): Promise<number> {
    const { pace } = this.#options;
    const began = performance.now();
    for (;;) {
      signal?.throwIfAborted();
      const sent = new Date();
      await note(sent);
      if (signal?.aborted === true) await note(null);
      signal?.throwIfAborted();
      const late = after(pace.grace, signal);
      try {
        return (await this.#server(late.signal).tasks.create(task)).id;
      } catch (error) {
        if (!wasRefused(error) && !wasUnsent(error))
          return await this.#lookFor(task.name, sent, error, late.signal);
        await note(null);
        // A server that is being restarted. Nothing has left this machine yet.
        if (wasRefused(error) || !isPassing(error) || performance.now() - began > pace.outage) throw error;
      } finally {
        late.stop();
      }
      await wait(pace.longest, signal);
    }
  }

  async #lookFor(name: string, sent: Date, cause: unknown, signal: AbortSignal): Promise<number> {
    const task = await this.#lookAgain(name, signal).catch(() => undefined);
    if (task !== undefined) return task.id;
    throw new AnalysisError(
      "TASK_UNDECIDED",
      `The server did not say whether it made the task "${name}", there is none of this name so far, and it may come yet. It was not submitted again. Run the analysis again when the server answers: with the same journal it goes on with that task as soon as there is one, and does not ask anew before ${inMinutes(this.#lastMoment(sent.getTime()))}.`,
      { cause },
    );
  }

  /** When a task that was sent at a time is made at the latest. A clock that was set back does not put it off. */
  #lastMoment(sent: number): number {
    return Math.min(sent, Date.now()) + this.#options.pace.horizon;
  }

  /** Waits for a task that may be made yet, until it is there or can come no more. */
  async #expect(name: string, { since, signal, tell }: Underway): Promise<PortTask | undefined> {
    const end = this.#lastMoment(since);
    if (Date.now() < end)
      tell(
        `the server did not say whether it made the task "${name}", and may make it yet: nothing is asked twice`,
        new Date(end),
      );
    const backOff = new BackOff(this.#options.pace);
    const alarm = new Alarm();
    for (;;) {
      await alarm.wait(Math.min(backOff.next(), Math.max(0, end - Date.now()) + 1), signal);
      // The last look is after the last moment at which it could come.
      const isLast = Date.now() > end;
      const task = await this.#lookThrough(name, signal);
      if (task !== undefined || isLast) return task;
    }
  }

  /** The server may still be making the task: it is looked for some times, once the server answers. */
  async #lookAgain(name: string, signal: AbortSignal): Promise<PortTask | undefined> {
    for (const delay of this.#options.pace.lookups) {
      await wait(delay, signal);
      const task = await this.#lookThrough(name, signal);
      if (task !== undefined) return task;
    }
    return undefined;
  }

  /** One look, which outlasts a server that is away for a while. */
  async #lookThrough(name: string, signal?: AbortSignal): Promise<PortTask | undefined> {
    const { longest, outage } = this.#options.pace;
    const began = performance.now();
    for (;;) {
      signal?.throwIfAborted();
      try {
        return await this.#lookUp(name, signal);
      } catch (error) {
        if (!isPassing(error) || performance.now() - began > outage) throw error;
      }
      await wait(longest, signal);
    }
  }
}

async function taskOf(tasks: ServerPort["tasks"], id: number): Promise<PortTask | undefined> {
  try {
    return await tasks.get(id);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
