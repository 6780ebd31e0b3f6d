import { type Policy, Withholding } from "../policy/index.ts";
import { ExactSum } from "./exact-sum.ts";
import { cellCount, isFiniteArray, isNumbers, isWhole, type Kind, type Statistic } from "./statistic.ts";

/** How exactly positions on an axis are known. */
export type Exactness =
  | { readonly mode: "exact" }
  | { readonly mode: "lattice"; readonly resolution: number };

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

/** The increments of one cell at its distinct positions, ascending. Arrays of equal length. */
export interface Increments<S extends string> {
  readonly at: Float64Array;
  /** People by stream. */
  readonly people: Readonly<Record<S, Float64Array>>;
  /** Σw by stream; the same as `people` when there are no weights. */
  readonly weight: Readonly<Record<S, Float64Array>>;
  /** Σw² by stream; the same as `people` when there are no weights. */
  readonly squaredWeight: Readonly<Record<S, Float64Array>>;
}

export interface PooledDistribution<S extends string> {
  /** By cell of `by`, row-major. */
  readonly cells: readonly Increments<S>[];
  readonly exactness: Exactness;
}

/**
 * Counts along an ordered axis: departures along time serve Kaplan–Meier and its family. Pooled: increments added at
 * equal positions. The site's `eventTimes` decides how positions leave.
 */
export interface Distribution<D extends string, S extends string>
  extends Statistic<Positions, PooledDistribution<S>, D> {
  readonly kind: "distribution";
  /** The key under which the step's table has the axis. */
  readonly axis: string;
  readonly streams: readonly S[];
}

export interface DistributionOptions<D extends readonly string[], S extends readonly string[]> {
  readonly axis: string;
  readonly by: D;
  readonly streams: S;
}

export function distribution<const D extends readonly string[], const S extends readonly string[]>(
  options: DistributionOptions<D, S>,
): Distribution<D[number], S[number]> {
  return {
    kind: "distribution",
    dimensions: options.by,
    visibility: "pooled",
    axis: options.axis,
    streams: options.streams,
  };
}

interface CellWire {
  readonly at: readonly number[];
  /** By stream, then position. */
  readonly people: readonly (readonly number[])[];
  readonly weight?: readonly (readonly number[])[];
  readonly squaredWeight?: readonly (readonly number[])[];
}

interface DistributionWire {
  readonly exactness: Exactness;
  readonly cells: readonly CellWire[];
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

/** The distinct values, ascending, and for each value its position among them. */
function distinct(values: Float64Array): { readonly sorted: Float64Array; readonly position: Int32Array } {
  const position = new Int32Array(values.length);
  let largest = 0;
  let whole = true;
  for (let i = 0; i < values.length && whole; i++) {
    const value = values[i] as number;
    whole = Number.isInteger(value) && value >= 0;
    if (value > largest) largest = value;
  }
  // Days are counted instead of sorted: ten times faster, as long as the table of days is not much larger than the data.
  if (whole && largest <= Math.max(100_000, 8 * values.length)) {
    const seen = new Int32Array(largest + 1);
    for (let i = 0; i < values.length; i++) seen[values[i] as number] = 1;
    let found = 0;
    for (let day = 0; day <= largest; day++) if (seen[day] === 1) seen[day] = ++found;
    const sorted = new Float64Array(found);
    for (let day = 0; day <= largest; day++)
      if ((seen[day] as number) > 0) sorted[(seen[day] as number) - 1] = day;
    for (let i = 0; i < values.length; i++) position[i] = (seen[values[i] as number] as number) - 1;
    return { sorted, position };
  }
  const all = Float64Array.from(values).sort();
  let found = 0;
  for (let i = 0; i < all.length; i++) if (i === 0 || all[i] !== all[i - 1]) all[found++] = all[i] as number;
  const sorted = all.slice(0, found);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    let low = 0;
    let high = found - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    position[i] = low;
  }
  return { sorted, position };
}

