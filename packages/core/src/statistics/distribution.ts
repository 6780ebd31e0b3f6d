import { checkOptionNames } from "../errors/index.ts";
import { addMasked, bounds, type Masked, mask, type Policy, Withholding } from "../policy/index.ts";
import { type Batches, batchesOf, joined, type Spans, spansOf } from "./batches.ts";
import { type CellCounts, countOnLattice, countPositions, type Positions } from "./count-positions.ts";
import { distinct } from "./distinct.ts";
import { ExactSum } from "./exact-sum.ts";
import { type Exactness, isExactness, leastExact, widthWords } from "./exactness.ts";
import { spread } from "./spread.ts";
import {
  cellCount,
  isFiniteArray,
  isNumbers,
  isWhole,
  type Kind,
  type Part,
  type Statistic,
} from "./statistic.ts";

export type { Spans } from "./batches.ts";
export type { Positions } from "./count-positions.ts";

/** Why a cell's increments are not given: too few organizations have people in it, too many of its people are at sites that abstain from it, or its batches are too few for a curve. */
export type WithheldBecause = "organizations" | "abstentions" | "batches";

/** The increments of one cell at its distinct positions, ascending. Arrays of equal length. */
export interface Increments<S extends string> {
  readonly at: Float64Array;
  /** People by stream. Fractions where they are spread over batches. */
  readonly people: Readonly<Record<S, Float64Array>>;
  /** Σw by stream; the same as `people` when there are no weights. */
  readonly weight: Readonly<Record<S, Float64Array>>;
  /** Σw² by stream; the same as `people` when there are no weights. */
  readonly squaredWeight: Readonly<Record<S, Float64Array>>;
  /** People by stream in all: whole numbers. */
  readonly total: Readonly<Record<S, number>>;
  /** Where they can have left at most, by stream; null when every position is exact. */
  readonly spans: Readonly<Record<S, Spans>> | null;
  /** Sites that abstain from this cell, for too few people in one of its streams, and the people there. */
  readonly abstained: { readonly sites: readonly string[]; readonly people: Masked } | null;
  /** Why there are no increments, or null. */
  readonly withheld: WithheldBecause | null;
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
  checkOptionNames("distribution()", options, ["axis", "by", "streams"]);
  return {
    kind: "distribution",
    dimensions: options.by,
    visibility: "pooled",
    axis: options.axis,
    streams: options.streams,
  };
}

/** A cell from which a site abstains: how many people it has there. */
interface Abstention {
  readonly abstains: Masked;
}

/** A cell in batches, by stream. */
interface Batched {
  readonly batches: readonly Batches[];
}

type CellWire = CellCounts | Batched | Abstention;

interface DistributionWire {
  readonly exactness: Exactness;
  readonly cells: readonly CellWire[];
}

/**
 * A lattice holds only for what was measured, as it was measured, and for people: a multiple of the times would be told
 * apart more finely, and the weight of one person is a value of that person.
 * @throws Withholding
 */
function refuseStretched(
  { at, weight }: Positions,
  axis: { readonly values: Float64Array; readonly isMeasured: boolean } | undefined,
  mode: Exactness["mode"],
): void {
  if (weight !== undefined) {
    throw new Withholding(
      "EVENT_TIMES_NOT_PERMITTED",
      `{site} does not release event times exactly (eventTimes "${mode}"), and then no case weights: they would tell of single people. Leave the weights out.`,
    );
  }
  if (axis?.isMeasured === true && at.every((time, i) => time === axis.values[i])) return;
  throw new Withholding(
    "EVENT_TIMES_NOT_PERMITTED",
    `{site} does not release event times exactly (eventTimes "${mode}"). Times that are computed, but for days() between two dates, do not leave ${mode === "batches" ? "in batches" : "on a lattice"} either: use a column as its database has it.`,
  );
}

function releaseExactness({ eventTimes, resolution, minimumCell }: Policy, unit: string | null): Exactness {
  const width = unit === null ? { resolution } : { resolution, unit };
  switch (eventTimes) {
    case "exact":
      return { mode: "exact" };
    case "lattice":
      return { mode: "lattice", ...width };
    case "batches":
      return { mode: "batches", ...width, size: minimumCell };
  }
}

