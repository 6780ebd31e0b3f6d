import { chiSquaredCdf, normalQuantile } from "../../numeric/index.ts";
import { quadraticForm } from "../quadratic-form.ts";

/** The test of Cochran, Mantel and Haenszel: rows and columns are independent within every stratum. */
export interface MantelHaenszelTest {
  readonly statistic: number;
  readonly df: number;
  readonly p: number;
  readonly corrected: boolean;
  /** The common odds ratio of tables of two by two. */
  readonly oddsRatio: CommonOddsRatio | null;
}

export interface CommonOddsRatio {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
  readonly confidenceLevel: number;
}

type Counts = readonly (readonly number[])[];

const confidenceLevel = 0.95;
const zeros = (length: number): number[] => Array.from({ length }, () => 0);
const add = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** R's `mantelhaen.test`. Levels and strata without anyone do not count. A text says why there is no test. */
export function mantelHaenszel(strata: readonly Counts[], correct: boolean): MantelHaenszelTest | string {
  const used = usedLevels(strata.filter((counts) => add(counts.flat()) > 1));
  const [rows, columns] = [used[0]?.length ?? 0, used[0]?.[0]?.length ?? 0];
  if (rows < 2 || columns < 2) return "not estimable: fewer than two levels have people";
  return rows === 2 && columns === 2 ? twoByTwo(used, correct) : general(used, rows, columns);
}

function usedLevels(strata: readonly Counts[]): readonly Counts[] {
  const [first = []] = strata;
  const rows = first.map((_, i) => i).filter((i) => strata.some((counts) => add(counts[i] ?? []) > 0));
  const columns = (first[0] ?? [])
    .map((_, j) => j)
    .filter((j) => strata.some((counts) => counts.some((row) => (row[j] as number) > 0)));
  return strata.map((counts) => rows.map((i) => columns.map((j) => counts[i]?.[j] as number)));
}

function twoByTwo(strata: readonly Counts[], correct: boolean): MantelHaenszelTest | string {
  let [deviation, variance] = [0, 0];
  for (const [[a, b], [c, d]] of strata as readonly (readonly [[number, number], [number, number]])[]) {
    const n = a + b + c + d;
    deviation += a - ((a + b) * (a + c)) / n;
    variance += ((a + b) * (c + d) * (a + c) * (b + d)) / (n * n * (n - 1));
  }
  if (!(variance > 0)) return "not estimable: no stratum has people at two levels of both variables";
  const corrected = correct && Math.abs(deviation) >= 0.5;
  const statistic = (Math.abs(deviation) - (corrected ? 0.5 : 0)) ** 2 / variance;
  return {
    statistic,
    df: 1,
    p: chiSquaredCdf(statistic, 1, { tail: "upper" }),
    corrected: correct,
    oddsRatio: commonOddsRatio(strata),
  };
}

/** Mantel & Haenszel's estimate with the variance of its logarithm by Robins, Breslow & Greenland (1986). */
function commonOddsRatio(strata: readonly Counts[]): CommonOddsRatio | null {
  let [r, s, pr, mixed, qs] = [0, 0, 0, 0, 0];
  for (const [[a, b], [c, d]] of strata as readonly (readonly [[number, number], [number, number]])[]) {
    const n = a + b + c + d;
    const [p, q, u, v] = [(a + d) / n, (b + c) / n, (a * d) / n, (b * c) / n];
    r += u;
    s += v;
    pr += p * u;
    mixed += p * v + q * u;
    qs += q * v;
  }
  if (r === 0 || s === 0) return null;
  const error = Math.sqrt(pr / (2 * r * r) + mixed / (2 * r * s) + qs / (2 * s * s));
  const reach = normalQuantile((1 + confidenceLevel) / 2) * error;
  const log = Math.log(r / s);
  return { estimate: r / s, lower: Math.exp(log - reach), upper: Math.exp(log + reach), confidenceLevel };
}

/** The generalized test (Landis, Heyman & Koch 1978): deviations of all cells but the last row and column. */
function general(strata: readonly Counts[], rows: number, columns: number): MantelHaenszelTest | string {
  const df = (rows - 1) * (columns - 1);
  const deviation = zeros(df);
  const covariance = Array.from({ length: df }, () => zeros(df));
  for (const counts of strata) {
    const row = counts.map(add);
    const column = (counts[0] ?? []).map((_, j) => add(counts.map((cells) => cells[j] as number)));
    const n = add(row);
    const scale = 1 / (n * n * (n - 1));
    const part = (margin: readonly number[], i: number, k: number): number =>
      (i === k ? n * (margin[i] as number) : 0) - (margin[i] as number) * (margin[k] as number);
    for (let cell = 0; cell < df; cell++) {
      const [i, j] = [Math.floor(cell / (columns - 1)), cell % (columns - 1)];
      deviation[cell]! += (counts[i]?.[j] as number) - ((row[i] as number) * (column[j] as number)) / n;
      const line = covariance[cell] as number[];
      for (let other = 0; other < df; other++) {
        const [k, l] = [Math.floor(other / (columns - 1)), other % (columns - 1)];
        line[other]! += part(row, i, k) * part(column, j, l) * scale;
      }
    }
  }
  const statistic = quadraticForm(covariance, deviation);
  if (statistic === null) return "not estimable: the strata do not connect all levels";
  return {
    statistic,
    df,
    p: chiSquaredCdf(statistic, df, { tail: "upper" }),
    corrected: false,
    oddsRatio: null,
  };
}
