import { bounds, type Masked } from "@konsil/core";
import { type Between, chiSquaredCdf } from "../numeric/index.ts";
import { testIndependence } from "./chi-squared-test.ts";

/** A χ² test of counts of which some are intervals: it decides the same, whichever the counts are. */
export interface BoundedTest {
  readonly statistic: Between;
  readonly df: number;
  readonly p: Between;
  readonly corrected: boolean;
  /** The level at which every possible table decides as the others do. */
  readonly significance: number;
}

/** Why a statistic is not computed from intervals: it would need a midpoint that nobody knows. */
export function refusedFor(statistic: string): string {
  return `refused: ${statistic} takes counts, and sites' policies tell some as intervals only (minimumCell). Ask for fewer or wider levels`;
}

/** A box of tables: each count between its ends. */
interface Box {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/**
 * Pearson's χ² over every table that the intervals permit, where all have the same levels with people and come to the
 * same decision at the level of significance. A text says why not.
 *
 * Of two by two levels the ends are attained: on either side of ad = bc, χ² rises with the counts of one diagonal and falls
 * with those of the other, with Yates' correction and without. Of larger tables they are outer bounds: boxes are cut until
 * bounds by their slopes (the mean value form; Neumaier 1990) are narrow.
 */
export function boundIndependence(
  counts: readonly (readonly Masked[])[],
  correct: boolean,
  significance: number,
): BoundedTest | string {
  const ends = counts.map((row) => row.map(bounds));
  const rowEnds = ends.map((row) => ({
    lower: sum(row.map(({ lower }) => lower)),
    upper: sum(row.map(({ upper }) => upper)),
  }));
  const columnEnds = (ends[0] ?? []).map((_, j) => ({
    lower: sum(ends.map((row) => row[j]?.lower ?? 0)),
    upper: sum(ends.map((row) => row[j]?.upper ?? 0)),
  }));
  if ([...rowEnds, ...columnEnds].some(({ lower, upper }) => lower === 0 && upper > 0))
    return "refused: nobody knows whether a level has people at all, and so the degrees of freedom of χ². Ask for fewer or wider levels";
  const rows = ends.filter((_, i) => (rowEnds[i]?.upper ?? 0) > 0);
  const used = rows.map((row) => row.filter((_, j) => (columnEnds[j]?.upper ?? 0) > 0));
  const [r, c] = [used.length, used[0]?.length ?? 0];
  if (r < 2 || c < 2) return "not estimable: fewer than two levels have people";
  const box = {
    lower: used.flatMap((row) => row.map(({ lower }) => lower)),
    upper: used.flatMap((row) => row.map(({ upper }) => upper)),
  };
  const corrected = correct && r === 2 && c === 2;
  const statistic = r === 2 && c === 2 ? twoByTwo(box, corrected) : pearson(box, c);
  const df = (r - 1) * (c - 1);
  const p = (x: number): number => chiSquaredCdf(x, df, { tail: "upper" });
  const [least, most] = [p(statistic.upper), p(statistic.lower)];
  if (least < significance !== most < significance)
    return `refused: by the intervals of the counts, χ² is between ${statistic.lower.toFixed(2)} and ${statistic.upper.toFixed(2)} on ${df} degrees of freedom, on both sides of p = ${significance}. Ask for fewer or wider levels`;
  return { statistic, df, p: { lower: least, upper: most }, corrected, significance };
}

/** χ² of the corner that is farthest on each side; zero where the box holds independence. */
function twoByTwo({ lower, upper }: Box, corrected: boolean): Between {
  const corner = (high: readonly number[]): { sign: number; size: number } => {
    const [a, b, c, d] = [0, 1, 2, 3].map((i) => (high.includes(i) ? upper : lower)[i] as number) as [
      number,
      number,
      number,
      number,
    ];
    const { test } = testIndependence(
      [
        [a, b],
        [c, d],
      ],
      corrected,
    );
    return { sign: Math.sign(a * d - b * c), size: test?.statistic ?? 0 };
  };
  const [most, least] = [corner([0, 3]), corner([1, 2])];
  const [smaller, larger] = [Math.min(most.size, least.size), Math.max(most.size, least.size)];
  return { lower: most.sign * least.sign <= 0 ? 0 : smaller, upper: larger };
}

/** Boxes that are cut for one end. */
const mostBoxes = 600;
/** How narrow an end is known, as a share of χ². */
const narrow = 1e-3;

function pearson(box: Box, columns: number): Between {
  const upper = largest(box, columns, 1);
  return { lower: Math.max(0, -largest(box, columns, -1)), upper };
}

/** No less than the largest value that sign · χ² has in a box. */
function largest(whole: Box, columns: number, sign: 1 | -1): number {
  let found = -Infinity;
  const boxes: { readonly box: Box; readonly most: number; readonly widest: number }[] = [];
  let closed = -Infinity;
  const add = (given: Box): void => {
    let box = given;
    let slopes = slopesOf(box, columns);
    // Where χ² only rises, or only falls, with a count, that count is at its end.
    for (let pass = 0; pass < 3; pass++) {
      const settled = box.lower.map((low, i) => {
        const high = box.upper[i] as number;
        const [from, to] = directed(slopes[i] as Between, sign);
        return from >= 0 ? high : to <= 0 ? low : undefined;
      });
      const next = {
        lower: box.lower.map((low, i) => settled[i] ?? low),
        upper: box.upper.map((high, i) => settled[i] ?? high),
      };
      const same = next.lower.every((low, i) => low === box.lower[i] && next.upper[i] === box.upper[i]);
      box = next;
      if (same) break;
      slopes = slopesOf(box, columns);
    }
    const middle = box.lower.map((low, i) => (low + (box.upper[i] as number)) / 2);
    let most = sign * chiSquared(middle, columns);
    let [widest, effect] = [-1, 0];
    for (const [i, slope] of slopes.entries()) {
      const half = ((box.upper[i] as number) - (box.lower[i] as number)) / 2;
      const own = half * Math.max(Math.abs(slope.lower), Math.abs(slope.upper));
      most += own;
      if (own > effect) [widest, effect] = [i, own];
    }
    found = Math.max(found, sign * chiSquared(middle.map(Math.round), columns));
    if (widest < 0) closed = Math.max(closed, most);
    else boxes.push({ box, most, widest });
  };
  add(whole);
  for (let cut = 0; cut < mostBoxes && boxes.length > 0; cut++) {
    boxes.sort((a, b) => a.most - b.most);
    const last = boxes.at(-1) as (typeof boxes)[number];
    if (last.most <= Math.max(found, closed) + narrow * Math.max(1, Math.abs(found))) break;
    boxes.pop();
    const { box, widest } = last;
    const half = ((box.lower[widest] as number) + (box.upper[widest] as number)) / 2;
    add({ lower: box.lower, upper: box.upper.with(widest, half) });
    add({ lower: box.lower.with(widest, half), upper: box.upper });
  }
  return Math.max(closed, ...boxes.map(({ most }) => most));
}

const directed = ({ lower, upper }: Between, sign: 1 | -1): readonly [number, number] =>
  sign === 1 ? [lower, upper] : [-upper, -lower];

function margins(cells: readonly number[], columns: number) {
  const rows = Array.from({ length: cells.length / columns }, (_, i) =>
    sum(cells.slice(i * columns, (i + 1) * columns)),
  );
  const cols = Array.from({ length: columns }, (_, j) =>
    sum(cells.filter((_cell, at) => at % columns === j)),
  );
  return { rows, cols, n: sum(rows) };
}

/** n(Σ x²/(row · column) − 1) */
function chiSquared(cells: readonly number[], columns: number): number {
  const { rows, cols, n } = margins(cells, columns);
  return (
    n *
    (sum(
      cells.map(
        (x, at) => x ** 2 / ((rows[Math.floor(at / columns)] as number) * (cols[at % columns] as number)),
      ),
    ) -
      1)
  );
}

/**
 * The slopes of χ² by each count, between bounds over a box: with S = Σ x²/(row · column),
 * S − 1 + n(2x/(row · column) − Σ_row x²/(row² · column) − Σ_column x²/(row · column²)).
 */
function slopesOf({ lower, upper }: Box, columns: number): readonly Between[] {
  const [low, high] = [margins(lower, columns), margins(upper, columns)];
  const at = (i: number, end: typeof low) => ({
    row: end.rows[Math.floor(i / columns)] as number,
    column: end.cols[i % columns] as number,
  });
  const least = lower.map((x, i) => {
    const { row, column } = at(i, high);
    // The other counts of the row and column at their most, this one at its least.
    const own = (upper[i] as number) - x;
    return { x, row: row - own, column: column - own };
  });
  const most = upper.map((x, i) => {
    const { row, column } = at(i, low);
    const own = x - (lower[i] as number);
    return { x, row: row + own, column: column + own };
  });
  const term = (from: typeof least, power: (one: (typeof least)[number]) => number): readonly number[] =>
    from.map(power);
  const squares = (from: typeof least) => term(from, ({ x, row, column }) => x ** 2 / (row * column));
  const byRow = (from: typeof least) => term(from, ({ x, row, column }) => (x / row) ** 2 / column);
  const byColumn = (from: typeof least) => term(from, ({ x, row, column }) => (x / column) ** 2 / row);
  const total = (values: readonly number[], keep: (i: number) => boolean): number =>
    sum(values.filter((_, i) => keep(i)));
  const [sLow, sHigh] = [Math.max(1, sum(squares(least))), sum(squares(most))];
  const [rowLow, rowHigh, colLow, colHigh] = [byRow(least), byRow(most), byColumn(least), byColumn(most)];
  return lower.map((_, i): Between => {
    const inRow = (j: number): boolean => Math.floor(j / columns) === Math.floor(i / columns);
    const inColumn = (j: number): boolean => j % columns === i % columns;
    const ratio = (one: (typeof least)[number]): number => (2 * one.x) / (one.row * one.column);
    const inner = {
      lower: ratio(least[i] as (typeof least)[number]) - total(rowHigh, inRow) - total(colHigh, inColumn),
      upper: ratio(most[i] as (typeof least)[number]) - total(rowLow, inRow) - total(colLow, inColumn),
    };
    return {
      lower: sLow - 1 + Math.min(inner.lower * low.n, inner.lower * high.n),
      upper: sHigh - 1 + Math.max(inner.upper * low.n, inner.upper * high.n),
    };
  });
}
