// Tables and figures of the study, as plain data.

import type { FlowFigure, ForestFigure, Report, SurvivalFigure, TableView } from "konsil";
import { formatInteger } from "konsil";
import type { Agreement } from "./agreement.ts";
import { type Analyses, columns, fiveYears } from "./analyses.ts";
import type { Expected, ExpectedCox, ExpectedCurve } from "./expected.ts";
import { type Coefficients, doublingNote, forestRows, ratioLines, ratioText } from "./ratios.ts";
import { meanings } from "./words.ts";

type Results = Analyses["results"];

/** A column of what R gives on all rows: beside every estimate, and quiet. */
export const quiet = { format: "text", align: "end", group: "R, all rows", muted: true } as const;

export const yearLength = 365.25;
export const years = [2, 5, 7];

/** A number of days in years, with one decimal. */
export function inYears(days: number | null): string {
  return days === null ? "not reached" : (days / yearLength).toFixed(1);
}

/** "6.3 (5.8–6.9)" years; an end that is not reached is NR. */
export function medianText({
  estimate,
  lower,
  upper,
}: {
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}): string {
  const end = (days: number | null): string => (days === null ? "NR" : inYears(days));
  return `${estimate === null ? "not reached" : inYears(estimate)} (${end(lower)}–${end(upper)})`;
}

type Curve = Pick<Results["survival"]["groups"][number], "atTimes" | "median">;

/** R's curve in the words of konsil's, with the interval of the same type. */
function curveOfR(
  curves: readonly ExpectedCurve[],
  label: string,
  confidenceType: string,
): Curve | undefined {
  const found = curves.find((curve) => (curve.label ?? "") === label);
  const interval = found?.intervals.find((one) => one["conf.type"] === confidenceType);
  if (found === undefined || interval === undefined) return undefined;
  const { time, n_risk, n_event, survival, standard_error } = found.at_times;
  return {
    atTimes: {
      time: time.map(Number),
      atRisk: n_risk.map(Number),
      events: n_event.map(Number),
      survival: survival.map(Number),
      standardError: standard_error,
      lower: interval.lower_at_times,
      upper: interval.upper_at_times,
    },
    median: { estimate: interval.median, lower: interval.median_lower, upper: interval.median_upper },
  };
}

/** Where the end of a year stands among times; -1 where it does not. */
export function indexOfYear(
  at: { readonly time: readonly number[] } | null | undefined,
  year: number,
): number {
  return at?.time.findIndex((time) => Math.abs(time - year * yearLength) < 1e-6) ?? -1;
}

/** "55.7 (54.1–57.4)": percent who survive to the end of a year. */
export function survivalText(group: Curve | undefined, year: number): string {
  const at = group?.atTimes;
  const i = indexOfYear(at, year);
  const [s, low, high] = [at?.survival[i], at?.lower[i] ?? null, at?.upper[i] ?? null];
  if (at?.atRisk[i] === 0 || s === undefined) return "–";
  const percent = (x: number | null): string => (x === null ? "NE" : (100 * x).toFixed(1));
  return `${percent(s)} (${percent(low)}–${percent(high)})`;
}

/** Where a site's patients come from, as its policy's reason says. */
function sourceOf(reason: string | null | undefined): string {
  if (reason?.includes("gbsg") === true) return "German trial";
  return reason?.includes("rotterdam") === true ? "Rotterdam" : "";
}

export function placeName(site: string): string {
  return site.charAt(0).toUpperCase() + site.slice(1);
}

