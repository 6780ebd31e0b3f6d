import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ArgumentError, isKonsilError, ServerError } from "@konsil/core";
import { formatDuration, type PrivateKey } from "@konsil/sdk";
import { connectNode, type ServerSocket } from "@konsil/sdk/node";
import { isOpenToNobody } from "@konsil/site";
import { type NodeCipher, nodeCipher } from "./node-cipher.ts";
import type { NodeDatabase } from "./node-database.ts";
import { listenAsNode } from "./node-orders.ts";
import { NodePresence } from "./node-presence.ts";
import { NodeServer, type OpenRun, type RunChange } from "./node-server.ts";
import { RunProcess } from "./run-process.ts";
import { SubtaskProxy } from "./subtask-proxy.ts";
import { taskEnvironment } from "./task-environment.ts";

export interface DevNodeOptions {
  /** The server's address, with its path. */
  readonly server: string;
  readonly apiKey: string;
  readonly databases: readonly NodeDatabase[];
  /** The program of an image: it calls serve(). */
  readonly main: string;
  /** Konsil's variables for it, such as KONSIL_POLICY_FILE: what a hospital has as `algorithm_env`. */
  readonly settings: Readonly<Record<string, string>>;
  /** The organization's, for a collaboration with encryption. */
  readonly privateKey?: PrivateKey | undefined;
  /** Milliseconds between looks for tasks of which no event told. Default 10,000. */
  readonly pause?: number | undefined;
  /** Milliseconds for which another process with this key may be ending. Default 5000. */
  readonly patience?: number | undefined;
  /** Told what happens, one line each. */
  readonly say: (line: string) => void;
}

export interface DevNode {
  readonly name: string;
  readonly organization: string;
  readonly collaboration: string;
  /** Ends what it started. Runs that are not over are taken up when the node is started again, as by a node of 4.x. */
  stop(): Promise<void>;
}

/** How often a result is offered to a server that does not answer: for about five minutes. */
const tries = 14;

class Runs implements DevNode {
  readonly #options: DevNodeOptions;
  readonly #server: NodeServer;
  readonly #cipher: NodeCipher;
  readonly #proxy: SubtaskProxy;
  readonly #events: ServerSocket;
  readonly #folder = mkdtempSync(join(tmpdir(), "konsil-node-"));
  /** Runs that were taken, and what carries them out where that has begun. */
  readonly #taken = new Map<number, RunProcess | undefined>();
  readonly #killed = new Set<number>();
  /** When runs were over. A server may give their numbers to others, once they are deleted. */
  readonly #over = new Map<number, number>();
  readonly #work = new Set<Promise<void>>();
  readonly #presence: NodePresence;
  readonly #looking: ReturnType<typeof setInterval>;
  #isStopped = false;

