import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Site } from "@konsil/core";
import { type PrivateKey, parsePrivateKey } from "../../../src/crypto/index.ts";
import type { Fate, Faults } from "./fate.ts";

const pems = JSON.parse(readFileSync(new URL("keys.json", import.meta.url), "utf8")) as { keys: string[] };

/** RSA keys of 2048 bits, which are faster than those of the size that vantage6 uses. There are five. */
export function smallKey(index: number): PrivateKey {
  return parsePrivateKey(pems.keys[index] ?? "");
}

export interface FakeOrganization {
  readonly id: number;
  readonly name: string;
  readonly key: PrivateKey | undefined;
  /** The site that its node runs; the researcher's own organization has none. */
  readonly site: Site | undefined;
  readonly node: FakeNode | undefined;
}

export interface FakeNode {
  readonly id: number;
  status: "online" | "offline";
  config: { key: string; value: string }[];
}

export interface FakeRun {
  readonly id: number;
  readonly task: FakeTask;
  readonly organization: FakeOrganization;
  readonly input: string;
  readonly fate: Fate;
  readonly visibleAt: number;
  status: string;
  log: string | null;
  result: string | null;
  isBlob: boolean;
  startedAt: string | null;
  finishedAt: string | null;
}

export interface FakeTask {
  readonly id: number;
  readonly name: string;
  readonly image: string;
  readonly collaboration: number;
  /** The organization that made it. */
  readonly maker: number;
  readonly study: number | null;
  readonly databases: readonly { readonly label: string }[];
  readonly runs: FakeRun[];
}

export interface FakeCollaboration {
  readonly id: number;
  readonly name: string;
  readonly encrypted: boolean;
  readonly organizations: readonly number[];
}

const naive = (): string => new Date().toISOString().replace("Z", "000");
const isOver = (run: FakeRun): boolean => !["pending", "initializing", "active"].includes(run.status);
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What a server and its nodes do, without the network. */
export class FakeWorld {
  readonly organizations: FakeOrganization[] = [];
  readonly collaborations: FakeCollaboration[] = [];
  readonly studies: { id: number; name: string; collaboration: number; organizations: number[] }[] = [];
  readonly tasks: FakeTask[] = [];
  readonly blobs = new Map<string, Uint8Array>();
  hasBlobs = false;
  faults: Faults = {};
  /** Which organization the user belongs to. */
  readonly home = 1;
  /** Told of whatever a server would send events about. */
  onEvent: (event: string, data: Readonly<Record<string, unknown>>) => void = () => undefined;
  readonly #later = new Set<Promise<void>>();
  #nextRun = 1;
  #nextTask = 1;

  /** Organization 1 is the researcher's; the others have a node each, in a plain collaboration 1 and an encrypted 2. */
  constructor(sites: readonly Site[], keys: readonly PrivateKey[] = []) {
    this.organizations.push({ id: 1, name: "desk", key: keys[0], site: undefined, node: undefined });
    for (const [i, site] of sites.entries())
      this.organizations.push({
        id: i + 2,
        name: site.name,
        key: keys[i + 1],
        site,
        node: { id: i + 10, status: "online", config: [] },
      });
    const all = this.organizations.map(({ id }) => id);
    this.collaborations.push({ id: 1, name: "plain", encrypted: false, organizations: all });
    this.collaborations.push({ id: 2, name: "sealed", encrypted: true, organizations: all });
    this.studies.push({ id: 1, name: "few", collaboration: 1, organizations: all.slice(1, 4) });
  }

  organization(id: number): FakeOrganization | undefined {
    return this.organizations.find((organization) => organization.id === id);
  }

  createTask(body: {
    readonly name: string;
    readonly image: string;
    readonly collaboration_id?: number;
    readonly study_id?: number;
    /** Not as a server has it, which looks at who asks. */
    readonly maker?: number;
    readonly databases?: readonly { readonly label: string }[] | null;
    readonly organizations: readonly { readonly id: number; readonly input: string }[];
  }): FakeTask {
    const study = this.studies.find(({ id }) => id === body.study_id);
    const task: FakeTask = {
      id: this.#nextTask++,
      name: body.name,
      image: body.image,
      collaboration: study?.collaboration ?? body.collaboration_id ?? 0,
      maker: body.maker ?? this.home,
      study: study?.id ?? null,
      databases: body.databases ?? [],
      runs: [],
    };
    this.tasks.push(task);
    for (const { id, input } of body.organizations) {
      const organization = this.organization(id) as FakeOrganization;
      const fate = this.faults.fate?.(organization.name, task.id) ?? {};
      const run: FakeRun = {
        id: this.#nextRun++,
        task,
        organization,
        input,
        fate,
        visibleAt: Date.now() + (fate.rowAfter ?? 0),
        status: "pending",
        log: null,
        result: null,
        isBlob: false,
        startedAt: null,
        finishedAt: null,
      };
      task.runs.push(run);
      void this.#execute(run);
    }
    return task;
  }

