import type { AnyAlgorithm, Central, HeldColumn } from "../algorithm/index.ts";
import {
  columnsOfUnknownLevels,
  type DataSpecification,
  dataInWords,
  declaredVariables,
  withDerivedOf,
} from "../data/index.ts";
import { describe, type LevelsOutput, levelsStep } from "../description/index.ts";
import { contentHash, encodeJson, firstNonJson, randomName } from "../encoding/index.ts";
import {
  AnalysisError,
  ArgumentError,
  counted,
  DefinitionError,
  type ErrorCode,
  suggestion,
} from "../errors/index.ts";
import {
  type Answer,
  type ColumnsAnswer,
  type Identity,
  type PolicyNote,
  type Request,
  requestedNames,
  writeMessage,
} from "../site/index.ts";
import { type Dimensions, exactnessWords } from "../statistics/index.ts";
import type { AnyStep, Output, Pooled, Step } from "../step/index.ts";
import type { Analysis } from "./analysis.ts";
import { Attempt, orAborted, Restart, type Start, whileAlive } from "./attempt.ts";
import type { CentralOutcome, CentralRequest } from "./central-message.ts";
import { centralReader } from "./central-reader.ts";
import { type AnalysisEvent, EventLog } from "./events.ts";
import { type Failure, failureError, inWords } from "./failures.ts";
import { type Change, changeInWords } from "./fingerprints.ts";
import { deliveryEntry, type LostSite, memoryJournal, type Recorded } from "./journal.ts";
import { judgeLevels } from "./levels-at-sites.ts";
import { noteAnswer, noteNames } from "./note-answer.ts";
import { lockJournal, type OpenJournal, openJournal } from "./open-journal.ts";
import { checkOptions, defaultDeadline, forTimer, listenerOf, type RunOptions } from "./options.ts";
import { requirePooledRows } from "./parameter-share.ts";
import { poolAnswers } from "./pooling.ts";
import { notGuarded, type Report, type RoundReport, type SiteReport, version } from "./report.ts";
import {
  type Collected,
  Collector,
  type Judged,
  namesReader,
  type Question,
  type StepAnswer,
  stepReader,
} from "./round.ts";
import type { Round, SiteNews, Transport, Undelivered, Underway } from "./transport.ts";

/** How often an analysis begins anew because one and the same site changed. Then its data do not stand still. */
const mostChanges = 2;

/** What a site says of a column that cannot be read there. */
const ofColumns: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["COLUMN_UNKNOWN", "COLUMN_NOT_PERMITTED"]);

/** With what the run of a site ends because the analysis ended that had asked it, killed or at its deadline. */
const ofAnalysisBefore: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["TASK_KILLED", "ANALYSIS_TIMEOUT"]);

/** What sites do that are not in a result, of one of them and of several. */
const absent = {
  abstained: ["abstains", "abstain"],
  refused: ["refuses", "refuse"],
  failed: ["gives no answer", "give no answer"],
} as const;

/** Asks which columns there are: no algorithm has to be there for it. */
const columnsQuestion = { algorithm: { name: "columns", version: 1 }, step: null } as const;

/** As whom the question of columns is known to whoever watches, and in a report. */
const namesStep: Identity = { name: "describe.names", version: 1 };

/** What an analysis comes to, before it is dressed for reading. */
export interface Outcome {
  readonly value: object;
  readonly report: Report;
  /** As the algorithm reads them, with its defaults. */
  readonly arguments: unknown;
}

export interface AnalysisRequest<R> {
  readonly algorithm: AnyAlgorithm;
  readonly arguments: unknown;
  readonly data: DataSpecification;
  readonly transport: Transport;
  readonly options: RunOptions;
  /** Makes the result of the outcome. */
  readonly present: (outcome: Outcome) => R;
  /** The analysis of which this is the central part; one of its own unless given. */
  readonly id?: string | undefined;
  /** The site where this runs, where it is not the researcher's desk. */
  readonly centralPlace?: string | undefined;
}