  constructor(options: DevNodeOptions, server: NodeServer, cipher: NodeCipher, proxy: SubtaskProxy) {
    this.#options = options;
    this.#server = server;
    this.#cipher = cipher;
    this.#proxy = proxy;
    // A program that gives up root's rights still has to find its own files.
    chmodSync(this.#folder, 0o711);
    const { connection } = server;
    this.#presence = new NodePresence({
      ping: () => this.#events.emit("ping"),
      tell: () => this.#tell(),
      say: options.say,
    });
    this.#events = listenAsNode(connection, server.collaboration.id, {
      sync: () => {
        this.#presence.begin();
        options.say(`online at ${connection.address}`);
        this.#look();
      },
      newTask: (task) => this.#look(task),
      kill: (runs) => this.#kill(runs),
      shown: (status) => (status === "online" ? this.#presence.heardOnline() : this.#presence.heardOffline()),
      lost: () => {
        this.#presence.lost();
        options.say("the connection to the server is lost; trying again");
      },
    });
    // Events may be late or missing, and some networks let none through.
    this.#looking = setInterval(() => this.#look(), options.pause ?? 10_000);
  }

  get name(): string {
    return this.#server.name;
  }

  get organization(): string {
    return this.#server.organization.name;
  }

  get collaboration(): string {
    return this.#server.collaboration.name;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#events.close();
    this.#presence.end();
    clearInterval(this.#looking);
    for (const child of this.#taken.values()) child?.kill();
    await Promise.all(this.#work);
    await this.#proxy.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** What the server shows of the node to others. */
  #tell(): void {
    const { databases } = this.#options;
    this.#events.emit("node_info_update", {
      encryption: this.#server.collaboration.isEncrypted,
      allowed_algorithms: "all",
      database_labels: databases.map(({ label }) => label),
      database_types: Object.fromEntries(databases.map(({ label, type }) => [`db_type_${label}`, type])),
    });
  }

  #look(task?: number): void {
    this.#do(async () => {
      const asked = Date.now();
      const [before, runs] = [[...this.#taken.keys()], await this.#server.openRuns(task)];
      // Those that are open no more were killed while nobody could say so.
      const gone = before.filter((id) => runs.every((run) => run.id !== id));
      if (task === undefined) this.#kill(gone);
      for (const run of runs) {
        const isTaken = this.#taken.has(run.id) || (this.#over.get(run.id) ?? 0) >= asked;
        if (this.#isStopped || isTaken) continue;
        this.#taken.set(run.id, undefined);
        this.#do(() => this.#carryOut(run).finally(() => this.#forget(run)));
      }
    });
  }

  #forget({ id }: OpenRun): void {
    this.#taken.delete(id);
    this.#killed.delete(id);
    this.#over.set(id, Date.now());
  }

  /** Work that nobody waits for but `stop`. */
  #do(work: () => Promise<void>): void {
    const done = work()
      .catch((error: unknown) => {
        const why = isKonsilError(error)
          ? error.message
          : error instanceof Error
            ? error.stack
            : String(error);
        this.#options.say(`failed: ${why}`);
      })
      .finally(() => this.#work.delete(done));
    this.#work.add(done);
  }

  async #carryOut(run: OpenRun): Promise<void> {
    const { say } = this.#options;
    const label = `run ${run.id} of task ${run.task}`;
    const began = Date.now();
    say(`${label} begins: ${run.name === "" ? run.image : run.name}`);
    const change = await this.#outcome(run);
    if (change === undefined) {
      say(this.#isStopped ? `${label} was left for later` : `${label} was killed`);
      return;
    }
    await this.#deliver(run, { ...change, finishedAt: new Date() });
    const time = formatDuration((Date.now() - began) / 1000);
    const size = change.result === undefined ? 0 : change.result.length;
    say(
      change.status === "completed"
        ? `${label} is completed: ${time}, an answer of ${size} characters`
        : `${label} is ${change.status}: ${(change.log ?? "").trim().split("\n").at(-1) ?? ""}`,
    );
  }

  /** What came of a run; undefined where it was killed. */
  async #outcome(run: OpenRun): Promise<RunChange | undefined> {
    const failed = (log: string): RunChange => ({ status: "failed", result: "", log });
    if (run.isBlob) return failed("A development node does not read the blob store.");
    let input: Uint8Array;
    let token: string;
    try {
      input = this.#cipher.open(run.input);
      token = await this.#server.containerToken(run);
    } catch (error) {
      if (!isKonsilError(error)) throw error;
      // The server gives no token to what was killed meanwhile, and may say so before its event arrives.
      const runs = await this.#server.openRuns(run.task).catch(() => [run]);
      return runs.some(({ id }) => id === run.id) ? failed(error.message) : undefined;
    }
    if (this.#isStopped || this.#killed.has(run.id)) return undefined;
    const folder = join(this.#folder, `task-${String(run.id).padStart(9, "0")}`);
    try {
      return await this.#execute(run, folder, input, token);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  async #execute(
    run: OpenRun,
    folder: string,
    input: Uint8Array,
    token: string,
  ): Promise<RunChange | undefined> {
    const { main, databases, settings } = this.#options;
    const temporary = join(this.#folder, `job-${run.job}`);
    mkdirSync(temporary, { recursive: true });
    mkdirSync(folder, { recursive: true });
    const [inputFile, outputFile, tokenFile] = [
      join(folder, "input"),
      join(folder, "output"),
      join(folder, "token"),
    ];
    writeFileSync(inputFile, input, { mode: 0o600 });
    writeFileSync(outputFile, "", { mode: 0o600 });
    writeFileSync(tokenFile, token, { mode: 0o600 });
    // Before it starts: a change forgets the log that was sent until then.
    if (!(await this.#server.change(run.id, { status: "active", startedAt: new Date() }))) return undefined;
    this.#announce(run, "active");
    if (this.#isStopped || this.#killed.has(run.id)) return undefined;
    const environment = taskEnvironment({
      input: inputFile,
      output: outputFile,
      token: tokenFile,
      temporary,
      proxy: { host: "http://127.0.0.1", port: this.#proxy.port },
      requested: run.databases,
      databases,
      settings,
    });
    const child = new RunProcess(main, environment, (line) => {
      this.#events.emit("algorithm_log", {
        collaboration_id: this.#server.collaboration.id,
        run_id: run.id,
        task_id: run.task,
        log: `${line}\n`,
      });
    });
    this.#taken.set(run.id, child);
    const { code, log } = await child.ended;
    if (this.#isStopped || this.#killed.has(run.id)) return undefined;
    if (code !== 0) return { status: "crashed", result: "", log };
    const result = await this.#cipher.seal(readFileSync(outputFile), run.asker);
    return { status: "completed", result, log };
  }

  /** A result is offered until the server has it. */
  async #deliver(run: OpenRun, change: RunChange): Promise<void> {
    this.#announce(run, change.status ?? "");
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#server.change(run.id, change);
        return;
      } catch (error) {
        const status = error instanceof ServerError ? error.status : 0;
        const isPassing = status === undefined || status >= 500;
        if (!isPassing || attempt === tries || this.#isStopped) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.min(30_000, 500 * 2 ** attempt)));
      }
    }
  }

  #announce({ id, task, parent }: OpenRun, status: string): void {
    const { node, collaboration, organization } = this.#server;
    this.#events.emit("algorithm_status_change", {
      node_id: node,
      status,
      run_id: id,
      task_id: task,
      collaboration_id: collaboration.id,
      organization_id: organization.id,
      parent_id: parent,
    });
  }

  #kill(runs: readonly number[] | undefined): void {
    for (const [run, child] of this.#taken) {
      if (runs !== undefined && !runs.includes(run)) continue;
      this.#killed.add(run);
      child?.kill();
    }
  }
}

