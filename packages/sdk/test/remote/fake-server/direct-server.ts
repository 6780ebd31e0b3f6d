import { AnalysisError } from "@konsil/core";
import type { ServerEvent, ServerEvents } from "../../../src/remote/server-events.ts";
import type {
  PortNode,
  PortOrganization,
  PortRun,
  PortTask,
  ServerPort,
} from "../../../src/remote/server-port.ts";
import { type FakeTask, FakeWorld } from "./fake-world.ts";
import type { Call } from "./fate.ts";

/** What a client throws: with a status where the server answered. */
class Failed extends AnalysisError {
  readonly status: number | undefined;

  constructor(what: string, status?: number) {
    super("SERVER_UNREACHABLE", `A fault of the test: ${what}.`);
    this.status = status;
  }
}

/** A fake world as a client would show it, without HTTP between them, and with the same faults. */
export function directServer(world: FakeWorld): ServerPort & { readonly events: () => ServerEvents } {
  const counts = new Map<string, number>();
  const call = async <T>(method: string, path: string, answer: () => T): Promise<T> => {
    await new Promise((resolve) => setImmediate(resolve));
    const before = counts.get(`${method} ${path}`) ?? 0;
    counts.set(`${method} ${path}`, before + 1);
    const asked: Call = { method, path, query: new URLSearchParams(), before };
    const fault = world.faults.call?.(asked);
    if (typeof fault === "object" && "late" in fault) {
      world.later(fault.late, answer);
      throw new Failed("an answer", fault.status ?? 504);
    }
    if (typeof fault === "object") throw new Failed("an answer", fault.status);
    if (fault === "lost request") throw new Failed(fault);
    const value = answer();
    if (fault !== undefined) throw new Failed(fault);
    return value;
  };
  const list = <T>(path: string, rows: () => readonly T[]) => ({ all: () => call("GET", path, rows) });
  const organizationOf = (id: number): PortOrganization => {
    const found = world.organization(id);
    if (found === undefined) throw new Failed("no such organization", 404);
    return { id, name: found.name, publicKey: FakeWorld.published(found.key) };
  };
  const shown = ({ id, name, image, collaboration, maker }: FakeTask): PortTask => ({
    id,
    name,
    image,
    collaboration: { id: collaboration },
    organization: { id: maker },
  });
  const taskOf = (id: number) => {
    const found = world.tasks.find((task) => task.id === id);
    if (found === undefined) throw new Failed("no such task", 404);
    return found;
  };
  const listeners = new Set<(event: ServerEvent) => void>();
  world.onEvent = (_name, data) => {
    for (const listener of listeners)
      listener({
        type: "run",
        task: Number(data["task_id"]),
        run: Number(data["run_id"]),
        status: String(data["status"]),
      });
  };
  const server: ReturnType<typeof directServer> = {
    address: "http://127.0.0.1/api",
    within: () => server,
    user: { organization: { id: world.home } },
    tasks: {
      create: (task) =>
        call("POST", "/task", () =>
          shown(
            world.createTask({
              name: task.name,
              image: task.image,
              ...(task.collaboration === undefined ? {} : { collaboration_id: task.collaboration }),
              ...(task.study === undefined ? {} : { study_id: task.study }),
              databases: task.databases.map((label) => ({ label })),
              organizations: task.inputs.map(({ organization, input }) => ({ id: organization, input })),
            }),
          ),
        ),
      get: (id) => call("GET", `/task/${id}`, () => shown(taskOf(id))),
      list: ({ name }) =>
        list("/task", () =>
          world.tasks.filter((task) => task.name.toLowerCase() === name.toLowerCase()).map(shown),
        ),
      kill: (id) =>
        call("POST", "/kill/task", () => {
          if (!world.kill(taskOf(id))) throw new Failed("it is over", 400);
        }),
    },
    runs: {
      list: ({ task }) =>
        list("/run", () =>
          world.tasks
            .filter(({ id }) => id === task)
            .flatMap(({ runs }) => runs)
            .filter(({ visibleAt }) => Date.now() >= visibleAt)
            .flatMap((run): PortRun[] => {
              const row: PortRun = {
                id: run.id,
                status: run.status,
                log: run.log,
                startedAt: run.startedAt === null ? null : new Date(`${run.startedAt}Z`),
                finishedAt: run.finishedAt === null ? null : new Date(`${run.finishedAt}Z`),
                organization: { id: run.organization.id },
                node: { status: run.organization.node?.status ?? null },
                result: { id: run.id },
              };
              return run.fate.isDouble === true ? [row, row] : [row];
            }),
        ),
    },
    results: {
      get: (id) =>
        call("GET", `/result/${id}`, () => {
          const run = world.tasks.flatMap(({ runs }) => runs).find((one) => one.id === id);
          if (run === undefined) throw new Failed("no such result", 404);
          return { result: run.result, isBlob: run.isBlob };
        }),
    },
    nodes: {
      list: () =>
        list("/node", () =>
          world.organizations.flatMap(({ id, node }): PortNode[] =>
            node === undefined ? [] : [{ organization: { id }, status: node.status, config: node.config }],
          ),
        ),
    },
    organizations: {
      get: (id) => call("GET", `/organization/${id}`, () => organizationOf(id)),
      list: ({ study }) =>
        list("/organization", () => {
          const ids = world.studies.find(({ id }) => id === study)?.organizations;
          return world.organizations
            .filter(({ id }) => ids?.includes(id) ?? true)
            .map(({ id }) => organizationOf(id));
        }),
    },
    collaborations: { list: () => list("/collaboration", () => world.collaborations) },
    studies: { list: () => list("/study", () => world.studies) },
    blobs: {
      enabled: () => call("GET", "/blobstream/status", () => world.hasBlobs),
      upload: (bytes) => call("POST", "/blobstream", () => world.store(bytes)),
      download: (id) => call("GET", `/blobstream/${id}`, () => world.blobs.get(id) ?? new Uint8Array()),
    },
    events: () => ({
      listen(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    }),
  };
  return server;
}
