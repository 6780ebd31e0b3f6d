import {
  type AnyAlgorithm,
  createSite,
  DefinitionError,
  type Policy,
  policyFromEnvironment,
  type Site,
  type SiteOptions,
  type Source,
} from "@konsil/core";
import { policyFile } from "../sites/index.ts";
import { identitiesOf } from "./database-identities.ts";
import { openDatabase, type SourceKind } from "./databases.ts";
import type { TaskEnvironment } from "./environment.ts";
import type { KeptTables } from "./kept-tables.ts";
import { methodName } from "./plain-call.ts";

/**
 * The site's policy: KONSIL_POLICY or single KONSIL_POLICY_… settings of the node's environment, or the file that
 * KONSIL_POLICY_FILE names. Without either a hospital's default.
 * @throws PolicyError, ArgumentError
 */
export async function policyOf(settings: TaskEnvironment["settings"]): Promise<Policy> {
  const { KONSIL_POLICY_FILE: file, ...others } = settings;
  // Settings beside a file are refused with the words for settings beside each other.
  if (file === undefined || Object.keys(others).some((name) => name.startsWith("KONSIL_POLICY")))
    return policyFromEnvironment(settings);
  return policyFile(file);
}

/** A source that is opened when it is first asked: a database that nobody reads keeps nobody from an answer. */
function lazily(open: () => Source): Source {
  let opened: Source | undefined;
  const source = (): Source => {
    opened ??= open();
    return opened;
  };
  return {
    describe: (...given) => source().describe(...given),
    read: (...given) => source().read(...given),
  };
}

/** Databases by the node's labels. */
function databasesOf(
  { databases }: TaskEnvironment,
  kinds: readonly SourceKind[],
  kept: KeptTables | undefined,
): Readonly<Record<string, Source>> {
  return Object.fromEntries(
    databases.map((database) => {
      const source = lazily(() => openDatabase(database, kinds));
      return [database.label, kept?.source(database, source) ?? source];
    }),
  );
}

export interface SiteOfTask {
  readonly name: string;
  readonly environment: TaskEnvironment;
  readonly algorithms: readonly AnyAlgorithm[];
  readonly sources: readonly SourceKind[];
  readonly memory?: SiteOptions["memory"];
  readonly secret?: SiteOptions["secret"];
  /** The tables that the task's job keeps. Without them each database is read anew. */
  readonly kept?: KeptTables | undefined;
  readonly onAnswer?: SiteOptions["onAnswer"];
  readonly onDefect?: SiteOptions["onDefect"];
}

/** The site for one task. @throws PolicyError, ArgumentError for a policy that cannot be read */
export async function siteOfTask(options: SiteOfTask): Promise<Site> {
  const { name, environment, algorithms, sources, memory, secret, kept, onAnswer, onDefect } = options;
  return createSite({
    name,
    policy: await policyOf(environment.settings),
    databases: databasesOf(environment, sources, kept),
    identities: identitiesOf(environment.databases),
    algorithms,
    memory,
    secret,
    onAnswer,
    onDefect,
  });
}

/**
 * One algorithm may be there in several versions; which one a plain call means is then the newest.
 * @throws DefinitionError when two would answer to one name
 */
export function checkAlgorithms(algorithms: readonly AnyAlgorithm[]): void {
  const seen = new Map<string, AnyAlgorithm>();
  const identities = new Set<string>();
  for (const algorithm of algorithms) {
    const { name, version } = algorithm;
    const method = methodName(name);
    const other = seen.get(method);
    if (identities.has(`${name}@${version}`) || (other !== undefined && other.name !== name))
      throw new DefinitionError(
        "DEFINITION_INVALID",
        `This image has ${name}@${version} and ${other?.name}@${other?.version}, which are both called "${method}". Leave one out.`,
      );
    seen.set(method, algorithm);
    identities.add(`${name}@${version}`);
  }
}
