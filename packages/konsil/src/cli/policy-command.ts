import { basename } from "node:path";
import { counted, type Source, type View } from "@konsil/core";
import { readSitesFile, type SiteDescription } from "@konsil/site";
import { algorithmNamed } from "./algorithms-command.ts";
import { isRefusal, UsageError } from "./failure.ts";
import { questionHelp, questionOf, questionOptions } from "./given-arguments.ts";
import { type Parsed, readOptions } from "./options.ts";
import {
  costTable,
  type Named,
  resultTable,
  settingsTable,
  sitesTable,
  type Trial,
  trial,
} from "./policy-difference.ts";
import { columnsOf, rangesThatLeave, unknownNames } from "./policy-names.ts";
import { readPolicy, writtenPolicy } from "./read-policy.ts";
import { terminalText } from "./terminal-text.ts";

export const policyHelp: string = `konsil policy check FILE [--sites SITES.json]
konsil policy diff A B [--sites SITES.json --algorithm NAME (--arguments JSON|FILE | --formula "…" [key=value…])
                       [--where "…"]]

check reads a site's policy and prints it with all defaults filled in, as a file can hold it, or says what is wrong with it.
On standard error it says which names nothing here has, which deny nothing where they are misspelt, and which smallest and
largest values leave.
diff says setting by setting what is stricter or looser in B. With sites and an analysis it runs the analysis under
each of the two at all sites, and says what the difference costs: sites that leave, masked cells, estimates.

  --sites FILE      the sites, whose own policies are set aside; check asks for the names of their columns, and whether
                    values of those in lattices would be rounded
  --algorithm NAME  what is run
${questionHelp}`;

const sourcesOf = (sites: readonly SiteDescription[]): readonly Source[] =>
  sites.flatMap(({ databases }) => Object.values(databases));

async function named(path: string): Promise<Named> {
  return { name: basename(path), policy: await readPolicy(path) };
}

/** Files of the same name are told apart by their paths. */
function distinct(a: string, b: string, policies: readonly [Named, Named]): readonly [Named, Named] {
  const [before, after] = policies;
  return before.name === after.name
    ? [
        { ...before, name: a },
        { ...after, name: b },
      ]
    : policies;
}

/** Why there is no result: once where it is the same for both. */
function refusals(before: Named, after: Named, trials: readonly [Trial, Trial]): readonly string[] {
  const [a, b] = trials.map(({ error }) => error?.message ?? null);
  if (a != null && a === b) return [`Under both: ${a}`];
  return [...(a == null ? [] : [`${before.name}: ${a}`]), ...(b == null ? [] : [`${after.name}: ${b}`])];
}

async function difference(
  values: Parsed["values"],
  a: string,
  b: string,
  pairs: readonly string[],
): Promise<View> {
  const { sites, algorithm: name } = values;
  if ((typeof sites === "string") !== (typeof name === "string"))
    throw new UsageError("policy", "What a difference costs needs both --sites FILE and --algorithm NAME.");
  if (typeof name !== "string" && (pairs.length > 0 || Object.keys(values).length > 0))
    throw new UsageError(
      "policy",
      "Arguments belong to an analysis: give --sites FILE and --algorithm NAME.",
    );
  const [before, after] = distinct(a, b, [await named(a), await named(b)]);
  const described = typeof sites === "string" ? await readSitesFile(sites) : undefined;
  const columns = described === undefined ? undefined : await columnsOf(sourcesOf(described));
  const settings = settingsTable(before, after, columns);
  const title = `${after.name} beside ${before.name}`;
  const notes = [
    ...(settings === undefined ? ["The two policies are the same."] : []),
    ...[before, after].flatMap(({ name: of, policy }) =>
      unknownNames(policy, columns).map((words) => `${of}: ${words}`),
    ),
  ];
  const tables = settings === undefined ? [] : [settings];
  if (typeof name !== "string" || described === undefined) return { title, tables, notes };
  const algorithm = algorithmNamed("policy", name);
  const question = await questionOf("policy", algorithm, values, pairs);
  const trials = [
    await trial(described, before.policy, algorithm, question),
    await trial(described, after.policy, algorithm, question),
  ] as const;
  // What fails under both by no rule of a policy is no difference: a misspelt column, a site that does not answer.
  const [first, second] = trials.map(({ error }) => error);
  if (first != null && first.code === second?.code && !isRefusal(first)) throw first;
  const cost = [
    costTable(before, after, trials),
    sitesTable(before, after, trials),
    resultTable(before, after, trials),
  ].filter((table) => table !== undefined);
  return {
    title,
    subtitle: `${algorithm.name}@${algorithm.version} at ${counted(described.length, "site")}, all under the one and all under the other`,
    tables: [...tables, ...cost],
    notes: [...notes, ...refusals(before, after, trials)],
  };
}

export async function policyCommand(args: readonly string[]): Promise<void> {
  const text = { type: "string" } as const;
  const { values, positionals } = readOptions("policy", args, {
    ...questionOptions,
    sites: text,
    algorithm: text,
  });
  const [action, a, b, ...pairs] = positionals;
  const { sites, ...others } = values;
  if (action === "check" && a !== undefined && b === undefined && Object.keys(others).length === 0) {
    const policy = await readPolicy(a);
    const sources = typeof sites === "string" ? sourcesOf(await readSitesFile(sites)) : undefined;
    const columns = sources === undefined ? undefined : await columnsOf(sources);
    process.stdout.write(`${JSON.stringify(writtenPolicy(policy), null, 2)}\n`);
    for (const words of [...unknownNames(policy, columns), ...(await rangesThatLeave(policy, sources))])
      process.stderr.write(`${words}\n`);
    return;
  }
  if (action !== "diff" || a === undefined || b === undefined)
    throw new UsageError("policy", "Call it as: konsil policy check FILE, or konsil policy diff A B.");
  process.stdout.write(`${terminalText(await difference(values, a, b, pairs))}\n`);
}
