import {
  type AnyAlgorithm,
  createSite,
  isKonsilError,
  memoryJournal,
  parsePolicy,
  rowsSource,
} from "@konsil/core";
import { memoryKnownKeys, type PrivateKey } from "../../src/crypto/index.ts";
import type { Federation } from "../../src/federation/index.ts";
import { serverFederation } from "../../src/remote/server-federation.ts";
import type { ServerPort } from "../../src/remote/server-port.ts";
import { mean, rowsTo } from "../mean.ts";
import { FakeWorld } from "./fake-server/fake-world.ts";
import type { Call, Fate, Fault } from "./fake-server/fate.ts";
import { fastPace } from "./fast-pace.ts";
import { programsOf } from "./programs.ts";

/** Numbers in [0, 1) from a seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const sizes: readonly number[] = [1, 2, 4, 8];
const names = ["oslo", "leeds", "tartu", "milan"];

/** Sums of sizes tell which sites were counted. */
const rowsOf = (sites: readonly string[]): number =>
  sites.reduce((sum, site) => sum + (sizes[names.indexOf(site)] as number), 0);

function newWorld(keys: readonly PrivateKey[]): FakeWorld {
  const sites = names.map((name, i) =>
    createSite({
      name,
      databases: { default: rowsSource(rowsTo(sizes[i] as number)) },
      policy: parsePolicy("open", "rows made up by a test"),
      algorithms: [mean as AnyAlgorithm],
    }),
  );
  return new FakeWorld(programsOf(sites, [mean as AnyAlgorithm]), keys);
}

/** Statuses, results and delays that a run may have, honest ones the most of all. */
function randomFate(next: () => number, severity: number): Fate {
  const delays = {
    pending: next() * 4,
    active: next() * 6,
    isDouble: next() < 0.1,
    late: next() < 0.1 ? 5 : undefined,
  };
  const { late, ...others } = delays;
  const timing: Fate = { ...others, ...(late === undefined ? {} : { late }), rowAfter: next() < 0.1 ? 4 : 0 };
  if (next() > severity) return timing;
  const ends = [
    "crashed",
    "killed by user",
    "non-existing Docker image",
    "not allowed",
    "start failed",
    "teleported",
    "never",
  ];
  const results = [
    "truncated",
    "swapped",
    "for another key",
    "of another image",
    "not base64",
    "empty",
  ] as const;
  const drawn = Math.floor(next() * (ends.length + results.length));
  const end = ends[drawn];
  return end === undefined
    ? { ...timing, result: results[drawn - ends.length] as (typeof results)[number] }
    : { ...timing, end, isFinished: next() < 0.7 };
}

function randomFault(next: () => number, severity: number): Fault | undefined {
  if (next() > severity) return undefined;
  const faults: readonly Fault[] = [
    "lost request",
    "lost reply",
    "half a reply",
    { status: 500 },
    { status: 503 },
    { status: 502 },
    { status: 429, headers: { "retry-after": "0" } },
    { status: 401 },
  ];
  return faults[Math.floor(next() * faults.length)];
}

/** What went wrong with one schedule; nothing when all promises were kept. */
export interface Verdict {
  readonly problem: string | undefined;
  readonly ends: readonly string[];
  readonly tasks: number;
}

/** How a server is reached over which faults happen. */
export type Reach = (
  world: FakeWorld,
  next: () => number,
) => Promise<{ server: ServerPort; close(): Promise<void> }>;

/**
 * One schedule of faults, from its seed: an analysis is run, crashes in the middle, is run again with its journal,
 * until it ends well or five processes have tried.
 */
