// Every estimate beside the one that R computed on all rows.
import type { CoxphValue, CrosstabValue, KaplanMeierValue, LogRankValue } from "konsil";
import type { Analyses } from "./analyses.ts";
import type { Expected, ExpectedCox, ExpectedCurve, ExpectedLogRank, ExpectedTable } from "./expected.ts";
import { yearLength } from "./tables.ts";

/** An estimate of the federation beside R's; null on both sides where it cannot be estimated. */
export interface Comparison {
  readonly analysis: string;
  readonly what: string;
  readonly federated: number | null;
  readonly r: number | null;
  /** |federated − R| / |R|; the absolute difference where R has 0; 1 where only one of them has an estimate. */
  readonly difference: number;
  /** How many numbers this row stands for: a whole curve is shown by the point that differs most. */
  readonly numbers: number;
}

/** The comparisons of one analysis. */
export interface AnalysisAgreement {
  readonly analysis: string;
  readonly numbers: number;
  readonly largest: number;
  /** Where the largest difference is. */
  readonly where: string;
}

export interface Agreement {
  readonly numbers: number;
  readonly largest: number;
  readonly where: string;
  /** R's number there. */
  readonly at: number | null;
  /** The largest difference apart from p values: these multiply a difference of χ² by χ²/2. */
  readonly largestBesidesP: number;
  readonly analyses: readonly AnalysisAgreement[];
  readonly rows: readonly Comparison[];
}

/** A larger relative difference fails the study. */
export const tolerated = 1e-6;

type Estimate = number | { readonly lower: number; readonly upper: number } | null | undefined;
type Pair = Omit<Comparison, "analysis">;

/** A masked count is no estimate to compare. */
function exact(value: Estimate): number | null {
  return typeof value === "number" ? value : null;
}

function relativeDifference(federated: number | null, r: number | null): number {
  if (federated === null || r === null) return federated === r ? 0 : 1;
  return Math.abs(federated - r) / (r === 0 ? 1 : Math.abs(r));
}

function pair(what: string, federated: Estimate, r: Estimate): Pair {
  const [ours, theirs] = [exact(federated), exact(r)];
  return { what, federated: ours, r: theirs, difference: relativeDifference(ours, theirs), numbers: 1 };
}

function pairs(
  what: string,
  labels: readonly string[],
  federated: readonly Estimate[],
  r: readonly Estimate[],
): readonly Pair[] {
  return labels.map((label, i) => pair(`${what}, ${label}`, federated[i], r[i]));
}

/** Many numbers in one row: the pair that differs most. */
function together(what: string, federated: readonly Estimate[], r: readonly Estimate[]): Pair {
  const all = Array.from({ length: Math.max(federated.length, r.length) }, (_, i) =>
    pair(what, federated[i], r[i]),
  );
  const worst = all.reduce((most, one) => (one.difference > most.difference ? one : most), pair(what, 0, 0));
  return { ...(worst.difference === 0 ? (all[0] ?? worst) : worst), numbers: all.length };
}

function counts({ results, siteBySite }: Analyses, expected: Expected): readonly Pair[] {
  const sites = Object.keys(expected.counts.n_by_site);
  const at = (site: string) => siteBySite.find((one) => one.site === site)?.curve;
  return [
    pair("Patients", results.survival.n, expected.counts.n),
    pair("Events", results.survival.events, expected.counts.events),
    ...pairs(
      "Patients",
      sites,
      sites.map((site) => at(site)?.n),
      Object.values(expected.counts.n_by_site),
    ),
    ...pairs(
      "Events",
      sites,
      sites.map((site) => at(site)?.events),
      Object.values(expected.counts.events_by_site),
    ),
  ];
}

