import { access } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { ArgumentError, defineData, type Policy, parsePolicy, type Source, suggestion } from "@konsil/core";
import { parseSites, readSitesFile } from "@konsil/site";
import { algorithmNamed } from "./algorithms-command.ts";
import { UsageError } from "./failure.ts";
import { questionHelp, questionOf, questionOptions } from "./given-arguments.ts";
import { rehearse, replyText } from "./one-site.ts";
import { type Parsed, readOptions } from "./options.ts";
import { columnsOf, unknownNames } from "./policy-names.ts";
import { previewText } from "./preview-page.ts";
import { readPolicy } from "./read-policy.ts";

export const previewHelp: string = `konsil preview ALGORITHM (--database FILE [--table T] | --sites SITES.json) [--site NAME] [--policy FILE]
                     (--arguments JSON|FILE | --formula "…" [key=value…]) [--where "…"] [--json]

For those who guard the data: runs an analysis here against this site's data alone, and shows every number that would
leave in each round, under which rule, and what would be refused. Nothing is sent.

  --database FILE   the data: .csv, .parquet or .duckdb
  --table T         the table in a .duckdb file
  --sites FILE      instead of --database: a description of sites, of which --site names one
  --site NAME       what the site is called; as the file of its data unless given
  --policy FILE     the site's policy; with --sites its own, else a hospital's default, unless given
${questionHelp}  --json            the replies as they would be sent, in full, and nothing else
`;

interface Here {
  readonly name: string;
  readonly source: Source;
  readonly policy: Policy;
}

const types: Readonly<Record<string, string>> = {
  ".csv": "csv",
  ".parquet": "parquet",
  ".duckdb": "duckdb",
  ".db": "duckdb",
};

/** The data as a description of sites would have them, so that the same is said of a mistake. */
async function describedHere(file: string, table: unknown, name: string) {
  const type = types[extname(file).toLowerCase()];
  if (type === undefined)
    throw new UsageError("preview", `--database "${file}" must end in .csv, .parquet or .duckdb.`);
  if ((type === "duckdb") !== (table !== undefined))
    throw new UsageError("preview", "--table names the table in a .duckdb file, and belongs to such a file.");
  const uri = resolve(file);
  await access(uri).catch((cause: unknown) => {
    throw new ArgumentError("USAGE", `--database "${file}" does not exist. Check the path.`, { cause });
  });
  return parseSites(
    { sites: [{ name, databases: { default: type === "duckdb" ? { type, uri, table } : { type, uri } } }] },
    ".",
  );
}

/** What a site is called that nobody named: as its file, where that is a name. */
function nameOf(file: string): string {
  const name = basename(file, extname(file));
  return /^[\p{L}\p{N}][\p{L}\p{N}_-]{0,62}$/u.test(name) ? name : "site";
}

async function here({ database, table, sites, site, policy }: Parsed["values"]): Promise<Here> {
  if ((typeof database === "string") === (typeof sites === "string"))
    throw new UsageError(
      "preview",
      "Which data? Give either --database FILE, or --sites FILE and --site NAME.",
    );
  if (typeof sites === "string" && typeof site !== "string")
    throw new UsageError("preview", "--sites needs --site, the name of one of them.");
  const name = typeof site === "string" ? site : nameOf(String(database));
  const described =
    typeof sites === "string"
      ? await readSitesFile(sites)
      : await describedHere(String(database), table, name);
  const found = described.find((one) => one.name === name);
  if (found === undefined)
    throw new ArgumentError(
      "SITE_UNKNOWN",
      `There is no site "${name}" in "${String(sites)}". ${suggestion(
        name,
        described.map((one) => one.name),
        "Sites",
      )}`,
    );
  const source = found.databases["default"];
  if (source === undefined)
    throw new ArgumentError("DATABASE_UNKNOWN", `The site "${name}" has no database "default".`);
  const own = typeof sites === "string" ? found.policy : parsePolicy();
  return { name, source, policy: typeof policy === "string" ? await readPolicy(policy) : own };
}

export async function previewCommand(args: readonly string[]): Promise<void> {
  const text = { type: "string" } as const;
  const parsed = readOptions("preview", args, {
    ...questionOptions,
    database: text,
    table: text,
    sites: text,
    site: text,
    policy: text,
    json: { type: "boolean" },
  });
  const [name, ...pairs] = parsed.positionals;
  if (name === undefined) throw new UsageError("preview", "Which algorithm? konsil algorithms lists them.");
  const algorithm = algorithmNamed("preview", name);
  const question = await questionOf("preview", algorithm, parsed.values, pairs);
  const site = await here(parsed.values);
  for (const words of unknownNames(site.policy, await columnsOf([site.source])))
    process.stderr.write(`${words}\n`);
  const rehearsed = await rehearse({
    ...site,
    algorithm,
    arguments: question.arguments,
    data: defineData(question.filter === undefined ? {} : { filter: question.filter }),
  });
  // A mistake in the question that was found before anything was asked: there is nothing to show.
  if (rehearsed.ended !== null && rehearsed.exchanges.length === 0) throw rehearsed.ended;
  process.stdout.write(
    parsed.values["json"] === true
      ? `[${rehearsed.exchanges.map(({ reply }) => replyText(reply)).join(",\n")}]\n`
      : previewText(algorithm, rehearsed, { site: site.name, policy: site.policy }),
  );
  // What was refused, by its exit code too.
  if (rehearsed.ended !== null) throw rehearsed.ended;
}