/** Counts one cell's rows at their distinct positions. */
function countCell(positions: Positions, at: Float64Array, rows: Int32Array, streams: number): CellWire {
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
  const counted: CellWire = { at: Array.from(sorted), people: plain(people) };
  return weight === undefined || squaredWeight === undefined
    ? counted
    : { ...counted, weight: plain(weight), squaredWeight: plain(squaredWeight) };
}

/**
 * Positions moved up to the end of their cell (c − 1)·resolution < t ≤ c·resolution, so that at each point of the
 * lattice everyone who left by then is counted. Where fewer than `minimumRows` would be at risk, the rest leaves
 * together at the last position.
 */
function ontoLattice(at: Float64Array, resolution: number, minimumRows: number): Float64Array {
  const moved = at.map((t) => Math.ceil(t / resolution) * resolution);
  const ascending = Float64Array.from(moved).sort();
  // The last position with at least minimumRows people still there is the last one told apart.
  const cut = ascending[ascending.length - minimumRows];
  const end = ascending[ascending.length - 1] as number;
  return moved.map((t) => (cut === undefined || t > cut ? end : t));
}

function releaseExactness(policy: Policy): Exactness {
  if (policy.eventTimes === "exact") return { mode: "exact" };
  if (policy.eventTimes === "lattice") return { mode: "lattice", resolution: policy.resolution };
  throw new Withholding(
    "EVENT_TIMES_NOT_PERMITTED",
    'This site releases event times only in batches (eventTimes "batches"), and this version cannot yet analyse batches. A steward of public data can permit "exact" or "lattice" with a reason.',
  );
}

export const distributionKind: Kind<Distribution<string, string>, DistributionWire> = {
  problem(statistic, value, dimensions) {
    const { at, stream, cell, weight } = value as Positions;
    if (!(at instanceof Float64Array)) return "must have a Float64Array `at`";
    if (!isNumbers(stream, at.length) || !isNumbers(cell, at.length))
      return "must have `stream` and `cell` for each row";
    if (weight !== undefined && (!(weight instanceof Float64Array) || weight.length !== at.length))
      return "must have a `weight` for each row, or none";
    const cells = cellCount(statistic.dimensions, dimensions);
    const streams = statistic.streams.length;
    for (let i = 0; i < at.length; i++) {
      // A difference with itself is zero only for a finite number.
      if ((at[i] as number) - (at[i] as number) !== 0) return "must have finite positions";
      const s = stream[i] as number;
      const c = cell[i] as number;
      if (!(s >= 0 && s < streams && c >= 0 && c < cells)) return "has a row outside its streams or cells";
    }
    return undefined;
  },
  release(statistic, value, { policy, dimensions }) {
    const positions = value as Positions;
    const exactness = releaseExactness(policy);
    const { order, starts } = rowsByCell(
      positions.cell,
      positions.at.length,
      cellCount(statistic.dimensions, dimensions),
    );
    const cells = Array.from({ length: starts.length - 1 }, (_, c) => {
      const rows = order.subarray(starts[c], starts[c + 1]);
      const times = new Float64Array(rows.length);
      for (let i = 0; i < rows.length; i++) times[i] = positions.at[rows[i] as number] as number;
      const at =
        exactness.mode === "exact" ? times : ontoLattice(times, exactness.resolution, policy.minimumRows);
      return countCell(positions, at, rows, statistic.streams.length);
    });
    const numbers = cells.reduce((total, { at }) => total + at.length * statistic.streams.length, 0);
    const rule =
      exactness.mode === "exact"
        ? `exact: ${policy.reason}`
        : `on a lattice of ${exactness.resolution}, small cells included: ${policy.reason}`;
    return { wire: { exactness, cells }, cells: numbers, masked: 0, rule };
  },
  read(statistic, wire, dimensions) {
    if (typeof wire !== "object" || wire === null || !("exactness" in wire) || !("cells" in wire))
      return undefined;
    const { exactness, cells } = wire;
    if (
      !isExactness(exactness) ||
      !Array.isArray(cells) ||
      cells.length !== cellCount(statistic.dimensions, dimensions)
    )
      return undefined;
    return cells.every((cell) => isCellWire(cell, statistic.streams.length))
      ? { exactness, cells }
      : undefined;
  },
  pool(statistic, parts, { dimensions }): PooledDistribution<string> {
    const cells = Array.from({ length: cellCount(statistic.dimensions, dimensions) }, (_, c) =>
      poolCell(
        parts.map(({ wire }) => wire.cells[c] as CellWire),
        statistic.streams,
      ),
    );
    let resolution = 0;
    for (const { wire } of parts)
      if (wire.exactness.mode === "lattice") resolution = Math.max(resolution, wire.exactness.resolution);
    return { cells, exactness: resolution > 0 ? { mode: "lattice", resolution } : { mode: "exact" } };
  },
};

