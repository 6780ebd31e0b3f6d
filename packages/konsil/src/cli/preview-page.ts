import {
  type Answer,
  type AnyAlgorithm,
  type ColumnsAnswer,
  canonicalJson,
  counted,
  describe,
  type Masked,
  namesNote,
  type Policy,
  type PolicyNote,
  referencedColumns,
  sentSettings,
  statisticInWords,
  toldBy,
} from "@konsil/core";
import { plainText } from "@konsil/sdk";
import { type Exchange, ofAllSites, type Rehearsed } from "./one-site.ts";
import { wrapped } from "./wrapped.ts";

const rowsText = (count: Masked): string =>
  typeof count === "number" ? String(count) : `${count.lower} to ${count.upper}`;

/** Rows, and where they are told by ends, what these guard. */
function rowsLine({ read, selected, used }: Answer["rows"]): string {
  const isExact = [read, selected, used].every((count) => typeof count === "number");
  const guards = isExact
    ? ""
    : "; between ends, so that neither a difference of theirs nor the numbers below, added up, tell of few people";
  return wrapped(
    "   Rows: ",
    `${rowsText(read)} read, ${rowsText(selected)} after the filter, ${rowsText(used)} used (sent as well${guards})`,
  );
}

/** How much of a list is shown: who reads a page does not read thousands of numbers. */
const mostShown = 40;

function shortened(parts: readonly string[], joint: string): string {
  const left = parts.length - mostShown;
  return left <= 0
    ? parts.join(joint)
    : `${parts.slice(0, mostShown).join(joint)}${joint}… and ${left} more, all of which would be sent (--json shows them)`;
}

/** A cell of its own may hold a list: batches of times, or names of levels. */
const cellText = (is: string): string => shortened(is.split(/(?<=;) |(?<=") (?=")/), " ");

const numbers = (n: number): string => counted(n, "number");

/** The columns that a step reads for its arguments, and those of the filter and of derived columns. */
function columnsRead(step: AnyAlgorithm["steps"][number], { request }: Exchange): readonly string[] {
  const held = Object.values(step.columns(step.parse(request.arguments)));
  const names = held.flatMap((one) => ("name" in one ? [one.name as string] : one.map(({ name }) => name)));
  const { filter, derive } = request.data;
  const expressions = [...(filter === null ? [] : [filter]), ...derive.map(({ expression }) => expression)];
  return [...new Set([...names, ...expressions.flatMap((node) => [...referencedColumns(node)])])];
}

/** Kinds of which nothing leaves. */
const judged: readonly string[] = ["weights", "comparedPeople"];

function fieldText(step: AnyAlgorithm["steps"][number], { request, reply }: Exchange, field: string): string {
  const statistic = step.output[field];
  if (statistic === undefined || !reply.ok || !("output" in reply)) return "";
  const note = reply.released.find((one) => one.field === field);
  const args = step.parse(request.arguments);
  const told = toldBy(statistic, reply.output[field], step.dimensions(args), step.labels(args));
  const means = step.words?.fields[field];
  const masked = (note?.masked ?? 0) > 0 ? `, ${note?.masked} masked` : "";
  const sizes = judged.includes(statistic.kind) ? "nothing leaves" : `${numbers(note?.cells ?? 0)}${masked}`;
  return [
    `   ${field}: ${means ?? statisticInWords(statistic)} (${sizes})`,
    wrapped("     Rule: ", note?.rule ?? ""),
    ...(told.length === 0
      ? []
      : [
          wrapped(
            "     Sent: ",
            shortened(
              told.map(({ of, is }) => (of === "" ? cellText(is) : `${of}: ${cellText(is)}`)),
              " | ",
            ),
          ),
        ]),
  ].join("\n");
}

/** What tells whether rows or policy changed: of the site's secret, so that other marks leave for the same rows elsewhere. */
function fingerprintText(
  fingerprint: Answer["fingerprint"],
  before: Answer["fingerprint"],
): readonly string[] {
  if (fingerprint === undefined) return [];
  if (canonicalJson(fingerprint) === canonicalJson(before ?? null))
    return ["   Marks: as before (sent as well)"];
  const { policy, rows, columns } = fingerprint;
  const marks = [
    `policy ${policy}`,
    `rows ${rows}`,
    ...columns.map(([column, mark]) => `column ${column} ${mark}`),
  ];
  return [wrapped("   Marks: ", `${shortened(marks, ", ")} (sent as well: they tell whether these changed)`)];
}

const fingerprintOf = (exchange: Exchange | undefined): Answer["fingerprint"] =>
  exchange?.reply.ok === true && "output" in exchange.reply ? exchange.reply.fingerprint : undefined;

