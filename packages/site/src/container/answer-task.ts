import {
  type AnyAlgorithm,
  answerCentral,
  type CentralRequest,
  decodeJson,
  type ErrorCode,
  encodeJson,
  isKonsilError,
  type Refusal,
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
import { type Called, called, type PlainArguments, plainArguments, requestOf } from "./plain-call.ts";
import type { NodeProxy } from "./proxy.ts";
import { ProxyTransport } from "./proxy-transport.ts";
import { siteOfTask } from "./site-of-task.ts";

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
  readonly onAnswer?: SiteOptions["onAnswer"];
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
    const site = await siteFor(task, name);
    const request = asked.kind === "request" ? asked.request : null;
    const part = readCentralRequest(encodeJson(request ?? null));
    if (part !== undefined) return await centralForDesk(task, site, part);
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

function siteFor(task: Task, name: string): Promise<Site> {
  const { environment, algorithms, sources, memory, secret, onAnswer, onDefect } = task;
  return siteOfTask({ name, environment, algorithms, sources, memory, secret, onAnswer, onDefect });
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
    return refused("SITE_FAILED", notStarted(name).message, name);
  }
  try {
    if (site.policy.plainCalls === "refuse")
      return refused(
        "CALL_NOT_PERMITTED",
        "{site} answers Konsil's own client only (plainCalls). Ask with that, or ask its steward to permit others.",
        name,
      );
    const database = task.environment.requested[0] ?? "default";
    const what = called(asked.method, task.algorithms);
    const given = plainArguments(asked.kwargs, database, what);
    return what.step === null
      ? await central(task, name, what, given)
      : await stepAnswer(task, site, what, given);
  } catch (error) {
    if (isKonsilError(error))
      return refused(error.code, error.message.replace(`  [${error.code}]`, ""), name);
    task.onDefect(error);
    return refused("SITE_FAILED", "{site} failed. Its steward finds the cause in the log of the node.", name);
  }
}

function refused(code: ErrorCode, message: string, site: string): unknown {
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
  if (!reply.ok) return refused(reply.code, reply.message, site.name);
  return "output" in reply ? reply.output : reply.columns;
}

const noProxy = "{site} has no proxy by which other sites could be asked.";

/** The central part of a desk's analysis, here: every site is asked through the node's proxy, this one too. */
async function centralForDesk(task: Task, site: Site, request: CentralRequest): Promise<Uint8Array> {
  const { proxy, algorithms, onProgress, onDefect } = task;
  return await answerCentral(request, {
    site: site.name,
    policy: site.policy,
    algorithms,
    onProgress,
    onDefect,
    transport: (roster) => {
      if (proxy === undefined)
        throw new SiteError("SITE_UNAVAILABLE", noProxy.replace("{site}", site.name), { site: site.name });
      return ProxyTransport.over(proxy, roster);
    },
  });
}

/** The central part of an algorithm that was called by its name. */
async function central(
  task: Task,
  site: string,
  { algorithm }: Called,
  given: PlainArguments,
): Promise<unknown> {
  if (task.proxy === undefined) return refused("SITE_UNAVAILABLE", noProxy, site);
  return startAnalysis({
    centralPlace: site,
    algorithm,
    arguments: given.args,
    data: given.data,
    transport: await ProxyTransport.over(task.proxy, given.organizations),
    options: {},
    present: ({ value, report }) => ({ ...value, report }),
  });
}
