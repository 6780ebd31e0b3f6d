// What r/study.R computed on all rows: expected.json as far as it is compared.
import { readFileSync } from "node:fs";

type Numbers = readonly (number | null)[];
type Matrix = readonly Numbers[];

interface ChiSquared {
  readonly statistic: number;
  readonly df: number;
  readonly p: number;
}

export interface ExpectedTable {
  readonly row_levels: readonly string[];
  readonly column_levels: readonly string[];
  readonly n: number;
  readonly counts: Matrix;
  readonly expected: Matrix;
  readonly standardised_residuals: Matrix;
  readonly chisq: ChiSquared;
  readonly chisq_corrected: ChiSquared | null;
  readonly cramers_v: number;
}

interface ExpectedNumber {
  readonly variable: string;
  readonly missing: Numbers;
  readonly overall: { readonly n: number; readonly mean: number; readonly sd: number };
  readonly n: Numbers;
  readonly means: Numbers;
  readonly sds: Numbers;
  readonly welch: ChiSquared & {
    readonly difference: number;
    readonly standard_error: number;
    readonly lower: number;
    readonly upper: number;
  };
  readonly standardised_difference: number;
}

interface ExpectedCategory extends ExpectedTable {
  readonly variable: string;
  readonly missing: number;
  readonly standardised_difference: number;
}

export interface ExpectedCurve {
  readonly label: string | null;
  readonly n: number;
  readonly events: number;
  readonly curve: {
    readonly time: Numbers;
    readonly n_risk: Numbers;
    readonly survival: Numbers;
    readonly standard_error: Numbers;
  };
  readonly at_times: {
    readonly time: Numbers;
    readonly n_risk: Numbers;
    readonly n_event: Numbers;
    readonly survival: Numbers;
    readonly standard_error: Numbers;
  };
  readonly rmean_tau: { readonly estimate: number; readonly standard_error: number };
  readonly intervals: readonly {
    readonly "conf.type": string;
    readonly lower_at_times: Numbers;
    readonly upper_at_times: Numbers;
    readonly median: number | null;
    readonly median_lower: number | null;
    readonly median_upper: number | null;
    readonly quantile: Numbers;
    readonly quantile_lower: Numbers;
    readonly quantile_upper: Numbers;
  }[];
}

export interface ExpectedLogRank extends Omit<ChiSquared, "statistic"> {
  readonly groups: readonly string[];
  readonly n: Numbers;
  readonly observed: Numbers;
  readonly expected: Numbers;
  readonly variance: Matrix;
  readonly chisq: number;
}

interface ExpectedModel {
  readonly formula: string;
  readonly n: number;
  readonly terms: readonly string[];
  readonly coefficients: Numbers;
  readonly standard_errors: Numbers;
  readonly p: Numbers;
  readonly lower: Numbers;
  readonly upper: Numbers;
  readonly variance: Matrix;
  readonly aic: number;
  readonly bic: number;
}

export interface ExpectedCox extends ExpectedModel {
  readonly events: number;
  readonly z: Numbers;
  readonly exp_coefficients: Numbers;
  readonly exp_lower: Numbers;
  readonly exp_upper: Numbers;
  readonly log_likelihood: readonly [number, number];
  readonly likelihood_ratio_test: ChiSquared;
  readonly score_test: ChiSquared;
  readonly wald_test: ChiSquared;
}

export interface ExpectedLogistic extends ExpectedModel {
  readonly censored_before_five_years: number;
  readonly within_five_years: number;
  readonly n_by_site: Readonly<Record<string, number>>;
  readonly statistics: Numbers;
  readonly deviance: number;
  readonly null_deviance: number;
  readonly df_residual: number;
  readonly df_null: number;
  readonly log_likelihood: number;
}

export interface Expected {
  readonly about: { readonly software: { readonly R: string; readonly survival: string } };
  readonly counts: {
    readonly n: number;
    readonly events: number;
    readonly n_by_site: Readonly<Record<string, number>>;
    readonly events_by_site: Readonly<Record<string, number>>;
  };
  readonly by_treatment: {
    readonly numbers: readonly ExpectedNumber[];
    readonly categories: readonly ExpectedCategory[];
  };
  readonly crosstabs: { readonly grade_by_hormon: ExpectedTable; readonly size_by_grade: ExpectedTable };
  readonly curves: {
    readonly all: { readonly groups: readonly ExpectedCurve[] };
    readonly by_grade: { readonly groups: readonly ExpectedCurve[] };
  };
  readonly log_rank: { readonly pooled: ExpectedLogRank; readonly by_site: ExpectedLogRank };
  readonly cox: {
    readonly by_site: ExpectedCox;
    readonly by_site_breslow: ExpectedCox;
    readonly pooled_efron: ExpectedCox;
    readonly pooled_breslow: ExpectedCox;
    readonly by_grade: ExpectedCox;
  };
  readonly logistic: ExpectedLogistic;
}

export function readExpected(): Expected {
  return JSON.parse(readFileSync(new URL("r/expected.json", import.meta.url), "utf8")) as Expected;
}
