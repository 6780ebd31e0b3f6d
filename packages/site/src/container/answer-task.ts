import {
  type AnyAlgorithm,
  ArgumentError,
  answerCentral,
  type CentralRequest,
  decodeJson,
  encodeJson,
  isKonsilError,
  type Noted,
  questionInWords,
  type Refusal,
  RefusalError,
  type Request,
  readCentralRequest,
  readReply,
  type Site,
  SiteError,
  type SiteOptions,
  startAnalysis,
} from "@konsil/core";
import type { SourceKind } from "./databases.ts";
import type { TaskEnvironment } from "./environment.ts";
import { type Asked, isRecord, readInput } from "./input.ts";
import type { KeptTables } from "./kept-tables.ts";
import { centralQuestion, outcomeNote, type Problem, refusalNote } from "./notes.ts";
import { type Called, called, type PlainArguments, plainArguments, requestOf } from "./plain-call.ts";
import type { NodeProxy } from "./proxy.ts";
import { ProxyTransport } from "./proxy-transport.ts";
import { siteOfTask } from "./site-of-task.ts";
import type { OnAnswer } from "./task-journal.ts";

/** One task of a node, and what there is to answer it with. */
export interface Task {
  readonly environment: TaskEnvironment;
  readonly input: Uint8Array;
  readonly algorithms: readonly AnyAlgorithm[];
  readonly sources: readonly SourceKind[];
  /** Undefined where there is none: then no `central` runs here. */
  readonly proxy: NodeProxy | undefined;
  /** The site's name, once somebody needs it. */
  readonly siteName: () => Promise<string>;
  readonly memory?: SiteOptions["memory"];
  readonly secret?: SiteOptions["secret"];
  /** The tables that the task's job keeps, where the node's administrator wants that. */
  readonly kept?: KeptTables | undefined;
  readonly onAnswer?: OnAnswer;
  /** Hears how a central part goes, in words without a number of any site. */
  readonly onProgress?: (words: string) => void;
  /** Told of what went wrong inside. Its words may hold anything: they are not for the log. */
  readonly onDefect: (error: unknown) => void;
}

/**
 * The bytes of the answer to a task. A refusal is an answer: whoever asked gets its code and its words, and the run has
 * not failed. Never rejects.
 */
export async function answerTask(task: Task): Promise<Uint8Array> {
  const asked = readInput(task.input);
  if (asked.kind === "call") return encodeJson(await answerCall(task, asked));
  let name = "";
  try {
    name = await task.siteName();
    const isSubtask = asked.kind === "request" && asked.isSubtask;
    // The job of a round that a desk asks ends with it: nothing would read what it keeps.
    const site = await siteFor(task, name, isSubtask ? task.kept : undefined);
    const request = asked.kind === "request" ? asked.request : null;
    const part = readCentralRequest(encodeJson(request ?? null));
    if (part !== undefined) return await lastOfJob(task, centralForDesk(task, site, part));
    return await site.answer(encodeJson(ofDatabase(request, task.environment) ?? null));
  } catch (error) {
    task.onDefect(error);
    return encodeJson(notStarted(name));
  }
}

/** A site that cannot start, because of its policy say: the reason is for its steward. */
export function notStarted(site: string): Refusal {
  return {
    format: "konsil.reply/1",
    analysis: "",
    round: "",
    site,
    ok: false,
    abstains: false,
    code: "SITE_FAILED",
    message: "{site} could not start. The steward there finds the cause in the log of the node.",
  };
}

/**
 * A request with the node's own label of the database that its task names. A desk may call that one by another name, and
 * what was asked of it is counted by one name only.
 */
function ofDatabase(request: unknown, { requested }: TaskEnvironment): unknown {
  const [label, ...others] = requested;
  if (label === undefined || others.length > 0 || !isRecord(request) || !isRecord(request["data"]))
    return request;
  return { ...request, data: { ...request["data"], database: label } };
}

function siteFor(task: Task, name: string, kept?: KeptTables): Promise<Site> {
  const { environment, algorithms, sources, memory, secret, onAnswer, onDefect } = task;
  return siteOfTask({ name, environment, algorithms, sources, memory, secret, kept, onAnswer, onDefect });
}