function characteristics({ results }: Analyses, expected: Expected): readonly Pair[] {
  const { variables } = results.characteristics;
  const numbers = expected.by_treatment.numbers.flatMap((r): readonly Pair[] => {
    const found = variables.find(({ variable }) => variable === r.variable);
    if (found === undefined || "levels" in found) return [pair(r.variable, null, 1)];
    const groups = found.groups;
    const test = found.test !== null && "standardError" in found.test ? found.test : null;
    const labels = groups.map(({ group }) => `hormon ${group}`);
    const [name, pairsOf] = [r.variable, found.standardizedDifference?.pairs ?? []];
    return [
      ...pairs(
        `${name}: people`,
        labels,
        groups.map(({ n }) => n),
        r.n,
      ),
      ...pairs(
        `${name}: missing`,
        labels,
        groups.map(({ missing }) => missing),
        r.missing,
      ),
      ...pairs(
        `${name}: mean`,
        labels,
        groups.map(({ mean }) => mean),
        r.means,
      ),
      ...pairs(
        `${name}: standard deviation`,
        labels,
        groups.map((g) => g.standardDeviation),
        r.sds,
      ),
      pair(`${name}: mean, all`, found.overall.mean, r.overall.mean),
      pair(`${name}: standard deviation, all`, found.overall.standardDeviation, r.overall.sd),
      pair(`${name}: standardised difference`, pairsOf[0]?.value, r.standardised_difference),
      pair(`${name}: Welch's t`, test?.statistic, r.welch.statistic),
      pair(`${name}: degrees of freedom`, test?.df, r.welch.df),
      pair(`${name}: p`, test?.p, r.welch.p),
      pair(`${name}: difference of means`, test?.difference, r.welch.difference),
      pair(`${name}: lower limit of the difference`, test?.lower, r.welch.lower),
      pair(`${name}: upper limit of the difference`, test?.upper, r.welch.upper),
    ];
  });
  const categories = expected.by_treatment.categories.flatMap((r): readonly Pair[] => {
    const found = variables.find(({ variable }) => variable === r.variable);
    if (found === undefined || !("levels" in found)) return [pair(r.variable, null, 1)];
    const test = found.test;
    const chisq = r.chisq_corrected ?? r.chisq;
    return [
      together(
        `${r.variable}: counts`,
        found.levels.flatMap((_, i) => found.groups.map((group) => group.counts[i])),
        r.counts.flat(),
      ),
      pair(`${r.variable}: missing`, found.overall.missing, r.missing),
      pair(
        `${r.variable}: standardised difference`,
        found.standardizedDifference?.pairs[0]?.value,
        r.standardised_difference,
      ),
      pair(`${r.variable}: χ²`, test?.statistic, chisq.statistic),
      pair(`${r.variable}: degrees of freedom`, test?.df, chisq.df),
      pair(`${r.variable}: p`, test?.p, chisq.p),
    ];
  });
  return [...numbers, ...categories];
}

function crossTable(value: CrosstabValue, r: ExpectedTable): readonly Pair[] {
  const [table] = value.tables;
  return [
    pair("People", value.n, r.n),
    together("Counts", table?.counts.flat() ?? [], r.counts.flat()),
    together("Expected counts", table?.expected?.flat() ?? [], r.expected.flat()),
    together(
      "Standardised residuals",
      table?.standardizedResiduals?.flat() ?? [],
      r.standardised_residuals.flat(),
    ),
    pair("χ²", table?.chiSquared?.statistic, r.chisq.statistic),
    pair("Degrees of freedom", table?.chiSquared?.df, r.chisq.df),
    pair("p", table?.chiSquared?.p, r.chisq.p),
    pair("Cramér's V", table?.cramersV, r.cramers_v),
  ];
}