export function sitesTable({ siteBySite, results }: Analyses): TableView {
  const sites = siteBySite.map(({ site, curve }) => ({
    site,
    value: curve,
    group: curve.groups[0],
    reason: curve.report.sites.find((one) => one.site === site)?.policy?.reason,
  }));
  const all = results.survival;
  return {
    title: "Patients, events and recurrence-free survival by site",
    columns: [
      { name: "site", label: "Site", format: "text" },
      { name: "source", label: "From", format: "text" },
      { name: "n", label: "Patients", format: "integer" },
      { name: "events", label: "Events", format: "integer" },
      { name: "five", label: "At 5 years, % (95% CI)", format: "text", align: "end" },
      { name: "median", label: "Median, years (95% CI)", format: "text", align: "end" },
    ],
    values: {
      site: [...sites.map(({ site }) => placeName(site)), "All"],
      source: [...sites.map(({ reason }) => sourceOf(reason)), ""],
      n: [...sites.map(({ value }) => value.n), all.n],
      events: [...sites.map(({ value }) => value.events), all.events],
      five: [...sites.map(({ group }) => survivalText(group, 5)), survivalText(all.groups[0], 5)],
      median: [
        ...sites.map(({ group }) => (group === undefined ? "–" : medianText(group.median))),
        all.groups[0] === undefined ? "–" : medianText(all.groups[0].median),
      ],
    },
    notes: ["NR: not reached. Each site was asked alone, which its open policy permits."],
  };
}

export function patientFlow({ results }: Analyses): FlowFigure {
  const { survival, logistic } = results;
  const read = survival.n;
  return {
    kind: "flow",
    title: "Patients in the analyses",
    stages: [
      { label: "All patients: Table 1, survival, Cox models", count: read },
      {
        label: "Known at five years: logistic regression",
        count: logistic.n,
        left: [{ label: `Censored before day ${fiveYears}`, count: read - logistic.n }],
      },
    ],
    groups: [
      { label: "Recurrence or death within five years", count: logistic.events },
      {
        label: "Neither within five years",
        count: logistic.events === null ? null : logistic.n - logistic.events,
      },
    ],
  };
}

export function survivalFigure({ survivalByGrade, logRankBySite }: Results): SurvivalFigure | undefined {
  const figure = survivalByGrade.view.figures?.[0];
  if (figure?.kind !== "survival") return undefined;
  const times = [0, 2, 4, 6, 8, 10, 12, 14, 16, 18].map((year) => year * yearLength);
  return {
    ...figure,
    title: "Recurrence-free survival by grade",
    label: "Recurrence-free survival",
    time: { label: "Time since surgery or entry", unit: "days" },
    // Without marks for the censored: they are so many that they would hide the curves.
    curves: figure.curves.map((curve) => ({ ...curve, label: gradeOf(curve.label), censored: [] })),
    atRisk: { times, counts: survivalByGrade.groups.map((group) => atRisk(group, times)) },
    test: { name: "Log-rank, stratified by site", p: logRankBySite.p },
    notes: ["Bands: pointwise 95% confidence intervals. Censored patients are not marked."],
  };
}

/** How many are at risk just before each time, where times are exact. */
export function atRisk(
  { curve }: Results["survival"]["groups"][number],
  times: readonly number[],
): readonly number[] {
  return times.map((time) => curve.atRisk[curve.time.findIndex((at) => at >= time)] ?? 0);
}

/** "grade=2" as "Grade 2", "gradeGroup=1-2" as "Grades 1–2". */
export function gradeOf(label: string): string {
  if (label === "") return "All";
  return label
    .replace("gradeGroup=1-2", "Grades 1–2")
    .replace("gradeGroup=", "Grade ")
    .replace("grade=", "Grade ");
}

export function survivalTable({ survival, survivalByGrade }: Results, { curves }: Expected): TableView {
  const groups = [...survivalByGrade.groups, ...survival.groups];
  const theirs = groups.map(({ label }) =>
    curveOfR([...curves.by_grade.groups, ...curves.all.groups], label, survival.confidenceType),
  );
  return {
    title: "Recurrence-free survival, %",
    columns: [
      { name: "group", label: "", format: "text" },
      { name: "n", label: "Events / n", format: "text", align: "end" },
      ...years.map((year) => ({
        name: `year${year}`,
        label: `${year} years`,
        format: "text" as const,
        align: "end" as const,
      })),
      { name: "median", label: "Median, years", format: "text", align: "end" },
      { name: "r.year5", label: "5 years", ...quiet },
      { name: "r.median", label: "Median, years", ...quiet },
    ],
    values: {
      group: groups.map(({ label }) => gradeOf(label)),
      n: groups.map(({ n, events }) => `${formatInteger(events)} / ${formatInteger(n)}`),
      ...Object.fromEntries(
        years.map((year) => [`year${year}`, groups.map((group) => survivalText(group, year))]),
      ),
      median: groups.map(({ median }) => medianText(median)),
      "r.year5": theirs.map((curve) => survivalText(curve, 5)),
      "r.median": theirs.map((curve) => (curve === undefined ? "–" : medianText(curve.median))),
    },
    notes: ["With 95% confidence intervals. –: nobody is at risk any more. NR: not reached."],
  };
}