  kill(task: FakeTask): boolean {
    const open = task.runs.filter((run) => !isOver(run));
    for (const run of open) run.status = "killed by user";
    return open.length > 0;
  }

  /** As a server derives it: failed as soon as one run is. */
  statusOf({ runs }: FakeTask): string {
    const failed = runs.find((run) => isOver(run) && run.status !== "completed");
    if (failed !== undefined) return failed.status;
    if (runs.every(({ status }) => status === "completed")) return "completed";
    return runs.some(({ status }) => status === "pending") ? "pending" : "active";
  }

  #changed(run: FakeRun): void {
    this.onEvent("algorithm_status_change", {
      status: run.status,
      run_id: run.id,
      task_id: run.task.id,
      organization_id: run.organization.id,
    });
  }

  async #execute(run: FakeRun): Promise<void> {
    const { fate, organization } = run;
    await wait(fate.pending ?? 0);
    while (organization.node?.status === "offline" && !isOver(run)) await wait(5);
    if (isOver(run)) return;
    if (fate.end === "non-existing Docker image" || fate.end === "not allowed") {
      run.status = fate.end;
      run.finishedAt = naive();
      return this.#changed(run);
    }
    run.status = "active";
    run.startedAt = naive();
    run.log = "";
    this.#changed(run);
    if (fate.end === "never") return;
    await wait(fate.active ?? 0);
    if (isOver(run)) return;
    run.log = fate.log ?? `read at ${organization.name}\n`;
    if (fate.end !== undefined && fate.end !== "completed") {
      run.status = fate.end;
      run.result = "";
      if (fate.isFinished !== false) run.finishedAt = naive();
      return this.#changed(run);
    }
    const result = await this.#result(run);
    if (isOver(run)) return;
    if (fate.late === undefined) run.result = result;
    run.status = "completed";
    run.finishedAt = naive();
    this.#changed(run);
    if (fate.late !== undefined) {
      await wait(fate.late);
      run.result = result;
    }
  }

  async #result(run: FakeRun): Promise<string> {
    const { organization, input, task, fate } = run;
    const encrypted = this.collaborations.find(({ id }) => id === task.collaboration)?.encrypted === true;
    const bytes = this.hasBlobs && this.blobs.has(input) ? (this.blobs.get(input) as Uint8Array) : input;
    const plain = encrypted
      ? (organization.key as PrivateKey).decrypt(bytes)
      : Buffer.from(typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("latin1"), "base64");
    const message = JSON.parse(Buffer.from(plain).toString("utf8")) as { kwargs: { request: unknown } };
    const request = Buffer.from(JSON.stringify(message.kwargs.request));
    const answering = fate.result === "swapped" ? this.#other(run) : organization.site;
    let reply = (await answering?.answer(request)) ?? new Uint8Array();
    if (fate.result === "of another image") reply = Buffer.from('{"rows": 3, "mean": NaN}');
    if (fate.result === "empty") return "";
    if (fate.result === "not base64") return "Traceback (most recent call last): …";
    return this.#written(run, encrypted, reply);
  }

  #written(run: FakeRun, encrypted: boolean, reply: Uint8Array): string {
    const isLost = run.fate.result === "for another key";
    const reader = (isLost ? run.organization : this.organization(this.home)) as FakeOrganization;
    const cut = run.fate.result === "truncated";
    if (this.hasBlobs) {
      const blob = encrypted
        ? (reader.key as PrivateKey).publicKey.encryptBlob(reply)
        : Buffer.from(Buffer.from(reply).toString("base64"));
      run.isBlob = true;
      return this.store(cut ? blob.subarray(0, Math.floor(blob.length * 0.75)) : blob);
    }
    const text = encrypted
      ? (reader.key as PrivateKey).publicKey.encrypt(reply)
      : Buffer.from(reply).toString("base64");
    return cut ? text.slice(0, Math.floor((text.length * 3) / 16) * 4) : text;
  }

  #other({ organization }: FakeRun): Site | undefined {
    return this.organizations.find(({ id, site }) => site !== undefined && id !== organization.id)?.site;
  }

  /** What a server does after whoever asked for it has gone. */
  later(milliseconds: number, act: () => unknown): void {
    const acted = wait(milliseconds).then(() => {
      // What it comes to, be it an error, is told to nobody.
      try {
        act();
      } catch {}
      this.#later.delete(acted);
    });
    this.#later.add(acted);
  }

  /** Resolves when nothing is to be done later any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#later);
  }

  store(bytes: Uint8Array): string {
    const id = randomUUID();
    this.blobs.set(id, bytes);
    return id;
  }

  /** Forgets all tasks; their numbers are used again, as SQLite does. */
  forget(): void {
    this.tasks.length = 0;
    this.#nextTask = 1;
  }

  /** The key as an organization's node publishes it. */
  static published(key: PrivateKey | undefined): string {
    return key === undefined ? "" : key.publicKey.toText();
  }
}
