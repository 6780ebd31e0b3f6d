import { checkOptionNames } from "../errors/index.ts";
import type { Policy } from "../policy/index.ts";
import {
  type Bounds,
  type BoundsWire,
  intervalsAmong,
  poolCounts,
  readBounds,
  roundedCounts,
} from "./bounds.ts";
import { wholeCells } from "./counts.ts";
import { protectCells } from "./protected-cells.ts";
import { cellCount, type Dimensions, type Kind, type ReleaseContext, type Statistic } from "./statistic.ts";

/** Which people are in which cells: what can be added up, and so has to be protected. */
export interface MaskedCountsOptions<D extends string, R extends string> {
  /** Dimensions along which nobody adds up: each of their labels has a table of its own, such as one for each variable. */
  readonly each?: readonly D[];
  /** A dimension whose cells follow those of the table: people who are in none of them, such as those who lack a value. */
  readonly rest?: R;
  /** The cells are of some of the people only, and nothing tells of the others but how many all are. */
  readonly ofSome?: boolean;
}

/**
 * Numbers of people by cell, where a cell of 1…k−1 leaves as the interval [1, k−1], and as many other cells are widened
 * as keep it from being computed from margins. Pooled: sums of the bounds.
 */
export interface MaskedCounts<D extends string> extends Statistic<ArrayLike<number>, Bounds, D> {
  readonly kind: "maskedCounts";
  readonly each: readonly string[];
  readonly rest: string | null;
  readonly ofSome: boolean;
}

export function maskedCounts<const D extends readonly string[], const R extends string = never>(
  dimensions: D,
  options: MaskedCountsOptions<D[number], R> = {},
): MaskedCounts<D[number] | R> {
  checkOptionNames("maskedCounts()", options, ["each", "rest", "ofSome"]);
  const { each = [], rest, ofSome = false } = options;
  return { kind: "maskedCounts", dimensions, visibility: "pooled", each, rest: rest ?? null, ofSome };
}

/** Which cells there are, and which of them add up. */
export type Declared = Pick<MaskedCounts<string>, "dimensions" | "each" | "rest">;

const sizeOf = (dimension: string, dimensions: Dimensions): number => dimensions[dimension]?.length ?? 0;

function cellsOf(statistic: Declared, dimensions: Dimensions): number {
  const rest = statistic.rest === null ? 0 : sizeOf(statistic.rest, dimensions);
  return cellCount(statistic.dimensions, dimensions) + rest;
}

/** Positions along a dimension by the names of its levels. */
function positionsOf(dimension: string, dimensions: Dimensions): readonly number[] {
  const names = dimensions[dimension] ?? [];
  const isBefore = (a: number, b: number): boolean => (names[a] as string) < (names[b] as string);
  return Array.from(names.keys()).sort((a, b) => (isBefore(a, b) ? -1 : isBefore(b, a) ? 1 : a - b));
}

/**
 * The positions of the cells of each table whose people can be added up; the rest belongs to the only one. They are in the
 * order of the names of levels: which cells are widened depends on it, and the order in which levels are asked for is the
 * asker's. Two answers that widen different cells would tell each other's.
 */
function tablesOf(statistic: Declared, dimensions: Dimensions) {
  const { each, rest } = statistic;
  const sizes = statistic.dimensions.map((name) => sizeOf(name, dimensions));
  const strides = sizes.map((_, a) => sizes.slice(a + 1).reduce((product, size) => product * size, 1));
  const positions = statistic.dimensions.map((name) => positionsOf(name, dimensions));
  const isEach = statistic.dimensions.map((name) => each.includes(name));
  const length = cellCount(statistic.dimensions, dimensions);
  const tables = new Map<number, number[]>();
  for (let place = 0; place < length; place++) {
    let [table, cell] = [0, 0];
    for (const [a, stride] of strides.entries()) {
      const at = positions[a]?.[Math.floor(place / stride) % (sizes[a] as number)] as number;
      cell += at * stride;
      if (isEach[a] === true) table += at * stride;
    }
    const cells = tables.get(table);
    if (cells === undefined) tables.set(table, [cell]);
    else cells.push(cell);
  }
  const others = rest === null ? 0 : sizeOf(rest, dimensions);
  const shared = sizes.filter((_, a) => isEach[a] !== true);
  return [...tables.values()].map((cells) => ({
    cells: tables.size === 1 ? [...cells, ...Array.from({ length: others }, (_, i) => length + i)] : cells,
    sizes: shared,
  }));
}

