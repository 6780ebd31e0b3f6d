// Tables and the figure of the study under a hospital's policy, beside the exact ones.
import type { Cell, ForestFigure, Report, SurvivalFigure, TableView } from "konsil";
import { formatInteger, parsePolicy } from "konsil";
import type { Questions } from "./analyses.ts";
import type { Answer, Refusal } from "./hospital.ts";
import { type Coefficients, ratioLines, ratioText } from "./ratios.ts";
import type { Run } from "./run.ts";
import { spanText, testText } from "./sentences.ts";
import {
  analysisNames,
  atRisk,
  gradeOf,
  indexOfYear,
  inYears,
  medianText,
  placeName,
  survivalText,
  years,
} from "./tables.ts";

type Name = keyof Questions;

const questionNames: Readonly<Record<Name, string>> = {
  ...analysisNames,
  siteBySite: "Kaplan–Meier, one site asked",
};
const policy = parsePolicy();

/** What the open policy answers to a question as it was answered under the hospital's. */
export function exactAnswer<N extends Exclude<Name, "siteBySite">>({ analyses, hospital }: Run, name: N) {
  type Exact = Run["analyses"]["results"][N];
  return (hospital.answers[name].exact as Exact | null) ?? analyses.results[name];
}

/** The setting of the policy that a message is about, as the default has it: "minimumCell 5". */
function ruleOf({
  code,
  message,
}: {
  readonly code: string | null;
  readonly message: string | null;
}): string {
  const named = Object.entries(policy).find(([setting]) => message?.includes(`(${setting}`) === true);
  const [setting, value] = named ?? ["eventTimes", policy.eventTimes];
  return named === undefined && code !== "EVENT_TIMES_NOT_PERMITTED"
    ? (code ?? "")
    : `${setting} ${String(value)}`;
}

/** Who is not in an answer, by name and rule: sites of the whole analysis, and sites of one group of it. */
function absent({
  result,
}: Answer<unknown>): readonly { readonly who: string; readonly message: string | null }[] {
  const report = reportOf(result);
  const sites = (report?.sites ?? []).filter(({ state }) => state !== "answered");
  return [
    ...sites.map(({ site, code, message }) => ({
      who: `${placeName(site)}: ${ruleOf({ code, message })}`,
      message: code === null || message === null ? message : withCode({ message, code }),
    })),
    ...groupsOf(result).flatMap((group) => [
      ...(group.abstained?.sites ?? []).map((site) => ({
        who: `${placeName(site)} (${gradeOf(group.label)}): minimumCell ${policy.minimumCell}`,
        message: null,
      })),
      ...("because" in group
        ? [{ who: `${gradeOf(group.label)}, withheld: ${group.because}`, message: null }]
        : []),
    ]),
  ];
}

type Curves = Run["analyses"]["results"]["survival"];

/** The curves of an answer: those that are given and those that are withheld. */
function groupsOf(result: unknown): readonly (Curves["groups"][number] | Curves["withheld"][number])[] {
  if (typeof result !== "object" || result === null || !("withheld" in result)) return [];
  const { groups, withheld } = result as Curves;
  return [...groups, ...withheld];
}

function reportOf(result: unknown): Report | null {
  return typeof result === "object" && result !== null && "report" in result
    ? (result.report as Report)
    : null;
}

/** What becomes of a question, in the order in which the report has them. */
const kinds = [
  "Answered exactly",
  "Answered exactly, without sites that abstain",
  "Answered, counts as intervals",
  "Answered, curves within bounds",
  "Withheld",
  "Refused",
] as const;

/** What the policy made of an answer, and the setting behind it. */
function outcome(answer: Answer<unknown>): { readonly kind: (typeof kinds)[number]; readonly rule: string } {
  if (answer.refusal !== null) return { kind: "Refused", rule: ruleOf(answer.refusal) };
  const report = reportOf(answer.result);
  const groups = groupsOf(answer.result);
  if (report?.exactness != null) {
    const kind =
      groups.length === 0 || groups.some((group) => !("because" in group))
        ? "Answered, curves within bounds"
        : "Withheld";
    return { kind, rule: `eventTimes ${policy.eventTimes}` };
  }
  if (report !== null && report.cellsMasked > 0)
    return { kind: "Answered, counts as intervals", rule: `minimumCell ${policy.minimumCell}` };
  return { kind: absent(answer).length === 0 ? kinds[0] : kinds[1], rule: "" };
}

/** The reports of all questions that were answered. */
export function hospitalReports({ answers }: Run["hospital"]): readonly Report[] {
  return Object.values(answers).flatMap(({ result }) => reportOf(result) ?? []);
}

