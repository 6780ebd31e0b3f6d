import { type Policy, Withholding } from "../policy/index.ts";
import { type CellCounts, countPositions, distinct, ontoLattice, type Positions } from "./count-positions.ts";
import { ExactSum } from "./exact-sum.ts";
import { cellCount, isFiniteArray, isNumbers, isWhole, type Kind, type Statistic } from "./statistic.ts";

export type { Positions } from "./count-positions.ts";

/** How exactly positions on an axis are known. */
export type Exactness =
  | { readonly mode: "exact" }
  | { readonly mode: "lattice"; readonly resolution: number };

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

interface DistributionWire {
  readonly exactness: Exactness;
  readonly cells: readonly CellCounts[];
}

/**
 * A lattice holds only for what was measured, as it was measured, and for people: a multiple of the times would be told
 * apart more finely, and the weight of one person is a value of that person.
 * @throws Withholding
 */
function refuseStretched(
  { at, weight }: Positions,
  axis: { readonly values: Float64Array; readonly isMeasured: boolean } | undefined,
): void {
  if (weight !== undefined) {
    throw new Withholding(
      "EVENT_TIMES_NOT_PERMITTED",
      "{site} releases event times on a lattice, and then no case weights: they would tell of single people. Leave the weights out.",
    );
  }
  if (axis?.isMeasured === true && at.every((time, i) => time === axis.values[i])) return;
  throw new Withholding(
    "EVENT_TIMES_NOT_PERMITTED",
    "{site} releases event times on a lattice, and then only of a column as its database has it, or days() between two dates. Use such a time, without arithmetic.",
  );
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
  release(statistic, value, { policy, dimensions, measured }) {
    const positions = value as Positions;
    const exactness = releaseExactness(policy);
    if (exactness.mode !== "exact") refuseStretched(positions, measured(statistic.axis));
    const cells = countPositions(
      positions,
      cellCount(statistic.dimensions, dimensions),
      statistic.streams.length,
      exactness.mode === "exact"
        ? undefined
        : (at) => ontoLattice(at, exactness.resolution, policy.minimumRows),
    );
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
    return cells.every((cell) => isCellCounts(cell, statistic.streams.length))
      ? { exactness, cells }
      : undefined;
  },
  pool(statistic, parts, { dimensions }): PooledDistribution<string> {
    const cells = Array.from({ length: cellCount(statistic.dimensions, dimensions) }, (_, c) =>
      poolCell(
        parts.map(({ wire }) => wire.cells[c] as CellCounts),
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

function isCellCounts(cell: unknown, streams: number): cell is CellCounts {
  if (typeof cell !== "object" || cell === null) return false;
  const { at, people, weight, squaredWeight } = cell as Record<string, unknown>;
  if (!Array.isArray(at) || !isFiniteArray(at, at.length)) return false;
  if (at.some((t, i) => i > 0 && t <= (at[i - 1] as number))) return false;
  const matrix = (value: unknown): value is readonly (readonly number[])[] =>
    Array.isArray(value) && value.length === streams && value.every((row) => isFiniteArray(row, at.length));
  if (!matrix(people) || !people.every((row) => row.every(isWhole))) return false;
  return weight === undefined ? squaredWeight === undefined : matrix(weight) && matrix(squaredWeight);
}

function poolCell(parts: readonly CellCounts[], streams: readonly string[]): Increments<string> {
  const at = distinct(Float64Array.from(parts.flatMap((part) => part.at))).sorted;
  const position = new Map<number, number>();
  for (let i = 0; i < at.length; i++) position.set(at[i] as number, i);
  const places = parts.map((part) => Int32Array.from(part.at, (t) => position.get(t) as number));
  const pooled = (pick: (part: CellCounts) => readonly (readonly number[])[]): Record<string, Float64Array> =>
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
