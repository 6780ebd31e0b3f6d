import type { AnyAlgorithm, Central } from "../algorithm/index.ts";
import { type DataSpecification, declaredVariables } from "../data/index.ts";
import { contentHash, firstNonJson, randomName } from "../encoding/index.ts";
import { AnalysisError, ArgumentError, DefinitionError, suggestion } from "../errors/index.ts";
import {
  type Answer,
  type ColumnsAnswer,
  type PolicyNote,
  type ReleaseNote,
  type Reply,
  type RowsNote,
  readReply,
  writeMessage,
} from "../site/index.ts";
import type { Dimensions } from "../statistics/index.ts";
import type { AnyStep, Output, Pooled, Step } from "../step/index.ts";
import type { Analysis } from "./analysis.ts";
import { type AnalysisEvent, EventLog } from "./events.ts";
import { type Failure, failureError, inWords } from "./failures.ts";
import { deliveryEntry, type Journal, memoryJournal, type Recorded, recordedRounds } from "./journal.ts";
import { checkOptions, type RunOptions } from "./options.ts";
import { poolAnswers, type ReadAnswer, readAnswer } from "./pooling.ts";
import {
  notGuarded,
  type ReleaseReport,
  type Report,
  type RoundReport,
  type SiteReport,
  type SiteState,
  version,
} from "./report.ts";
import type { Delivery, Transport } from "./transport.ts";

/** What an analysis comes to, before it is dressed for reading. */
export interface Outcome {
  readonly value: object;
  readonly report: Report;
}

export interface AnalysisRequest<R> {
  readonly algorithm: AnyAlgorithm;
  readonly arguments: unknown;
  readonly data: DataSpecification;
  readonly transport: Transport;
  readonly options: RunOptions;
  /** Makes the result of the outcome. */
  readonly present: (outcome: Outcome) => R;
}

/** Central is run again, from its first round, without a site that it had already counted. */
class Restart extends Error {}

/** What one question came to: the answers that were read, and why others were not. */
interface Collected {
  readonly answers: readonly { readonly reply: Answer; readonly read: ReadAnswer }[];
  readonly failures: readonly Failure[];
}

interface SiteRecord {
  failure: Failure | undefined;
  rows: RowsNote | null;
}

class Run<R> implements Analysis<R> {
  readonly id: string;
  readonly #request: AnalysisRequest<R>;
  readonly #log = new EventLog();
  readonly #stop = new AbortController();
  readonly #result: Promise<R>;
  readonly #began = performance.now();
  readonly #openTasks = new Set<string>();
  readonly #rounds: RoundReport[] = [];
  readonly #released = new Map<string, { note: ReleaseReport }>();
  readonly #records = new Map<string, SiteRecord>();
  readonly #policies = new Map<string, PolicyNote>();
  readonly #warnings = new Set<string>();
  readonly #journal: Journal;
  #recorded = new Map<string, Recorded>();
  #startedAt = "";
  #analysisName = "";
  #roster: readonly string[] = [];
  // The state of one attempt of central; a restart begins it anew.
  #occurrences = new Map<string, number>();
  #contributed = new Set<string>();
  #rosterWasRead = false;
  #roundNumber = 0;
  #exactness: string | null = null;

  constructor(request: AnalysisRequest<R>) {
    this.#request = request;
    const { options } = request;
    this.id = randomName();
    this.#journal = options.journal ?? memoryJournal();
    if (typeof options.onProgress === "function") this.#log.listen(options.onProgress);
    this.#result = this.#start();
  }