/** The settings of the policy that leave with each answer, and its reason. */
function settingsText(policy: PolicyNote, before: PolicyNote | undefined): string {
  const text = sentSettings(policy);
  return before !== undefined && sentSettings(before) === text
    ? "   Settings: as before (sent as well)"
    : wrapped("   Settings: ", `${text} (sent as well)`);
}

function policyOf(exchange: Exchange | undefined): PolicyNote | undefined {
  return exchange?.reply.ok === true ? exchange.reply.policy : undefined;
}

/** The columns that may be read, which every site names whatever it is asked next. */
function columnsText(reply: ColumnsAnswer): readonly string[] {
  const { field, rule, cells } = namesNote(reply);
  const sent = reply.columns.map(({ name, type }) => `${name}: ${type}`);
  return [
    `   ${field}: ${rule} (${counted(cells, "column")})`,
    wrapped("     Sent: ", shortened(sent, " | ")),
  ];
}

function roundText(algorithm: AnyAlgorithm, exchanges: readonly Exchange[], i: number, site: string): string {
  const exchange = exchanges[i] as Exchange;
  const { request, reply } = exchange;
  const step = [...algorithm.steps, ...describe.steps].find(({ name }) => name === request.step?.name);
  const answer = reply.ok ? "answers" : reply.abstains ? "leaves the analysis" : "refuses";
  const head = `Round ${i + 1}: ${request.step?.name ?? "columns"}, and ${site} ${answer}`;
  const asks = step?.words == null ? [] : [wrapped("   Asks  ", step.words.asks)];
  const reads = step === undefined ? [] : [wrapped("   Reads ", columnsRead(step, exchange).join(", "))];
  if (!reply.ok)
    return [
      head,
      ...asks,
      ...reads,
      wrapped("   Sent: ", `${reply.message.replaceAll("{site}", site)}  [${reply.code}]`),
    ].join("\n");
  const settings = settingsText(reply.policy, policyOf(exchanges[i - 1]));
  if ("columns" in reply) return [head, settings, ...columnsText(reply)].join("\n");
  if (!("output" in reply) || step === undefined) return head;
  return [
    head,
    ...asks,
    ...reads,
    rowsLine(reply.rows),
    settings,
    ...fingerprintText(reply.fingerprint, fingerprintOf(exchanges[i - 1])),
    ...Object.keys(step.output).map((field) => fieldText(step, exchange, field)),
  ].join("\n");
}

/** What is said before all: that nothing is sent, and what differs from an analysis with other sites. */
export function previewNotes(policy: Policy): readonly string[] {
  const aside = ofAllSites.map((setting) => `${setting} ${policy[setting]}`).join(" and ");
  return [
    "Nothing is sent: the analysis runs here, with this site alone.",
    ...(policy.open
      ? []
      : [
          `Set aside for this preview only, since one site alone cannot keep them: ${aside}. With fewer organizations the site would send nothing at all.`,
        ]),
    "Marks of policy, rows and columns are hashes with a secret, which is another one at each site and here.",
    "With other sites, later rounds ask for what follows from all answers: other coefficients, and the levels that all know. The rules are the same.",
  ];
}

/** Everything that would leave a site in an analysis, round by round. */
export function previewText(
  algorithm: AnyAlgorithm,
  { exchanges, ended }: Rehearsed,
  { site, policy }: { readonly site: string; readonly policy: Policy },
): string {
  const answers = exchanges.filter(({ reply }) => reply.ok);
  const notes = answers.flatMap(({ reply }) => ("output" in reply ? reply.released : []));
  const sum = (pick: (note: (typeof notes)[number]) => number): number =>
    notes.reduce((total, note) => total + pick(note), 0);
  return `${[
    `What would leave ${site} in ${algorithm.name}@${algorithm.version}`,
    previewNotes(policy)
      .map((note) => wrapped("", note))
      .join("\n"),
    ...exchanges.map((_, i) => roundText(algorithm, exchanges, i, site)),
    [
      `In all: ${answers.length} of ${counted(exchanges.length, "round")} answered, ${numbers(sum(({ cells }) => cells))}, ${sum(({ masked }) => masked)} of them masked.`,
      ended === null
        ? "The analysis comes to its end."
        : wrapped(
            "",
            `Here the analysis ends without a result, and further rounds do not come: ${ended.message}`,
          ),
    ].join("\n"),
  ]
    .map((part) => part.split("\n").map(plainText).join("\n"))
    .join("\n\n")}\n`;
}
