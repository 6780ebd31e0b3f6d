import type { AnyAlgorithm } from "../algorithm/index.ts";
import { AnalysisError, ArgumentError, type ErrorCode } from "../errors/index.ts";
import { readReply } from "../site/index.ts";
import { orAborted } from "./attempt.ts";
import { type CentralReply, readCentralReply } from "./central-message.ts";
import type { Outcome } from "./engine.ts";
import { errorOf, failureError } from "./failures.ts";
import { type AttachOptions, checkAttachOptions, defaultDeadline, forTimer } from "./options.ts";
import type { SiteState } from "./report.ts";
import type { Delivery, Transport } from "./transport.ts";

/** What a site says to a task. */
export interface TaskAnswer {
  readonly site: string;
  readonly state: SiteState;
  /** Why there is no answer, and what to do; null where there is one. */
  readonly code: ErrorCode | null;
  readonly message: string | null;
  /** The statistics of a step, as it declares them, or the value of a central part; null where there is none. */
  readonly output: Readonly<Record<string, unknown>> | null;
}

/** A task that no site works on any more. */
export interface EndedTask {
  readonly sites: readonly TaskAnswer[];
  /**
   * What the central part came to that ran at a site.
   * @throws the error with which it ended; ArgumentError where the task ran none, or that of another algorithm
   */
  readonly outcome: (algorithm: AnyAlgorithm) => Outcome;
}

interface Heard {
  readonly answer: TaskAnswer;
  readonly central: CentralReply | undefined;
}

function heard(delivery: Delivery): Heard {
  const { site } = delivery;
  const without = (
    state: SiteState,
    { code, message }: { readonly code: ErrorCode; readonly message: string },
    central?: CentralReply,
  ): Heard => ({
    answer: { site, state, code, message: message.replaceAll("{site}", site), output: null },
    central,
  });
  const answered = (output: TaskAnswer["output"], central?: CentralReply): Heard => ({
    answer: { site, state: "answered", code: null, message: null, output },
    central,
  });
  if ("failed" in delivery) return without("failed", { code: delivery.failed, message: delivery.message });
  const reply = readReply(delivery.reply);
  if (reply?.site === site) {
    if (!reply.ok) return without(reply.abstains ? "abstained" : "refused", reply);
    return answered("output" in reply ? reply.output : null);
  }
  const central = readCentralReply(delivery.reply);
  if (central?.site === site)
    return central.ok ? answered(central.value, central) : without("failed", central.error, central);
  return without("failed", {
    code: "REPLY_INVALID",
    message: "The reply of {site} is none of this release's. Use the same release on both sides.",
  });
}

/**
 * Waits for what sites say to a task that another process made. Nothing is sent to a site.
 * @throws ArgumentError where tasks of the transport end with its process, or the task is none of Konsil's
 */
export async function attachTask(
  transport: Transport,
  task: string,
  options: AttachOptions,
): Promise<EndedTask> {
  checkAttachOptions(options);
  if (transport.attach === undefined)
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      "Tasks of sites in this process end with it: attach() is for a federation over a server.",
    );
  const { deadline = defaultDeadline, signal: given, onProgress = () => undefined } = options;
  const end = AbortSignal.timeout(forTimer(deadline));
  const signal = given === undefined ? end : AbortSignal.any([end, given]);
  const wait = async (): Promise<readonly Heard[]> => {
    await transport.attach?.(task, signal);
    const all: Heard[] = [];
    for await (const delivery of transport.replies(task, signal, onProgress)) {
      const one = heard(delivery);
      all.push(one);
      onProgress({ type: "site", site: one.answer.site, state: one.answer.state });
    }
    return all;
  };
  const all = await orAborted(wait(), signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    throw end.aborted
      ? new AnalysisError("ANALYSIS_TIMEOUT", `Task ${task} did not end within ${deadline} s. It goes on.`)
      : new AnalysisError("ANALYSIS_ABORTED", `Task ${task} is not waited for any more. It goes on.`);
  });
  if (all.length === 0)
    throw new ArgumentError("SITE_UNKNOWN", `Task ${task} asked no site of this federation.`);
  return {
    sites: transport.sites.flatMap((site) =>
      all.map(({ answer }) => answer).filter((answer) => answer.site === site),
    ),
    outcome: (algorithm) => outcomeOf(task, all, algorithm),
  };
}

function outcomeOf(task: string, all: readonly Heard[], algorithm: AnyAlgorithm): Outcome {
  const [{ answer, central }] = all as readonly [Heard, ...Heard[]];
  if (central?.ok === false) throw errorOf(central.error);
  if (all.length > 1 || (central === undefined && answer.code === null))
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `Task ${task} is a round of an analysis: it has answers of sites, and no result. Only an analysis whose central part runs at a site (\`centralAt\`) is one task. Resume the others by their journals.`,
    );
  if (central === undefined) {
    const { site, code, message } = answer;
    throw failureError(
      [{ site, state: "failed", code: code as ErrorCode, message: message as string }],
      all.length,
    );
  }
  const { name, version } = algorithm;
  const ran = central.report.algorithm;
  if (ran.name !== name || ran.version !== version)
    throw new ArgumentError(
      "ALGORITHM_UNKNOWN",
      `Task ${task} ran ${ran.name}@${ran.version}, not ${name}@${version}.`,
    );
  const { value, report } = central;
  return { value, report, arguments: algorithm.parse(central.arguments) };
}
