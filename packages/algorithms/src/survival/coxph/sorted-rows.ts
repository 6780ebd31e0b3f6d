import { distinct } from "@konsil/core";
import { columnMeans, lengthOf, lengthsOf, sizeBefore } from "../../model/own-centre.ts";
import { addColumnSums } from "../../numeric/index.ts";
import type { CoxRows, Scaling } from "./cox-model.ts";

/**
 * Rows by stratum, then from the latest time to the earliest, deaths before the censored at the same time. A block is
 * all rows of one stratum and time.
 */
export interface SortedRows {
  readonly n: number;
  readonly p: number;
  readonly events: number;
  readonly matrix: Float64Array;
  readonly weight: Float64Array | undefined;
  readonly offset: Float64Array | undefined;
  /** √(Σz²/n) of the columns and of the offset. */
  readonly lengths: Float64Array;
  readonly offsetLength: number;
  /** The sizes of what the columns were computed from: the mean square of a value before it was moved. */
  readonly squares: Float64Array;
  /** Where each block begins; one more than there are blocks. */
  readonly starts: Int32Array;
  /** Deaths in each block: its first rows. */
  readonly deaths: Int32Array;
  /** Whether the block is the first of its stratum. */
  readonly opens: Uint8Array;
  /** The case weight of those who die; 0 of the others. */
  readonly eventWeight: Float64Array;
  /** Σwz of those who die, by column. */
  readonly eventSums: Float64Array;
  readonly ownSites: boolean;
}

/** Reorders `rows` by the key of each, from 0 to `keys` − 1, keeping the order of equal ones. */
function countingSort(rows: Int32Array, key: Int32Array, keys: number): Int32Array {
  const starts = new Int32Array(keys + 1);
  for (let i = 0; i < key.length; i++) starts[(key[i] as number) + 1]!++;
  for (let k = 0; k < keys; k++) starts[k + 1]! += starts[k] as number;
  const sorted = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    sorted[starts[key[row] as number]!++] = row;
  }
  return sorted;
}

/**
 * The rows in an order, centred and scaled. Read one after the other and written where they belong: a processor waits for
 * what it reads from afar, and not for what it writes there, which is three times as fast.
 */
function inOrder(
  matrix: Float64Array,
  order: Int32Array,
  p: number,
  middles: Float64Array,
  factors: Float64Array,
): Float64Array {
  const position = new Int32Array(order.length);
  for (let i = 0; i < order.length; i++) position[order[i] as number] = i;
  const sorted = new Float64Array(matrix.length);
  for (let i = 0, from = 0; i < position.length; i++)
    for (let j = 0, at = (position[i] as number) * p; j < p; j++, at++, from++)
      sorted[at] = ((matrix[from] as number) - (middles[j] as number)) * (factors[j] as number);
  return sorted;
}

/**
 * Sorts a site's rows, and moves them by its own means, whatever the centre that was asked for: where strata lie inside
 * the site, no likelihood, score or information depends on it, and taking an asker's number away from each value would
 * round it, and leave a step function of the value where the number is large.
 */
export function sortRows(rows: CoxRows, scaling: Scaling): SortedRows {
  const { n, p, time, event, stratum } = rows;
  const means = columnMeans(rows.matrix, n, p);
  const factor = Float64Array.from(scaling.factor);
  const middle = rows.offset === undefined ? 0 : (columnMeans(rows.offset, n, 1)[0] as number);
  const { sorted, position } = distinct(time);
  let order: Int32Array = new Int32Array(n);
  const key = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    order[i] = i;
    key[i] = 2 * (sorted.length - 1 - (position[i] as number)) + (event[i] === 1 ? 0 : 1);
  }
  order = countingSort(order, key, 2 * sorted.length);
  if (rows.strata > 1) order = countingSort(order, stratum, rows.strata);

  const weight = rows.weight === undefined ? undefined : new Float64Array(n);
  const eventWeight = new Float64Array(n);
  const offset = rows.offset === undefined ? undefined : new Float64Array(n);
  const starts: number[] = [];
  const deaths: number[] = [];
  const opens: number[] = [];
  let events = 0;
  let before = -1;
  for (let i = 0; i < n; i++) {
    const row = order[i] as number;
    if (weight !== undefined) weight[i] = (rows.weight as Float64Array)[row] as number;
    if (offset !== undefined) offset[i] = ((rows.offset as Float64Array)[row] as number) - middle;
    const isNewStratum = before < 0 || stratum[row] !== stratum[before];
    if (isNewStratum || position[row] !== position[before]) {
      starts.push(i);
      deaths.push(0);
      opens.push(isNewStratum ? 1 : 0);
    }
    if (event[row] === 1) {
      events++;
      eventWeight[i] = weight === undefined ? 1 : (weight[i] as number);
      deaths[deaths.length - 1]!++;
    }
    before = row;
  }
  starts.push(n);
  const matrix = inOrder(rows.matrix, order, p, means, factor);
  const lengths = lengthsOf(matrix, n, p, p);
  const eventSums = new Float64Array(p);
  addColumnSums(matrix, 0, n, p, eventWeight, eventSums);
  return {
    n,
    p,
    events,
    matrix,
    weight,
    offset,
    lengths,
    offsetLength: lengthOf(offset),
    squares: lengths.map(
      (length, j) => sizeBefore((means[j] as number) * (factor[j] as number), length) ** 2,
    ),
    starts: Int32Array.from(starts),
    deaths: Int32Array.from(deaths),
    opens: Uint8Array.from(opens),
    eventWeight,
    eventSums,
    ownSites: rows.ownSites,
  };
}