function ruleOf({ open, minimumCell, rounding }: Policy): string {
  if (open) return "open policy: as it is";
  const masking = `cells of 1 to ${minimumCell - 1} people as that interval, and others as wide as margins ask for`;
  return rounding > 1 ? `${masking}; all as what rounds to a multiple of ${rounding}` : masking;
}

/** Bounds, and how far the number of all people must be left open. */
export interface Told extends Bounds {
  readonly slack: { readonly below: number; readonly above: number };
}

/** What a policy tells of people by cell, before rounding. */
export function toldCounts(
  statistic: Declared,
  people: ArrayLike<number>,
  { minimumCell }: Pick<Policy, "minimumCell">,
  dimensions: Dimensions,
): Told {
  const lower = Float64Array.from(people);
  const upper = Float64Array.from(people);
  let slack = { below: 0, above: 0 };
  for (const { cells, sizes } of minimumCell > 1 ? tablesOf(statistic, dimensions) : []) {
    const told = protectCells({ people: cells.map((cell) => people[cell] as number), sizes }, minimumCell);
    for (const [i, cell] of cells.entries()) {
      lower[cell] = told.lower[i] as number;
      upper[cell] = told.upper[i] as number;
    }
    // Tables of the same people: the one that leaves most open decides for all.
    if (told.slack.below + told.slack.above > slack.below + slack.above) slack = told.slack;
  }
  return { lower, upper, slack };
}

/**
 * What is told for a wish of more people than the site's own policy asks for: what is told without one, made wider by itself,
 * and never looking at the numbers again. Which cells are widened, and how far, follows from the numbers; by another k other
 * cells are. Two such answers, each protected by itself, would tell masked cells between them.
 */
export function wishedCounts(
  statistic: Declared,
  told: Told,
  { policy, own = policy, dimensions }: Pick<ReleaseContext, "policy" | "own" | "dimensions">,
): Told {
  if (policy.minimumCell <= own.minimumCell) return told;
  const middle = told.lower.map((low, i) => Math.ceil((low + (told.upper[i] as number)) / 2));
  const wider = toldCounts(statistic, middle, policy, dimensions);
  return {
    lower: told.lower.map((low, i) => Math.min(low, wider.lower[i] as number)),
    upper: told.upper.map((high, i) => Math.max(high, wider.upper[i] as number)),
    slack: {
      below: told.slack.below + wider.slack.below,
      above: told.slack.above + wider.slack.above,
    },
  };
}

export const maskedCountsKind: Kind<MaskedCounts<string>, BoundsWire> = {
  problem: (statistic, value, dimensions) => wholeCells(value, cellsOf(statistic, dimensions)),
  release(statistic, value, context) {
    const { policy, own = policy, dimensions } = context;
    const told = toldCounts(statistic, value as ArrayLike<number>, own, dimensions);
    const wished = wishedCounts(statistic, told, context);
    const wire = roundedCounts(wished, policy);
    const masked = intervalsAmong(wire);
    const slack = statistic.ofSome ? {} : { slack: wished.slack };
    return { wire, cells: wire.lower.length, masked, ...slack, rule: ruleOf(policy) };
  },
  read: (statistic, wire, dimensions) => readBounds(wire, cellsOf(statistic, dimensions)),
  pool: (statistic, parts, context): Bounds =>
    poolCounts(
      parts.map(({ wire }) => wire),
      cellsOf(statistic, context.dimensions),
      context,
    ),
};
