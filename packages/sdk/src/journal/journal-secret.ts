import { readFile, writeFile } from "node:fs/promises";
import { randomName } from "@konsil/core";

const ofProcess = randomName();

/** Files of secrets by the analyses whose journals they lie beside. */
const files = new Map<string, string>();

/** Makes a journal's analysis known: its secret lies beside the journal, so that whoever resumes it has the same. */
export function rememberJournal(analysis: string, journal: string): void {
  files.set(analysis, `${journal}.secret`);
}

/** Reads a file with a secret, or makes one, for its owner alone. One that is damaged is made anew. */
async function kept(file: string): Promise<string> {
  const known = await readFile(file, "utf8").catch(() => "");
  if (/^[0-9a-f]{32}$/.test(known)) return known;
  const secret = randomName();
  await writeFile(file, secret, { mode: 0o600 });
  return secret;
}

const secrets = new Map<string, Promise<string>>();

/**
 * The secret by which sites of this process make the fingerprints of an analysis. Kept in a file only where the analysis has
 * a journal in a file; others end with the process.
 */
export async function localSecret(analysis: string): Promise<string> {
  const file = files.get(analysis);
  if (file === undefined) return ofProcess;
  // Sites ask at the same time.
  const secret = secrets.get(file) ?? kept(file).catch(() => ofProcess);
  secrets.set(file, secret);
  return await secret;
}
