import type { Policy } from "../policy/index.ts";
import { addCells, readWholeCells, wholeCells } from "./counts.ts";
import { protectCells } from "./protected-cells.ts";
import { cellCount, type Dimensions, type Kind, type Statistic } from "./statistic.ts";

/** Bounds of counts by cell, both possible; equal where a count is known. */
export interface Bounds {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Which people are in which cells: what can be added up, and so has to be protected. */
export interface MaskedCountsOptions<D extends string, R extends string> {
  /** Dimensions along which nobody adds up: each of their labels has a table of its own, such as one for each variable. */
  readonly each?: readonly D[];
  /** A dimension whose cells follow those of the table: people who are in none of them, such as those who lack a value. */
  readonly rest?: R;
}

/**
 * Numbers of people by cell, where a cell of 1…k−1 leaves as the interval [1, k−1], and as many other cells are widened
 * as keep it from being computed from margins. Pooled: sums of the bounds.
 */
export interface MaskedCounts<D extends string> extends Statistic<ArrayLike<number>, Bounds, D> {
  readonly kind: "maskedCounts";
  readonly each: readonly string[];
  readonly rest: string | null;
}

export function maskedCounts<const D extends readonly string[], const R extends string = never>(
  dimensions: D,
  { each = [], rest }: MaskedCountsOptions<D[number], R> = {},
): MaskedCounts<D[number] | R> {
  return { kind: "maskedCounts", dimensions, visibility: "pooled", each, rest: rest ?? null };
}

interface Wire {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/** Of the orders of magnitude by which cells of few organizations are told: 5, 10, 20, … */
const firstStep = 5;

type Declared = Pick<MaskedCounts<string>, "dimensions" | "each" | "rest">;

const sizeOf = (dimension: string, dimensions: Dimensions): number => dimensions[dimension]?.length ?? 0;

function cellsOf(statistic: Declared, dimensions: Dimensions): number {
  const rest = statistic.rest === null ? 0 : sizeOf(statistic.rest, dimensions);
  return cellCount(statistic.dimensions, dimensions) + rest;
}

/** The positions of the cells of each table whose people can be added up; the rest belongs to the only one. */
function tablesOf(statistic: Declared, dimensions: Dimensions) {
  const { each, rest } = statistic;
  const sizes = statistic.dimensions.map((name) => sizeOf(name, dimensions));
  const strides = sizes.map((_, a) => sizes.slice(a + 1).reduce((product, size) => product * size, 1));
  const isEach = statistic.dimensions.map((name) => each.includes(name));
  const length = cellCount(statistic.dimensions, dimensions);
  const tables = new Map<number, number[]>();
  for (let cell = 0; cell < length; cell++) {
    let table = 0;
    for (const [a, stride] of strides.entries())
      if (isEach[a] === true) table += (Math.floor(cell / stride) % (sizes[a] as number)) * stride;
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

/** The smallest, or the largest, whole number that rounds to the same multiple; halves round up. */
function roundedOutwards(count: number, multiple: number, end: "lower" | "upper"): number {
  const nearest = Math.floor(count / multiple + 0.5);
  return end === "lower"
    ? Math.max(0, Math.ceil((nearest - 0.5) * multiple))
    : Math.ceil((nearest + 0.5) * multiple) - 1;
}

function ruleOf({ open, minimumCell, rounding }: Policy): string {
  if (open) return "open policy: as it is";
  const masking = `cells of 1 to ${minimumCell - 1} people as that interval, and others as wide as margins ask for`;
  return rounding > 1 ? `${masking}; all as what rounds to a multiple of ${rounding}` : masking;
}

interface Told extends Bounds {
  readonly slack: { readonly below: number; readonly above: number };
}

function protect(statistic: Declared, people: ArrayLike<number>, k: number, dimensions: Dimensions): Told {
  const lower = Float64Array.from(people);
  const upper = Float64Array.from(people);
  let slack = { below: 0, above: 0 };
  for (const { cells, sizes } of k > 1 ? tablesOf(statistic, dimensions) : []) {
    const told = protectCells({ people: cells.map((cell) => people[cell] as number), sizes }, k);
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
 * What is told for a wish of more people: what is told without one, made wider by itself, and never looking at the numbers
 * again. Which cells are widened, and how far, follows from the numbers; by another k other cells are. Two such answers,
 * each protected by itself, would tell masked cells between them.
 */
function coarsened(statistic: Declared, told: Told, k: number, dimensions: Dimensions): Told {
  const middle = told.lower.map((low, i) => Math.ceil((low + (told.upper[i] as number)) / 2));
  const wider = protect(statistic, middle, k, dimensions);
  return {
    lower: told.lower.map((low, i) => Math.min(low, wider.lower[i] as number)),
    upper: told.upper.map((high, i) => Math.max(high, wider.upper[i] as number)),
    slack: {
      below: told.slack.below + wider.slack.below,
      above: told.slack.above + wider.slack.above,
    },
  };
}

export const maskedCountsKind: Kind<MaskedCounts<string>, Wire> = {
  problem: (statistic, value, dimensions) => wholeCells(value, cellsOf(statistic, dimensions)),
  release(statistic, value, { policy, own = policy, dimensions }) {
    const asItIs = protect(statistic, value as ArrayLike<number>, own.minimumCell, dimensions);
    const told =
      policy.minimumCell > own.minimumCell
        ? coarsened(statistic, asItIs, policy.minimumCell, dimensions)
        : asItIs;
    const lower = Array.from(told.lower);
    const upper = Array.from(told.upper);
    for (let cell = 0; policy.rounding > 1 && cell < lower.length; cell++) {
      lower[cell] = roundedOutwards(lower[cell] as number, policy.rounding, "lower");
      upper[cell] = roundedOutwards(upper[cell] as number, policy.rounding, "upper");
    }
    const masked = lower.reduce((total, low, i) => total + (low === upper[i] ? 0 : 1), 0);
    return { wire: { lower, upper }, cells: lower.length, masked, slack: told.slack, rule: ruleOf(policy) };
  },
  read(statistic, wire, dimensions) {
    if (typeof wire !== "object" || wire === null || !("lower" in wire) || !("upper" in wire))
      return undefined;
    const length = cellsOf(statistic, dimensions);
    const lower = readWholeCells(wire.lower, length);
    const upper = readWholeCells(wire.upper, length);
    if (lower === undefined || upper === undefined || lower.some((low, i) => low > (upper[i] as number)))
      return undefined;
    return { lower, upper };
  },
  pool(statistic, parts, { dimensions, minimumOrganizations, minimumCell }): Bounds {
    const length = cellsOf(statistic, dimensions);
    const lower = addCells(
      parts.map(({ wire }) => wire.lower),
      length,
    );
    const upper = addCells(
      parts.map(({ wire }) => wire.upper),
      length,
    );
    for (let cell = 0; cell < length; cell++) {
      if (upper[cell] === 0) continue;
      // Those that surely have people in it: an interval from zero is told of none as well.
      const organizations = parts.filter(({ wire }) => (wire.lower[cell] as number) > 0).length;
      if (organizations >= minimumOrganizations) continue;
      // The number of few organizations is one of them by subtraction: only its order of magnitude is told, on steps that no
      // wish for more people moves.
      let most = firstStep;
      while (most < Math.max(minimumCell, upper[cell] as number)) most *= 2;
      lower[cell] = Math.min(1, lower[cell] as number);
      upper[cell] = most;
    }
    return { lower, upper };
  },
};