export async function schedule(seed: number, keys: readonly PrivateKey[], reach: Reach): Promise<Verdict> {
  const next = random(seed);
  const world = newWorld(keys);
  world.hasBlobs = next() < 0.2;
  const collaboration = next() < 0.2 ? "sealed" : "plain";
  const [calls, fates, crashes] = [next() * 0.12, next() * 0.12, next() < 0.4 ? 0.8 : 0];
  const mayLose = next() < 0.5;
  let severe = true;
  world.faults = {
    call: ({ method, path }: Call) => {
      if (!severe || path.startsWith("/user")) return undefined;
      if (method !== "POST" || path !== "/task") return randomFault(next, calls);
      // Tasks that are made when nobody waits for them any more are what two of one name come from.
      if (next() < calls) return { late: 5 + next() ** 2 * 300 };
      return next() < 0.5 ? undefined : randomFault(next, calls);
    },
    fate: () => randomFate(next, severe ? fates : 0),
  };
  const reached = await reach(world, next);
  const { server } = reached;
  const journal = memoryJournal();
  const ends: string[] = [];
  const known = memoryKnownKeys();
  try {
    for (let life = 0; life < 6; life++) {
      // The last processes meet a server in good health, and must end well, once somebody has killed what never ends.
      severe = life < 3;
      if (!severe) for (const task of world.tasks) world.kill(task);
      const end = await oneLife(server, {
        known,
        keys,
        collaboration,
        journal,
        mayLose,
        next,
        crashes: severe ? crashes : 0,
        kills: next() < 0.3,
        deadline: severe ? 0.3 : 30,
        // Of each fourth schedule a site runs the central part.
        centralAt: seed % 4 === 0 ? names[(seed / 4) % names.length] : undefined,
      });
      ends.push(end.said);
      if (end.isGood) await world.settled();
      const made = world.tasks.map(({ name }) => name);
      const double = made.find((name, i) => made.indexOf(name) !== i);
      if (double !== undefined)
        return { problem: `the task ${double} was made twice`, ends, tasks: made.length };
      if (end.problem !== undefined) return { problem: end.problem, ends, tasks: made.length };
      if (end.isGood) return { problem: undefined, ends, tasks: made.length };
    }
    return { problem: "no process came to an end on a healthy server", ends, tasks: world.tasks.length };
  } finally {
    for (const task of world.tasks) world.kill(task);
    await reached.close();
  }
}

interface Life {
  readonly known: ReturnType<typeof memoryKnownKeys>;
  readonly keys: readonly PrivateKey[];
  readonly collaboration: string;
  readonly journal: ReturnType<typeof memoryJournal>;
  readonly mayLose: boolean;
  readonly next: () => number;
  readonly crashes: number;
  readonly kills: boolean;
  readonly deadline: number;
  readonly centralAt: string | undefined;
}

async function oneLife(
  server: ServerPort,
  { known, keys, collaboration, journal, mayLose, next, crashes, kills, deadline, centralAt }: Life,
): Promise<{ readonly said: string; readonly isGood: boolean; readonly problem?: string }> {
  const crash = new AbortController();
  const dies = next() < crashes ? 5 + next() * 40 : undefined;
  const timer = dies === undefined ? undefined : setTimeout(() => crash.abort(), dies);
  try {
    const federation: Federation = await serverFederation(
      { server, privateKey: keys[0], knownKeys: known, pace: fastPace },
      {
        collaboration,
        image: "registry.example.org/konsil:1",
        events: next() < 0.5 && !server.address.includes(":", 6),
      },
    );
    const result = await federation.run(
      mean,
      { column: "x", rounds: 3 },
      {
        journal,
        signal: crash.signal,
        deadline,
        centralAt,
        whenAborted: kills ? "kill task" : "leave running",
        ...(mayLose ? { whenSiteFails: { continueWith: 2 } } : {}),
      },
    );
    const answered = result.report.sites.filter(({ state }) => state === "answered").map(({ site }) => site);
    const isRight = result.n === rowsOf(answered) && (mayLose || answered.length === names.length);
    return {
      said: `answered by ${answered.length}`,
      isGood: true,
      ...(isRight ? {} : { problem: `n is ${result.n} of ${answered.join(", ")}` }),
    };
  } catch (error) {
    if (isKonsilError(error)) return { said: error.code, isGood: false };
    return { said: "untyped", isGood: false, problem: `not a typed end: ${String((error as Error).stack)}` };
  } finally {
    clearTimeout(timer);
  }
}

/** Runs schedules, some at a time, and returns those that broke a promise. */
export async function soak(
  schedules: number,
  first: number,
  keys: readonly PrivateKey[],
  reach: Reach,
): Promise<{
  readonly broken: readonly string[];
  readonly ends: ReadonlyMap<string, number>;
  readonly tasks: number;
}> {
  const broken: string[] = [];
  const ends = new Map<string, number>();
  let seed = first;
  let tasks = 0;
  const worker = async (): Promise<void> => {
    while (seed < first + schedules) {
      const own = seed++;
      const verdict = await schedule(own, keys, reach);
      tasks += verdict.tasks;
      for (const end of verdict.ends) ends.set(end, (ends.get(end) ?? 0) + 1);
      if (verdict.problem !== undefined)
        broken.push(`seed ${own}: ${verdict.problem} (${verdict.ends.join(", ")})`);
    }
  };
  await Promise.all(Array.from({ length: 24 }, worker));
  return { broken, ends, tasks };
}