function curves(value: KaplanMeierValue, expected: readonly ExpectedCurve[]): readonly Pair[] {
  return expected.flatMap((r): readonly Pair[] => {
    const group = value.groups.find(({ label }) => label === (r.label ?? ""));
    const interval = r.intervals.find((one) => one["conf.type"] === value.confidenceType);
    if (group === undefined || interval === undefined) return [pair(r.label ?? "all", null, 1)];
    const name = r.label ?? "all";
    const { curve, atTimes: at, median, quantiles, restrictedMean } = group;
    const years = r.at_times.time.map((days) => `${Number(days) / yearLength} years`);
    const points = `${curve.time.length} times`;
    return [
      pair(`${name}: people`, group.n, r.n),
      pair(`${name}: events`, group.events, r.events),
      pair(`${name}: median`, median.estimate, interval.median),
      pair(`${name}: median, lower limit`, median.lower, interval.median_lower),
      pair(`${name}: median, upper limit`, median.upper, interval.median_upper),
      ...pairs(`${name}: survival`, years, at?.survival ?? [], r.at_times.survival),
      ...pairs(`${name}: standard error`, years, at?.standardError ?? [], r.at_times.standard_error),
      ...pairs(`${name}: lower limit`, years, at?.lower ?? [], interval.lower_at_times),
      ...pairs(`${name}: upper limit`, years, at?.upper ?? [], interval.upper_at_times),
      ...pairs(`${name}: at risk`, years, at?.atRisk ?? [], r.at_times.n_risk),
      together(
        `${name}: quartiles`,
        quantiles.map((q) => q.estimate),
        interval.quantile,
      ),
      together(
        `${name}: quartiles, lower limits`,
        quantiles.map((q) => q.lower),
        interval.quantile_lower,
      ),
      together(
        `${name}: quartiles, upper limits`,
        quantiles.map((q) => q.upper),
        interval.quantile_upper,
      ),
      pair(`${name}: restricted mean to five years`, restrictedMean?.estimate, r.rmean_tau.estimate),
      pair(`${name}: its standard error`, restrictedMean?.standardError, r.rmean_tau.standard_error),
      together(`${name}: ${points}`, curve.time, r.curve.time),
      together(`${name}: at risk at ${points}`, curve.atRisk, r.curve.n_risk),
      together(`${name}: survival at ${points}`, curve.survival, r.curve.survival),
      together(`${name}: standard error at ${points}`, curve.standardError, r.curve.standard_error),
    ];
  });
}

function logRankTest(value: LogRankValue, r: ExpectedLogRank): readonly Pair[] {
  const by = <T>(of: (group: LogRankValue["groups"][number]) => T): T[] => value.groups.map(of);
  return [
    ...pairs(
      "People",
      r.groups,
      by(({ n }) => n),
      r.n,
    ),
    ...pairs(
      "Observed",
      r.groups,
      by(({ observed }) => observed),
      r.observed,
    ),
    ...pairs(
      "Expected",
      r.groups,
      by(({ expected }) => expected),
      r.expected,
    ),
    together("Covariance of observed − expected", value.variance.flat(), r.variance.flat()),
    pair("χ²", value.chisq, r.chisq),
    pair("Degrees of freedom", value.df, r.df),
    pair("p", value.p, r.p),
  ];
}

function cox(value: CoxphValue, r: ExpectedCox): readonly Pair[] {
  const tests = [
    ["Likelihood ratio test", value.likelihoodRatioTest, r.likelihood_ratio_test],
    ["Score test", value.scoreTest, r.score_test],
    ["Wald test", value.waldTest, r.wald_test],
  ] as const;
  return [
    pair("People", value.n, r.n),
    pair("Events", value.events, r.events),
    ...pairs("Coefficient", r.terms, value.coefficients, r.coefficients),
    ...pairs("Standard error", r.terms, value.standardErrors, r.standard_errors),
    ...pairs("z", r.terms, value.z, r.z),
    ...pairs("p", r.terms, value.p, r.p),
    ...pairs("Hazard ratio", r.terms, value.hazardRatios, r.exp_coefficients),
    ...pairs("Lower limit", r.terms, value.hazardRatioLower, r.exp_lower),
    ...pairs("Upper limit", r.terms, value.hazardRatioUpper, r.exp_upper),
    together("Covariance", value.covariance.flat(), r.variance.flat()),
    pair("Log likelihood without covariates", value.logLikelihood.null, r.log_likelihood[0]),
    pair("Log likelihood", value.logLikelihood.fitted, r.log_likelihood[1]),
    ...tests.flatMap(([name, ours, theirs]) => [
      pair(`${name}: χ²`, ours?.statistic, theirs.statistic),
      pair(`${name}: degrees of freedom`, ours?.df, theirs.df),
      pair(`${name}: p`, ours?.p, theirs.p),
    ]),
    pair("AIC", value.aic, r.aic),
    pair("BIC", value.bic, r.bic),
  ];
}

