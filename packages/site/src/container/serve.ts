import { closeSync, fdatasyncSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { type AnyAlgorithm, attrition, describe, isKonsilError } from "@konsil/core";
import { z } from "zod";
import { answerTask } from "./answer-task.ts";
import { csv, duckdb, parquet, type SourceKind } from "./databases.ts";
import { writeMethods } from "./definitions.ts";
import { readEnvironment, type TaskEnvironment } from "./environment.ts";
import { fileMemory } from "./file-memory.ts";
import { dropPrivileges } from "./privileges.ts";
import { NodeProxy } from "./proxy.ts";
import { checkAlgorithms } from "./site-of-task.ts";
import { taskJournal } from "./task-journal.ts";

/** What an image holds. */
export interface ServeOptions {
  readonly algorithms: readonly AnyAlgorithm[];
  /** The kinds of database that it reads. Default: CSV, Parquet and DuckDB files. */
  readonly sources?: readonly SourceKind[] | undefined;
}

/**
 * A line for the run's log, which the server keeps unencrypted. Of an error only its kind and, where it is one of
 * Konsil's, its code: words of other programs can hold a person's value.
 */
function log(text: string): void {
  process.stdout.write(`konsil: ${text}\n`);
}

function kindOf(error: unknown): string {
  if (isKonsilError(error))
    return error.code === "POLICY_INVALID" ? error.message : `${error.name} ${error.code}`;
  return error instanceof Error ? error.constructor.name : typeof error;
}

const named = z.object({ name: z.string().min(1) });

async function siteName({ settings }: TaskEnvironment, proxy: NodeProxy | undefined): Promise<string> {
  const given = settings["KONSIL_SITE"];
  if (given !== undefined && given !== "") return given;
  if (proxy === undefined) return "this site";
  return named.parse(await proxy.get(`/organization/${proxy.claims.organization}`)).name;
}

/** Beside the folders of tasks, in the volume that all containers of a node share; or where the node says. */
function memoryFolder({ settings, inputFile }: TaskEnvironment): string {
  return settings["KONSIL_MEMORY"] ?? join(dirname(dirname(inputFile)), "konsil");
}

/**
 * Answers the task that a node of vantage6 started this container for, and ends. A refusal is an answer, with exit
 * code 0; only a container that cannot write its answer fails.
 */
export async function serve({ algorithms, sources = [csv, parquet, duckdb] }: ServeOptions): Promise<void> {
  // What a desk asks of every federation, whatever is analysed.
  const all = [describe, attrition, ...algorithms];
  checkAlgorithms(all);
  // Asked by whoever enters this image in a store, and not by a node.
  const methods = process.env["KONSIL_METHODS_FILE"];
  if (methods !== undefined) return writeMethods(methods, [attrition, ...algorithms]);
  const environment = readEnvironment(process.env);
  // While this is root: the node wrote these files for root.
  const output = openSync(environment.outputFile, "r+");
  const input = readFileSync(environment.inputFile);
  const token = readFileSync(environment.tokenFile, "utf8").trim();
  const folder = memoryFolder(environment);
  dropPrivileges([environment.temporaryFolder, folder].filter((path) => path !== undefined));
  const proxy =
    environment.proxy === undefined || token === "" ? undefined : new NodeProxy(environment.proxy, token);
  const answer = await answerTask({
    environment,
    input,
    algorithms: all,
    sources,
    proxy,
    siteName: () => siteName(environment, proxy),
    memory: fileMemory(folder),
    onAnswer: taskJournal(environment.settings["KONSIL_JOURNAL"], log),
    onDefect: (error) => log(`failed: ${kindOf(error)}`),
  });
  ftruncateSync(output);
  let written = 0;
  while (written < answer.length) written += writeSync(output, answer, written);
  fdatasyncSync(output);
  closeSync(output);
}
