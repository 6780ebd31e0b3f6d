import { expect, it } from "vitest";
import { moveRows, riskOf } from "./pooled-rows.ts";

const ages = [31, 47, 52, 60, 68, 75];
const rows = () => ({
  n: ages.length,
  p: 1,
  time: Float64Array.from(ages),
  event: new Uint8Array(ages.length).fill(1),
  matrix: Float64Array.from(ages),
  weight: undefined,
  offset: Float64Array.from(ages),
  stratum: new Int32Array(ages.length),
  strata: 1,
  ownSites: false,
});

it("takes no asker's centre away from values, which a large one would round to steps", () => {
  const mean = 55.5;
  const moved = moveRows(rows(), { centre: [2 ** 59 + 60], factor: [1], offset: 2 ** 59 });
  expect(Array.from(moved.matrix)).toEqual(ages.map((age) => age - mean));
  expect(Array.from(moved.offset ?? [])).toEqual(ages.map((age) => age - mean));
  expect(moved.shift[0]).toBe(mean - (2 ** 59 + 60));
});

it("says by how much linear predictors are moved, of all rows alike", () => {
  const { eta, shift } = riskOf(moveRows(rows(), { centre: [50], factor: [0.5], offset: 40 }), [0.25]);
  for (const [i, age] of ages.entries())
    expect((eta[i] as number) + shift).toBeCloseTo(0.25 * 0.5 * (age - 50) + age - 40, 12);
});
