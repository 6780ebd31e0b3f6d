import { localFederation, terminalProgress } from "@konsil/sdk";
import { readSitesFile } from "@konsil/site";
import { readOptions, required, requireNoMore } from "./options.ts";

export const describeHelp = `konsil describe --sites SITES.json [--researcher NAME] [--quiet]

Shows which site has which column, of which type, with which levels, and what disagrees.

  --sites FILE      the sites: { "sites": [ { "name": …, "databases": …, "policy": … } ] }
  --researcher NAME who asks, for the journals of the sites; unless given, nobody is named there
  --quiet           no progress
`;

export async function describeCommand(args: readonly string[]): Promise<void> {
  const parsed = readOptions("describe", args, {
    sites: { type: "string" },
    researcher: { type: "string" },
    quiet: { type: "boolean" },
  });
  const [first] = parsed.positionals;
  requireNoMore(
    "describe",
    parsed.positionals,
    `Sites are given as --sites ${first?.endsWith(".json") === true ? first : "sites.json"}.`,
  );
  const sites = await readSitesFile(required("describe", parsed, "sites", "sites.json"));
  const { researcher, quiet } = parsed.values;
  const federation = await localFederation(sites, typeof researcher === "string" ? { researcher } : {});
  const description = await federation.describe({
    onProgress: terminalProgress("describe", quiet === true),
  });
  process.stdout.write(`${description.toString()}\n`);
}
