import { protectTable } from "./protected-table.ts";

/** Numbers of people in a table: row-major over the sizes, then cells of people who are in none of the table's. */
export interface CellTable {
  readonly people: ArrayLike<number>;
  readonly sizes: readonly number[];
}

/** What is told of each cell, and how far the number of all people must be left open. */
export interface ProtectedCells {
  readonly lower: number[];
  readonly upper: number[];
  /** How many people fewer, and more, there could be by these intervals; zero where all people may be known. */
  readonly slack: { readonly below: number; readonly above: number };
}

/**
 * Tells small cells (1…k−1) as that interval, and protects them against whoever knows how many people there are, or margins
 * of the table from another output or reply, or tries out which tables are told alike: other cells are widened with them,
 * by ends that stay the same whatever the small ones are.
 *
 * People who are in no cell of the table are a table of their own, beside how many are in it: of two by two, and so on, where
 * they stand for each combination of variables that they lack, since whoever asks for one variable learns how many lack it.
 * How many are in the table is then left as open as that table tells it.
 */
export function protectCells({ people, sizes }: CellTable, k: number): ProtectedCells {
  const cells = Array.from(people);
  const all = sum(cells);
  if (all > 0 && all < k) return few(cells, all, k);
  const inside = cells.slice(
    0,
    sizes.reduce((product, size) => product * size, 1),
  );
  const counts = [sum(inside), ...cells.slice(inside.length)];
  const rest = protectTable(counts, patternSizes(counts.length), k, { people: 0, most: 0 });
  const [least, most] = [rest.lower[0] as number, rest.upper[0] as number];
  const table = protectTable(inside, wide(sizes), k, {
    people: most - (counts[0] as number),
    most: most - least,
  });
  return {
    lower: [...table.lower, ...rest.lower.slice(1)],
    upper: [...table.upper, ...rest.upper.slice(1)],
    slack: { below: 0, above: 0 },
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** Along a dimension of one position nobody can move. */
function wide(sizes: readonly number[]): readonly number[] {
  return sizes.filter((size) => size !== 1);
}

/** Two for each variable that people can lack, where there is a number for each combination of these; else one dimension. */
function patternSizes(numbers: number): readonly number[] {
  const variables = Math.round(Math.log2(numbers));
  return wide(2 ** variables === numbers ? Array.from({ length: variables }, () => 2) : [numbers]);
}

/**
 * Fewer people than a cell needs, of whom nobody may know how many they are. Where they are is told if it is one cell; if it
 * is several, then not in which: as few as there are, these would say how many each has at most.
 */
function few(cells: readonly number[], all: number, k: number): ProtectedCells {
  // Two cells of fewer than three people have one each.
  const isOne = cells.length === 1 || (k > 3 && cells.includes(all));
  return {
    lower: cells.map((count) => (isOne && count > 0 ? 1 : 0)),
    upper: cells.map((count) => (isOne && count === 0 ? 0 : k - 1)),
    slack: { below: all - 1, above: k - 1 - all },
  };
}