/** Rows behind a result, over its sites. */
function rowsUsed(result: unknown): Cell {
  const used = (reportOf(result)?.sites ?? []).flatMap(({ rows }) => (rows === null ? [] : [rows.used]));
  if (used.length === 0) return null;
  const sum = (end: "lower" | "upper"): number =>
    used.reduce<number>((all, rows) => all + (typeof rows === "number" ? rows : rows[end]), 0);
  return sum("lower") === sum("upper") ? sum("lower") : { lower: sum("lower"), upper: sum("upper") };
}

/** Every question: what became of it, under which rule, without whom. */
export function outcomesTable({ hospital }: Run): TableView {
  const all = (Object.entries(hospital.answers) as [Name, Answer<unknown>][]).map(([name, answer]) => ({
    name,
    answer,
    ...outcome(answer),
  }));
  const rows = kinds.flatMap((kind) => all.filter((one) => one.kind === kind));
  return {
    title: "What became of each question",
    columns: [
      { name: "kind", label: "Answer", format: "text" },
      { name: "question", label: "Question", format: "text" },
      { name: "rule", label: "Setting", format: "text" },
      { name: "masked", label: "Cells masked", format: "integer" },
      { name: "rows", label: "Rows used", format: "integer" },
    ],
    values: {
      kind: rows.map(({ kind }) => kind),
      question: rows.map(({ name, answer }) => questionNames[name] + (answer.asAsked === null ? "" : "*")),
      rule: rows.map(({ answer, rule }) =>
        [rule, ...absent(answer).map(({ who }) => `without ${who}`)].filter((one) => one !== "").join("; "),
      ),
      masked: rows.map(({ answer }) => reportOf(answer.result)?.cellsMasked ?? null),
      rows: rows.map(({ answer }) => rowsUsed(answer.result)),
    },
    rowGroup: "kind",
    notes: reasons(all),
  };
}

/** Why questions were refused and sites abstain, each reason once and in its own words. */
function reasons(
  all: readonly { readonly name: Name; readonly answer: Answer<unknown> }[],
): readonly string[] {
  const asAsked = all.flatMap(({ answer }) => (answer.asAsked === null ? [] : [answer.asAsked]));
  const said = new Map<string, string[]>();
  const add = (message: string, name: Name): void => {
    said.set(message, [...(said.get(message) ?? []), questionNames[name]]);
  };
  for (const { name, answer } of all) {
    if (answer.refusal !== null) add(withCode(answer.refusal), name);
    for (const { message } of absent(answer)) if (message !== null) add(message, name);
  }
  return [
    ...[...new Set(asAsked.map(withCode))].map(
      (message) => `* Asked with grades 1 and 2 as one level. With grade as it is, refused: “${message}”`,
    ),
    ...[...said].map(([message, names]) => `${names.join("; ")}: “${message}”`),
  ];
}

export function withCode({ message, code }: Pick<Refusal, "message" | "code">): string {
  return `${message} [${code}]`;
}

/** The curves by grade from batches, over those from exact times. */
export function survivalOverlay(run: Run): SurvivalFigure | undefined {
  const answer = run.hospital.answers.survivalByGrade.result;
  const coarse = answer?.view.figures?.[0];
  const exact = exactAnswer(run, "survivalByGrade");
  const drawn = exact.view.figures?.[0];
  if (coarse?.kind !== "survival" || drawn?.kind !== "survival") return undefined;
  const times = coarse.atRisk?.times ?? [];
  return {
    ...coarse,
    // The table beneath has the medians of both.
    medianLines: false,
    title: "Recurrence-free survival by grade: the default policy's curves over the exact ones",
    label: "Recurrence-free survival",
    time: { label: "Time since surgery or entry", unit: "days" },
    curves: [
      ...coarse.curves.map((curve) => ({ ...curve, label: `${gradeOf(curve.label)}, default` })),
      ...drawn.curves.map(({ label, times, estimate, end }) => ({
        label: `${gradeOf(label)}, exact`,
        times,
        estimate,
        ...(end === undefined ? {} : { end }),
      })),
    ],
    atRisk: {
      times,
      counts: [...(coarse.atRisk?.counts ?? []), ...exact.groups.map((group) => atRisk(group, times))],
    },
  };
}

const percent = (share: number): number => 100 * share;

/** Survival and medians from batches beside those from exact times, by group. */
function curvePairs(run: Run) {
  return (["survivalByGrade", "survival"] as const).flatMap((name) => {
    const exact = exactAnswer(run, name);
    return (run.hospital.answers[name].result?.groups ?? []).map((group) => ({
      group,
      exact: exact.groups.find(({ label }) => label === group.label),
    }));
  });
}

/** Years at which curves are compared: those of the exact table, and ten, by when the bounds are wide. */
const comparedYears = [...years, 10];

