import { comparedPeople } from "@konsil/core";
import { effectiveNumber, medianOf, peopleBehind } from "../../model/people-behind.ts";
import { type BehindRows, totals } from "./cox-model.ts";
import type { Workspace } from "./partial-likelihood.ts";
import type { SortedRows } from "./sorted-rows.ts";

/** Strata can leave one person with whom all others are compared, or few events: by column, and of weight and offset. */
export const comparedOutput = {
  compared: comparedPeople(["column"]),
  comparedTotals: comparedPeople(["total"]),
};

export const comparedWords = {
  compared:
    "people on whom the score of each column rests: those who are at risk at the first event of their stratum and differ from most others there; or those with an event there, or without one, if they are fewer",
  comparedTotals: "the same of case weights and offset",
};

/** Rows that a stratum compares with each other, and the middle of each column and of the offset among them. */
interface Together {
  readonly start: number;
  readonly end: number;
  readonly medians: Float64Array;
  readonly offset: number;
}

/** Who is compared with whom, and how far values are from others by case weights alone. */
export interface Comparison {
  readonly strata: readonly Together[];
  readonly distances: readonly Distances[];
  /** The people on whom sums rest by case weights. */
  readonly people: BehindRows;
}

/**
 * Who is compared with whom, in each stratum: all who are at risk when its first event happens. Who left before, or has a
 * stratum without events or without anybody else, adds nothing to a score.
 */
export function comparisonOf(rows: SortedRows): Comparison {
  const { p, matrix, offset, starts, deaths, opens } = rows;
  const strata: Together[] = [];
  for (let block = 0; block < deaths.length; ) {
    const start = starts[block] as number;
    let end = start;
    // From the latest time on, so that the last block with deaths has the first event.
    do {
      if ((deaths[block++] as number) > 0) end = starts[block] as number;
    } while (block < deaths.length && opens[block] === 0);
    const n = end - start;
    if (n < 2) continue;
    const values = matrix.subarray(start * p, end * p);
    strata.push({
      start,
      end,
      medians: Float64Array.from({ length: p }, (_, j) => medianOf(values, n, p, j)),
      offset: offset === undefined ? 0 : medianOf(offset.subarray(start, end), n, 1, 0),
    });
  }
  const distances = distancesIn(rows, strata, rows.weight ?? new Float64Array(rows.n).fill(1));
  const people = distances.map((own, j) => {
    const effective = own.people(rows.n);
    return effective === 0 ? 0 : Math.min(effective, outcomesCompared(rows, strata, j));
  });
  return { strata, distances, people: behind(people) };
}

/** The values of a column, or the offset; of whatever rows there are, their places: nobody's are the same. */
function valuesOf({ n, p, matrix, offset }: SortedRows, j: number): Float64Array {
  if (j > p && offset !== undefined) return offset;
  const values = new Float64Array(n);
  for (let i = 0; i < n; i++) values[i] = j < p ? (matrix[i * p + j] as number) : i;
  return values;
}

/**
 * The people with an event, as they are behind a column, or without one, whichever are fewer, whom strata compare by it: an
 * event while all at risk have one value adds nothing. One of few, where there are none, or where a column varies among all
 * events and not among these: abstaining would else tell of a single one.
 */
function outcomesCompared(rows: SortedRows, strata: readonly Together[], j: number): number {
  const { n, p, events, eventWeight, starts, deaths } = rows;
  const values = valuesOf(rows, j);
  const marked = new Uint8Array(n);
  let [compared, censored, block] = [0, 0, 0];
  for (const { start, end } of strata) {
    let differs = start + 1;
    while (differs < end && values[differs] === values[start]) differs++;
    if (differs === end) continue;
    while ((starts[block] as number) < start) block++;
    for (; (starts[block] as number) < end; block++) {
      const [first, next] = [starts[block] as number, starts[block + 1] as number];
      const dying = deaths[block] as number;
      censored += next - first - dying;
      if (next <= differs) continue;
      marked.fill(1, first, first + dying);
      compared += dying;
    }
  }
  const without = events === n ? n : Math.max(1, censored);
  if (compared === events) return without;
  if (compared === 0) return 1;
  if (j === p) return Math.min(without, compared);
  const isOne = isConstant(values, marked) && !isConstant(values, eventWeight);
  return isOne ? 1 : Math.min(without, peopleBehind(values, n, 1, marked)[0] as number);
}

/** Whether rows that are not marked by 0 have all one value. */
function isConstant(values: Float64Array, marked: Uint8Array | Float64Array): boolean {
  const first = values[marked.findIndex((mark) => mark !== 0)];
  for (let i = 0; i < marked.length; i++) if (marked[i] !== 0 && values[i] !== first) return false;
  return true;
}

