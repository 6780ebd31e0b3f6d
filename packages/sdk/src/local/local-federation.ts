import {
  type AnyAlgorithm,
  ArgumentError,
  checkOptionNames,
  createSite,
  defectText,
  type Ledger,
  type Policy,
  PolicyError,
  parsePolicy,
  type Row,
  rowsSource,
  type Source,
  suggestion,
} from "@konsil/core";
import { showErrors } from "../display/errors.ts";
import type { Federation } from "../federation/index.ts";
import { localSecret } from "../journal/index.ts";
import { siteJournal } from "./site-journal.ts";

// Errors are shown so before there is a federation too: its modules are loaded with the first.
showErrors();

/** A data frame that can give its rows, such as arquero's tables. */
export interface RowTable {
  objects(): readonly object[];
}

/** What a site can hold its rows in. */
export type LocalData = Source | RowTable | readonly Row[];

/** A site in this process. It has either `rows` or `databases`. */
export interface LocalSite {
  readonly name: string;
  /** Its database "default". */
  readonly rows?: LocalData | undefined;
  /** Databases by label. */
  readonly databases?: Readonly<Record<string, LocalData>> | undefined;
  /** "open" for public data, with a reason; settings of a policy; without it a hospital's default policy. */
  readonly policy?: "open" | Policy | Readonly<Record<string, unknown>> | undefined;
  /** Why anyone may have these data; only with the policy "open". */
  readonly reason?: string | undefined;
  readonly ledger?: Ledger | undefined;
  /** A file to which every reply of the site adds a line: who asked what, and what left. What cannot be written there does not leave. */
  readonly journal?: string | undefined;
  /** Who asks, for this site's journal, as its steward knows them. Default: the federation's `researcher`. */
  readonly researcher?: string | undefined;
}

export interface LocalOptions {
  /** Who asks, for the sites' journals. Default "not given": nobody is named who is not named here. */
  readonly researcher?: string | undefined;
  /** Told of a site's own errors, which do not leave a site. Unless given, they are written to standard error. */
  readonly onDefect?: ((site: string, error: unknown) => void) | undefined;
  /**
   * Told once what the owner of a site's data should know of them, such as which row keeps a column from being numbers.
   * Unless given, it is written to standard error.
   */
  readonly onNote?: ((site: string, note: string) => void) | undefined;
}

const fields: readonly string[] = [
  "name",
  "rows",
  "databases",
  "policy",
  "reason",
  "ledger",
  "journal",
  "researcher",
];

function source(data: LocalData, site: string): Source {
  if (Array.isArray(data)) return rowsSource(data as readonly Row[]);
  if (typeof data === "object" && data !== null && "describe" in data && "read" in data)
    return data as Source;
  if (typeof data === "object" && data !== null && "objects" in data)
    return rowsSource((data as RowTable).objects() as readonly Row[]);
  throw new ArgumentError(
    "ARGUMENT_INVALID",
    `The data of the site "${site}" are neither rows (a list of objects), a table with objects(), nor a data source.`,
  );
}

function policyOf(site: LocalSite): Policy {
  const { policy, reason, name } = site;
  // A policy that was parsed before says whether it is open; its written form never does.
  if (typeof policy === "object" && "open" in policy) return policy as Policy;
  try {
    return parsePolicy(policy, reason);
  } catch (error) {
    if (error instanceof PolicyError)
      throw new PolicyError(
        "POLICY_INVALID",
        `Site "${name}": ${error.message.replace(/ {2}\[POLICY_INVALID\]$/, "")}`,
        { site: name },
      );
    throw error;
  }
}

function check(site: LocalSite): void {
  if (typeof site?.name !== "string" || site.name === "")
    throw new ArgumentError("ARGUMENT_INVALID", "Every site needs a name.");
  const unknown = Object.keys(site).find((field) => !fields.includes(field));
  if (unknown !== undefined)
    throw new ArgumentError(
      "ARGUMENT_UNKNOWN",
      `Site "${site.name}" has an unknown field "${unknown}". ${suggestion(unknown, fields, "Fields")}`,
    );
  if ((site.rows === undefined) === (site.databases === undefined))
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `Site "${site.name}" needs either \`rows\` or \`databases\`.`,
    );
  if (site.journal !== undefined && (typeof site.journal !== "string" || site.journal === ""))
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `The \`journal\` of the site "${site.name}" must be the path of a file.`,
    );
}

function checkResearcher(researcher: unknown, where: string): string {
  if (typeof researcher === "string" && /^[^\p{C}]{1,200}$/u.test(researcher)) return researcher;
  throw new ArgumentError(
    "ARGUMENT_INVALID",
    `${where} must be text in one line, of at most 200 characters.`,
  );
}

/** Whoever runs local sites is their steward: what went wrong inside one is shown, and still does not leave it. */
function printDefect(site: string, error: unknown): void {
  process.stderr.write(`At the local site "${site}": ${defectText(error)}\n`);
}

function printNote(site: string, note: string): void {
  process.stderr.write(`At the local site "${site}": ${note}\n`);
}

/**
 * A federation of sites in this process, for a first try, for tests and for rehearsing a study. Each has its own
 * policy and sees only the bytes that would cross the network.
 * @throws ArgumentError, PolicyError naming the site
 */
export async function localFederation(
  sites: readonly LocalSite[],
  options: LocalOptions = {},
): Promise<Federation> {
  if (!Array.isArray(sites) || sites.length === 0)
    throw new ArgumentError("ARGUMENT_INVALID", "localFederation() needs a list with at least one site.");
  checkOptionNames("localFederation()", options, ["researcher", "onDefect", "onNote"]);
  const seen = new Set<string>();
  for (const site of sites as readonly LocalSite[]) {
    check(site);
    if (seen.has(site.name))
      throw new ArgumentError("ARGUMENT_INVALID", `Two sites are named "${site.name}".`);
    seen.add(site.name);
  }
  const researcher = checkResearcher(options.researcher ?? "not given", 'The option "researcher"');
  const onDefect = options.onDefect ?? printDefect;
  const onNote = options.onNote ?? printNote;
  const made = (sites as readonly LocalSite[]).map((site) => {
    const asks = checkResearcher(
      site.researcher ?? researcher,
      `The \`researcher\` of the site "${site.name}"`,
    );
    const databases = site.databases ?? { default: site.rows as LocalData };
    return createSite({
      name: site.name,
      databases: Object.fromEntries(
        Object.entries(databases).map(([label, data]) => [label, source(data, site.name)]),
      ),
      policy: policyOf(site),
      ledger: site.ledger,
      secret: localSecret,
      onAnswer:
        site.journal === undefined
          ? undefined
          : siteJournal(site.journal, { site: site.name, researcher: asks }),
      onDefect: (error) => onDefect(site.name, error),
      onNote: (note) => onNote(site.name, note),
    });
  });
  // Loaded with the first federation: an import, a policy or a data source does not wait for it.
  const [{ makeFederation }, { LocalTransport }] = await Promise.all([
    import("../federation/index.ts"),
    import("./local-transport.ts"),
  ]);
  const algorithms = new Map<string, AnyAlgorithm>();
  return makeFederation({
    transport: new LocalTransport(made, { algorithms: () => [...algorithms.values()], onDefect }),
    register: (algorithm: AnyAlgorithm) => {
      algorithms.set(`${algorithm.name}@${algorithm.version}`, algorithm);
      for (const site of made) site.register(algorithm);
    },
    release: () => {
      for (const site of made) site.release();
    },
  });
}
