import { numberList, type Weighing } from "@konsil/core";
import { z } from "zod";
import { columnMeans, lengthOf, lengthsOf, sizeBefore } from "../../model/own-centre.ts";
import { stepAt } from "../step-at.ts";
import { type CoxModel, type CoxRows, type CoxTable, fillCox, type Scaling } from "./cox-model.ts";
import { predict } from "./partial-likelihood.ts";
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

/**
 * Rows that a site has scaled, and moved by its own means; and by how much more they were to be moved, which sums over them
 * are: taking an asker's number away from each value would round it, to a step function of the value where it is large.
 */
interface MovedRows extends CoxRows {
  /** √(Σz²/n) of the columns and of the offset. */
  readonly lengths: Float64Array;
  readonly offsetLength: number;
  readonly shift: Float64Array;
  readonly offsetShift: number;
  /** The sizes of what the columns were computed from, moved as asked. */
  readonly sizes: Float64Array;
}

/** Scales and moves columns where they are: they were filled for this. An offset may be the table's own, and stays. */
export function moveRows(rows: CoxRows, scaling: Scaling): MovedRows {
  const { n, p, matrix } = rows;
  const means = columnMeans(matrix, n, p);
  const factor = Float64Array.from(scaling.factor);
  for (let i = 0, at = 0; i < n; i++)
    for (let j = 0; j < p; j++, at++)
      matrix[at] = ((matrix[at] as number) - (means[j] as number)) * (factor[j] as number);
  const middle = rows.offset === undefined ? 0 : (columnMeans(rows.offset, n, 1)[0] as number);
  const offset = rows.offset?.map((value) => value - middle);
  const lengths = lengthsOf(matrix, n, p, p);
  const shift = means.map((mean, j) => (mean - (scaling.centre[j] as number)) * (factor[j] as number));
  return {
    ...rows,
    offset,
    lengths,
    offsetLength: lengthOf(offset),
    shift,
    offsetShift: offset === undefined ? 0 : middle - scaling.offset,
    sizes: lengths.map((length, j) =>
      Math.hypot(sizeBefore((means[j] as number) * (factor[j] as number), length), shift[j] as number),
    ),
  };
}

/** A site's rows, and at which time of events, of all sites together, each leaves last. */
export interface PooledRows {
  readonly rows: MovedRows;
  /** The last time of events that is not after a row's own, by stratum and time; −1 before the first. */
  readonly cell: Int32Array;
  /** The same among the times with several events, of those who die then; else −1. */
  readonly tiedCell: Int32Array;
  readonly cells: number;
  readonly tied: number;
}

/** Places rows among the times of events. */
export function placeRows(rows: MovedRows, times: EventTimes, ties: Ties): PooledRows {
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
  return placeRows(moveRows(fillCox(model, table), scaling), times, ties);
}

/** What rows come to at β. */
interface Risk {
  /** η and r = w·exp(η) of every row, without `shift`. */
  readonly eta: Float64Array;
  readonly risk: Float64Array;
  readonly weighing: Weighing;
  /** By how much more η is, of every row. */
  readonly shift: number;
  /** How much larger than its value r counts where digits are cut: terms of η beyond 8 are rounded by more than these. */
  readonly terms: number;
}

export function riskOf(rows: MovedRows, beta: readonly number[]): Risk {
  const [eta, risk] = [new Float64Array(rows.n), new Float64Array(rows.n)];
  const weighing = predict(rows, Float64Array.from(beta), eta, risk);
  const shift = beta.reduce((sum, b, j) => sum + b * (rows.shift[j] as number), rows.offsetShift);
  return { eta, risk, weighing, shift, terms: Math.max(1, (weighing.terms ?? 0) / 8) };
}
