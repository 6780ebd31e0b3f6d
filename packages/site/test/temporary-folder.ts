import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { onTestFinished } from "vitest";

/** A folder that is gone when the test has ended. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "konsil site [1]'s * "));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

export async function temporaryFile(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, content);
  return path;
}

/** Makes a DuckDB file, or with `COPY … TO` any file, by running statements. */
export async function runDuckdb(database: string, ...statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(database, { autoinstall_known_extensions: "false" });
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}