interface Widest {
  /** In percentage points. */
  readonly points: number;
  /** "grades 1–2 at 10 years". */
  readonly where: string;
}

/** How far curves are off, and their bounds apart, at the years at which they are compared. */
function curveCost(run: Run): { readonly off: Widest; readonly bounds: Widest } {
  const compared = curvePairs(run).flatMap(({ group, exact }) =>
    comparedYears.flatMap((year) => {
      const [i, j] = [indexOfYear(group.atTimes, year), indexOfYear(exact?.atTimes, year)];
      const [here, truth] = [group.atTimes?.survival[i], exact?.atTimes?.survival[j]];
      if (here === undefined || truth === undefined) return [];
      const { least, most } = group.within?.atTimes ?? {};
      return {
        where: `${gradeOf(group.label).toLowerCase()} at ${year} years`,
        off: percent(Math.abs(here - truth)),
        bounds: percent((most?.[i] ?? here) - (least?.[i] ?? here)),
      };
    }),
  );
  const widest = (what: "off" | "bounds"): Widest =>
    compared.reduce<Widest>(
      (most, { where, [what]: points }) => (points > most.points ? { points, where } : most),
      { points: 0, where: "" },
    );
  return { off: widest("off"), bounds: widest("bounds") };
}

export function curvesTable(run: Run): TableView {
  const rows = curvePairs(run).flatMap(({ group, exact }) => {
    const { least = [], most = [] } = group.within?.atTimes ?? {};
    const label = gradeOf(group.label);
    const atYears = comparedYears.map((year) => {
      const i = indexOfYear(group.atTimes, year);
      return {
        label,
        at: `At ${year} years, %`,
        exact: survivalText(exact, year),
        coarse: survivalText(group, year),
        within: spanText(percent(least[i] ?? 0).toFixed(1), percent(most[i] ?? 1).toFixed(1)),
      };
    });
    return [...atYears, medianRow(label, group, exact)];
  });
  const followUp = (run.hospital.answers.followUp.result?.groups ?? []).map((group, i) =>
    medianRow(questionNames.followUp, group, exactAnswer(run, "followUp").groups[i]),
  );
  return curvesView([...rows, ...followUp]);
}

interface CurveRow {
  readonly label: string;
  readonly at: string;
  readonly exact: string;
  readonly coarse: string;
  readonly within: string;
}

type Group = Curves["groups"][number];

function medianRow(label: string, { median, within }: Group, exact: Group | undefined): CurveRow {
  const { lower, upper } = within?.median ?? { lower: null, upper: null };
  return {
    label,
    at: "Median, years",
    exact: exact === undefined ? "–" : medianText(exact.median),
    coarse: medianText(median),
    within: spanText(inYears(lower), upper === null ? "NR" : inYears(upper)),
  };
}

function curvesView(rows: readonly CurveRow[]): TableView {
  return {
    title: "Recurrence-free survival and follow-up, exact and under the default policy",
    columns: [
      { name: "group", label: "Group", format: "text" },
      { name: "at", label: "", format: "text" },
      { name: "exact", label: "Exact (95% CI)", format: "text", align: "end" },
      { name: "coarse", label: "Default policy (95% CI)", format: "text", align: "end" },
      { name: "within", label: "Exact lies within", format: "text", align: "end" },
    ],
    notes: [
      "NR: not reached. The default policy's confidence intervals hold those of the exact times, which are not known: they are wider than chance alone would make them.",
    ],
    values: {
      group: rows.map(({ label }) => label),
      at: rows.map(({ at }) => at),
      exact: rows.map(({ exact }) => exact),
      coarse: rows.map(({ coarse }) => coarse),
      within: rows.map(({ within }) => within),
    },
    rowGroup: "group",
  };
}

interface Line {
  readonly analysis: string;
  readonly label: string;
  readonly exact: string;
  readonly coarse: string;
  /** In standard errors of the exact estimate; null where it has none. */
  readonly difference: number | null;
}

type Model = Coefficients & { readonly standardErrors: readonly (number | null)[] };

function modelLines(analysis: string, exact: Model, coarse: Model | null): readonly Line[] {
  if (coarse === null) return [];
  const theirs = ratioLines(coarse);
  return ratioLines(exact).map(({ label, term, ratio }, i) => {
    const at = exact.terms.indexOf(term);
    const [a, b, error] = [exact.coefficients[at], coarse.coefficients[at], exact.standardErrors[at]];
    const line = theirs[i];
    return {
      analysis,
      label,
      exact: ratioText(ratio),
      coarse: line === undefined ? "–" : ratioText(line.ratio),
      difference: a == null || b == null || error == null ? null : (b - a) / error,
    };
  });
}

