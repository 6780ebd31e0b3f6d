import { PolicyError, type Source, version } from "@konsil/core";
import { fileState } from "../kept/file-state.ts";
import { forgetKeys, KeptFiles } from "../kept/kept-files.ts";
import { keptSource } from "../kept/kept-source.ts";
import type { OfferedDatabase, TaskEnvironment } from "./environment.ts";

/** The tables that containers of one job keep for each other, where the node's administrator wants that. */
export interface KeptTables {
  /** The source of a database, read from what an earlier round kept. */
  source(database: OfferedDatabase, source: Source): Source;
  /** Deletes what this node keeps of the job. */
  forget(): void;
}

const setting = "KONSIL_KEEP_TABLES";

/** @throws PolicyError for a setting that says nothing */
function isWanted({ settings }: TaskEnvironment): boolean {
  const { [setting]: given = "" } = settings;
  if (given === "" || given === "job") return given !== "";
  throw new PolicyError(
    "POLICY_INVALID",
    `${setting} is "${given}". It may be "job", which keeps prepared tables between the rounds of one job; leave it out to keep none.`,
  );
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "unknown";
}

/** Of a file its state. A server is asked once: what the first round of a job reads is what its other rounds read. */
function stateOf(database: OfferedDatabase, image: string): string | undefined {
  const { type, uri, parameters, wishes } = database;
  // What a task wishes of a database is refused, by whoever opens it.
  if (wishes.length > 0) return undefined;
  const rows = uri.startsWith("/")
    ? fileState(uri)
    : /^[a-z]+(\+\w+)?:\/\//i.test(uri)
      ? "server"
      : undefined;
  if (rows === undefined) return undefined;
  const names = Object.keys(parameters).sort();
  const described = names.map((name) => [name, parameters[name]]);
  return JSON.stringify([version, process.version, image, type, uri, described, rows]);
}

/**
 * The tables that a job keeps; undefined where none are kept. Where the administrator wants none, what other jobs kept
 * before can be read no more.
 * @param memory the folder below which the node's containers keep what only they may know
 * @param image which the task names
 * @throws PolicyError for a setting that says nothing
 */
export function keptTables(
  environment: TaskEnvironment,
  memory: string,
  image: string,
  say: (words: string) => void,
): KeptTables | undefined {
  if (!isWanted(environment)) {
    forgetKeys(memory);
    return undefined;
  }
  const { temporaryFolder } = environment;
  if (temporaryFolder === undefined) return undefined;
  let files: KeptFiles;
  try {
    files = new KeptFiles(temporaryFolder, memory);
  } catch (error) {
    say(`no table can be kept: ${codeOf(error)}`);
    return undefined;
  }
  return {
    source: (database, source) =>
      keptSource(source, {
        label: database.label,
        files,
        state: () => stateOf(database, image),
        say,
      }),
    forget() {
      try {
        files.forget();
      } catch (error) {
        say(`what the job kept cannot be deleted: ${codeOf(error)}`);
      }
    },
  };
}
