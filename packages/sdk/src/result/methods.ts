import {
  ArgumentError,
  bounds,
  checkOptionNames,
  counted,
  exactnessPhrase,
  inWords,
  type Masked,
  type Methods,
  type Report,
  type SiteReport,
  type SiteState,
} from "@konsil/core";
import { plainText } from "../display/index.ts";
import { rowTotals } from "./rows-flow.ts";

export interface MethodsOptions {
  /** Whether sites are named (the default) or only counted, as where they must stay unknown. */
  readonly sites?: "names" | "number" | undefined;
}

type Policy = NonNullable<SiteReport["policy"]>;

function written(count: Masked): string {
  const { lower, upper } = bounds(count);
  const digits = (value: number): string => value.toLocaleString("en");
  return lower === upper ? digits(lower) : `${digits(lower)} to ${digits(upper)}`;
}

const silence: Readonly<Record<Exclude<SiteState, "answered">, string>> = {
  abstained: "abstained by their own policies",
  refused: "refused",
  failed: "gave no answer",
};

/** Which sites took part, and why others did not. */
function siteWords({ sites }: Report, isNamed: boolean): readonly string[] {
  const of = (state: SiteState): readonly SiteReport[] => sites.filter((site) => site.state === state);
  const names = (some: readonly SiteReport[]): string =>
    isNamed ? ` (${some.map(({ site }) => site).join(", ")})` : "";
  const answered = of("answered");
  const all = sites.length === answered.length;
  const took = all
    ? `${counted(answered.length, "site")} took part${names(answered)}.`
    : `${answered.length} of ${counted(sites.length, "site")} took part${names(answered)}.`;
  const others = (["abstained", "refused", "failed"] as const).flatMap((state) => {
    const some = of(state);
    if (some.length === 0) return [];
    const codes = [...new Set(some.flatMap(({ code }) => code ?? []))];
    return [
      `${some.length} ${silence[state]}${names(some)}${codes.length === 0 ? "" : `: ${codes.join(", ")}`}`,
    ];
  });
  return others.length === 0 ? [took] : [took, `Of the others, ${inWords(others)}.`];
}

/** Which rows were used of those that the sites that took part have. */
function rowWords({ sites, data }: Report): readonly string[] {
  const totals = rowTotals(sites);
  const from = `Rows were those of the database "${data.database}"${data.filter === null ? "" : ` with ${data.filter}`}`;
  if (totals === undefined) return [`${from}.`];
  const { read, selected, used, filtered, incomplete } = totals;
  const kept = bounds(filtered).upper === 0 ? "" : `, of which the filter kept ${written(selected)}`;
  const complete =
    bounds(incomplete).upper === 0
      ? ""
      : `; ${written(incomplete)} were left out for missing values or levels left out, and ${written(used)} used`;
  return [`${from}: ${written(read)} rows were read there${kept}${complete}.`];
}

function derivedWords({ data }: Report): readonly string[] {
  const computed = data.derived.map(({ name, expression }) => `${name} = ${expression}`);
  return computed.length === 0 ? [] : [`Computed from the sites' columns: ${computed.join("; ")}.`];
}

/** A steward's reason may tell which site it is. */
function ruleWords(policy: Policy, isNamed: boolean): string {
  if (policy.open) return `an open policy${isNamed && policy.reason !== null ? ` (${policy.reason})` : ""}`;
  const share = `${Number((100 * policy.maximumPooledParameterShare).toPrecision(3))} %`;
  return `a policy of minimum cell ${policy.minimumCell}, minimum rows ${policy.minimumRows}, minimum organizations ${policy.minimumOrganizations}, and parameters for at most ${share} of all rows`;
}

/** By which rules the sites that took part told what they told. */
function policyWords({ sites, cellsMasked }: Report, isNamed: boolean): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const { site, state, policy } of sites) {
    if (state !== "answered" || policy === null) continue;
    const rule = ruleWords(policy, isNamed);
    groups.set(rule, [...(groups.get(rule) ?? []), site]);
  }
  const rules = [...groups].map(([rule, held]) => {
    const at = counted(held.length, "site");
    return `${at}${isNamed && groups.size > 1 ? ` (${held.join(", ")})` : ""} had ${rule}`;
  });
  return [
    "Sites computed statistics of their own rows by their own policies, and these were pooled.",
    ...(rules.length === 0 ? [] : [`${inWords(rules)}.`]),
    ...(cellsMasked === 0 ? [] : [`${counted(cellsMasked, "number")} left as intervals.`]),
  ];
}

/** How exactly times of events left, unless that was said. */
function timeWords({ exactness }: Report, said: string): readonly string[] {
  if (exactness === null) return [];
  if (exactness === "exact") return ["Times of events left the sites exactly."];
  if (said.includes(exactness)) return [];
  return [`Times of events left the sites ${exactnessPhrase(exactness)}.`];
}

/** The methods paragraph of a paper, and under it the works that it rests on. */
export function methodsText(methods: Methods, report: Report, options: MethodsOptions = {}): string {
  checkOptionNames("methods()", options, ["sites"]);
  const { sites = "names" } = options;
  // One that is misspelt would name sites to readers who are not to know them.
  if (sites !== "names" && sites !== "number")
    throw new ArgumentError("ARGUMENT_INVALID", 'methods(): `sites` must be "names" or "number".');
  const isNamed = sites !== "number";
  const { algorithm, versions } = report;
  const paragraph = [
    methods.text,
    ...siteWords(report, isNamed),
    ...rowWords(report),
    ...derivedWords(report),
    ...policyWords(report, isNamed),
    ...timeWords(report, methods.text),
    `Analyses were made with Konsil ${versions.konsil} (algorithm ${algorithm.name}, version ${algorithm.version}).`,
  ].join(" ");
  const works = methods.references.length === 0 ? [] : [`References: ${methods.references.join("; ")}.`];
  return [paragraph, ...works].map(plainText).join("\n\n");
}
