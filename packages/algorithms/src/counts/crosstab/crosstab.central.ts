import { type Bounds, bounds, type Central, type Masked } from "@konsil/core";
import type { z } from "zod";
import { noRowLeft } from "../../model/index.ts";
import { type BoundedTest, boundIndependence, refusedFor } from "../chi-squared-bounds.ts";
import { type IndependenceTest, testIndependence } from "../chi-squared-test.ts";
import { allExact, maskedAt, type Share, shareOf, totalOf } from "../masked.ts";
import { type CountedLevels, knowCounted, requestOf } from "../variables.central.ts";
import type { countedVariablesStep } from "../variables.step.ts";
import { type crosstabArguments, variableNames } from "./arguments.ts";
import { crosstabStep } from "./crosstab.step.ts";
import { type FisherTest, fisherTest } from "./fisher.ts";
import { type MantelHaenszelTest, mantelHaenszel } from "./mantel-haenszel.ts";

/** A variable of the table. */
export interface CrosstabVariable {
  readonly variable: string;
  readonly levels: readonly string[];
  /** Rows in which it is missing, whether or not others are as well. */
  readonly missing: Masked;
}

/** One table of rows by columns: of all, or of one stratum. All cells are by row, then column. */
export interface CrosstabTable {
  readonly stratum: string | null;
  readonly n: Masked;
  readonly counts: readonly (readonly Masked[])[];
  readonly rowTotals: readonly Masked[];
  readonly columnTotals: readonly Masked[];
  /** Of the row. */
  readonly rowShares: readonly (readonly Share[])[];
  /** Of the column. */
  readonly columnShares: readonly (readonly Share[])[];
  /** Of the table. */
  readonly shares: readonly (readonly Share[])[];
  readonly expected: readonly (readonly number[])[] | null;
  readonly residuals: readonly (readonly (number | null)[])[] | null;
  readonly standardizedResiduals: readonly (readonly (number | null)[])[] | null;
  readonly chiSquared: IndependenceTest | null;
  /** Of counts of which some are intervals: what χ² is at least and at most, where all of it decides alike. */
  readonly chiSquaredBounds: BoundedTest | null;
  readonly cramersV: number | null;
  /** Of tables of two by two, when it was asked for. */
  readonly fisher: FisherTest | null;
  /** Why χ² is neither given nor bounded. */
  readonly refused: string | null;
  /** Why there is no Fisher's test, although it was asked for. */
  readonly fisherRefused: string | null;
}

/** A cross table of one, two or three variables. */
export interface CrosstabValue {
  /** People in the table. */
  readonly n: Masked;
  /** People left out: they lack a variable, or have a level that was not asked for. */
  readonly missing: Masked;
  readonly rows: CrosstabVariable;
  readonly columns: CrosstabVariable | null;
  readonly by: CrosstabVariable | null;
  /** One; with `by` one for each stratum. */
  readonly tables: readonly CrosstabTable[];
  /** Rows and columns over all strata, with `by`. */
  readonly mantelHaenszel: MantelHaenszelTest | null;
  /** Why there is no test over the strata. */
  readonly mantelHaenszelRefused: string | null;
}

/** A level that nobody else can have: a column may hold the very word. */
function missingLabel(levels: readonly string[]): string {
  let label = "(missing)";
  while (levels.includes(label)) label = `(${label})`;
  return label;
}

export async function crosstabCentral(
  args: z.output<typeof crosstabArguments>,
  context: Central<typeof countedVariablesStep | typeof crosstabStep>,
): Promise<CrosstabValue> {
  const names = variableNames(args);
  const known = await knowCounted(context, {
    columns: [],
    factors: names,
    levels: args.levels,
    rareLevels: args.rareLevels,
  });
  const variables = names.flatMap((name) => {
    const found = known.get(name);
    return found !== undefined && "levels" in found ? [found] : [];
  });
  const missingLevel = args.missing === "level";
  const { cells } = await context.pool(crosstabStep, {
    variables: variables.map(requestOf),
    missingLevel,
  });
  const cube = new Cube(cells, variables, missingLevel);
  const missing = cube.missing;
  const described = variables.map(
    ({ name }, v): CrosstabVariable => ({
      variable: name,
      levels: cube.labels(v),
      missing: missingLevel
        ? cube.missingOf(v)
        : totalOf(missing.filter((_, i) => (((i + 1) >> v) & 1) === 1)),
    }),
  );
  const [rows, columns, by] = described;
  const strata: readonly (string | null)[] = by?.levels ?? [null];
  const tables = strata.map((stratum, k) => tableOf(cube.table(k), stratum, args));
  const n = totalOf(tables.map((table) => table.n));
  if (bounds(n).upper === 0) throw noRowLeft(names);
  for (const { stratum, chiSquared, expected } of tables) {
    if (chiSquared === null || expected === null || !expected.flat().some((e) => e > 0 && e < 5)) continue;
    const where = stratum === null ? "" : ` where "${by?.variable}" is "${stratum}"`;
    context.warn(
      `Fewer than 5 people are expected in some cells${where}: the χ² approximation may be incorrect.`,
    );
  }
  const overStrata = by === undefined ? null : testStrata(tables, args.correct);
  return {
    n,
    missing: totalOf(missing),
    rows: rows as CrosstabVariable,
    columns: columns ?? null,
    by: by ?? null,
    tables,
    mantelHaenszel: typeof overStrata === "string" ? null : overStrata,
    mantelHaenszelRefused: typeof overStrata === "string" ? overStrata : null,
  };
}

