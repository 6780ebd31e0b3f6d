import { closeSync, fdatasyncSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { type AnyAlgorithm, attrition, describe, encodeJson } from "@konsil/core";
import { z } from "zod";
import { answerTask, notStarted } from "./answer-task.ts";
import { csv, duckdb, parquet, postgresql, type SourceKind } from "./databases.ts";
import { writeMethods } from "./definitions.ts";
import { readEnvironment, type TaskEnvironment } from "./environment.ts";
import { failureNote } from "./failure-note.ts";
import { fileMemory, fileSecret, makeMemory } from "./file-memory.ts";
import { keptTables } from "./kept-tables.ts";
import { dropPrivileges, identityFor, isForRootOnly, isRoot } from "./privileges.ts";
import { NodeProxy } from "./proxy.ts";
import { checkAlgorithms } from "./site-of-task.ts";
import { openJournal, taskJournal } from "./task-journal.ts";

/** What an image holds. */
export interface ServeOptions {
  readonly algorithms: readonly AnyAlgorithm[];
  /** The kinds of database that it reads. Default: CSV, Parquet and DuckDB files, and PostgreSQL. */
  readonly sources?: readonly SourceKind[] | undefined;
}

/** A line for the run's log, which the server keeps unencrypted. */
function log(text: string): void {
  process.stdout.write(`konsil: ${text}\n`);
}

/** What only root may open, opened before root's rights are given up. */
interface Opened {
  readonly input: Uint8Array;
  readonly token: string;
  readonly journal: number | undefined;
  /** The folder of what the site was asked before. */
  readonly memory: string;
}

/** Beside the folders of tasks, in the volume that all containers of a node share; or where the node says. */
function memoryFolder({ settings, outputFile }: TaskEnvironment): string {
  return join(settings["KONSIL_MEMORY"] ?? dirname(dirname(outputFile)), "konsil");
}

/** The files of the databases that a task may read. */
function filesOf({ databases, requested }: TaskEnvironment): readonly string[] {
  return databases
    .filter(({ label, uri }) => uri.startsWith("/") && (requested.length === 0 || requested.includes(label)))
    .map(({ uri }) => uri);
}

/** Opens what root has to, then is root no more. */
function prepare(environment: TaskEnvironment): Opened {
  const files = filesOf(environment);
  const identity = isRoot() ? identityFor(files) : undefined;
  const file = environment.settings["KONSIL_JOURNAL"];
  const memory = memoryFolder(environment);
  const opened = {
    input:
      "file" in environment.input
        ? readFileSync(environment.input.file)
        : encodeJson(environment.input.content),
    token: readFileSync(environment.tokenFile, "utf8").trim(),
    journal: file === undefined ? undefined : openJournal(file),
    memory,
  };
  try {
    makeMemory(memory, identity);
  } catch (error) {
    // Only what a policy counts needs it, and is refused then.
    log(`the folder for what was asked before cannot be made (${memory}): ${failureNote(error)}`);
  }
  if (identity !== undefined) {
    if (files.some(isForRootOnly))
      log(
        "a database can be read by root or root's group only, and this program gives up both: let another group or owner read its file",
      );
    dropPrivileges(identity, environment.temporaryFolder);
  }
  return opened;
}

const named = z.object({ name: z.string().min(1) });

async function siteName({ settings }: TaskEnvironment, proxy: NodeProxy | undefined): Promise<string> {
  const given = settings["KONSIL_SITE"];
  if (given !== undefined && given !== "") return given;
  if (proxy === undefined) return "this site";
  return named.parse(await proxy.get(`/organization/${proxy.claims.organization}`)).name;
}

function proxyOf(environment: TaskEnvironment, token: string): NodeProxy | undefined {
  return environment.proxy === undefined || token === ""
    ? undefined
    : new NodeProxy(environment.proxy, token);
}

function onDefect(error: unknown): void {
  log(`failed: ${failureNote(error)}`);
}

/** Never rejects: what goes wrong before a site is there is an answer too. */
async function answer(
  environment: TaskEnvironment,
  algorithms: readonly AnyAlgorithm[],
  sources: readonly SourceKind[],
): Promise<Uint8Array> {
  try {
    const { input, token, journal, memory } = prepare(environment);
    const proxy = proxyOf(environment, token);
    return await answerTask({
      environment,
      input,
      algorithms,
      sources,
      proxy,
      siteName: () => siteName(environment, proxy),
      memory: fileMemory(memory, log),
      secret: fileSecret(memory, log),
      kept: keptTables(environment, memory, proxy?.claims.image ?? "", log),
      onAnswer: taskJournal(journal, log),
      onProgress: log,
      onDefect,
    });
  } catch (error) {
    onDefect(error);
    return encodeJson(notStarted(environment.settings["KONSIL_SITE"] ?? ""));
  }
}

/** Undefined where the node's file for the answer is none: then nobody can be answered. */
function openOutput(file: string): number | undefined {
  try {
    return openSync(file, "r+");
  } catch (error) {
    return unwritable(error);
  }
}

/** Nobody is answered: the run fails, and its log says why, in none of the system's words. */
function unwritable(error: unknown): undefined {
  log(`the answer cannot be written: ${failureNote(error)}`);
  process.exitCode = 1;
}

/** Writes the whole of an answer, or none of it. */
function write(output: number, bytes: Uint8Array): void {
  try {
    ftruncateSync(output);
    let written = 0;
    while (written < bytes.length)
      written += writeSync(output, bytes, written, bytes.length - written, written);
    fdatasyncSync(output);
  } catch (error) {
    unwritable(error);
    try {
      // Half an answer is none.
      ftruncateSync(output);
    } catch {
      // A device, of which nothing can be cut.
    }
  }
}

/** A run-context file that cannot be read is as one of another schema: the environment says the same. */
function readContext(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    log(`the run-context file cannot be read: ${failureNote(error)}`);
    return "";
  }
}

/**
 * Answers the task that a node of vantage6 started this container for, and ends. A refusal is an answer, with exit
 * code 0; only a container that is told nothing, or cannot write its answer, fails.
 * @throws DataError when two algorithms of an image answer to one name, or no node started this process
 */
export async function serve({
  algorithms,
  sources = [csv, parquet, duckdb, postgresql],
}: ServeOptions): Promise<void> {
  // What a desk asks of every federation, whatever is analysed.
  const all = [describe, attrition, ...algorithms];
  checkAlgorithms(all);
  // Asked by whoever enters this image in a store, and not by a node.
  const methods = process.env["KONSIL_METHODS_FILE"];
  if (methods !== undefined) return writeMethods(methods, [attrition, ...algorithms]);
  const environment = readEnvironment(process.env, readContext);
  // The node wrote it for root.
  const output = openOutput(environment.outputFile);
  if (output === undefined) return;
  // What nobody caught would be printed with its words, which may hold a value.
  const unexpected = (error: unknown): void => {
    onDefect(error);
    write(output, encodeJson(notStarted(environment.settings["KONSIL_SITE"] ?? "")));
    process.exit();
  };
  process.on("uncaughtException", unexpected);
  process.on("unhandledRejection", unexpected);
  write(output, await answer(environment, all, sources));
  closeSync(output);
  process.off("uncaughtException", unexpected);
  process.off("unhandledRejection", unexpected);
}
