import { setTimeout as pauseFor } from "node:timers/promises";
import { SiteError } from "@konsil/core";
import { z } from "zod";

const claims = z.object({
  sub: z.object({
    organization_id: z.int(),
    collaboration_id: z.int(),
    study_id: z.int().nullish(),
    store_id: z.int().nullish(),
    image: z.string(),
    databases: z.array(z.unknown()).nullish(),
  }),
});

/** What a container's token says of its task. */
export interface TaskClaims {
  readonly organization: number;
  readonly collaboration: number;
  readonly study: number | undefined;
  readonly store: number | undefined;
  readonly image: string;
  /** As the node wants them back for subtasks. */
  readonly databases: readonly unknown[];
}

function failed(what: string): SiteError {
  return new SiteError("SITE_UNAVAILABLE", `The node's proxy at {site} ${what}.`);
}

/** Reads a token's claims. Its signature is the server's business. @throws SiteError */
export function readClaims(token: string): TaskClaims {
  try {
    const [, body = ""] = token.split(".");
    const { sub } = claims.parse(JSON.parse(Buffer.from(body, "base64url").toString("utf8")));
    return {
      organization: sub.organization_id,
      collaboration: sub.collaboration_id,
      study: sub.study_id ?? undefined,
      store: sub.store_id ?? undefined,
      image: sub.image,
      databases: sub.databases ?? [],
    };
  } catch {
    throw failed("gave a token that cannot be read");
  }
}

/** Pause between two tries, in milliseconds. */
const pause = 500;
const tries = 5;
/** More than the organizations of any collaboration, or the runs of any task, fill. */
const mostPages = 1000;
/** For one request, in milliseconds. */
const limit = 60_000;

/** Milliseconds, or until a signal aborts. @throws its reason */
export async function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await pauseFor(milliseconds, undefined, { signal }).catch(() => signal?.throwIfAborted());
}

/**
 * The server as a container sees it: through its node's proxy, which encrypts and decrypts. A signal ends what is asked,
 * with its reason.
 */
export class NodeProxy {
  readonly claims: TaskClaims;
  readonly #address: string;
  readonly #token: string;

  constructor(address: string, token: string) {
    this.#address = address;
    this.#token = token;
    this.claims = readClaims(token);
  }

  /** @throws SiteError */
  async get(path: string, signal?: AbortSignal): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      try {
        // No content type: the proxy would parse the body that a GET has not, and answer 500.
        return await this.#fetch(path, {}, signal);
      } catch (error) {
        signal?.throwIfAborted();
        if (attempt === tries) throw error;
        await wait(pause * attempt, signal);
      }
    }
  }

  /** Sent once. @throws SiteError, after which nobody knows here whether the server acted */
  post(path: string, body: unknown, signal?: AbortSignal): Promise<unknown> {
    const headers = { "Content-Type": "application/json" };
    return this.#fetch(path, { method: "POST", headers, body: JSON.stringify(body) }, signal);
  }

  /** Every item of a list, over all its pages. @throws SiteError also for one without end */
  async list(path: string, signal?: AbortSignal): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    for (let page = 1; page <= mostPages; page++) {
      const separator = path.includes("?") ? "&" : "?";
      const { data, links } = paged.parse(
        await this.get(`${path}${separator}page=${page}&per_page=100`, signal),
      );
      items.push(...data);
      if (links?.next == null || data.length === 0) return items;
    }
    throw failed("gave a list that does not end");
  }

  async #fetch(path: string, init: RequestInit, signal: AbortSignal | undefined): Promise<unknown> {
    signal?.throwIfAborted();
    const late = AbortSignal.timeout(limit);
    let response: Response;
    try {
      response = await fetch(this.#address + path, {
        ...init,
        headers: { ...init.headers, Authorization: `Bearer ${this.#token}` },
        signal: signal === undefined ? late : AbortSignal.any([late, signal]),
        redirect: "error",
      });
    } catch {
      signal?.throwIfAborted();
      throw failed("cannot be reached");
    }
    if (!response.ok) throw failed(`answered ${response.status}`);
    try {
      return await response.json();
    } catch {
      signal?.throwIfAborted();
      throw failed("gave an answer that is no JSON");
    }
  }
}

const paged = z.object({
  data: z.array(z.unknown()),
  links: z.object({ next: z.string().nullish() }).nullish(),
});