export function logRankTable({ logRankBySite, logRankPooled }: Results, expected: Expected): TableView {
  const tests = [
    { value: logRankBySite, r: expected.log_rank.by_site, label: "Stratified by site" },
    { value: logRankPooled, r: expected.log_rank.pooled, label: "Pooled over sites" },
  ];
  const rows = tests.flatMap(({ value, r, label }) =>
    value.groups.map((group, i) => ({ value, r, label, group, first: i === 0 })),
  );
  return {
    title: "Log-rank tests of grade",
    columns: [
      { name: "test", label: "Test", format: "text" },
      { name: "group", label: "Group", format: "text" },
      { name: "n", label: "n", format: "integer" },
      { name: "observed", label: "Observed", format: "integer" },
      { name: "expected", label: "Expected", format: "text", align: "end" },
      { name: "statistic", label: "χ² (df)", format: "text", align: "end" },
      { name: "p", label: "p", format: "p" },
      { name: "r", label: "χ²", ...quiet },
    ],
    values: {
      test: rows.map(({ label }) => label),
      group: rows.map(({ group }) => gradeOf(group.label)),
      n: rows.map(({ group }) => group.n),
      observed: rows.map(({ group }) => group.observed),
      expected: rows.map(({ group }) => group.expected.toFixed(1)),
      statistic: rows.map(({ value, first }) =>
        first ? `${value.chisq === null ? "–" : value.chisq.toFixed(2)} (${value.df})` : "",
      ),
      r: rows.map(({ r, first }) => (first ? r.chisq.toFixed(2) : "")),
      p: rows.map(({ value, first }) => (first ? value.p : "")),
    },
    rowGroup: "test",
  };
}

/** How many patients have a level, by Table 1. */
function patientsWith({ characteristics: { variables, by } }: Results) {
  return (column: string, level: number): number | null => {
    const found = variables.find(({ variable }) => variable === column);
    const counts =
      by?.variable === column ? by.n : found !== undefined && "levels" in found ? found.overall.counts : [];
    const count = counts[level];
    return typeof count === "number" ? count : null;
  };
}

export function hazardForest(results: Results): ForestFigure {
  const { coxBySite } = results;
  return {
    kind: "forest",
    title: "Hazard ratios of recurrence or death, stratified by site",
    label: "Hazard ratio",
    scale: "log",
    columns: ["Patients"],
    rows: forestRows(coxBySite, patientsWith(results)),
    favours: { lower: "Lower hazard", upper: "Higher hazard" },
    notes: [
      `${formatInteger(coxBySite.n)} patients, ${formatInteger(coxBySite.events)} events; all rows from one model, ties by Efron's method. ${doublingNote}`,
    ],
  };
}

export function oddsForest({ logistic }: Results): ForestFigure {
  return {
    kind: "forest",
    title: "Odds ratios of recurrence or death within five years",
    label: "Odds ratio",
    scale: "log",
    rows: forestRows(logistic, () => null).map((row) =>
      row.kind === "heading" ? row : { ...row, cells: [] },
    ),
    favours: { lower: "Lower odds", upper: "Higher odds" },
    notes: [
      `${formatInteger(logistic.n)} patients, ${formatInteger(logistic.events ?? 0)} with the outcome. ${doublingNote}`,
    ],
  };
}