/** What Python or the web interface gets: the value, or `{ error: { code, message } }`. */
async function answerCall(task: Task, asked: Extract<Asked, { kind: "call" }>): Promise<unknown> {
  let name = "this site";
  let site: Site;
  try {
    name = await task.siteName();
    site = await siteFor(task, name);
  } catch (error) {
    // Words about a policy are its administrator's own.
    task.onDefect(error);
    return refused(notStarted(name), name);
  }
  let request: Request | undefined;
  let reply: Noted;
  let answer: unknown;
  try {
    const what = calledAt(site, task, asked);
    const given = plainArguments(asked.kwargs, task.environment.requested[0] ?? "default", what);
    // The site itself tells of what it answers.
    if (what.step !== null) return await stepAnswer(task, site, what, given);
    const transport = await transportOf(task, name, given.organizations);
    request = centralQuestion({
      algorithm: what.algorithm,
      arguments: given.args,
      data: given.data,
      roster: transport.sites,
    });
    const { value, report } = await lastOfJob(task, central(request, what, name, transport));
    answer = { ...value, report };
    reply = outcomeNote(request, name, value);
  } catch (error) {
    const problem = problemOf(error, task);
    answer = refused(problem, name);
    reply = refusalNote(request, name, problem);
  }
  try {
    task.onAnswer?.(request, reply, request === undefined ? undefined : questionInWords(request, undefined));
    return answer;
  } catch (error) {
    // What its steward cannot see does not leave.
    return refused(problemOf(error, task), name);
  }
}

/** @throws RefusalError CALL_NOT_PERMITTED, ArgumentError ALGORITHM_UNKNOWN, ARGUMENT_INVALID */
function calledAt(
  { policy }: Site,
  { algorithms }: Task,
  { method, args, notFinite }: Extract<Asked, { kind: "call" }>,
): Called {
  if (policy.plainCalls === "refuse")
    throw new RefusalError(
      "CALL_NOT_PERMITTED",
      "{site} answers Konsil's own client only (plainCalls). Ask with that, or ask its steward to permit others.",
    );
  if (args.length > 0)
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      "An argument was given by its place (`args`), and arguments are known by their names only. Give all of them as `kwargs`.",
    );
  if (notFinite !== undefined)
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `\`${notFinite}\` is NaN or infinite, and no argument can be. Give a number, or leave it out.`,
    );
  return called(method, algorithms);
}

function problemOf(error: unknown, { onDefect }: Task): Problem {
  if (isKonsilError(error))
    return { code: error.code, message: error.message.replace(`  [${error.code}]`, "") };
  onDefect(error);
  return {
    code: "SITE_FAILED",
    message: "{site} failed. Its steward finds the cause in the log of the node.",
  };
}

function refused({ code, message }: Problem, site: string): unknown {
  return { error: { code, message: message.replaceAll("{site}", site) } };
}

async function stepAnswer(
  { environment }: Task,
  site: Site,
  what: Extract<Called, { step: object }>,
  given: PlainArguments,
): Promise<unknown> {
  const bytes = await site.answer(encodeJson(ofDatabase(requestOf(what, given, site.name), environment)));
  const reply = readReply(bytes);
  if (reply === undefined) return decodeJson(bytes);
  if (!reply.ok) return refused(reply, site.name);
  return "output" in reply ? reply.output : reply.columns;
}

/** The way to the other sites. @throws SiteError SITE_UNAVAILABLE without a proxy; ArgumentError SITE_UNKNOWN, COLLABORATION_UNKNOWN */
async function transportOf(
  { proxy }: Task,
  site: string,
  organizations: readonly string[] | undefined,
): Promise<ProxyTransport> {
  if (proxy === undefined)
    throw new SiteError("SITE_UNAVAILABLE", `${site} has no proxy by which other sites could be asked.`, {
      site,
    });
  return await ProxyTransport.over(proxy, organizations);
}

/** A central part, with which its job ends: whatever it came to, no round reads what this node kept for it. */
async function lastOfJob<T>({ kept }: Task, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } finally {
    kept?.forget();
  }
}

/** The central part of a desk's analysis, here: every site is asked through the node's proxy, this one too. */
async function centralForDesk(task: Task, site: Site, asked: CentralRequest): Promise<Uint8Array> {
  const { algorithms, onProgress, onDefect, onAnswer } = task;
  return await answerCentral(asked, {
    site: site.name,
    policy: site.policy,
    algorithms,
    onProgress,
    onDefect,
    onReply(reply) {
      const request = centralQuestion(asked);
      const noted: Noted = reply.ok
        ? outcomeNote(asked, site.name, reply.value)
        : refusalNote(asked, site.name, reply.error);
      onAnswer?.(request, noted, questionInWords(request, undefined));
    },
    transport: (roster) => transportOf(task, site.name, roster),
  });
}

/** The central part of an algorithm that was called by its name. */
async function central(
  { analysis, arguments: args, data }: Request,
  { algorithm }: Called,
  site: string,
  transport: ProxyTransport,
) {
  return await startAnalysis({
    id: analysis,
    centralPlace: site,
    algorithm,
    arguments: args,
    data,
    transport,
    options: {},
    present: (end) => end,
  });
}