  // An analysis is awaited for its result.
  // biome-ignore lint/suspicious/noThenProperty: see above
  then<A = R, B = never>(
    onFulfilled?: ((value: R) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#result.then(onFulfilled, onRejected);
  }

  catch<Other = never>(
    onRejected?: ((reason: unknown) => Other | PromiseLike<Other>) | null,
  ): Promise<R | Other> {
    return this.#result.catch(onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<R> {
    return this.#result.finally(onFinally);
  }

  onProgress(listener: (event: AnalysisEvent) => void): Analysis<R> {
    this.#log.listen(listener);
    return this;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<AnalysisEvent, void, undefined> {
    yield* this.#log;
    // Whoever iterates learns of a failure here too.
    await this.#result;
  }

  async kill(): Promise<void> {
    const open = [...this.#openTasks];
    this.#stop.abort(
      new AnalysisError(
        "ANALYSIS_ABORTED",
        "The analysis was stopped by analysis.kill(), and its tasks with it.",
      ),
    );
    await Promise.all(open.map((task) => this.#request.transport.kill(task)));
    await this.#result.catch(() => undefined);
  }

  async #start(): Promise<R> {
    // A turn of its own: whoever called run() has the analysis before anything happens.
    await Promise.resolve();
    const seconds = this.#request.options.deadline ?? 3600;
    const timer = setTimeout(
      () => this.#stop.abort(this.#tooLate(seconds)),
      Math.min(seconds * 1000, 2 ** 31 - 1),
    );
    const { signal } = this.#request.options;
    const abort = (): void =>
      this.#stop.abort(
        new AnalysisError("ANALYSIS_ABORTED", `The analysis was stopped by its signal.${this.#openWords()}`),
      );
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    try {
      const outcome = await this.#compute();
      const result = this.#request.present(outcome);
      this.#log.emit({ type: "done", rounds: this.#rounds.length, seconds: this.#elapsed() });
      return result;
    } catch (error) {
      await this.#tidy();
      this.#log.emit({ type: "failed", error: error instanceof Error ? error : new Error(String(error)) });
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      this.#log.close();
    }
  }

  #elapsed(): number {
    return (performance.now() - this.#began) / 1000;
  }

  #tooLate(seconds: number): AnalysisError {
    return new AnalysisError(
      "ANALYSIS_TIMEOUT",
      `The analysis did not end within ${seconds} s.${this.#openWords()} Allow more with { deadline: seconds }.`,
    );
  }

  #openWords(): string {
    if (this.#openTasks.size === 0 || this.#request.options.whenAborted === "kill task") return "";
    return ` Still running: ${inWords([...this.#openTasks].map((task) => `task ${task}`))}.`;
  }

  async #tidy(): Promise<void> {
    if (this.#request.options.whenAborted !== "kill task") return;
    await Promise.allSettled([...this.#openTasks].map((task) => this.#request.transport.kill(task)));
  }

  async #compute(): Promise<Outcome> {
    const { algorithm, transport, options, data } = this.#request;
    checkOptions(options);
    const args = algorithm.parse(this.#request.arguments);
    this.#roster = this.#chosenSites(options.sites ?? transport.sites);
    for (const site of this.#roster) this.#records.set(site, { failure: undefined, rows: null });
    const content = contentHash([
      algorithm.name,
      algorithm.version,
      args,
      data,
      this.#roster,
      options.policy ?? {},
    ]);
    await this.#open(content);
    this.#log.emit({
      type: "started",
      analysis: this.#analysisName,
      algorithm: `${algorithm.name}@${algorithm.version}`,
      sites: this.#roster,
    });
    const value = await this.#attempts(args);
    const forgotten = [...this.#recorded.values()].some(({ asked }) => !asked);
    if (forgotten) throw this.#notDeterministic();
    const bad = firstNonJson(value);
    if (bad !== undefined) {
      throw new DefinitionError(
        "VALUE_INVALID",
        `The central part of "${algorithm.name}" returned ${bad}, which is not plain JSON. Use null for what cannot be estimated.`,
      );
    }
    return { value, report: this.#report() };
  }

  #chosenSites(names: readonly string[]): readonly string[] {
    const { sites } = this.#request.transport;
    for (const name of names) {
      if (!sites.includes(name))
        throw new ArgumentError(
          "SITE_UNKNOWN",
          `There is no site "${name}". ${suggestion(name, sites, "Sites")}`,
        );
    }
    return sites.filter((site) => names.includes(site));
  }

  async #open(content: string): Promise<void> {
    const entries = await this.#journal.load();
    const [header] = entries;
    if (header === undefined) {
      this.#analysisName = this.id;
      this.#startedAt = new Date().toISOString();
      await this.#journal.append({
        entry: "analysis",
        analysis: this.id,
        content,
        startedAt: this.#startedAt,
      });
      return;
    }
    if (header.entry !== "analysis")
      throw new AnalysisError(
        "JOURNAL_INVALID",
        "The journal does not begin with an analysis. Start a new one.",
      );
    if (header.content !== content) {
      throw new AnalysisError(
        "JOURNAL_INVALID",
        "The journal belongs to another analysis: other arguments, data, sites or another version. Give this one a journal of its own.",
      );
    }
    this.#analysisName = header.analysis;
    this.#startedAt = header.startedAt;
    this.#recorded = recordedRounds(entries);
  }