class Run<R> implements Analysis<R> {
  readonly id: string;
  readonly #request: AnalysisRequest<R>;
  readonly #log = new EventLog();
  readonly #stop = new AbortController();
  readonly #result: Promise<R>;
  readonly #began = performance.now();
  /** By their numbers: rounds that are asked at once end in any order. */
  readonly #rounds = new Map<number, RoundReport>();
  /** Why a site gave no answer: the last reason. */
  readonly #failures = new Map<string, Failure>();
  readonly #policies = new Map<string, PolicyNote>();
  /** None until they are known to be valid. */
  #options: RunOptions = {};
  #sites: readonly string[] = [];
  #attempt: Attempt | undefined;
  /** What keeps sites from answering, once it was asked for. */
  #problems: Promise<readonly Undelivered[]> | undefined;
  /** Warnings of what was found before anything was sent: of every attempt. */
  readonly #notices: string[] = [];
  /** By sites, how often they changed. */
  readonly #changes = new Map<string, number>();
  #roundNumber = 0;
  /** What a site says of the central part that ran there. */
  #elsewhere: { readonly report: Report; readonly replayed: boolean } | undefined;

  constructor(request: AnalysisRequest<R>) {
    this.#request = request;
    this.id = request.id ?? randomName();
    const listener = listenerOf(request.options);
    if (listener !== undefined) this.#log.listen(listener);
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
    // Until the events end nobody may await the result; its failure is not unheard for that.
    this.#result.catch(() => undefined);
    yield* this.#log;
    // Whoever iterates learns of a failure here too.
    await this.#result;
  }