/** @throws ArgumentError where another process goes on with this key: each would carry out every task */
async function checkAlone(server: NodeServer, { say, patience = 5000 }: DevNodeOptions): Promise<void> {
  const end = performance.now() + patience;
  for (let looks = 0; await server.isOnline(); looks++) {
    if (performance.now() > end)
      throw new ArgumentError(
        "ARGUMENT_INVALID",
        `The node "${server.name}" is online already: another process, or a hospital's node, has its key, and each task would be done twice. End that one first. If it ended without a word, the server notices within three minutes: try again then.`,
      );
    if (looks === 0) say("the node is online already: waiting a moment for another process to end");
    await new Promise((resolve) => setTimeout(resolve, Math.min(500, patience)));
  }
}

/**
 * A node of vantage6 4.x for development: it takes its tasks from a real server, and carries each out as a process of
 * this machine, which the program of an image runs in, whatever image the task names. Nothing keeps such a process from
 * the rest of the machine: it is for algorithms of one's own, and not for a hospital.
 * @throws ServerError, EncryptionError; ArgumentError where the node is online already
 */
export async function startDevNode(options: DevNodeOptions): Promise<DevNode> {
  const server = await NodeServer.open(await connectNode(options.server, options.apiKey));
  const cipher = nodeCipher(server, options.privateKey);
  await checkAlone(server, options);
  if (!isOpenToNobody(dirname(options.main)))
    options.say(
      `tasks give up root's rights, and only root may look into ${dirname(options.main)}: they will fail. Start the node as another user, or move the program to where everybody may look`,
    );
  if (
    server.collaboration.isEncrypted &&
    options.privateKey !== undefined &&
    (await server.publish(options.privateKey))
  )
    options.say(
      `published the public key of "${server.organization.name}": ${options.privateKey.publicKey.fingerprint}`,
    );
  const proxy = await SubtaskProxy.open(server.connection.address, cipher);
  return new Runs(options, server, cipher, proxy);
}
