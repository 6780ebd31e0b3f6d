import { ArgumentError, checkOptionNames } from "@konsil/core";
import type { KnownKeys, PrivateKey } from "../crypto/index.ts";
import { showable, viewForms } from "../display/showable.ts";
import { serverEvents, serverFederation } from "../remote/index.ts";
import { readAddress } from "./address.ts";
import { type Content, readContent } from "./content.ts";
import type { Dialect } from "./dialect/index.ts";
import { hasBlobs } from "./has-blobs.ts";
import { type Manner, Requests } from "./http/index.ts";
import type { LinkedStore, Run, TaskResult, User } from "./model/index.ts";
import { ownKeys } from "./own-keys.ts";
import { mapPages } from "./pages.ts";
import {
  creatable,
  deletable,
  resource,
  type Send,
  updatable,
  withOrganizations,
} from "./resources/resource.ts";
import type { ReadResult, ReadRun, Server, Stores } from "./server.ts";
import type { Session } from "./session.ts";
import { makeStore } from "./store.ts";
import { TaskInputs } from "./task-inputs.ts";
import { type Waited, waitFor } from "./wait.ts";

export interface ServerParts {
  readonly requests: Requests;
  readonly dialect: Dialect;
  readonly session: Session;
  readonly user: User;
  readonly manner: Partial<Manner>;
  readonly privateKey: PrivateKey | undefined;
  readonly knownKeys: KnownKeys;
  readonly allowInsecure: boolean;
  /** Ends what is asked, with its reason. */
  readonly signal?: AbortSignal | undefined;
}

function stores(parts: ServerParts, send: Send): Stores {
  const { dialect, session, requests, manner, allowInsecure, signal } = parts;
  const list = resource(send, dialect.linkedStores);
  return {
    ...list,
    ...updatable(send, dialect.linkedStores),
    create: async (store) => send(dialect.linkedStores.create(store, requests.base)),
    delete: async (id) => send(dialect.linkedStores.delete(id, requests.base)),
    async open(store, options = {}) {
      checkOptionNames("stores.open()", options, ["serverAddress", "allowInsecure"]);
      const { url }: LinkedStore = typeof store === "number" ? await list.get(store) : store;
      // The token of the server is sent to it.
      const address = readAddress(url, options.allowInsecure ?? allowInsecure);
      const asked = new Requests(address, manner);
      return makeStore(
        address,
        (call) => session.send(call, signal, asked),
        dialect.store(options.serverAddress ?? requests.base),
      );
    },
  };
}

