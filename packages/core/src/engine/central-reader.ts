import { readReply } from "../site/index.ts";
import { type CentralOutcome, readCentralReply } from "./central-message.ts";
import { errorOf, type Failure } from "./failures.ts";
import type { Question } from "./round.ts";

/** How the answer of the site that ran a central part is read. What failed there may be asked again. */
export function centralReader(key: string): Question<CentralOutcome>["read"] {
  return (site, bytes) => {
    const failure = (code: Failure["code"], message: string, error?: Failure["error"]) => ({
      failure: {
        site,
        state: "failed",
        code,
        message,
        ...(error === undefined ? {} : { error }),
      } as const,
    });
    // A program that could not start answers as it would answer a step.
    const refusal = readReply(bytes);
    if (refusal?.ok === false && refusal.site === site) return failure(refusal.code, refusal.message);
    const reply = readCentralReply(bytes);
    if (reply === undefined || reply.site !== site || reply.round !== key)
      return failure(
        "REPLY_INVALID",
        "The reply of {site} is not one to this question. Its image may be of another release: use the same on both sides.",
      );
    return reply.ok
      ? { answer: reply }
      : failure(reply.error.code, reply.error.message, errorOf(reply.error));
  };
}
