import { distinct } from "./distinct.ts";
import { tableWidth } from "./table-width.ts";

/**
 * One row per person who leaves observation, as a step returns it: where on the axis, in which stream, in which cell.
 * All arrays have one entry per row; the runtime counts them and applies the site's policy.
 */
export interface Positions {
  readonly at: Float64Array;
  /** Position in `streams`. */
  readonly stream: ArrayLike<number>;
  /** Position in the cells of `by`, row-major. */
  readonly cell: ArrayLike<number>;
  /** Case weights, when the analysis has them. */
  readonly weight?: Float64Array | undefined;
}

/** People at each distinct position of one cell, ascending. */
export interface CellCounts {
  readonly at: readonly number[];
  /** By stream, then position. */
  readonly people: readonly (readonly number[])[];
  readonly weight?: readonly (readonly number[])[];
  readonly squaredWeight?: readonly (readonly number[])[];
}

/** Row numbers by cell: those of cell c are rows[starts[c]] … rows[starts[c + 1] − 1]. */
function rowsByCell(
  cell: ArrayLike<number>,
  rows: number,
  cells: number,
): { readonly order: Int32Array; readonly starts: Int32Array } {
  const starts = new Int32Array(cells + 1);
  for (let i = 0; i < rows; i++) starts[(cell[i] as number) + 1]!++;
  for (let c = 0; c < cells; c++) starts[c + 1]! += starts[c]!;
  const next = starts.slice(0, cells);
  const order = new Int32Array(rows);
  for (let i = 0; i < rows; i++) order[next[cell[i] as number]!++] = i;
  return { order, starts };
}

/** Counts one cell's rows at their distinct positions. */
function countCell(positions: Positions, at: Float64Array, rows: Int32Array, streams: number): CellCounts {
  const { sorted, position } = distinct(at);
  const table = (): Float64Array[] => Array.from({ length: streams }, () => new Float64Array(sorted.length));
  const people = table();
  const weight = positions.weight === undefined ? undefined : table();
  const squaredWeight = positions.weight === undefined ? undefined : table();
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const stream = positions.stream[row] as number;
    const p = position[i] as number;
    (people[stream] as Float64Array)[p]!++;
    if (weight !== undefined && squaredWeight !== undefined) {
      const w = positions.weight?.[row] as number;
      (weight[stream] as Float64Array)[p]! += w;
      (squaredWeight[stream] as Float64Array)[p]! += w * w;
    }
  }
  const plain = (arrays: readonly Float64Array[]): number[][] => arrays.map((array) => Array.from(array));
  const counted: CellCounts = { at: Array.from(sorted), people: plain(people) };
  return weight === undefined || squaredWeight === undefined
    ? counted
    : { ...counted, weight: plain(weight), squaredWeight: plain(squaredWeight) };
}

/** Whole positions, such as days, are counted in one pass over the rows, without sorting. */
function countWhole(
  positions: Positions,
  cells: number,
  streams: number,
  width: number,
): readonly CellCounts[] {
  const { at, stream, cell } = positions;
  const table = new Int32Array(cells * streams * width);
  for (let i = 0; i < at.length; i++) {
    const place = ((cell[i] as number) * streams + (stream[i] as number)) * width + (at[i] as number);
    table[place] = (table[place] as number) + 1;
  }
  return Array.from({ length: cells }, (_, c): CellCounts => {
    const found: number[] = [];
    const people: number[][] = Array.from({ length: streams }, () => []);
    for (let position = 0; position < width; position++) {
      let any = 0;
      for (let s = 0; s < streams; s++) any += table[(c * streams + s) * width + position] as number;
      if (any === 0) continue;
      found.push(position);
      for (let s = 0; s < streams; s++)
        (people[s] as number[]).push(table[(c * streams + s) * width + position] as number);
    }
    return { at: found, people };
  });
}

/** Counts rows by cell, stream and position. */
export function countPositions(positions: Positions, cells: number, streams: number): readonly CellCounts[] {
  if (positions.weight === undefined) {
    const width = tableWidth(positions.at, cells * streams);
    if (width !== undefined) return countWhole(positions, cells, streams, width);
  }
  const { order, starts } = rowsByCell(positions.cell, positions.at.length, cells);
  return Array.from({ length: cells }, (_, c) => {
    const rows = order.subarray(starts[c], starts[c + 1]);
    const at = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) at[i] = positions.at[rows[i] as number] as number;
    return countCell(positions, at, rows, streams);
  });
}

/**
 * Counts rows by cell, stream and point of a lattice: whoever leaves in (c − 1)·resolution < t ≤ c·resolution is counted
 * at c·resolution, so that at each point everyone who left by then is counted.
 */
export function countOnLattice(
  positions: Positions,
  cells: number,
  streams: number,
  resolution: number,
): readonly CellCounts[] {
  const at = positions.at.map((t) => Math.ceil(t / resolution));
  return countPositions({ ...positions, at }, cells, streams).map((counted) => ({
    ...counted,
    at: counted.at.map((point) => point * resolution),
  }));
}