/** A cell in batches; or not at all, when one of its streams has people, but fewer than a batch. */
function batched({ at, people }: CellCounts, own: number, size: number): Batched | Abstention {
  const streams = people.map((stream) => {
    const batches = batchesOf(at, stream, own);
    return batches === undefined || own === size ? batches : joined(batches, size);
  });
  if (streams.every((stream) => stream !== undefined)) return { batches: streams };
  return {
    abstains: mask(
      people.flat().reduce((sum, count) => sum + count, 0),
      size,
    ),
  };
}

function ruleWords(exactness: Exactness, reason: string | null): string {
  switch (exactness.mode) {
    case "exact":
      return `exact: ${reason}`;
    case "lattice":
      return `on a lattice of ${widthWords(exactness)}, small cells included: ${reason}`;
    case "batches":
      return `in batches of at least ${exactness.size} people, on a lattice of ${widthWords(exactness)}`;
  }
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
  release(statistic, value, { policy, own = policy, dimensions, measured }) {
    const positions = value as Positions;
    const axis = measured(statistic.axis);
    const exactness = releaseExactness(policy, axis?.unit ?? null);
    const cells = cellCount(statistic.dimensions, dimensions);
    const streams = statistic.streams.length;
    const rule = ruleWords(exactness, policy.reason);
    if (exactness.mode !== "exact") refuseStretched(positions, axis, exactness.mode);
    if (exactness.mode !== "batches") {
      const counted =
        exactness.mode === "exact"
          ? countPositions(positions, cells, streams)
          : countOnLattice(positions, cells, streams, exactness.resolution);
      const numbers = counted.reduce((total, { at }) => total + at.length * streams, 0);
      return { wire: { exactness, cells: counted }, cells: numbers, masked: 0, rule };
    }
    let numbers = 0;
    let masked = 0;
    let below = 0;
    let above = 0;
    const wire = countOnLattice(positions, cells, streams, exactness.resolution).map((counted) => {
      const cell = batched(counted, Math.max(1, own.minimumCell), exactness.size);
      if ("batches" in cell) {
        for (const { ends } of cell.batches) numbers += ends.length;
        return cell;
      }
      numbers++;
      masked++;
      if (typeof cell.abstains !== "number") {
        const people = counted.people.flat().reduce((sum, count) => sum + count, 0);
        below += people - cell.abstains.lower;
        above += cell.abstains.upper - people;
      }
      return cell;
    });
    return { wire: { exactness, cells: wire }, cells: numbers, masked, slack: { below, above }, rule };
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
    const streams = statistic.streams.length;
    const isCell =
      exactness.mode === "batches"
        ? (cell: unknown) => isAbstention(cell) || isBatched(cell, streams)
        : (cell: unknown) => isCellCounts(cell, streams);
    return cells.every(isCell) ? { exactness, cells } : undefined;
  },
  pool(statistic, parts, { dimensions, minimumOrganizations }): PooledDistribution<string> {
    return {
      cells: Array.from({ length: cellCount(statistic.dimensions, dimensions) }, (_, c) =>
        poolCell(parts, c, statistic.streams, minimumOrganizations),
      ),
      exactness: leastExact(parts.map(({ wire }) => wire.exactness)),
    };
  },
};

function isBatched(cell: unknown, streams: number): cell is Batched {
  if (typeof cell !== "object" || cell === null || !("batches" in cell)) return false;
  const { batches } = cell;
  return (
    Array.isArray(batches) &&
    batches.length === streams &&
    (batches as unknown[]).every((batch) => {
      if (typeof batch !== "object" || batch === null) return false;
      const { ends, people } = batch as Record<string, unknown>;
      return (
        Array.isArray(ends) &&
        isFiniteArray(ends, ends.length) &&
        ends.every((end, i) => end > (i === 0 ? -1 : (ends[i - 1] as number))) &&
        isFiniteArray(people, ends.length) &&
        people.every((count) => isWhole(count) && count > 0)
      );
    })
  );
}

