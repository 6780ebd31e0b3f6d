import { type Answer, type ColumnsAnswer, type Identity, readReply } from "../site/index.ts";
import type { Dimensions } from "../statistics/index.ts";
import type { AnyStep } from "../step/index.ts";
import type { AnalysisEvent } from "./events.ts";
import type { Failure } from "./failures.ts";
import { type ReadAnswer, readAnswer } from "./pooling.ts";
import type { RoundReport, SiteState } from "./report.ts";
import type { Delivery, SiteNews } from "./transport.ts";

/** What a reply comes to: what was read of it, or why that is no answer. */
export type Judged<A> = { readonly answer: A } | { readonly failure: Failure };

/** One question to the sites of a roster, which a site's reply answers with an `A`. */
export interface Question<A> {
  readonly key: string;
  readonly number: number;
  /** What is asked, as it is named to whoever watches. */
  readonly step: Identity;
  readonly roster: readonly string[];
  /** What each site is sent. */
  readonly request: Uint8Array;
  readonly read: (site: string, reply: Uint8Array) => Judged<A>;
}

/** An answer that was read by its declaration. */
export interface StepAnswer {
  readonly reply: Answer;
  readonly read: ReadAnswer;
}

/** An answer that names the columns of a site. */
export interface NamesAnswer {
  readonly reply: ColumnsAnswer;
}

/** A delivery that was read: an answer, or why it is none; and what a journal is to keep of it. */
export interface Judgement<A> {
  readonly judged: Judged<A>;
  readonly kept: Delivery;
}

/** What one question came to: the answers that were read, and why others were not. */
export interface Collected<A> {
  readonly answers: readonly A[];
  readonly failures: readonly Failure[];
}

/** Collects what the sites say to a question, and tells of each as it comes. */
export class Collector<A> implements Collected<A> {
  readonly answers: A[] = [];
  readonly failures: Failure[] = [];
  readonly #question: Question<A>;
  readonly #emit: (event: AnalysisEvent) => void;
  readonly #began: number;
  readonly #now: () => number;
  readonly #states: { site: string; state: SiteState; seconds: number }[] = [];

  /** `now` in milliseconds. */
  constructor(question: Question<A>, emit: (event: AnalysisEvent) => void, now: () => number) {
    this.#question = question;
    this.#emit = emit;
    this.#now = now;
    this.#began = now();
  }

  /** Whether nothing is to be heard from this site: it has spoken, or was not asked. */
  settled(site: string): boolean {
    return !this.#question.roster.includes(site) || this.#states.some((state) => state.site === site);
  }

  /** What a delivery comes to. Nothing is taken yet. */
  judge(delivery: Delivery): Judgement<A> {
    const { site } = delivery;
    if ("failed" in delivery) {
      const { failed: code, message } = delivery;
      return { judged: { failure: { site, state: "failed", code, message } }, kept: delivery };
    }
    const judged = this.#question.read(site, delivery.reply);
    if ("failure" in judged && judged.failure.state === "failed") {
      // A reply that is none was damaged, or is another's: the site may be asked again, so it is not kept as its answer.
      const { code: failed, message } = judged.failure;
      return { judged, kept: { site, failed, message } };
    }
    return { judged, kept: delivery };
  }

  take({ judged, kept }: Judgement<A>): void {
    if ("failure" in judged) this.fail(judged.failure);
    else {
      this.answers.push(judged.answer);
      this.#tell(kept.site, "answered");
    }
  }

  fail(failure: Failure): void {
    this.failures.push(failure);
    this.#tell(failure.site, failure.state);
  }

  /** What the site is at, until it has spoken. */
  hear(news: SiteNews): void {
    if (this.settled(news.site)) return;
    const { number: round, step } = this.#question;
    this.#emit({ ...news, round, step: step.name });
  }

  /** It is not asked before this time. */
  delayed(why: string, until: Date): void {
    const { number: round, step } = this.#question;
    this.#emit({ type: "round-waiting", round, step: step.name, why, until: until.toISOString() });
  }

  started(task: string): void {
    const { number: round, step, roster } = this.#question;
    this.#emit({ type: "round-started", round, step: step.name, task, sites: roster });
  }

  ended(replayed: boolean): RoundReport {
    const { number: round, step } = this.#question;
    const seconds = this.#seconds();
    this.#emit({ type: "round-ended", round, step: step.name, seconds, replayed });
    return { step: step.name, version: step.version, seconds, replayed, sites: this.#states };
  }

  #seconds(): number {
    return (this.#now() - this.#began) / 1000;
  }

  #tell(site: string, state: SiteState): void {
    this.#states.push({ site, state, seconds: this.#seconds() });
    const { number: round, step, roster } = this.#question;
    const [finished, total] = [this.#states.length, roster.length];
    this.#emit({ type: "site", round, step: step.name, site, state, finished, total });
  }
}

const notToThis =
  "The reply of {site} is not one to this question. Run the analysis again; if it stays so, the image there may be of another release: use the same on both sides.";

/** How replies to one question are read. `answerOf` makes of one that is no refusal the answer, or says why it is none. */
function replyReader<A extends object>(
  key: string,
  answerOf: (reply: Answer | ColumnsAnswer) => A | string,
): Question<A>["read"] {
  return (site, bytes) => {
    const failure = (state: Failure["state"], code: Failure["code"], message: string) => ({
      failure: { site, state, code, message },
    });
    const reply = readReply(bytes);
    if (reply === undefined || reply.site !== site || (reply.round !== key && reply.round !== ""))
      return failure("failed", "REPLY_INVALID", notToThis);
    if (!reply.ok) return failure(reply.abstains ? "abstained" : "refused", reply.code, reply.message);
    const answer = reply.round === key ? answerOf(reply) : notToThis;
    return typeof answer === "string" ? failure("failed", "REPLY_INVALID", answer) : { answer };
  };
}

/** How a step's answers to one question are read. */
export function stepReader(key: string, step: AnyStep, dimensions: Dimensions): Question<StepAnswer>["read"] {
  return replyReader(key, (reply) => {
    if (!("output" in reply)) return notToThis;
    const read = readAnswer(step, dimensions, reply);
    return typeof read === "string"
      ? `The reply of {site} to "${step.name}" is not what this question declares, so nothing of it was used. The image there may be of another release, or changed: use the same on both sides, and ask whoever looks after it. What differs: ${read}.`
      : { reply, read };
  });
}

/** How answers are read that name columns. */
export function namesReader(key: string): Question<NamesAnswer>["read"] {
  return replyReader(key, (reply) => ("columns" in reply ? { reply } : notToThis));
}
