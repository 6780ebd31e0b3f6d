import {
  ArgumentError,
  completedStatus,
  type Delivery,
  failureOf,
  isFailed,
  phaseOf,
  type Round,
  SiteError,
  suggestion,
  type Transport,
  taskInput,
  taskName,
  type Undelivered,
} from "@konsil/core";
import { z } from "zod";
import { type NodeProxy, wait } from "./proxy.ts";

/** How long a subtask is waited for, in milliseconds. */
export interface ProxyPace {
  /** Between two looks at its runs: a node looks at its containers once a second. */
  readonly interval: number;
  /** How long a run is waited for whose node is offline. */
  readonly patience: number;
}

const usualPace: ProxyPace = { interval: 500, patience: 60_000 };

const organization = z.object({ id: z.int(), name: z.string() });
const task = z.object({ id: z.int(), name: z.string() });
const run = z.object({
  id: z.int(),
  status: z.string(),
  organization: z.object({ id: z.int() }),
  node: z.object({ status: z.string().nullish() }).nullish(),
});
const result = z.object({ run: z.object({ id: z.int() }), result: z.string().nullish() });

/** Why a run that is over has no reply. */
function whyNot(status: string): Pick<Undelivered, "failed" | "message"> {
  // Completed, and without a result.
  const failed =
    status === completedStatus ? "SITE_FAILED" : isFailed(status) ? failureOf(status) : "STATUS_UNKNOWN";
  const words = {
    TASK_KILLED: "The task was killed before {site} had answered.",
    IMAGE_NOT_ALLOWED: "The node of {site} does not permit this image. Ask its administrator to allow it.",
    IMAGE_NOT_FOUND:
      "The node of {site} cannot find this image. Its registry must be one that the node can reach.",
    SITE_FAILED: `The program at {site} did not answer (${status}). The log of its run, or of its node, says more.`,
    STATUS_UNKNOWN: "The run of {site} has a status that this release does not know. Use a newer one.",
  };
  return { failed, message: words[failed] };
}

const offline = {
  failed: "NODE_OFFLINE",
  message: `{site} is offline: no node of it has been connected for a minute. Ask its administrator, or go on without it: { whenSiteFails: { continueWith: n } }.`,
} as const;

/** An answer says whose it is by a name. @throws ArgumentError COLLABORATION_UNKNOWN for two of one name */
function checkTwins(organizations: readonly z.infer<typeof organization>[]): void {
  const numbers = new Map<string, number>();
  for (const { id, name } of organizations) {
    const twin = numbers.get(name) ?? id;
    if (twin !== id)
      throw new ArgumentError(
        "COLLABORATION_UNKNOWN",
        `Two organizations of this task are named "${name}" (${twin} and ${id}), and a site that runs the central part knows them by their names. Run it at the desk (without \`centralAt\`), where one can be chosen by its number, or ask the server's administrator to rename one.`,
      );
    numbers.set(name, id);
  }
}

/** Rounds as subtasks of the task that this container runs, through its node's proxy. */
export class ProxyTransport implements Transport {
  readonly sites: readonly string[];
  readonly #proxy: NodeProxy;
  readonly #ids: ReadonlyMap<string, number>;

  readonly #pace: ProxyPace;

  private constructor(proxy: NodeProxy, ids: ReadonlyMap<string, number>, pace: ProxyPace) {
    this.#proxy = proxy;
    this.#pace = pace;
    this.#ids = ids;
    this.sites = [...ids.keys()];
  }

  /**
   * Over the organizations of the task's study or collaboration, or those of these names.
   * @throws ArgumentError SITE_UNKNOWN, COLLABORATION_UNKNOWN where a name is two organizations'
   */
  static async over(
    proxy: NodeProxy,
    names: readonly string[] | undefined,
    pace: ProxyPace = usualPace,
  ): Promise<ProxyTransport> {
    const { study, collaboration } = proxy.claims;
    const filter = study === undefined ? `collaboration_id=${collaboration}` : `study_id=${study}`;
    const all = (await proxy.list(`/organization?${filter}`)).map((one) => organization.parse(one));
    const known = all.map(({ name }) => name);
    const unknown = names?.find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw new ArgumentError(
        "SITE_UNKNOWN",
        `No organization "${unknown}" takes part in this task. ${suggestion(unknown, known, "Organizations")}`,
      );
    // In the order in which they are named, which is that of the desk where a desk names them.
    const chosen =
      names === undefined ? all : names.flatMap((name) => all.filter((one) => one.name === name));
    checkTwins(chosen);
    return new ProxyTransport(proxy, new Map(chosen.map(({ id, name }) => [name, id])), pace);
  }

  /** Whatever a container asked is lost with it: none is taken up again. */
  async find(): Promise<undefined> {
    return undefined;
  }

  async submit(round: Round, signal?: AbortSignal): Promise<string> {
    const { image, collaboration, study, store, databases } = this.#proxy.claims;
    const input = Buffer.from(taskInput(round.request, true)).toString("base64");
    const organizations = round.sites.map((site) => ({ id: this.#ids.get(site), input }));
    const body = {
      name: taskName(round.key),
      description: "",
      image,
      collaboration_id: collaboration,
      ...(study === undefined ? {} : { study_id: study }),
      ...(store === undefined ? {} : { store_id: store }),
      organizations,
      databases,
    };
    return String(task.parse(await this.#proxy.post("/task", body, signal)).id);
  }

  async *replies(id: string, signal: AbortSignal): AsyncGenerator<Delivery, void, undefined> {
    try {
      yield* this.#deliveries(id, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async *#deliveries(id: string, signal: AbortSignal): AsyncGenerator<Delivery, void, undefined> {
    const told = new Set<number>();
    /** Since when a run has had no node that works on it. */
    const away = new Map<number, number>();
    const nameOf = new Map([...this.#ids].map(([name, number]) => [number, name]));
    while (!signal.aborted) {
      const runs = (await this.#proxy.list(`/run?task_id=${id}`, signal)).map((one) => run.parse(one));
      const over = runs.filter((one) => phaseOf(one.status) !== "pending" && !told.has(one.id));
      if (over.length > 0) {
        const results = (await this.#proxy.list(`/result?task_id=${id}`, signal)).map((one) =>
          result.parse(one),
        );
        for (const one of over) {
          const site = nameOf.get(one.organization.id);
          told.add(one.id);
          if (site === undefined) continue;
          const text = results.find((candidate) => candidate.run.id === one.id)?.result;
          yield one.status === completedStatus && text != null && text !== ""
            ? { site, reply: new Uint8Array(Buffer.from(text, "base64")) }
            : { site, ...whyNot(one.status) };
        }
      }
      for (const one of runs) {
        const site = nameOf.get(one.organization.id);
        if (told.has(one.id) || site === undefined) continue;
        if (one.node?.status !== "offline") away.delete(one.id);
        else if (!away.has(one.id)) away.set(one.id, Date.now());
        else if (Date.now() - (away.get(one.id) ?? 0) > this.#pace.patience) {
          told.add(one.id);
          yield { site, ...offline };
        }
      }
      if (runs.length > 0 && told.size === runs.length) return;
      await wait(this.#pace.interval, signal);
    }
  }

  async kill(): Promise<void> {
    // A container may not kill: whoever kills its task kills what came of it.
    throw new SiteError("SITE_UNAVAILABLE", "A container cannot end what it asked. Kill its task instead.");
  }
}