  async kill(): Promise<void> {
    this.#stop.abort(
      new AnalysisError(
        "ANALYSIS_ABORTED",
        "The analysis was stopped by analysis.kill(), and its tasks with it.",
      ),
    );
    await this.#attempt?.tasks.kill();
    await this.#result.catch(() => undefined);
  }

  async #start(): Promise<R> {
    // A turn of its own: whoever called run() has the analysis before anything happens.
    await Promise.resolve();
    const release: (() => void | Promise<void>)[] = [];
    try {
      const { options } = this.#request;
      checkOptions(options);
      this.#options = options;
      release.push(this.#limitTime(), this.#heedSignal());
      const outcome = await orAborted(this.#compute(release), this.#stop.signal);
      const result = this.#request.present(outcome);
      this.#log.emit({ type: "done", rounds: this.#rounds.size, seconds: this.#elapsed() });
      return result;
    } catch (error) {
      await this.#tidy();
      this.#log.emit({ type: "failed", error: error instanceof Error ? error : new Error(String(error)) });
      throw error;
    } finally {
      // The journal is not given to another run while this one may still make a task that is not in it.
      await this.#attempt?.tasks.settled();
      for (const undo of release) await undo();
      this.#log.close();
    }
  }

  #limitTime(): () => void {
    const seconds = this.#deadline;
    const timer = setTimeout(() => this.#stop.abort(this.#tooLate(seconds)), forTimer(seconds));
    return () => clearTimeout(timer);
  }

  #heedSignal(): () => void {
    const { signal } = this.#options;
    const abort = (): void =>
      this.#stop.abort(
        new AnalysisError("ANALYSIS_ABORTED", `The analysis was stopped by its signal.${this.#openWords()}`),
      );
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    return () => signal?.removeEventListener("abort", abort);
  }

  /** Seconds. */
  get #deadline(): number {
    return this.#options.deadline ?? defaultDeadline;
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
    const open = this.#attempt?.tasks.open ?? [];
    if (open.length === 0 || this.#options.whenAborted === "kill task") return "";
    return ` Still running: ${inWords(open.map((task) => `task ${task}`))}.`;
  }

  async #tidy(): Promise<void> {
    if (this.#options.whenAborted === "kill task") await this.#attempt?.tasks.kill().catch(() => undefined);
  }

  async #compute(release: (() => void | Promise<void>)[]): Promise<Outcome> {
    const { algorithm, transport, data } = this.#request;
    const args = algorithm.parse(this.#request.arguments);
    this.#stop.signal.throwIfAborted();
    this.#sites = this.#chosenSites(this.#options.sites ?? transport.sites);
    if (this.#options.centralAt !== undefined) this.#chosenSites([this.#options.centralAt]);
    const given = this.#options.journal ?? memoryJournal();
    release.push(await lockJournal(given, this.#stop.signal));
    const content = contentHash([
      algorithm.name,
      algorithm.version,
      args,
      data,
      this.#sites,
      this.#options.policy ?? {},
      ...(this.#options.centralAt === undefined ? [] : [{ centralAt: this.#options.centralAt }]),
    ]);
    const journal = await openJournal(given, this.id, content, this.#stop.signal);
    this.#stop.signal.throwIfAborted();
    const start = this.#takeUp(journal);
    this.#log.emit({
      type: "started",
      analysis: journal.analysis,
      algorithm: `${algorithm.name}@${algorithm.version}`,
      sites: this.#sites,
      deadline: this.#deadline,
    });
    const { value, attempt } = await this.#attempts(args, journal, start);
    if (unasked(attempt)) throw this.#notDeterministic();
    const bad = firstNonJson(value);
    if (bad !== undefined) {
      throw new DefinitionError(
        "VALUE_INVALID",
        `The central part of "${algorithm.name}" returned ${bad}, which is not plain JSON. Use null for what cannot be estimated.`,
      );
    }
    return { value, report: this.#report(attempt, journal), arguments: args };
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

  /** Where a journal left off. @throws when it went on without sites, and these options do not permit that */
  #takeUp({ past }: OpenJournal): Start {
    const lost = [...past.gone.values(), ...past.losses.values()];
    for (const { failure, policy } of lost) {
      this.#failures.set(failure.site, failure);
      if (policy !== null) this.#policies.set(failure.site, policy);
    }
    const failed = lost.map(({ failure }) => failure).filter(({ state }) => state !== "abstained");
    if (failed.length > 0 && !this.#mayGoOnWith(this.#sites.length - lost.length))
      throw failureError(failed, this.#sites.length);
    return {
      roster: this.#sites.filter((site) => !past.gone.has(site)),
      recorded: past.rounds,
      losses: past.losses,
      changes: past.changes,
    };
  }

  #mayGoOnWith(sites: number): boolean {
    const { whenSiteFails } = this.#options;
    return typeof whenSiteFails === "object" && sites >= whenSiteFails.continueWith;
  }

  /** Runs central until it ends without losing a site that it had counted. */
  async #attempts(
    args: unknown,
    journal: OpenJournal,
    first: Start,
  ): Promise<{ readonly value: object; readonly attempt: Attempt }> {
    for (let start = first; ; ) {
      const attempt = new Attempt(start, this.#request.transport, this.#stop.signal);
      this.#attempt = attempt;
      try {
        attempt.check();
        for (const change of start.changes) this.#warn(attempt, whatBecame(change, journal));
        const { centralAt } = this.#options;
        const central =
          centralAt === undefined
            ? this.#central(args, attempt, journal)
            : this.#centralAt(centralAt, args, attempt, journal);
        return { value: await orAborted(central, attempt.signal), attempt };
      } catch (error) {
        // What went wrong first is what counts, whatever central made of it.
        const reason: unknown = attempt.signal.aborted ? attempt.signal.reason : error;
        if (!(reason instanceof Restart)) throw reason;
        // Nobody waits for what these tasks say. Their sites need not be bothered any longer.
        attempt.tasks.kill().catch(() => undefined);
        const { lost, changed } = reason;
        const why = changed === undefined ? {} : { changed };
        await journal.append({ entry: "restart", without: lost, ...why });
        // What the journal has of losses is from now on of an attempt before.
        attempt.replayLosses();
        const changes = [...start.changes, ...(changed === undefined ? [] : [changed])];
        start = { roster: attempt.roster, recorded: new Map(), losses: new Map(), changes };
      } finally {
        attempt.end(new Error("The central part has ended: its rounds are over."));
      }
    }
  }

  async #central(args: unknown, attempt: Attempt, journal: OpenJournal): Promise<object> {
    await this.#requireLevels(attempt, journal);
    return await this.#request.algorithm.central(args, this.#context(attempt, journal));
  }

  /** Has a site run the central part: one question to it, of which the journal knows as of any other. */
  async #centralAt(site: string, args: unknown, attempt: Attempt, journal: OpenJournal): Promise<object> {
    const { algorithm, data } = this.#request;
    const { policy = {}, whenSiteFails = "stop" } = this.#options;
    const { analysis } = journal;
    const { roster } = attempt;
    const step = { name: algorithm.name, version: algorithm.version };
    const key = contentHash([analysis, "central", site, step, args, data, roster, policy]).slice(0, 32);
    const request: CentralRequest = {
      format: "konsil.central/1",
      analysis,
      round: key,
      algorithm: step,
      arguments: args,
      data,
      roster,
      policy,
      whenSiteFails,
      deadline: this.#deadline,
    };
    const number = ++this.#roundNumber;
    const question: Question<CentralOutcome> = {
      key,
      number,
      step,
      roster: [site],
      request: encodeJson(request),
      read: centralReader(key),
    };
    const { answers, failures } = await this.#ask(attempt, journal, question);
    attempt.check();
    const [outcome] = answers;
    if (outcome === undefined) throw failureError(failures, 1);
    this.#elsewhere = { report: outcome.report, replayed: this.#rounds.get(number)?.replayed === true };
    for (const warning of outcome.report.warnings) this.#warn(attempt, warning);
    return outcome.value;
  }

  #context(attempt: Attempt, journal: OpenJournal): Central<AnyStep> {
    return {
      get sites() {
        attempt.rosterWasRead = true;
        return attempt.roster;
      },
      variables: declaredVariables(this.#request.data),
      eventTimes: () =>
        new Map(
          attempt.roster.flatMap((site) => {
            const policy = this.#policies.get(site);
            return policy === undefined ? [] : [[site, policy.eventTimes]];
          }),
        ),
      warn: (message) => this.#warn(attempt, message),
      pool: <Args, O extends Output>(step: Step<Args, O> & AnyStep, args: Args) => {
        const pooled = this.#pool(attempt, journal, step, args);
        return whileAlive(pooled as Promise<Pooled<O>>, attempt.signal);
      },
      columns: () => whileAlive(this.#columns(attempt, journal), attempt.signal),
    };
  }

  #warn(attempt: Attempt, message: string): void {
    if (attempt.signal.aborted || attempt.warnings.has(message)) return;
    attempt.warnings.add(message);
    this.#log.emit({ type: "warning", message });
  }

  /**
   * Asks for the levels of columns of which the data name a level and declare none, before anything else is asked.
   * @throws ArgumentError LEVEL_UNKNOWN
   */
  async #requireLevels(attempt: Attempt, journal: OpenJournal): Promise<void> {
    const { data, transport } = this.#request;
    const inQuestion = columnsOfUnknownLevels(data);
    const args = { columns: [...inQuestion.columns], factors: [...inQuestion.factors] };
    const columns = [...args.columns, ...args.factors];
    if (columns.length === 0) return;
    const dimensions = levelsStep.dimensions(args);
    const question = this.#question(attempt, journal, levelsStep, args, dimensions, {
      algorithm: describe,
      data: { ...data, derive: [], filter: null },
    });
    const { answers, failures } = await this.#ask(attempt, journal, question);
    attempt.check();
    // Who does not answer here is heard with the first question of the algorithm. Of a column that cannot be read that is
    // an error: that its levels were not checked either is no news beside it.
    if (answers.length === 0 && failures.some(({ code }) => ofColumns.has(code))) return;
    for (const { reply } of answers) noteAnswer(attempt, levelsStep, reply);
    const { levels } = poolAnswers(
      levelsStep,
      dimensions,
      answers.map(({ read }) => read),
      { minimumOrganizations: 1, minimumCell: 1 },
    ) as Pooled<LevelsOutput>;
    const asked = question.roster;
    for (const warning of judgeLevels(data, { columns, levels, asked, sites: transport.sites }))
      this.#warn(attempt, warning);
  }

  #notDeterministic(): AnalysisError {
    return new AnalysisError(
      "NOT_DETERMINISTIC",
      `The central part of "${this.#request.algorithm.name}" asked other questions than its journal holds. It must not use the clock, randomness or Promise.race.`,
    );
  }

  async #pool(
    attempt: Attempt,
    journal: OpenJournal,
    step: AnyStep,
    given: unknown,
  ): Promise<Readonly<Record<string, unknown>>> {
    attempt.check();
    const { algorithm } = this.#request;
    if (!algorithm.steps.includes(step)) {
      throw new DefinitionError(
        "DEFINITION_INVALID",
        `"${algorithm.name}" asked the step "${step.name}", which is not among its \`steps\`.`,
      );
    }
    const args = step.parse(given);
    const dimensions = step.dimensions(args);
    for (const name of requestedNames(step.columns(args))) attempt.columns.add(name);
    const question = this.#question(attempt, journal, step, args, dimensions);
    const present = await this.#answers(attempt, journal, question, ({ reply }) =>
      noteAnswer(attempt, step, reply),
    );
    requirePooledRows(
      step,
      args,
      present.map(({ reply }) => reply),
    );
    const minimum = Math.max(1, ...present.map(({ reply }) => reply.policy.minimumOrganizations));
    return poolAnswers(
      step,
      dimensions,
      present.map(({ read }) => read),
      {
        minimumOrganizations: minimum,
        minimumCell: Math.max(1, ...present.map(({ reply }) => reply.policy.minimumCell)),
      },
    );
  }

  /** Which columns each site permits to be read, and the data may name. */
  async #columns(
    attempt: Attempt,
    journal: OpenJournal,
  ): Promise<ReadonlyMap<string, readonly HeldColumn[]>> {
    attempt.check();
    const declared = this.#request.data.columns;
    const sent = this.#message(attempt, journal, columnsQuestion, {}, this.#request.data);
    const question = { ...sent, step: namesStep, read: namesReader(sent.key) };
    const answers = await this.#answers(attempt, journal, question, ({ reply }) =>
      noteNames(attempt, namesStep, reply),
    );
    return new Map(
      answers.map(({ reply }) => [
        reply.site,
        reply.columns
          .filter(({ name }) => declared === null || Object.hasOwn(declared, name))
          .map(({ name, type }) => ({ name, type: declared?.[name]?.type ?? type })),
      ]),
    );
  }

  /** Asks a question of central. Who gives no answer is lost; the answers are those of all who are left, and noted. */
  async #answers<A extends { readonly reply: Answer | ColumnsAnswer }>(
    attempt: Attempt,
    journal: OpenJournal,
    question: Question<A>,
    note: (answer: A) => void,
  ): Promise<readonly A[]> {
    const { answers, failures } = await this.#ask(attempt, journal, question);
    attempt.check();
    attempt.replayLosses();
    // A site that was lost in another round meanwhile is not pooled here either.
    // In the order of the sites, whoever was first: a report is the same however fast each site is.
    const present = attempt.roster.flatMap((site) => answers.filter(({ reply }) => reply.site === site));
    // Names of columns are of nobody: among how many a site answers is no matter of theirs once it is gone.
    for (const { reply } of present) if ("output" in reply) this.#policies.set(reply.site, reply.policy);
    const lost = this.#lose(attempt, failures, present.length);
    for (const answer of present) {
      attempt.contributed.add(answer.reply.site);
      // A refusal that central went on from, with another question, is not what became of the site.
      this.#failures.delete(answer.reply.site);
      note(answer);
    }
    // After the sites that are left were counted, and before anything is asked of them alone.
    if (lost.length > 0) await journal.append({ entry: "lost", without: lost });
    attempt.check();
    return present;
  }

  /**
   * Takes sites that gave no answer off the roster and returns them, or fails.
   * @throws Restart, by which the attempt ends, when an earlier round had counted one of them
   */
  #lose(
    attempt: Attempt,
    all: readonly Failure[],
    answered: number,
    mustRestart = false,
  ): readonly LostSite[] {
    const failures = attempt.roster.flatMap((name) => all.filter(({ site }) => site === name));
    if (failures.length === 0) return [];
    for (const failure of failures) this.#failures.set(failure.site, failure);
    const gone = failures.map(({ site }) => site);
    const failed = failures.filter(({ state }) => state !== "abstained");
    const remaining = attempt.roster.length - gone.length;
    const total = this.#sites.length;
    if (failed.length > 0 && !this.#mayGoOnWith(remaining)) throw failureError(failed, total);
    const minimum = Math.max(1, ...[...this.#policies.values()].map((policy) => policy.minimumOrganizations));
    if (answered === 0 || remaining < minimum) {
      if (answered === 0 && failures.every(({ code }) => code === failures[0]?.code))
        throw failureError(failures, total);
      const why = failureError(failures, total).message.replace(/ {2}\[[A-Z_]+\]$/, "");
      throw new AnalysisError(
        "ORGANIZATIONS_TOO_FEW",
        `Only ${remaining} of ${counted(total, "site")} ${remaining === 1 ? "is" : "are"} left, and the sites' policies want ${minimum}. ${why}`,
      );
    }
    const wasCounted = mustRestart || attempt.counted(gone);
    attempt.lose(gone);
    const lost = failures.map((failure) => ({ failure, policy: this.#policies.get(failure.site) ?? null }));
    if (!wasCounted) return lost;
    this.#log.emit({ type: "restarted", without: gone, why: failures[0]?.code ?? "" });
    const restart = new Restart(lost);
    attempt.end(restart);
    throw restart;
  }

  #question(
    attempt: Attempt,
    journal: OpenJournal,
    step: AnyStep,
    args: unknown,
    dimensions: Dimensions,
    { algorithm, data }: Pick<AnalysisRequest<R>, "algorithm" | "data"> = this.#request,
  ): Question<StepAnswer> {
    const identity = {
      algorithm: { name: algorithm.name, version: algorithm.version },
      step: { name: step.name, version: step.version },
    };
    const sent = this.#message(attempt, journal, identity, args, data);
    const readReply = stepReader(sent.key, step, dimensions);
    const read: typeof readReply = (site, bytes) => {
      const judged = readReply(site, bytes);
      return "answer" in judged ? this.#ofOneState(attempt, judged) : judged;
    };
    return { ...sent, step: identity.step, read };
  }

  /** What each site of the roster is sent of a question, and under which key. */
  #message(
    attempt: Attempt,
    { analysis }: OpenJournal,
    identity: Pick<Request, "algorithm" | "step">,
    args: unknown,
    data: DataSpecification,
  ): Pick<Question<unknown>, "key" | "number" | "roster" | "request"> {
    const { roster } = attempt;
    const policy = this.#options.policy ?? {};
    const content = contentHash([identity, args, data, roster, policy]);
    const occurrence = (attempt.occurrences.get(content) ?? 0) + 1;
    attempt.occurrences.set(content, occurrence);
    // Asked anew of a site that changed: the task of the same question before is another.
    const anew = attempt.changes.length === 0 ? [] : [attempt.changes.length];
    const key = contentHash([analysis, content, occurrence, ...anew]).slice(0, 32);
    const format = "konsil.request/1";
    const request = writeMessage({
      format,
      analysis,
      round: key,
      ...identity,
      arguments: args,
      data,
      roster,
      policy,
    });
    return { key, number: ++this.#roundNumber, roster, request };
  }

  /**
   * An answer by the rows and the policy by which its site answered before, or why it is none.
   * @throws Restart, by which the attempt ends, when a site changed: no result mixes answers of two states
   */
  #ofOneState(attempt: Attempt, judged: { readonly answer: StepAnswer }): Judged<StepAnswer> {
    attempt.check();
    const { site, fingerprint } = judged.answer.reply;
    const change = fingerprint === undefined ? undefined : attempt.fingerprints.take(site, fingerprint);
    if (change === undefined) return judged;
    const times = this.#changes.get(site) ?? 0;
    if (times === mostChanges) {
      const message = `${changeInWords(change)} again and again while the analysis ran, so that no result is of one state. Ask its steward for data that stand still, and run the analysis again.`;
      return { failure: { site, state: "failed", code: "SITE_CHANGED", message } };
    }
    this.#changes.set(site, times + 1);
    this.#log.emit({ type: "restarted", without: [], why: "SITE_CHANGED" });
    const restart = new Restart([], change);
    attempt.end(restart);
    throw restart;
  }

  async #ask<A>(attempt: Attempt, journal: OpenJournal, question: Question<A>): Promise<Collected<A>> {
    const { key, roster } = question;
    const recorded = await this.#recall(attempt, key);
    const collector = new Collector(
      question,
      (event) => this.#log.emit(event),
      () => performance.now(),
    );
    const known = (site: string): boolean =>
      recorded?.deliveries.has(site) === true || attempt.recordedLoss(site) !== undefined;
    const replayed = recorded !== undefined && roster.every(known);
    if (replayed) collector.started(recorded.task ?? "");
    for (const site of roster) {
      const delivery = recorded?.deliveries.get(site);
      const loss = attempt.recordedLoss(site);
      if (delivery !== undefined) collector.take(collector.judge(delivery));
      else if (loss !== undefined) collector.fail(loss);
    }
    if (!replayed) await this.#collect(attempt, journal, question, recorded, collector);
    this.#rounds.set(question.number, collector.ended(replayed));
    return collector;
  }

  /** Asks the sites whose answers the journal lacks. */
  async #collect<A>(
    attempt: Attempt,
    journal: OpenJournal,
    question: Question<A>,
    recorded: Recorded | undefined,
    collector: Collector<A>,
  ): Promise<void> {
    const { key, roster, request } = question;
    const { database } = this.#request.data;
    let past = recorded;
    for (;;) {
      const sites = roster.filter((site) => !collector.settled(site));
      const round = { key, sites, request, database };
      const { task, isFound } = await this.#submit(attempt, journal, past, round, collector);
      attempt.check();
      collector.started(task);
      const again = await this.#listen(attempt, journal, question, collector, task, isFound);
      for (const site of roster) {
        if (collector.settled(site) || again.has(site)) continue;
        const silence = collector.judge({
          site,
          failed: "SITE_UNAVAILABLE",
          message: "{site} did not answer.",
        });
        await journal.append(deliveryEntry(key, silence.kept));
        attempt.check();
        collector.take(silence);
      }
      if (again.size === 0) return;
      past = { ...(past as Recorded), failed: again };
    }
  }

  /**
   * Takes what the sites say to a task. Returns those whose runs of a found task ended with the analysis that had asked
   * them, and not for a reason of this one: they are asked again.
   */
  async #listen<A>(
    attempt: Attempt,
    journal: OpenJournal,
    { key }: Question<A>,
    collector: Collector<A>,
    task: string,
    isFound: boolean,
  ): Promise<Set<string>> {
    const again = new Set<string>();
    const tell = (news: SiteNews): void => {
      if (!attempt.signal.aborted) collector.hear(news);
    };
    for await (const delivery of this.#request.transport.replies(task, attempt.signal, tell)) {
      attempt.check();
      if (collector.settled(delivery.site)) continue;
      const judgement = collector.judge(delivery);
      // A journal that ends with the process would hold every reply for nothing.
      if (this.#options.journal !== undefined) await journal.append(deliveryEntry(key, judgement.kept));
      attempt.check();
      const { kept } = judgement;
      if (isFound && "failed" in kept && ofAnalysisBefore.has(kept.failed)) again.add(kept.site);
      else if (!collector.settled(delivery.site)) collector.take(judgement);
    }
    attempt.check();
    attempt.tasks.answered(task);
    return again;
  }

  /** What the journal has of a round. A question that it does not have may be new only when all it has were asked. */
  async #recall(attempt: Attempt, key: string): Promise<Recorded | undefined> {
    const recorded = attempt.recorded.get(key);
    if (recorded !== undefined) {
      recorded.asked = true;
      return recorded;
    }
    // Everything that is in the journal is answered without waiting: one turn later all of it has been asked.
    if (unasked(attempt)) await new Promise((resolve) => setTimeout(resolve, 0));
    attempt.check();
    if (unasked(attempt)) throw this.#notDeterministic();
    return undefined;
  }

  async #submit(
    attempt: Attempt,
    journal: OpenJournal,
    recorded: Recorded | undefined,
    round: Round,
    collector: Collector<unknown>,
  ): Promise<{ readonly task: string; readonly isFound: boolean }> {
    const { transport } = this.#request;
    attempt.check();
    // A task that every missing site has failed is over: to find it again is to fail again.
    const over = recorded === undefined || round.sites.every((site) => recorded.failed.has(site));
    const times = (recorded?.times ?? 0) + (over ? 1 : 0);
    const key = times === 1 ? round.key : `${round.key}-${times}`;
    const existing = over
      ? undefined
      : await transport.find(key, underway(attempt, recorded, collector), attempt.signal);
    attempt.check();
    if (existing === undefined) await this.#preflight(attempt);
    if (over) await journal.append({ entry: "intent", round: round.key, at: new Date().toISOString() });
    attempt.check();
    const task =
      existing === undefined
        ? transport.submit({ ...round, key }, attempt.signal, (at) =>
            journal.append({ entry: "sending", round: round.key, at: at?.toISOString() ?? null }),
          )
        : Promise.resolve(existing);
    const submitted = await attempt.tasks.submit(task, async (name) => {
      if (name !== recorded?.task) await journal.append({ entry: "submitted", round: round.key, task: name });
    });
    return { task: submitted, isFound: existing !== undefined };
  }

  /**
   * Leaves out, before anything is sent, sites of which can be known that they would not answer: once for an analysis,
   * when there is something to be sent.
   * @throws Restart, by which the attempt ends
   */
  async #preflight(attempt: Attempt): Promise<void> {
    const { transport, data } = this.#request;
    const { centralAt } = this.#options;
    const asked = centralAt === undefined ? attempt.roster : [...new Set([centralAt, ...attempt.roster])];
    this.#problems ??= orAborted(
      transport.preflight?.({ sites: asked, database: data.database }, this.#stop.signal, (news) => {
        if (news.type === "warning") this.#notices.push(news.message);
        this.#log.emit(news);
      }) ?? Promise.resolve([]),
      this.#stop.signal,
    );
    const problems = await this.#problems;
    attempt.check();
    const all = problems.map(
      ({ site, failed, message }) => ({ site, state: "failed", code: failed, message }) as const,
    );
    // Nothing can be had without the site that is to ask the others.
    const central = all.filter(({ site }) => site === centralAt);
    if (central.length > 0) throw failureError(central, this.#sites.length);
    const failures = all.filter(({ site }) => attempt.roster.includes(site));
    if (failures.length > 0) this.#lose(attempt, failures, attempt.roster.length - failures.length, true);
  }

  #report(attempt: Attempt, journal: OpenJournal): Report {
    const { algorithm, data } = this.#request;
    const columns = this.#elsewhere?.report.data.derived.map(({ name }) => name) ?? attempt.columns;
    const identity = {
      analysis: journal.analysis,
      algorithm: { name: algorithm.name, version: algorithm.version },
      data: dataInWords(withDerivedOf(data, columns)),
      startedAt: journal.startedAt,
      seconds: this.#elapsed(),
    };
    const sites = this.#sites.map((site) => this.#siteReport(attempt, site));
    if (this.#elsewhere !== undefined) {
      const { report, replayed } = this.#elsewhere;
      const there = new Map(report.sites.map((one) => [one.site, one]));
      // Sites that were left out before anything was sent are not known there.
      const leftOut = sites.filter(({ site }) => !there.has(site));
      return {
        ...report,
        ...identity,
        sites: sites.map((one) => there.get(one.site) ?? one),
        rounds: report.rounds.map((round) => ({ ...round, replayed })),
        warnings: [...this.#absences(leftOut), ...this.#notices, ...report.warnings],
      };
    }
    const steps = algorithm.steps.map(({ name }) => name);
    const released = [...attempt.released.values()].sort(
      (a, b) =>
        this.#sites.indexOf(a.site) - this.#sites.indexOf(b.site) ||
        steps.indexOf(a.step) - steps.indexOf(b.step),
    );
    const open = sites.every(({ policy, state }) => state !== "answered" || policy?.open === true);
    const { centralPlace } = this.#request;
    return {
      ...identity,
      sites,
      rounds: [...this.#rounds].sort(([a], [b]) => a - b).map(([, round]) => round),
      released,
      cellsMasked: released.reduce((total, { masked }) => total + masked, 0),
      seenBy:
        centralPlace === undefined
          ? "the researcher's desk: each site's reply arrives there before it is pooled"
          : `${centralPlace}, where the central part ran: each site's reply arrives there before it is pooled. The researcher's desk sees the result only`,
      exactness: attempt.exactness === null ? null : exactnessWords(attempt.exactness),
      warnings: [...this.#absences(sites), ...this.#notices, ...attempt.warnings],
      notGuarded: open ? [] : notGuarded,
      versions: { konsil: version },
    };
  }

  /** Who of these sites gave no answer, first of all: the numbers are those of the others. */
  #absences(sites: readonly SiteReport[]): readonly string[] {
    return Object.entries(absent).flatMap(([state, [one, several]]) => {
      const gone = sites.filter((site) => site.state === state);
      if (gone.length === 0) return [];
      const without = `Without ${inWords(gone.map(({ site }) => site))} of ${this.#sites.length} sites, which ${gone.length === 1 ? one : several}: the report says why.`;
      // Sites that leave because of how few had what is studied are no random part of all.
      return gone.some(({ code }) => code === "CELL_TOO_SMALL")
        ? [
            `${without} Where small numbers of people or events there are the reason, what is left is biased if they depend on the outcome: tests reject too often, and p values do not hold. Wider groups, or a longer follow-up, keep more sites.`,
          ]
        : [without];
    });
  }

  #siteReport(attempt: Attempt, site: string): SiteReport {
    const failure = this.#failures.get(site);
    return {
      site,
      state: failure === undefined ? "answered" : failure.state,
      code: failure?.code ?? null,
      message: failure?.message.replaceAll("{site}", site) ?? null,
      rows: failure === undefined ? (attempt.rows.get(site) ?? null) : null,
      policy: this.#policies.get(site) ?? null,
    };
  }
}

/** What an analysis that began anew says of it. */
function whatBecame(change: Change, { name }: OpenJournal): string {
  const kept = name === undefined ? "" : ` What "${name}" held before is set apart.`;
  return `${changeInWords(change).replaceAll("{site}", change.site)} between two rounds, so the analysis began anew: all of it is of what was there then.${kept}`;
}

/** What a round that was sent, and whose task is not known, is looked for with. */
function underway(
  { signal }: Attempt,
  { sent }: Recorded,
  collector: Collector<unknown>,
): Underway | undefined {
  if (sent === undefined) return undefined;
  return { since: sent, signal, tell: (why, until) => collector.delayed(why, until) };
}

/** Whether the journal holds a round that central has not asked. */
function unasked(attempt: Attempt): boolean {
  return [...attempt.recorded.values()].some(({ asked }) => !asked);
}

/** Starts an analysis; what goes wrong, from wrong arguments on, rejects it. */
export function startAnalysis<R>(request: AnalysisRequest<R>): Analysis<R> {
  return new Run(request);
}