/** The pooled cells by the positions of the three variables, without a level for missing values that nobody needs. */
class Cube {
  readonly #cells: Bounds;
  readonly #sizes: readonly number[];
  readonly #kept: readonly (readonly number[])[];
  readonly #labels: readonly (readonly string[])[];

  constructor(cells: Bounds, variables: readonly CountedLevels[], missingLevel: boolean) {
    this.#cells = cells;
    const all = variables.map(({ shown }) => (missingLevel ? [...shown, missingLabel(shown)] : shown));
    this.#sizes = [0, 1, 2].map((v) => all[v]?.length ?? 1);
    this.#kept = this.#sizes.map((size, v) =>
      Array.from({ length: size }, (_, i) => i).filter(
        (i) =>
          !missingLevel ||
          v >= variables.length ||
          i < size - 1 ||
          this.#slice(v, i).some((count) => count !== 0),
      ),
    );
    this.#labels = all.map((labels, v) => (this.#kept[v] ?? []).map((i) => labels[i] ?? ""));
  }

  /** People outside the cells, by the pattern of variables that they lack: 1 the first, 2 the second, 4 the third, less one. */
  get missing(): readonly Masked[] {
    const inside = this.#sizes.reduce((product, size) => product * size, 1);
    return Array.from(this.#cells.lower.subarray(inside), (_, i) => maskedAt(this.#cells, inside + i));
  }

  labels(variable: number): readonly string[] {
    return this.#labels[variable] ?? [];
  }

  /** Rows by columns of the stratum at a kept position. */
  table(stratum: number): readonly (readonly Masked[])[] {
    const [rows = [], columns = [], strata = []] = this.#kept;
    return rows.map((i) => columns.map((j) => this.#at(i, j, strata[stratum] as number)));
  }

  missingOf(variable: number): Masked {
    return totalOf(this.#slice(variable, (this.#sizes[variable] as number) - 1));
  }

  #at(i: number, j: number, k: number): Masked {
    const [, columns, strata] = this.#sizes as [number, number, number];
    return maskedAt(this.#cells, (i * columns + j) * strata + k);
  }

  /** Every cell in which one variable has one position. */
  #slice(variable: number, position: number): readonly Masked[] {
    const [rows, columns, strata] = this.#sizes as [number, number, number];
    const found: Masked[] = [];
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++)
        for (let k = 0; k < strata; k++) if ([i, j, k][variable] === position) found.push(this.#at(i, j, k));
    return found;
  }
}

function tableOf(
  counts: readonly (readonly Masked[])[],
  stratum: string | null,
  {
    correct,
    fisher,
    significance,
  }: { readonly correct: boolean; readonly fisher: boolean; readonly significance: number },
): CrosstabTable {
  const columns = (counts[0] ?? []).map((_, j) => counts.map((row) => row[j] ?? 0));
  const all = counts.flat();
  const width = columns.length;
  const shown = {
    stratum,
    n: totalOf(all),
    counts,
    rowTotals: counts.map(totalOf),
    columnTotals: columns.map(totalOf),
    rowShares: counts.map((row) => row.map((_, j) => shareOf(row, j))),
    columnShares: counts.map((row, i) => row.map((_, j) => shareOf(columns[j] ?? [], i))),
    shares: counts.map((row, i) => row.map((_, j) => shareOf(all, i * width + j))),
  };
  const exact = counts.flatMap((row) => (allExact(row) ? [row] : []));
  const square = counts.length === 2 && width === 2;
  if (exact.length < counts.length) {
    const bounded = boundIndependence(counts, correct, significance);
    return {
      ...shown,
      expected: null,
      residuals: null,
      standardizedResiduals: null,
      chiSquared: null,
      chiSquaredBounds: typeof bounded === "string" ? null : bounded,
      cramersV: null,
      fisher: null,
      refused: typeof bounded === "string" ? bounded : null,
      fisherRefused: fisher && square ? refusedFor("Fisher's exact test") : null,
    };
  }
  const { test, refused, expected, residuals, standardizedResiduals, cramersV } = testIndependence(
    exact,
    correct,
  );
  return {
    ...shown,
    expected,
    residuals,
    standardizedResiduals,
    chiSquared: test,
    chiSquaredBounds: null,
    cramersV,
    fisher: fisher && square ? fisherTest(exact) : null,
    refused,
    fisherRefused: null,
  };
}

function testStrata(tables: readonly CrosstabTable[], correct: boolean): MantelHaenszelTest | string {
  const strata = tables.map(({ counts }) => counts.flatMap((row) => (allExact(row) ? [row] : [])));
  if (strata.some((rows, k) => rows.length < (tables[k]?.counts.length ?? 0)))
    return refusedFor("the Cochran–Mantel–Haenszel test");
  return mantelHaenszel(strata, correct);
}