/** The ratios of a model beside those that R gives. */
export function besideR(title: string, ratio: string, model: Coefficients, r: Coefficients): TableView {
  const lines = ratioLines(model);
  return {
    title,
    columns: [
      { name: "term", label: "", format: "text" },
      { name: "federated", label: `${ratio} (95% CI)`, format: "text", align: "end" },
      { name: "p.value", label: "p", format: "p" },
      { name: "r", label: `${ratio} (95% CI)`, ...quiet },
    ],
    values: {
      term: lines.map(({ label }) => label),
      federated: lines.map((line) => ratioText(line.ratio)),
      "p.value": lines.map(({ p }) => p),
      r: ratioLines(r).map((line) => ratioText(line.ratio)),
    },
  };
}

/** The models side by side, by term. */
export function modelsTable({ coxBySite, coxPooledEfron, coxPooledBreslow, coxByGrade }: Results): TableView {
  const models = [
    { name: "site", label: "Efron", group: "By site", value: coxBySite },
    { name: "efron", label: "Efron", group: "Pooled", value: coxPooledEfron },
    { name: "pooledBreslow", label: "Breslow", group: "Pooled", value: coxPooledBreslow },
    { name: "grade", label: "Efron", group: "By grade", value: coxByGrade },
  ];
  const lines = ratioLines(coxBySite);
  return {
    title: "Hazard ratios (95% CI) of four Cox models",
    columns: [
      { name: "term", label: "", format: "text" },
      ...models.map(({ name, label, group }) => ({
        name,
        label,
        group,
        format: "text" as const,
        align: "end" as const,
      })),
    ],
    values: {
      term: [...lines.map(({ label }) => label), "Log likelihood", "LR test: χ² (df)"],
      ...Object.fromEntries(
        models.map(({ name, value }) => {
          const of = ratioLines(value);
          const test = value.likelihoodRatioTest;
          return [
            name,
            [
              ...of.map(({ ratio }) => ratioText(ratio)),
              value.logLikelihood.fitted.toFixed(2).replace("-", "−"),
              test === null ? "–" : `${test.statistic.toFixed(2)} (${test.df})`,
            ],
          ];
        }),
      ),
    },
    notes: ["By site, by grade: with a baseline hazard for each. * As above."],
  };
}

/** R's Cox model in the words of konsil's. */
export function coefficientsOfR(
  r: Pick<ExpectedCox, "terms" | "coefficients" | "lower" | "upper" | "p">,
): Coefficients {
  return { terms: r.terms, coefficients: r.coefficients, lower: r.lower, upper: r.upper, p: r.p };
}

export function agreementTable({ analyses, numbers, largest, where }: Agreement): TableView {
  return {
    title: "Largest relative difference from R, by analysis",
    columns: [
      { name: "analysis", label: "Analysis", format: "text" },
      { name: "numbers", label: "Numbers compared", format: "integer" },
      { name: "largest", label: "Largest", format: "number", digits: 1 },
      { name: "where", label: "Where", format: "text" },
    ],
    values: {
      analysis: [...analyses.map(({ analysis }) => analysis), "All"],
      numbers: [...analyses.map((one) => one.numbers), numbers],
      largest: [...analyses.map((one) => one.largest), largest],
      where: [...analyses.map((one) => (one.largest === 0 ? "" : one.where)), where],
    },
    notes: ["|federated − R| / |R|; the absolute difference where R has zero. 0: equal to the last bit."],
  };
}