/** A server's things, from what asks it. */
export function makeServer(parts: ServerParts): Server {
  const { requests, dialect, session, user, privateKey, knownKeys } = parts;
  const send: Send = (call) => session.send(call, parts.signal);
  const address = requests.base;

  const read = async (message: string | null, isBlob: boolean, whose: string): Promise<Content> => {
    const isThere = message !== null && message !== "";
    const bytes = isBlob && isThere ? await send(dialect.blobs.download(message)) : message;
    return readContent(bytes, privateKey, whose);
  };
  const readResult = ({ result, isBlob, id }: TaskResult): Promise<Content> =>
    read(result, isBlob, `Result ${id}`);
  const withResult = async (result: TaskResult): Promise<ReadResult> => ({
    ...result,
    content: await readResult(result),
  });
  const readInput = ({ input, isBlob, id }: Run): Promise<Content> =>
    read(input, isBlob, `The input of run ${id}`);
  const withInput = async (run: Run): Promise<ReadRun> => ({ ...run, content: await readInput(run) });

  const { nodes, tasks } = dialect;
  const inputs = new TaskInputs(send, dialect, address, knownKeys, {
    key: privateKey,
    home: user.organization.id,
  });
  const taskList = resource(send, tasks);
  const runs = resource(send, dialect.runs);
  const results = resource(send, dialect.results);
  const waited = (signal: AbortSignal): Waited => {
    const within = server.within(signal);
    return {
      tasks: within.tasks,
      runs: within.runs,
      results: within.results,
      read: async (result) => ({ ...result, content: await within.results.read(result) }),
    };
  };
  const server: Server = {
    address,
    user,
    within(signal) {
      if (!(signal instanceof AbortSignal))
        throw new ArgumentError(
          "ARGUMENT_INVALID",
          "server.within() needs an AbortSignal, such as AbortSignal.timeout(5000).",
        );
      const both = parts.signal === undefined ? signal : AbortSignal.any([parts.signal, signal]);
      return makeServer({ ...parts, signal: both });
    },
    version: async () => send(dialect.version()),
    health: async () => send(dialect.health()),
    organizations: {
      ...resource(send, dialect.organizations),
      ...creatable(send, dialect.organizations),
      ...updatable(send, dialect.organizations),
      ...deletable(send, dialect.organizations),
    },
    collaborations: {
      ...resource(send, dialect.collaborations),
      ...creatable(send, dialect.collaborations),
      ...updatable(send, dialect.collaborations),
      ...deletable(send, dialect.collaborations),
      ...withOrganizations(send, dialect.collaborations),
    },
    studies: {
      ...resource(send, dialect.studies),
      ...creatable(send, dialect.studies),
      ...updatable(send, dialect.studies),
      ...deletable(send, dialect.studies),
      ...withOrganizations(send, dialect.studies),
    },
    nodes: {
      ...resource(send, nodes),
      ...creatable(send, nodes),
      ...updatable(send, nodes),
      ...deletable(send, nodes),
      resetKey: async (id) => send(nodes.resetKey(id)),
      killTasks: async (id) => send(nodes.killTasks(id)),
    },
    users: {
      ...resource(send, dialect.users),
      ...creatable(send, dialect.users),
      ...updatable(send, dialect.users),
      ...deletable(send, dialect.users),
    },
    roles: {
      ...resource(send, dialect.roles),
      ...creatable(send, dialect.roles),
      ...updatable(send, dialect.roles),
      ...deletable(send, dialect.roles),
    },
    rules: resource(send, dialect.rules),
    tasks: {
      ...taskList,
      ...deletable(send, tasks),
      async create(task, options = {}) {
        checkOptionNames("tasks.create()", options, ["onProgress"]);
        const { onProgress = () => undefined } = options;
        return await send(tasks.create(await inputs.ready(task, onProgress), address));
      },
      kill: async (id) => send(tasks.kill(id)),
    },
    runs: {
      ...runs,
      async read(run) {
        return await readInput(typeof run === "number" ? await runs.get(run) : run);
      },
      fromTask: (task) => mapPages(runs.list({ task }), withInput),
    },
    results: {
      ...results,
      async read(result) {
        return await readResult(typeof result === "number" ? await results.get(result) : result);
      },
      fromTask: (task) => mapPages(results.list({ task }), withResult),
      wait: (task, options) => waitFor(waited, task, options),
    },
    stores: stores(parts, send),
    blobs: {
      enabled: () => hasBlobs(send, dialect),
      upload: async (bytes) => send(dialect.blobs.upload(bytes)),
      download: async (id) => send(dialect.blobs.download(id)),
    },
    account: {
      async changePassword(current, wanted) {
        await send(dialect.account.changePassword(current, wanted));
        session.passwordChanged(wanted);
      },
      resetPassword: async (whose) => send(dialect.account.resetPassword(whose)),
      setPassword: async (token, password) => send(dialect.account.setPassword(token, password)),
      resetTwoFactor: async (username, password) => send(dialect.account.resetTwoFactor(username, password)),
      setTwoFactor: async (token) => send(dialect.account.setTwoFactor(token)),
    },
    keys: ownKeys(send, dialect, privateKey, user.organization.id),
    events: () =>
      serverEvents({
        address,
        accessToken: (refused) => session.accessToken(refused),
        certificates: parts.manner.certificates,
      }),
    federation: (options) =>
      serverFederation({ server, privateKey, knownKeys, timeout: parts.manner.timeout }, options),
  };
  return showable(
    server,
    viewForms(() => ({
      title: `vantage6 server at ${address}`,
      subtitle: `logged in as ${user.username}`,
      notes: ["federation() runs analyses, and lists such as tasks.list() give what the server has."],
    })),
  );
}
