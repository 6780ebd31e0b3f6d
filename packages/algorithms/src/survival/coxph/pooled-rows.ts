import { numberList } from "@konsil/core";
import { z } from "zod";
import { stepAt } from "../step-at.ts";
import { type CoxModel, type CoxRows, type CoxTable, fillCox, type Scaling, scaleRows } from "./cox-model.ts";
import type { Ties } from "./tie-sums.ts";

/** Times of events by stratum, of all sites together. */
export const eventTimes = z.array(
  z.strictObject({
    /** Distinct times, ascending. */
    at: numberList(),
    /** Positions in `at` of the times with several events, ascending. */
    tied: numberList().refine((at) => at.every((k) => Number.isInteger(k) && k >= 0), "must be positions"),
  }),
);

export type EventTimes = z.output<typeof eventTimes>;

/** How many times of events there are in all strata, and how many with several events that Efron's method looks at. */
export function cellsOf(times: EventTimes, ties: Ties): { readonly cells: number; readonly tied: number } {
  const sum = (size: (one: EventTimes[number]) => number): number =>
    times.reduce((total, one) => total + size(one), 0);
  return { cells: sum(({ at }) => at.length), tied: ties === "efron" ? sum(({ tied }) => tied.length) : 0 };
}

/** A site's rows, and at which time of events, of all sites together, each leaves last. */
export interface PooledRows {
  readonly rows: CoxRows;
  /** The last time of events that is not after a row's own, by stratum and time; −1 before the first. */
  readonly cell: Int32Array;
  /** The same among the times with several events, of those who die then; else −1. */
  readonly tiedCell: Int32Array;
  readonly cells: number;
  readonly tied: number;
}

/** Places unscaled rows among the times of events. */
export function placeRows(rows: CoxRows, times: EventTimes, ties: Ties): PooledRows {
  const firstCell: number[] = [];
  const tiedAt = new Map<number, number>();
  let cells = 0;
  for (const { at, tied } of times) {
    firstCell.push(cells);
    if (ties === "efron") for (const k of tied) tiedAt.set(cells + k, tiedAt.size);
    cells += at.length;
  }
  const cell = new Int32Array(rows.n);
  const tiedCell = new Int32Array(rows.n).fill(-1);
  for (let i = 0; i < rows.n; i++) {
    const stratum = rows.stratum[i] as number;
    const k = stepAt(times[stratum]?.at ?? [], rows.time[i] as number);
    cell[i] = k < 0 ? -1 : (firstCell[stratum] as number) + k;
    if (rows.event[i] === 1) tiedCell[i] = tiedAt.get(cell[i] as number) ?? -1;
  }
  return { rows, cell, tiedCell, cells, tied: tiedAt.size };
}

/** Fills, scales and places a site's rows. */
export function pooledRows(
  table: CoxTable,
  {
    model,
    ties,
    scaling,
    times,
  }: { readonly model: CoxModel; readonly ties: Ties; readonly scaling: Scaling; readonly times: EventTimes },
): PooledRows {
  const rows = fillCox(model, table);
  scaleRows(rows, scaling);
  return placeRows(rows, times, ties);
}

/** η and r = w·exp(η) of every row. */
export function riskOf(
  { n, p, matrix, weight, offset }: CoxRows,
  beta: ArrayLike<number>,
): { readonly eta: Float64Array; readonly risk: Float64Array } {
  const eta = new Float64Array(n);
  const risk = new Float64Array(n);
  for (let i = 0, x = 0; i < n; i++, x += p) {
    let sum = offset === undefined ? 0 : (offset[i] as number);
    for (let j = 0; j < p; j++) sum += (matrix[x + j] as number) * (beta[j] as number);
    eta[i] = sum;
    risk[i] = (weight === undefined ? 1 : (weight[i] as number)) * Math.exp(sum);
  }
  return { eta, risk };
}