const headlines: readonly RegExp[] = [
  /^(χ²|Cramér's V|Patients|Events)$/,
  /^Coefficient, /,
  /^Log likelihood$/,
  /: (mean, hormon .*|standardised difference|p)$/,
  /: median$/,
  /: survival, 5 years$/,
];

/** The main estimates with so many digits that a difference could be seen. */
export function digitsTable(rows: Agreement["rows"]): TableView {
  const shown = rows.filter(({ what }) => headlines.some((pattern) => pattern.test(what)));
  return {
    title: "Main estimates with fifteen digits",
    columns: [
      { name: "analysis", label: "Analysis", format: "text" },
      { name: "what", label: "Estimate", format: "text" },
      { name: "federated", label: "Eleven sites", format: "number", digits: 15 },
      { name: "r", label: "R, all rows", format: "number", digits: 15 },
      { name: "difference", label: "Relative difference", format: "number", digits: 1 },
    ],
    values: {
      analysis: shown.map(({ analysis }) => analysis),
      what: shown.map(({ what }) => what),
      federated: shown.map(({ federated }) => whole(federated)),
      r: shown.map(({ r }) => whole(r)),
      difference: shown.map(({ difference }) => difference),
    },
    rowGroup: "analysis",
  };
}

/** A count has no digits after its point to compare. */
function whole(value: number | null): number | string | null {
  return Number.isInteger(value) ? formatInteger(Number(value)) : value;
}

/** Rounds, time and what left, by analysis. */
export function workTable({ results }: Analyses): TableView {
  const reports = Object.values(results).map(({ view, report }) => ({ title: view.title, report }));
  const answered = ({ report }: (typeof reports)[number]): number =>
    report.sites.filter(({ state }) => state === "answered").length;
  return {
    title: "The analyses",
    columns: [
      { name: "analysis", label: "Analysis", format: "text" },
      { name: "algorithm", label: "Algorithm", format: "text" },
      { name: "sites", label: "Sites", format: "integer" },
      { name: "rounds", label: "Rounds", format: "integer" },
      { name: "seconds", label: "Seconds", format: "text", align: "end" },
      { name: "cells", label: "Numbers that left", format: "integer" },
      { name: "masked", label: "Masked", format: "integer" },
    ],
    values: {
      analysis: Object.keys(results).map((name) => analysisNames[name as keyof Results]),
      algorithm: reports.map(({ report }) => `${report.algorithm.name} ${report.algorithm.version}`),
      sites: reports.map(answered),
      rounds: reports.map(({ report }) => report.rounds.length),
      seconds: reports.map(({ report }) => report.seconds.toFixed(2)),
      cells: reports.map(({ report }) => report.released.reduce((sum, { cells }) => sum + cells, 0)),
      masked: reports.map(({ report }) => report.cellsMasked),
    },
  };
}

export const analysisNames: Readonly<Record<keyof Results, string>> = {
  description: "Description of the data",
  characteristics: "Table 1",
  gradeByTreatment: "Grade by treatment",
  sizeByGrade: "Size by grade",
  survival: "Kaplan–Meier, all",
  survivalByGrade: "Kaplan–Meier by grade",
  followUp: "Length of follow-up",
  logRankBySite: "Log-rank, by site",
  logRankPooled: "Log-rank, pooled",
  coxBySite: "Cox, by site",
  coxBySiteBreslow: "Cox, by site, Breslow",
  coxEachSite: "Cox, each site's own fit",
  coxPooledEfron: "Cox, pooled, Efron",
  coxPooledBreslow: "Cox, pooled, Breslow",
  coxByGrade: "Cox, by grade",
  logistic: "Logistic regression",
};

/** Rows read, kept by the filter and complete at every site, and the policy under which it answered. */
export function rowsTable(analyses: Analyses): TableView {
  const { results } = analyses;
  const [all, known] = [results.coxBySite.report.sites, results.logistic.report.sites];
  const rows = all.map((site) => ({ site, later: known.find((one) => one.site === site.site) }));
  return {
    title: "Rows by site",
    columns: [
      { name: "site", label: "Site", format: "text" },
      { name: "read", label: "Read", format: "integer", group: "Cox models" },
      { name: "incomplete", label: "Left out: incomplete", format: "integer", group: "Cox models" },
      { name: "used", label: "Used", format: "integer", group: "Cox models" },
      { name: "early", label: "Left out: censored early", format: "integer", group: "Logistic regression" },
      { name: "later", label: "Used", format: "integer", group: "Logistic regression" },
      { name: "policy", label: "Policy", format: "text" },
      { name: "left", label: "Numbers that left", format: "integer" },
    ],
    values: {
      site: rows.map(({ site }) => placeName(site.site)),
      read: rows.map(({ site }) => site.rows?.read ?? null),
      incomplete: rows.map(({ site }) => difference(site.rows?.selected, site.rows?.used)),
      used: rows.map(({ site }) => site.rows?.used ?? null),
      early: rows.map(({ later }) => difference(later?.rows?.read, later?.rows?.selected)),
      later: rows.map(({ later }) => later?.rows?.used ?? null),
      policy: rows.map(({ site }) => (site.policy?.open === true ? "open" : "own")),
      left: rows.map(({ site }) =>
        allReports(analyses)
          .flatMap(({ released }) => released)
          .reduce((sum, one) => (one.site === site.site ? sum + one.cells : sum), 0),
      ),
    },
    notes: ["Numbers that left: over the whole study."],
  };
}

function difference(first: unknown, second: unknown): number | null {
  return typeof first === "number" && typeof second === "number" ? first - second : null;
}

/** The reports of all analyses. */
export function allReports({ results, siteBySite }: Analyses) {
  return [...Object.values(results), ...siteBySite.map(({ curve }) => curve)].map(({ report }) => report);
}

/** What left the sites over the whole study: by question, the statistics that left under one rule. */
export function releasedTable(reports: readonly Report[]): TableView {
  const groups = new Map<
    string,
    {
      readonly step: string;
      readonly rule: string;
      readonly fields: Set<string>;
      cells: number;
      masked: number;
    }
  >();
  for (const { step, field, rule, cells, masked } of reports.flatMap((one) => one.released)) {
    const key = JSON.stringify([step, rule]);
    const group = groups.get(key) ?? { step, rule, fields: new Set(), cells: 0, masked: 0 };
    group.fields.add(field);
    group.cells += cells;
    group.masked += masked;
    groups.set(key, group);
  }
  const rows = [...groups.values()].sort((a, b) => (a.step < b.step ? -1 : a.step > b.step ? 1 : 0));
  return {
    title: "What left the sites, under which rule",
    columns: [
      { name: "step", label: "Question", format: "text" },
      { name: "fields", label: "Statistics", format: "text" },
      { name: "cells", label: "Numbers", format: "integer" },
      { name: "masked", label: "Masked", format: "integer" },
      { name: "rule", label: "Rule", format: "text" },
    ],
    values: {
      step: rows.map(({ step }) => step),
      fields: rows.map(({ fields }) => [...fields].join(", ")),
      cells: rows.map(({ cells }) => cells),
      masked: rows.map(({ masked }) => masked),
      rule: rows.map(({ rule }) => rule),
    },
    rowGroup: "step",
    notes: ["Over all analyses, rounds and sites. Each field by site is in results.json."],
  };
}

function levelsOf(name: string): readonly string[] {
  const declared = Object.entries(columns).find(([column]) => column === name)?.[1];
  return declared !== undefined && "levels" in declared ? (declared.levels ?? []) : [];
}

/** The columns at the sites: what they hold, and how many values are missing. */
export function columnsTable({ results: { description } }: Analyses): TableView {
  const rows = description.columns.map((column) => {
    const held = Object.values(column.sites).filter((one) => one !== null);
    return {
      column,
      sites: held.length,
      type: [...new Set(held.map(({ type }) => type))].join(", "),
      levels: levelsOf(column.name).join(", "),
      missing: held.reduce<number | null>(
        (sum, { missing }) => (typeof missing === "number" && sum !== null ? sum + missing : null),
        0,
      ),
    };
  });
  return {
    title: "The data at the sites",
    columns: [
      { name: "column", label: "Column", format: "text" },
      { name: "meaning", label: "What it is", format: "text" },
      { name: "type", label: "Type", format: "text" },
      { name: "levels", label: "Levels", format: "text" },
      { name: "sites", label: "Sites", format: "integer" },
      { name: "missing", label: "Missing", format: "integer" },
    ],
    values: {
      column: rows.map(({ column }) => column.name),
      meaning: rows.map(({ column }) => meanings[column.name] ?? ""),
      type: rows.map(({ type }) => type),
      levels: rows.map(({ levels }) => levels),
      sites: rows.map(({ sites }) => sites),
      missing: rows.map(({ missing }) => missing),
    },
    notes: description.columns.flatMap(({ name, disagreements }) =>
      disagreements.map((what) => `${name}: ${what}.`),
    ),
  };
}
