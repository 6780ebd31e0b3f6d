import { type Answer, type Reply, readReply } from "../site/index.ts";
import type { Dimensions } from "../statistics/index.ts";
import type { AnyStep } from "../step/index.ts";
import type { AnalysisEvent } from "./events.ts";
import type { Failure } from "./failures.ts";
import { type ReadAnswer, readAnswer } from "./pooling.ts";
import type { RoundReport, SiteState } from "./report.ts";
import type { Delivery, SiteNews } from "./transport.ts";

/** One question to the sites of a roster. */
export interface Question {
  readonly key: string;
  readonly number: number;
  readonly step: AnyStep;
  readonly dimensions: Dimensions;
  readonly roster: readonly string[];
  /** What each site is sent. */
  readonly request: Uint8Array;
}

/** An answer that was read by its declaration. */
export interface Judged {
  readonly reply: Answer;
  readonly read: ReadAnswer;
}

/** A delivery that was read: an answer, or why it is none; and what a journal is to keep of it. */
export interface Judgement {
  readonly judged: Judged | { readonly failure: Failure };
  readonly kept: Delivery;
}

/** What one question came to: the answers that were read, and why others were not. */
export interface Collected {
  readonly answers: readonly Judged[];
  readonly failures: readonly Failure[];
}

/** Collects what the sites say to a question, and tells of each as it comes. */
export class Collector implements Collected {
  readonly answers: Judged[] = [];
  readonly failures: Failure[] = [];
  readonly #question: Question;
  readonly #emit: (event: AnalysisEvent) => void;
  readonly #began: number;
  readonly #now: () => number;
  readonly #states: { site: string; state: SiteState; seconds: number }[] = [];

  /** `now` in milliseconds. */
  constructor(question: Question, emit: (event: AnalysisEvent) => void, now: () => number) {
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
  judge(delivery: Delivery): Judgement {
    const { key, step, dimensions } = this.#question;
    const judged = judge(delivery, key, step, dimensions);
    if ("failure" in judged && judged.failure.code === "REPLY_INVALID") {
      // A reply that is none was damaged, or is another's: the site may be asked again, so it is not kept as its answer.
      const { site, code: failed, message } = judged.failure;
      return { judged, kept: { site, failed, message } };
    }
    return { judged, kept: delivery };
  }

  take({ judged }: Judgement): void {
    if ("failure" in judged) this.fail(judged.failure);
    else {
      this.answers.push(judged);
      this.#tell(judged.reply.site, "answered");
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

function isAnswer(reply: Reply): reply is Answer {
  return reply.ok && "output" in reply;
}

/** A delivery as an answer, or as the reason why it is none. */
function judge(
  delivery: Delivery,
  key: string,
  step: AnyStep,
  dimensions: Dimensions,
): Judged | { readonly failure: Failure } {
  const { site } = delivery;
  const failure = (state: Failure["state"], code: Failure["code"], message: string) => ({
    failure: { site, state, code, message },
  });
  if ("failed" in delivery) return failure("failed", delivery.failed, delivery.message);
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
