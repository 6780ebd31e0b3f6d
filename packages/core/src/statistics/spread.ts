import type { Batches } from "./batches.ts";
import type { CellCounts } from "./count-positions.ts";

/** Cells of the lattice, both included, in which the people of a batch left: one of them at least in the last. */
interface Stretch {
  readonly first: number;
  readonly last: number;
  readonly people: number;
}

/** After as many steps no curve moves visibly any more. */
const steps = 50;
/** Moving averages reach this share of the axis to either side. */
const smoothing = 1 / 30;

/** In an order that does not depend on that of the sites, so that sums do not either. */
function stretchesOf(sites: readonly Batches[], resolution: number): readonly Stretch[] {
  return sites
    .flatMap(({ ends, people }) =>
      ends.map((end, i): Stretch => {
        const last = Math.round(end / resolution);
        const before = i === 0 ? 0 : Math.round((ends[i - 1] as number) / resolution);
        // Only people who left at 0 are in a batch that ends there.
        return { first: Math.min(before + 1, last), last, people: people[i] as number };
      }),
    )
    .sort((a, b) => a.first - b.first || a.last - b.last || a.people - b.people);
}

/** How many of `people` are expected in the last cell, the `share` of whose density it has, when one is known to be there. */
function inLast(people: number, share: number): number {
  return share >= 1 ? people : (people * share) / -Math.expm1(people * Math.log1p(-share));
}

/** How many people are expected in each cell, when they leave with this density. */
function expected(stretches: readonly Stretch[], density: Float64Array): Float64Array {
  const found = new Float64Array(density.length);
  for (const { first, last, people } of stretches) {
    let before = 0;
    for (let cell = first; cell < last; cell++) before += density[cell] as number;
    const end = density[last] as number;
    const atEnd = inLast(people, end / (before + end));
    found[last]! += atEnd;
    if (before > 0)
      for (let cell = first; cell < last; cell++)
        found[cell]! += ((people - atEnd) * (density[cell] as number)) / before;
  }
  return found;
}

/** Averages over `reach` cells to either side, without the cell of those who left at 0. */
function movingAverage(values: Float64Array, reach: number): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) sums[i + 1] = (sums[i] as number) + (values[i] as number);
  return values.map((value, i) => {
    if (i === 0) return value;
    const from = Math.max(1, i - reach);
    const to = Math.min(values.length, i + reach + 1);
    return ((sums[to] as number) - (sums[from] as number)) / (to - from);
  });
}

/**
 * Batches of all sites as expected counts at points of the lattice, by stream. Within its batch, a person left with the
 * density that all sites' batches together make likely: self-consistency (Turnbull 1976), the density smoothed after each
 * step (Silverman, Jones, Wilson & Nychka 1990), since the likelihood alone would heap people on few cells. A batch of one
 * cell is counted as it is.
 *
 * To spread each batch evenly instead would let people die too early: it forgets that a batch ends with a departure, and
 * that others' batches say where in a long one people are likely to have left.
 */
export function spread(
  sites: readonly (readonly Batches[])[],
  streams: number,
  resolution: number,
): CellCounts {
  const counts = Array.from({ length: streams }, (_, s) => {
    const stretches = stretchesOf(
      sites.map((site) => site[s] as Batches),
      resolution,
    );
    const last = stretches.reduce((most, stretch) => Math.max(most, stretch.last), 0);
    const reach = Math.max(1, Math.round(last * smoothing));
    let found = expected(stretches, new Float64Array(last + 1).fill(1));
    for (let step = 1; step < steps; step++)
      found = expected(stretches, movingAverage(movingAverage(found, reach), reach));
    return found;
  });
  const points = Array.from(
    { length: Math.max(0, ...counts.map(({ length }) => length)) },
    (_, i) => i,
  ).filter((point) => counts.some((found) => (found[point] ?? 0) > 0));
  return {
    at: points.map((point) => point * resolution),
    people: counts.map((found) => points.map((point) => found[point] ?? 0)),
  };
}