/** Rows whose columns are looked at one after the other, while they are in the nearest cache. */
const blockRows = 256;

/** How far values are from the middle of their stratum, by how much their rows count. */
class Distances {
  #sum = 0;
  #squares = 0;
  #most = 0;
  #ofEvents = 0;

  /** Rows from `start` to `end`, whose values begin at `at` and are `stride` apart. `u` is how much a row counts. */
  add(
    values: Float64Array,
    { at, stride, middle }: { readonly at: number; readonly stride: number; readonly middle: number },
    { start, end }: Pick<Together, "start" | "end">,
    u: Float64Array,
    eventWeight: Float64Array,
  ): void {
    let [sum, squares, most, ofEvents] = [0, 0, this.#most, 0];
    for (let i = start, from = at; i < end; i++, from += stride) {
      const distance = Math.abs((values[from] as number) - middle);
      const part = (u[i] as number) * distance;
      sum += part;
      squares += part * part;
      if (distance > most) most = distance;
      ofEvents += (eventWeight[i] as number) * distance;
    }
    this.#sum += sum;
    this.#squares += squares;
    this.#most = most;
    this.#ofEvents += ofEvents;
  }

  /** (Σ u|x − c|)²/Σ u²(x − c)². */
  people(n: number): number {
    return effectiveNumber(this.#sum, this.#squares, n);
  }

  /** No fewer people than these, where rows count their events or more, and at most `largest`: Σd² ≤ max d · Σd. */
  atLeast(largest: number): number {
    return this.#most === 0 ? 0 : Math.floor(this.#ofEvents / (largest * this.#most));
  }
}

/**
 * How far each column is from the others of its stratum, in the median; then whatever rows there are, and the offset. A score
 * is Σ u·(x − c) over rows, whatever c is in each stratum. Of two values the people behind it are those of the rarer one,
 * stratum by stratum.
 */
function distancesIn(
  { p, matrix, offset, eventWeight }: SortedRows,
  strata: readonly Together[],
  u: Float64Array,
): readonly Distances[] {
  const found = Array.from({ length: p + 2 }, () => new Distances());
  const one = Float64Array.of(1);
  for (const { start, end, medians, offset: middle } of strata) {
    for (let from = start; from < end; from += blockRows) {
      const block = { start: from, end: Math.min(end, from + blockRows) };
      const add = (j: number, values: Float64Array, at: number, stride: number, own: number): void =>
        found[j]?.add(values, { at, stride, middle: own }, block, u, eventWeight);
      for (let j = 0; j < p; j++) add(j, matrix, from * p + j, p, medians[j] as number);
      add(p, one, 0, 0, 0);
      if (offset !== undefined) add(p + 1, offset, from, 1, middle);
    }
  }
  return found;
}

/** Of the columns, and of weight and offset. */
const behind = (people: readonly number[]): BehindRows => ({
  columns: Float64Array.from(people.slice(0, -totals.length)),
  totals: people.slice(-totals.length),
});

/** So many people are enough under any policy. */
const plenty = 100;

/**
 * The people on whom score and information rest at the coefficients that were evaluated last, or by case weights where those
 * are fewer: a row counts its event, and the hazard that it lived through. Coefficients that are large for one person of a
 * stratum would else hide behind other strata. Where one stratum compares nearly all rows, the weights of all are judged.
 */
export function peopleAt(
  rows: SortedRows,
  { strata, distances, people }: Comparison,
  { row }: Workspace,
): BehindRows {
  if (strata.length === 1 && strata.some(({ start, end }) => end - start > 0.95 * rows.n)) return people;
  let largest = 0;
  for (let i = 0; i < rows.n; i++) {
    row[i]! += rows.eventWeight[i] as number;
    if ((row[i] as number) > largest) largest = row[i] as number;
  }
  const before = [...people.columns, ...people.totals];
  // A bound does where it is far from any limit, which saves a third of the time of an evaluation.
  const bounds = distances.map((own) => own.atLeast(largest));
  const now = before.every((own, j) => own === 0 || (bounds[j] as number) >= plenty)
    ? bounds
    : distancesIn(rows, strata, row).map((own) => own.people(rows.n));
  return behind(before.map((own, j) => (now[j] === 0 ? own : Math.min(own, now[j] as number))));
}

/** The fewest of them, though somebody; 0 for nobody. */
export function fewest({ columns, totals: others }: BehindRows): number {
  const some = [...columns, ...others].filter((people) => people > 0);
  return some.length === 0 ? 0 : Math.min(...some);
}
