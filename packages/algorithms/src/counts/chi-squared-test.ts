import { chiSquaredCdf } from "../numeric/index.ts";

/** A χ² test. */
export interface IndependenceTest {
  readonly statistic: number;
  readonly df: number;
  readonly p: number;
  /** Whether Yates' correction for continuity was used. */
  readonly corrected: boolean;
}

/** What a table of counts says about the independence of its rows and columns. */
export interface Independence {
  readonly test: IndependenceTest | null;
  /** Why there is no test. */
  readonly refused: string | null;
  readonly expected: readonly (readonly number[])[];
  /** (observed − expected)/√expected; null where nobody is expected. */
  readonly residuals: readonly (readonly (number | null)[])[];
  /** Residuals over their standard error (Agresti 2002, 3.3.1). */
  readonly standardizedResiduals: readonly (readonly (number | null)[])[];
  readonly cramersV: number | null;
  /** Cells in which fewer than five are expected. */
  readonly smallExpected: number;
}

const add = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/**
 * Pearson's test of independence, as R's `chisq.test(x, y)`: levels that nobody has do not count. `correct` asks for
 * Yates' correction, which there is for two by two levels only.
 */
export function testIndependence(counts: readonly (readonly number[])[], correct: boolean): Independence {
  const rows = counts.map(add);
  const columns = (counts[0] ?? []).map((_, j) => add(counts.map((row) => row[j] as number)));
  const n = add(rows);
  const expected = rows.map((row) => columns.map((column) => (n === 0 ? 0 : (row * column) / n)));
  const eachCell = (f: (observed: number, e: number, i: number, j: number) => number | null) =>
    counts.map((row, i) =>
      row.map((observed, j) => f(observed, (expected[i] as readonly number[])[j] as number, i, j)),
    );
  const residuals = eachCell((observed, e) => (e > 0 ? (observed - e) / Math.sqrt(e) : null));
  const standardizedResiduals = eachCell((observed, e, i, j) => {
    const variance = e * (1 - (rows[i] as number) / n) * (1 - (columns[j] as number) / n);
    return variance > 0 ? (observed - e) / Math.sqrt(variance) : null;
  });
  const [r, c] = [rows, columns].map((margin) => margin.filter((people) => people > 0).length) as [
    number,
    number,
  ];
  const smallExpected = expected.flat().filter((e) => e > 0 && e < 5).length;
  const rest = { expected, residuals, standardizedResiduals, smallExpected };
  if (r < 2 || c < 2)
    return {
      ...rest,
      test: null,
      refused: "not estimable: fewer than two levels have people",
      cramersV: null,
    };
  const observedCells = counts.flatMap((row, i) =>
    row.map((observed, j) => ({ observed, e: (expected[i] as readonly number[])[j] as number })),
  );
  const used = observedCells.filter(({ e }) => e > 0);
  const corrected = correct && r === 2 && c === 2;
  // R takes the smallest deviation: in a table of two by two all are the same.
  const yates = corrected ? Math.min(0.5, ...used.map(({ observed, e }) => Math.abs(observed - e))) : 0;
  const statisticWith = (shift: number): number =>
    add(used.map(({ observed, e }) => (Math.abs(observed - e) - shift) ** 2 / e));
  const statistic = statisticWith(yates);
  const df = (r - 1) * (c - 1);
  return {
    ...rest,
    test: { statistic, df, p: chiSquaredCdf(statistic, df, { tail: "upper" }), corrected },
    refused: null,
    cramersV: Math.sqrt(statisticWith(0) / (n * (Math.min(r, c) - 1))),
  };
}