function logRankLine(run: Run): Line {
  const exact = exactAnswer(run, "logRankBySite");
  const coarse = run.hospital.answers.logRankBySite.result;
  return {
    analysis: questionNames.logRankBySite,
    label: `χ² on ${exact.df} df, p`,
    exact: testText({ statistic: exact.chisq, p: exact.p }),
    coarse: coarse === null ? "–" : testText({ statistic: coarse.chisq, p: coarse.p }),
    difference: exact.chisq === coarse?.chisq ? 0 : null,
  };
}

function estimateLines(run: Run): readonly Line[] {
  const { answers } = run.hospital;
  return [
    logRankLine(run),
    ...modelLines(
      `${questionNames.coxBySite}: hazard ratios`,
      exactAnswer(run, "coxBySite"),
      answers.coxBySite.result,
    ),
    ...modelLines(
      `${questionNames.logistic}: odds ratios`,
      exactAnswer(run, "logistic"),
      answers.logistic.result,
    ),
  ];
}

/** Estimates side by side. */
export function estimatesTable(run: Run): TableView {
  const lines = estimateLines(run);
  return {
    title: "Estimates (95% CI), exact and under the default policy",
    columns: [
      { name: "analysis", label: "Analysis", format: "text" },
      { name: "estimate", label: "", format: "text" },
      { name: "exact", label: "Exact", format: "text", align: "end" },
      { name: "coarse", label: "Default policy", format: "text", align: "end" },
      { name: "difference", label: "Difference, SE", format: "text", align: "end" },
    ],
    values: {
      analysis: lines.map(({ analysis }) => analysis),
      estimate: lines.map(({ label }) => label),
      exact: lines.map(({ exact }) => exact),
      coarse: lines.map(({ coarse }) => coarse),
      difference: lines.map(({ difference }) => differenceOf(difference)),
    },
    rowGroup: "analysis",
    notes: [
      "Both with grades 1 and 2 as one level. Difference: default less exact, in standard errors of the exact estimate, on the log scale; where a site abstains, the other sites answer as they would under the open policy. * As above.",
    ],
  };
}

function differenceOf(difference: number | null): string {
  if (difference === null) return "";
  return difference === 0 ? "0" : difference.toFixed(2).replace("-", "−");
}

/** Hormonal treatment in each site's own fit. */
export function treatmentBySite({ hospital }: Run): ForestFigure | undefined {
  const figure = hospital.answers.coxEachSite.result?.view.figures?.find(
    ({ title }) => title === "hormonyes by site",
  );
  if (figure?.kind !== "forest") return undefined;
  return { ...figure, title: "Hormonal treatment in each site's own Cox model, under the default policy" };
}

/** Whom an answer lacks, in words, where sites abstain. */
function withoutSites(run: Run, name: "logRankBySite" | "logistic", what: string): readonly string[] {
  const result = run.hospital.answers[name].result;
  const sites = (result?.report.sites ?? []).filter(({ state }) => state !== "answered");
  if (sites.length === 0) return [];
  const people = (rows: Cell): number => (typeof rows === "number" ? rows : 0);
  const lost = people(rowsUsed(exactAnswer(run, name))) - people(rowsUsed(result));
  return [
    `${what} lacks ${formatInteger(lost)} patients of ${sites.map(({ site }) => placeName(site)).join(" and ")}`,
  ];
}

/** What the policy costs in this study, in a sentence. */
export function costText(run: Run): string {
  const all = Object.values(run.hospital.answers) as readonly Answer<unknown>[];
  const of = (kind: (typeof kinds)[number]) => all.filter((answer) => outcome(answer).kind === kind).length;
  const masked = all.reduce((sum, { result }) => sum + (reportOf(result)?.cellsMasked ?? 0), 0);
  const { off, bounds } = curveCost(run);
  const moved = Math.max(0, ...estimateLines(run).map(({ difference }) => Math.abs(difference ?? 0)));
  const costs = [
    `The cost: ${of("Refused")} of ${all.length} questions are refused, for they need exact event times or ask one site only`,
    `${of("Answered, counts as intervals")} are answered with counts as intervals (${formatInteger(masked)} cells)`,
    `at ${comparedYears.join(", ")} years curves are off by up to ${off.points.toFixed(1)} percentage points (${off.where}) and their bounds up to ${bounds.points.toFixed(1)} apart (${bounds.where})`,
    ...withoutSites(run, "logRankBySite", "the log-rank test"),
    ...withoutSites(run, "logistic", "the logistic regression").map(
      (words) => `${words} and moves by up to ${moved.toFixed(1)} standard errors`,
    ),
  ];
  return `${costs.join("; ")}; grade 1 is not told from grade 2. The Cox models by site lose nothing else.`;
}