  async #attempts(args: unknown): Promise<object> {
    for (;;) {
      this.#occurrences = new Map();
      this.#contributed = new Set();
      this.#rosterWasRead = false;
      this.#released.clear();
      this.#warnings.clear();
      this.#exactness = null;
      try {
        return await this.#untilStopped(this.#request.algorithm.central(args, this.#context()));
      } catch (error) {
        if (!(error instanceof Restart)) throw error;
      }
    }
  }

  #context(): Central<AnyStep> {
    const roster = (): readonly string[] => {
      this.#rosterWasRead = true;
      return this.#roster;
    };
    return {
      get sites() {
        return roster();
      },
      variables: declaredVariables(this.#request.data),
      warn: (message) => {
        if (this.#warnings.has(message)) return;
        this.#warnings.add(message);
        this.#log.emit({ type: "warning", message });
      },
      pool: async <Args, O extends Output>(step: Step<Args, O> & AnyStep, args: Args) =>
        (await this.#pool(step, args)) as Pooled<O>,
    };
  }

  async #untilStopped<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#stop;
    let onAbort: (() => void) | undefined;
    const stopped = new Promise<never>((_, reject) => {
      onAbort = () => reject(signal.reason as Error);
      if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort, { once: true });
    });
    work.catch(() => undefined);
    try {
      return await Promise.race([work, stopped]);
    } finally {
      if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
    }
  }

  #notDeterministic(): AnalysisError {
    return new AnalysisError(
      "NOT_DETERMINISTIC",
      `The central part of "${this.#request.algorithm.name}" asked other questions than its journal holds. It must not use the clock, randomness or Promise.race.`,
    );
  }

  async #pool(step: AnyStep, given: unknown): Promise<Readonly<Record<string, unknown>>> {
    const { algorithm } = this.#request;
    if (!algorithm.steps.includes(step)) {
      throw new DefinitionError(
        "DEFINITION_INVALID",
        `"${algorithm.name}" asked the step "${step.name}", which is not among its \`steps\`.`,
      );
    }
    const args = step.parse(given);
    const dimensions = step.dimensions(args);
    const roster = this.#roster;
    const number = ++this.#roundNumber;
    const { answers, failures } = await this.#ask(step, args, dimensions, roster, number);
    for (const { reply } of answers) this.#policies.set(reply.site, reply.policy);
    this.#lose(failures, answers.length);
    // A site that was lost in another round meanwhile is not pooled here either.
    const present = answers.filter(({ reply }) => this.#roster.includes(reply.site));
    for (const { reply } of present) {
      this.#contributed.add(reply.site);
      this.#note(step, reply);
    }
    const minimum = Math.max(1, ...present.map(({ reply }) => reply.policy.minimumOrganizations));
    return poolAnswers(
      step,
      dimensions,
      present.map(({ read }) => read),
      minimum,
    );
  }

  /** Takes sites that gave no answer off the roster, or fails. @throws Restart when an earlier round had counted one of them */
  #lose(failures: readonly Failure[], answered: number): void {
    if (failures.length === 0) return;
    const { whenSiteFails } = this.#request.options;
    for (const failure of failures) {
      const record = this.#records.get(failure.site);
      if (record !== undefined) record.failure = failure;
    }
    const failed = failures.filter(({ state }) => state !== "abstained");
    const remaining = this.#roster.filter((site) => !failures.some((failure) => failure.site === site));
    const permitted = typeof whenSiteFails === "object" && remaining.length >= whenSiteFails.continueWith;
    if (failed.length > 0 && !permitted) throw failureError(failed, this.#records.size);
    const minimum = Math.max(1, ...[...this.#policies.values()].map((policy) => policy.minimumOrganizations));
    if (answered === 0 || remaining.length < minimum) {
      if (answered === 0 && failures.every(({ code }) => code === failures[0]?.code))
        throw failureError(failures, this.#records.size);
      const why = failureError(failures, this.#records.size).message.replace(/ {2}\[[A-Z_]+\]$/, "");
      throw new AnalysisError(
        "ORGANIZATIONS_TOO_FEW",
        `Only ${remaining.length} of ${this.#records.size} sites are left, and the sites' policies want ${minimum}. ${why}`,
      );
    }
    const counted = this.#rosterWasRead || failures.some(({ site }) => this.#contributed.has(site));
    const gone = failures.map(({ site }) => site).filter((site) => this.#roster.includes(site));
    this.#roster = remaining;
    if (gone.length === 0 || !counted) return;
    this.#log.emit({ type: "restarted", without: gone, why: failures[0]?.code ?? "" });
    throw new Restart();
  }

  #note(step: AnyStep, reply: Answer): void {
    const record = this.#records.get(reply.site);
    if (record !== undefined) record.rows = reply.rows;
    for (const note of reply.released) this.#noteRelease(step, reply.site, note);
    for (const [field, statistic] of Object.entries(step.output)) {
      if (statistic.kind !== "distribution") continue;
      const wire = reply.output[field] as {
        readonly exactness: { readonly mode: string; readonly resolution?: number };
      };
      const words = wire.exactness.mode === "lattice" ? `lattice of ${wire.exactness.resolution}` : "exact";
      if (this.#exactness === null || this.#exactness === "exact") this.#exactness = words;
    }
  }

  #noteRelease(step: AnyStep, site: string, note: ReleaseNote): void {
    const key = `${step.name} ${note.field} ${site}`;
    const before = this.#released.get(key)?.note;
    this.#released.set(key, {
      note:
        before === undefined
          ? { site, step: step.name, rounds: 1, ...note }
          : {
              ...before,
              rounds: before.rounds + 1,
              cells: before.cells + note.cells,
              masked: before.masked + note.masked,
            },
    });
  }

  async #ask(
    step: AnyStep,
    args: unknown,
    dimensions: Dimensions,
    roster: readonly string[],
    number: number,
  ): Promise<Collected> {
    const { algorithm, data, options, transport } = this.#request;
    const identity = {
      algorithm: { name: algorithm.name, version: algorithm.version },
      step: { name: step.name, version: step.version },
    };
    const content = contentHash([identity, args, data, roster, options.policy ?? {}]);
    const occurrence = (this.#occurrences.get(content) ?? 0) + 1;
    this.#occurrences.set(content, occurrence);
    const key = contentHash([this.#analysisName, content, occurrence]).slice(0, 32);
    const request = writeMessage({
      format: "konsil.request/1",
      analysis: this.#analysisName,
      round: key,
      ...identity,
      arguments: args,
      data,
      roster,
      policy: options.policy ?? {},
    });
    const recorded = await this.#recall(key);
    const began = performance.now();
    const answers: { reply: Answer; read: ReadAnswer }[] = [];
    const failures: Failure[] = [];
    const states: { site: string; state: SiteState; seconds: number }[] = [];
    const take = (delivery: Delivery): void => {
      const judged = judge(delivery, key, step, dimensions);
      const state: SiteState = "failure" in judged ? judged.failure.state : "answered";
      if ("failure" in judged) failures.push(judged.failure);
      else answers.push(judged);
      const seconds = (performance.now() - began) / 1000;
      states.push({ site: delivery.site, state, seconds });
      this.#log.emit({
        type: "site",
        round: number,
        step: step.name,
        site: delivery.site,
        state,
        finished: states.length,
        total: roster.length,
      });
    };
    const replayed = recorded !== undefined && roster.every((site) => recorded.deliveries.has(site));
    if (replayed)
      this.#log.emit({
        type: "round-started",
        round: number,
        step: step.name,
        task: recorded.task ?? "",
        sites: roster,
      });
    for (const site of roster) {
      const delivery = recorded?.deliveries.get(site);
      if (delivery !== undefined) take(delivery);
    }
    if (!replayed) {
      const task = await this.#submit(key, recorded, roster, request);
      this.#openTasks.add(task);
      this.#log.emit({ type: "round-started", round: number, step: step.name, task, sites: roster });
      const taken = new Set(states.map(({ site }) => site));
      for await (const delivery of transport.replies(task, this.#stop.signal)) {
        if (taken.has(delivery.site) || !roster.includes(delivery.site)) continue;
        taken.add(delivery.site);
        await this.#journal.append(deliveryEntry(key, delivery));
        take(delivery);
      }
      if (this.#stop.signal.aborted) throw this.#stop.signal.reason;
      this.#openTasks.delete(task);
      for (const site of roster) {
        if (!taken.has(site)) take({ site, failed: "unavailable", message: "{site} did not answer." });
      }
    }
    const seconds = (performance.now() - began) / 1000;
    this.#rounds.push({ step: step.name, version: step.version, seconds, replayed, sites: states });
    this.#log.emit({ type: "round-ended", round: number, step: step.name, seconds, replayed });
    return { answers, failures };
  }

  /** What the journal has of a round. A question that it does not have may be new only when all it has were asked. */
  async #recall(key: string): Promise<Recorded | undefined> {
    const recorded = this.#recorded.get(key);
    if (recorded !== undefined) {
      recorded.asked = true;
      return recorded;
    }
    const unasked = (): boolean => [...this.#recorded.values()].some(({ asked }) => !asked);
    // Everything that is in the journal is answered without waiting: one turn later all of it has been asked.
    if (unasked()) await new Promise((resolve) => setTimeout(resolve, 0));
    if (unasked()) throw this.#notDeterministic();
    return undefined;
  }

  async #submit(
    key: string,
    recorded: Recorded | undefined,
    sites: readonly string[],
    request: Uint8Array,
  ): Promise<string> {
    const { transport } = this.#request;
    if (recorded?.task !== undefined) {
      const known = await transport.find(key);
      if (known !== undefined) return known;
    }
    if (recorded === undefined) await this.#journal.append({ entry: "intent", round: key });
    const existing = recorded === undefined ? undefined : await transport.find(key);
    const missing = sites.filter((site) => recorded?.deliveries.has(site) !== true);
    const task = existing ?? (await transport.submit({ key, sites: missing, request }));
    await this.#journal.append({ entry: "submitted", round: key, task });
    return task;
  }

  #report(): Report {
    const { algorithm } = this.#request;
    const sites = [...this.#records].map(([site, { failure, rows }]): SiteReport => {
      const policy = this.#policies.get(site) ?? null;
      const state = failure === undefined ? "answered" : failure.state;
      return {
        site,
        state,
        code: failure?.code ?? null,
        message: failure?.message.replaceAll("{site}", site) ?? null,
        rows: failure === undefined ? rows : null,
        policy,
      };
    });
    const released = [...this.#released.values()].map(({ note }) => note);
    const open = sites.every(({ policy, state }) => state !== "answered" || policy?.open === true);
    return {
      analysis: this.#analysisName,
      algorithm: { name: algorithm.name, version: algorithm.version },
      startedAt: this.#startedAt,
      seconds: this.#elapsed(),
      sites,
      rounds: [...this.#rounds],
      released,
      cellsMasked: released.reduce((total, { masked }) => total + masked, 0),
      seenBy: "the researcher's desk: each site's reply arrives there before it is pooled",
      exactness: this.#exactness,
      warnings: [...this.#warnings],
      notGuarded: open ? [] : notGuarded,
      versions: { konsil: version },
    };
  }
}

function isAnswer(reply: Reply): reply is Answer {
  return reply.ok && "output" in reply;
}

/** A delivery as an answer, or as the reason why it is none. */
function judge(
  delivery: Delivery,
  key: string,
  step: AnyStep,
  dimensions: Dimensions,
): { readonly reply: Answer; readonly read: ReadAnswer } | { readonly failure: Failure } {
  const { site } = delivery;
  const failure = (state: Failure["state"], code: Failure["code"], message: string) => ({
    failure: { site, state, code, message },
  });
  if ("failed" in delivery)
    return failure(
      "failed",
      delivery.failed === "crashed" ? "SITE_FAILED" : "SITE_UNAVAILABLE",
      delivery.message,
    );
  const reply = readReply(delivery.reply);
  if (reply === undefined || reply.site !== site || (reply.round !== key && reply.round !== ""))
    return failure("failed", "REPLY_INVALID", "The reply of {site} is not one to this question.");
  if (!reply.ok) return failure(reply.abstains ? "abstained" : "refused", reply.code, reply.message);
  if (!isAnswer(reply) || reply.round !== key)
    return failure("failed", "REPLY_INVALID", "The reply of {site} is not one to this question.");
  const read = readAnswer(step, dimensions, reply);
  return typeof read === "string"
    ? failure("failed", "REPLY_INVALID", `The reply of {site} is not valid: ${read}.`)
    : { reply, read };
}

/** Starts an analysis; what goes wrong, from wrong arguments on, rejects it. */
export function startAnalysis<R>(request: AnalysisRequest<R>): Analysis<R> {
  return new Run(request);
}

/** Which columns each site permits to be read: asked of all sites at once, outside any analysis. */
export async function askColumns(
  transport: Transport,
  data: DataSpecification,
): Promise<ReadonlyMap<string, ColumnsAnswer>> {
  const round = randomName();
  const request = writeMessage({
    format: "konsil.request/1",
    analysis: round,
    round,
    algorithm: { name: "columns", version: 1 },
    step: null,
    arguments: {},
    data,
    roster: transport.sites,
    policy: {},
  });
  const task = await transport.submit({ key: round, sites: transport.sites, request });
  const answers = new Map<string, ColumnsAnswer>();
  const failures: Failure[] = [];
  for await (const delivery of transport.replies(task, new AbortController().signal)) {
    const { site } = delivery;
    if ("failed" in delivery) {
      failures.push({ site, state: "failed", code: "SITE_UNAVAILABLE", message: delivery.message });
      continue;
    }
    const reply = readReply(delivery.reply);
    if (reply === undefined)
      failures.push({
        site,
        state: "failed",
        code: "REPLY_INVALID",
        message: "The reply of {site} cannot be read.",
      });
    else if (!reply.ok) failures.push({ site, state: "refused", code: reply.code, message: reply.message });
    else if ("columns" in reply) answers.set(site, reply);
  }
  if (failures.length > 0) throw failureError(failures, transport.sites.length);
  return answers;
}
