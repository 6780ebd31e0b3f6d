import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { cholesky, inverse, solve, unitDiagonal } from "./cholesky.ts";
import { addColumnSums } from "./column-sums.ts";
import { crossProducts } from "./cross-products.ts";

interface Certified {
  readonly coefficients: readonly number[];
  readonly standard_errors: readonly number[];
  readonly residual_standard_deviation: number;
}

const goldens = new URL("../../goldens/", import.meta.url);

/** Its columns are nearly collinear: normal equations on the columns as they are keep few digits. */
it("solves Longley's regression from centred cross products to NIST's certified values", () => {
  const rows = readFileSync(new URL("data/longley.csv", goldens), "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",").map(Number));
  const golden = JSON.parse(readFileSync(new URL("glm.json", goldens), "utf8")) as {
    cases: { name: string; expected: { certified: Certified } }[];
  };
  const { certified } = (golden.cases.find(({ name }) => name === "longley") as (typeof golden.cases)[number])
    .expected;

  // Six columns and the outcome, about their means.
  const n = rows.length;
  const columns = 7;
  const p = columns - 1;
  const x = Float64Array.from(rows.flat());
  const mean = new Float64Array(columns);
  addColumnSums(x, 0, n, columns, new Float64Array(n).fill(1), mean);
  for (let j = 0; j < columns; j++) mean[j] = (mean[j] as number) / n;
  const centred = x.map((value, at) => value - (mean[at % columns] as number));
  const products = new Float64Array(columns * columns);
  crossProducts(centred, n, columns, undefined, products);
  const { matrix, scale } = unitDiagonal(products, columns);

  const take = (i: number, j: number) => matrix[i * columns + j] as number;
  const information = Float64Array.from({ length: p * p }, (_, k) => take(Math.floor(k / p), k % p));
  const score = Float64Array.from({ length: p }, (_, i) => take(i, p));
  const decomposed = cholesky(information, p, 1e-12);
  expect(decomposed.rank).toBe(p);
  const standardised = solve(decomposed, score);
  const inverted = inverse(decomposed);

  const yScale = scale[p] as number;
  const explained = standardised.reduce((sum, b, i) => sum + b * (score[i] as number), 0);
  const sigma = yScale * Math.sqrt((1 - explained) / (n - columns));
  expect(sigma / certified.residual_standard_deviation - 1).toBeCloseTo(0, 10);
  const slopes = Array.from(standardised, (b, i) => (b * yScale) / (scale[i] as number));
  let intercept = mean[p] as number;
  slopes.forEach((slope, i) => {
    intercept -= slope * (mean[i] as number);
    const error = (sigma * Math.sqrt(inverted[i * p + i] as number)) / (scale[i] as number);
    expect(Math.abs(slope / (certified.coefficients[i + 1] as number) - 1)).toBeLessThan(1e-10);
    expect(Math.abs(error / (certified.standard_errors[i + 1] as number) - 1)).toBeLessThan(1e-10);
  });
  expect(Math.abs(intercept / (certified.coefficients[0] as number) - 1)).toBeLessThan(1e-10);
});
