import { localFederation, terminalProgress } from "@konsil/sdk";
import { readSitesFile } from "@konsil/site";
import { readOptions, required, requireNoMore } from "./options.ts";

export const describeHelp = `konsil describe --sites SITES.json [--quiet]

Shows which site has which column, of which type, with which levels, and what disagrees.

  --sites FILE   the sites: { "sites": [ { "name": …, "databases": …, "policy": … } ] }
  --quiet        no progress
`;

export async function describeCommand(args: readonly string[]): Promise<void> {
  const parsed = readOptions("describe", args, { sites: { type: "string" }, quiet: { type: "boolean" } });
  const [first] = parsed.positionals;
  requireNoMore(
    "describe",
    parsed.positionals,
    `Sites are given as --sites ${first?.endsWith(".json") === true ? first : "sites.json"}.`,
  );
  const sites = await readSitesFile(required("describe", parsed, "sites", "sites.json"));
  const federation = await localFederation(sites);
  const description = await federation.describe({
    onProgress: terminalProgress("describe", parsed.values["quiet"] === true),
  });
  process.stdout.write(`${description.toString()}\n`);
}