function isExactness(value: unknown): value is Exactness {
  if (typeof value !== "object" || value === null || !("mode" in value)) return false;
  return (
    value.mode === "exact" ||
    (value.mode === "lattice" &&
      "resolution" in value &&
      typeof value.resolution === "number" &&
      value.resolution > 0)
  );
}

function isCellWire(cell: unknown, streams: number): cell is CellWire {
  if (typeof cell !== "object" || cell === null) return false;
  const { at, people, weight, squaredWeight } = cell as Record<string, unknown>;
  if (!Array.isArray(at) || !isFiniteArray(at, at.length)) return false;
  if (at.some((t, i) => i > 0 && t <= (at[i - 1] as number))) return false;
  const matrix = (value: unknown): value is readonly (readonly number[])[] =>
    Array.isArray(value) && value.length === streams && value.every((row) => isFiniteArray(row, at.length));
  if (!matrix(people) || !people.every((row) => row.every(isWhole))) return false;
  return weight === undefined ? squaredWeight === undefined : matrix(weight) && matrix(squaredWeight);
}

function poolCell(parts: readonly CellWire[], streams: readonly string[]): Increments<string> {
  const at = distinct(Float64Array.from(parts.flatMap((part) => part.at))).sorted;
  const position = new Map<number, number>();
  for (let i = 0; i < at.length; i++) position.set(at[i] as number, i);
  const places = parts.map((part) => Int32Array.from(part.at, (t) => position.get(t) as number));
  const pooled = (pick: (part: CellWire) => readonly (readonly number[])[]): Record<string, Float64Array> =>
    Object.fromEntries(
      streams.map((stream, s) => [
        stream,
        addAt(
          parts.map((part) => pick(part)[s] as readonly number[]),
          places,
          at.length,
        ),
      ]),
    );
  return {
    at,
    people: pooled(({ people }) => people),
    weight: pooled(({ weight, people }) => weight ?? people),
    squaredWeight: pooled(({ squaredWeight, people }) => squaredWeight ?? people),
  };
}

/** Adds each part's values at their places, correctly rounded: a place with one part, or with whole numbers, needs no more than +. */
function addAt(
  parts: readonly (readonly number[])[],
  places: readonly Int32Array[],
  length: number,
): Float64Array {
  const total = new Float64Array(length);
  const inexact = new Map<number, ExactSum>();
  for (const [k, part] of parts.entries()) {
    for (let i = 0; i < part.length; i++) {
      const place = places[k]?.[i] as number;
      const term = part[i] as number;
      const before = total[place] as number;
      const running = inexact.get(place);
      if (running !== undefined) running.add(term);
      else if (before === 0 || (Number.isSafeInteger(before) && Number.isSafeInteger(term)))
        total[place] = before + term;
      else {
        const sum = new ExactSum();
        sum.add(before);
        sum.add(term);
        inexact.set(place, sum);
      }
    }
  }
  for (const [place, sum] of inexact) total[place] = sum.value;
  return total;
}