function logistic({ results }: Analyses, { logistic: r }: Expected): readonly Pair[] {
  const { logistic: value } = results;
  const sites = Object.keys(r.n_by_site);
  const used = (site: string) => value.report.sites.find((one) => one.site === site)?.rows?.used;
  return [
    pair("People", value.n, r.n),
    pair("Recurrence or death within five years", value.events, r.within_five_years),
    ...pairs("People", sites, sites.map(used), Object.values(r.n_by_site)),
    ...pairs("Coefficient", r.terms, value.coefficients, r.coefficients),
    ...pairs("Standard error", r.terms, value.standardErrors, r.standard_errors),
    ...pairs("z", r.terms, value.statistics, r.statistics),
    ...pairs("p", r.terms, value.p, r.p),
    ...pairs("Lower limit", r.terms, value.lower, r.lower),
    ...pairs("Upper limit", r.terms, value.upper, r.upper),
    together("Covariance", value.covariance.flat(), r.variance.flat()),
    pair("Deviance", value.deviance, r.deviance),
    pair("Null deviance", value.nullDeviance, r.null_deviance),
    pair("Degrees of freedom", value.dfResidual, r.df_residual),
    pair("Log likelihood", value.logLikelihood, r.log_likelihood),
    pair("AIC", value.aic, r.aic),
    pair("BIC", value.bic, r.bic),
  ];
}

function largestOf(rows: readonly Comparison[]): { readonly largest: number; readonly where: string } {
  const worst = rows.reduce<Comparison | undefined>(
    (most, row) => (most === undefined || row.difference > most.difference ? row : most),
    undefined,
  );
  return { largest: worst?.difference ?? 0, where: worst?.what ?? "" };
}

/** All analyses against R's results on all rows. */
export function compareWithR(analyses: Analyses, expected: Expected): Agreement {
  const { results } = analyses;
  const compared: Readonly<Record<string, readonly Pair[]>> = {
    "Patients and events": counts(analyses, expected),
    "Table 1": characteristics(analyses, expected),
    "Grade by treatment": crossTable(results.gradeByTreatment, expected.crosstabs.grade_by_hormon),
    "Size by grade": crossTable(results.sizeByGrade, expected.crosstabs.size_by_grade),
    "Kaplan–Meier, all": curves(results.survival, expected.curves.all.groups),
    "Kaplan–Meier by grade": curves(results.survivalByGrade, expected.curves.by_grade.groups),
    "Log-rank, by site": logRankTest(results.logRankBySite, expected.log_rank.by_site),
    "Log-rank, pooled": logRankTest(results.logRankPooled, expected.log_rank.pooled),
    "Cox, by site": cox(results.coxBySite, expected.cox.by_site),
    "Cox, by site, Breslow": cox(results.coxBySiteBreslow, expected.cox.by_site_breslow),
    "Cox, pooled, Efron": cox(results.coxPooledEfron, expected.cox.pooled_efron),
    "Cox, pooled, Breslow": cox(results.coxPooledBreslow, expected.cox.pooled_breslow),
    "Cox, by grade": cox(results.coxByGrade, expected.cox.by_grade),
    "Logistic regression": logistic(analyses, expected),
  };
  const rows = Object.entries(compared).flatMap(([analysis, found]) =>
    found.map((one): Comparison => ({ analysis, ...one })),
  );
  const count = (some: readonly Comparison[]): number => some.reduce((sum, { numbers }) => sum + numbers, 0);
  const all = largestOf(rows);
  const worst = rows.find(({ difference }) => difference === all.largest);
  return {
    numbers: count(rows),
    largest: all.largest,
    where: worst === undefined ? "" : `${worst.analysis}: ${worst.what}`,
    at: worst?.r ?? null,
    largestBesidesP: largestOf(rows.filter(({ what }) => !/(^|: )p(,|$)/.test(what))).largest,
    analyses: Object.keys(compared).map((analysis) => {
      const own = rows.filter((row) => row.analysis === analysis);
      return { analysis, numbers: count(own), ...largestOf(own) };
    }),
    rows,
  };
}