function isAbstention(cell: unknown): cell is Abstention {
  if (typeof cell !== "object" || cell === null || !("abstains" in cell)) return false;
  const { abstains } = cell;
  if (isWhole(abstains)) return true;
  if (typeof abstains !== "object" || abstains === null) return false;
  const { lower, upper } = abstains as Record<string, unknown>;
  return isWhole(lower) && isWhole(upper) && lower <= upper;
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

/** More of a cell's people than this at sites that abstain, and the rest no longer stands for all. */
const mostAbstaining = 0.1;
/** With fewer batches a stream, a curve is mostly guesswork. */
const fewestBatches = 10;

function poolCell(
  parts: readonly Part<DistributionWire>[],
  cell: number,
  streams: readonly string[],
  minimumOrganizations: number,
): Increments<string> {
  const counted: CellCounts[] = [];
  const spans: (readonly Spans[])[] = [];
  const batches: (readonly Batches[])[] = [];
  const onLattice = new Map<number, (readonly Batches[])[]>();
  const silent: string[] = [];
  let abstaining: Masked = 0;
  let organizations = 0;
  let isExact = true;
  for (const { site, wire } of parts) {
    const { exactness } = wire;
    const own = wire.cells[cell] as CellWire;
    if (exactness.mode !== "exact") isExact = false;
    if ("abstains" in own) {
      silent.push(site);
      abstaining = addMasked(abstaining, own.abstains);
      continue;
    }
    if ("batches" in own) {
      const { resolution } = exactness as Extract<Exactness, { mode: "batches" }>;
      onLattice.set(resolution, [...(onLattice.get(resolution) ?? []), own.batches]);
      spans.push(own.batches.map((stream) => spansOf(stream, resolution)));
      batches.push(own.batches);
    } else {
      counted.push(own);
      spans.push(own.people.map((people) => latticeSpans(own.at, people, exactness)));
    }
    if (spans.at(-1)?.some(({ people }) => people.length > 0) === true) organizations++;
  }
  const total = streams.map((_, s) =>
    spans.reduce((sum, own) => sum + (own[s]?.people.reduce((more, count) => more + count, 0) ?? 0), 0),
  );
  const withheld = whyWithheld({
    organizations: organizations + silent.length,
    minimumOrganizations,
    known: total.reduce((sum, people) => sum + people, 0),
    abstaining: bounds(abstaining).upper,
    batches:
      batches.length === 0
        ? undefined
        : streams.map((_, s) => batches.reduce((sum, own) => sum + (own[s]?.ends.length ?? 0), 0)),
  });
  const spreading = [...onLattice].map(([resolution, sites]) => spread(sites, streams.length, resolution));
  const used = withheld === null ? [...counted, ...spreading] : [];
  const byStream = <T>(value: (s: number) => T): Record<string, T> =>
    Object.fromEntries(streams.map((stream, s) => [stream, value(s)]));
  return {
    ...addCounts(used, streams),
    total: byStream((s) => (withheld === null ? (total[s] as number) : 0)),
    spans:
      isExact || withheld !== null
        ? null
        : byStream((s) => ({
            from: spans.flatMap((own) => own[s]?.from ?? []),
            to: spans.flatMap((own) => own[s]?.to ?? []),
            people: spans.flatMap((own) => own[s]?.people ?? []),
          })),
    abstained: silent.length === 0 ? null : { sites: silent, people: abstaining },
    withheld,
  };
}

function latticeSpans(at: readonly number[], people: readonly number[], exactness: Exactness): Spans {
  const width = exactness.mode === "exact" ? 0 : exactness.resolution;
  return { from: width === 0 ? at : at.map((point) => point - width), to: at, people };
}

function whyWithheld(of: {
  readonly organizations: number;
  readonly minimumOrganizations: number;
  readonly known: number;
  readonly abstaining: number;
  readonly batches: readonly number[] | undefined;
}): WithheldBecause | null {
  const { organizations, minimumOrganizations, known, abstaining, batches } = of;
  if (organizations > 0 && organizations < minimumOrganizations) return "organizations";
  if (abstaining > mostAbstaining * (known + abstaining)) return "abstentions";
  const used = batches?.filter((count) => count > 0) ?? [];
  if (used.length > 0 && median(used) < fewestBatches) return "batches";
  return null;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2;
}

/** Increments added at equal positions. */
function addCounts(
  parts: readonly CellCounts[],
  streams: readonly string[],
): Pick<Increments<string>, "at" | "people" | "weight" | "squaredWeight"> {
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
