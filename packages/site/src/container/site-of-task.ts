import {
  type AnyAlgorithm,
  createSite,
  DataError,
  type Policy,
  policyFromEnvironment,
  type Site,
  type SiteOptions,
  type Source,
} from "@konsil/core";
import { policyFile } from "../sites/index.ts";
import { openDatabase, type SourceKind } from "./databases.ts";
import type { TaskEnvironment } from "./environment.ts";

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

/**
 * Databases by the label that requests use. A desk may call the one database of a task by another name than its node
 * does; the first that a task names is "default" where no database has that label.
 */
function databasesOf(
  { databases, requested }: TaskEnvironment,
  kinds: readonly SourceKind[],
  named: string,
): Readonly<Record<string, Source>> {
  const byLabel = new Map<string, Source>();
  for (const database of databases)
    byLabel.set(
      database.label,
      lazily(() => openDatabase(database, kinds)),
    );
  const [first] = requested;
  const source = first === undefined ? undefined : byLabel.get(first);
  if (source !== undefined && requested.length === 1) byLabel.set(named, source);
  return Object.fromEntries(byLabel);
}

export interface SiteOfTask {
  readonly name: string;
  readonly environment: TaskEnvironment;
  readonly algorithms: readonly AnyAlgorithm[];
  readonly sources: readonly SourceKind[];
  /** The label by which the request names its database. */
  readonly database: string;
  readonly memory?: SiteOptions["memory"];
  readonly onAnswer?: SiteOptions["onAnswer"];
  readonly onDefect?: SiteOptions["onDefect"];
}

/** The site for one task. @throws PolicyError, ArgumentError for a policy that cannot be read */
export async function siteOfTask(options: SiteOfTask): Promise<Site> {
  const { name, environment, algorithms, sources, database, memory, onAnswer, onDefect } = options;
  return createSite({
    name,
    policy: await policyOf(environment.settings),
    databases: databasesOf(environment, sources, database),
    algorithms,
    memory,
    onAnswer,
    onDefect,
  });
}

/** @throws DataError when two algorithms of an image would answer to one name */
export function checkAlgorithms(algorithms: readonly AnyAlgorithm[]): void {
  const seen = new Set<string>();
  for (const { name, version } of algorithms) {
    const identity = `${name}@${version}`;
    if (seen.has(identity))
      throw new DataError("DEFINITION_INVALID", `This image has two algorithms ${identity}. Leave one out.`);
    seen.add(identity);
  }
}
