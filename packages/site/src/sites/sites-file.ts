import { dirname, resolve } from "node:path";
import { DataError, type Policy, PolicyError, parsePolicy, placeOf, type Source } from "@konsil/core";
import { fileFault } from "../sources/fault.ts";
import { type DatabaseFile, databaseFile, databaseSource } from "./database-source.ts";
import { readJsonFile } from "./json-file.ts";
import { checkWrittenSites, type WrittenSite } from "./written-sites.ts";

/** A site that runs on this machine: its data, and what may leave it. */
export interface SiteDescription {
  readonly name: string;
  readonly databases: Readonly<Record<string, Source>>;
  readonly policy: Policy;
  /** The file of its journal. */
  readonly journal?: string;
  /** Who asks, for its journal. */
  readonly researcher?: string;
}

function policyOf(site: WrittenSite, index: number): Policy {
  try {
    return parsePolicy(site.policy, site.reason);
  } catch (thrown) {
    if (!(thrown instanceof PolicyError)) throw thrown;
    const said = thrown.message.replace(`  [${thrown.code}]`, "");
    throw new PolicyError(thrown.code, `sites[${index}].policy (${site.name}): ${said}`, {
      site: site.name,
      cause: thrown,
    });
  }
}

/** @throws DataError DATA_UNREADABLE. The path is shown: this is the desk of the person who wrote it. */
async function requireFile(
  { setting, path }: DatabaseFile,
  database: readonly (string | number)[],
): Promise<void> {
  const fault = await fileFault(path);
  if (fault !== undefined)
    throw new DataError(
      "DATA_UNREADABLE",
      `${placeOf([...database, setting])}: the file "${path}" ${fault} A relative path starts at the folder of the description.`,
    );
}

async function describeSite(site: WrittenSite, index: number, folder: string): Promise<SiteDescription> {
  const policy = policyOf(site, index);
  const databases: [string, Source][] = [];
  for (const [label, written] of Object.entries(site.databases)) {
    const file = databaseFile(written, folder);
    if (file !== undefined) await requireFile(file, ["sites", index, "databases", label]);
    databases.push([label, databaseSource(written, folder, label)]);
  }
  return {
    name: site.name,
    databases: Object.fromEntries(databases),
    policy,
    ...(site.journal === undefined ? {} : { journal: resolve(folder, site.journal) }),
    ...(site.researcher === undefined ? {} : { researcher: site.researcher }),
  };
}

/**
 * Sites from their written form: `{ "sites": [{ "name", "databases": { "default": { "type": "csv", "uri" } },
 * "policy": { … }, "journal": "oslo.journal.jsonl" }] }`. Relative paths start at `folder`. A site without a policy has the hospital's default;
 * `"policy": "open"` with a `"reason"` is for data that anyone can have. Names have at most 64
 * letters and digits of any language and, between them, `-` `_` `.` and spaces; they are distinct, also when case is
 * ignored.
 * @throws ArgumentError ARGUMENT_INVALID, PolicyError POLICY_INVALID or DataError DATA_UNREADABLE, naming the field
 */
export async function parseSites(value: unknown, folder: string): Promise<readonly SiteDescription[]> {
  const described: SiteDescription[] = [];
  for (const [index, site] of checkWrittenSites(value).entries())
    described.push(await describeSite(site, index, folder));
  return described;
}

/**
 * The sites that a JSON file describes. See `parseSites`.
 * @throws ArgumentError USAGE when there is no such file
 */
export async function readSitesFile(path: string): Promise<readonly SiteDescription[]> {
  return parseSites(await readJsonFile(path, "description of sites"), dirname(resolve(path)));
}
