import type { Beside, ProtectedLine } from "./protected-line.ts";

/** What is told of the cells of a table. */
export interface Ends {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/** Lines along each dimension among which a box is sought: those with most people suffice. */
const linesSought = 6;

/** What is told of all people of a table. */
export function all(people: readonly number[], beside: Beside): Ends {
  const most = (people[0] as number) + beside.people;
  return { lower: [most - beside.most], upper: [most] };
}

/** The position along a dimension of a cell. */
function positionOf(cell: number, sizes: readonly number[], a: number): number {
  let rest = cell;
  for (let b = sizes.length - 1; b > a; b--) rest = Math.floor(rest / (sizes[b] as number));
  return rest % (sizes[a] as number);
}

/** How many people are on each line along a dimension. */
export function marginOf(people: readonly number[], sizes: readonly number[], a: number): readonly number[] {
  const totals = Array.from({ length: sizes[a] as number }, () => 0);
  for (const [cell, count] of people.entries()) totals[positionOf(cell, sizes, a)]! += count;
  return totals;
}

/** Fewest people of a cell, and who is beside the table. */
export interface Rule {
  readonly k: number;
  readonly beside: Beside;
}

/** Lines of each dimension that are put together: positions by group. Lines in none have nobody, as their margin tells. */
export type Groups = readonly (readonly (readonly number[])[])[];

/** A table of which some lines are put together, and what is told of it. */
export class Blocks {
  readonly #tableSizes: readonly number[];
  readonly #margins: readonly ProtectedLine[];
  readonly #groups: Groups;
  readonly #k: number;
  readonly #beside: Beside;
  readonly #sizes: readonly number[];
  readonly #strides: readonly number[];
  readonly #people: number[];
  /** The block of each cell of the table; −1 where a margin tells that nobody is. */
  readonly #blockOf: readonly number[];

  constructor(
    people: readonly number[],
    sizes: readonly number[],
    margins: readonly ProtectedLine[],
    groups: Groups,
    { k, beside }: Rule,
  ) {
    this.#tableSizes = sizes;
    this.#margins = margins;
    this.#groups = groups;
    this.#k = k;
    this.#beside = beside;
    this.#sizes = groups.map((own) => own.length);
    this.#strides = this.#sizes.map((_, a) => this.#sizes.slice(a + 1).reduce((all, size) => all * size, 1));
    const groupOf = groups.map((own, a) => {
      const found = Array.from({ length: sizes[a] as number }, () => -1);
      for (const [g, lines] of own.entries()) for (const line of lines) found[line] = g;
      return found;
    });
    this.#people = Array.from({ length: this.#sizes.reduce((all, size) => all * size, 1) }, () => 0);
    this.#blockOf = people.map((count, cell) => {
      let block = 0;
      for (const [a, own] of groupOf.entries()) {
        const group = own[positionOf(cell, sizes, a)] as number;
        if (group < 0) return -1;
        block += group * (this.#strides[a] as number);
      }
      this.#people[block]! += count;
      return block;
    });
  }

  /** By dimension and group, how many people the margin tells: never more exactly than a table of one variable does. */
  weights(): readonly (readonly number[])[] {
    return this.#groups.map((own, a) => {
      const { upper, masked } = this.#margins[a] as ProtectedLine;
      const totals = marginOf(this.#people, this.#sizes, a);
      return own.map((lines, group) => {
        if (lines.length === 1) return upper[lines[0] as number] as number;
        const isOpen = lines.some((line) => masked.includes(line));
        return (totals[group] as number) + (isOpen ? this.#beside.people : 0);
      });
    });
  }

  /** What is told of each block, or undefined where some small one, or the people beside the table, are not protected. */
  protect(): Ends | undefined {
    if (this.#people.length === 1) return this.#apart(all(this.#people, this.#beside));
    const lower = this.#people.map((count) => (this.#isSmall(count) ? 1 : count));
    const upper = this.#people.map((count) => (this.#isSmall(count) ? this.#k - 1 : count));
    // What a corner has at least, were nobody in the small blocks with which it goes up: a table in which nobody is would
    // else be the only one that is told as it is.
    const least = new Map<number, number>();
    const widen = (block: number, below: number, above: number, spare = 0): void => {
      lower[block]! -= below;
      upper[block]! += above;
      least.set(block, (least.get(block) ?? (this.#people[block] as number)) - below - spare);
    };
    const { people: few, most } = this.#beside;
    if (most > 0) widen(this.#open(), most - few, few);
    const ranked = this.weights().map((own) =>
      Array.from(own.keys())
        .sort((g, h) => (own[h] as number) - (own[g] as number) || g - h)
        .slice(0, linesSought),
    );
    for (const [block, count] of this.#people.entries()) {
      if (!this.#isSmall(count)) continue;
      const found = this.#box(block, ranked);
      if (found === undefined) return undefined;
      const [down, up] = [count - 1, this.#k - 1 - count];
      // An odd corner goes down as the small block goes up.
      for (const { corner, swaps } of found)
        if (swaps % 2 === 1) widen(corner, up, down);
        else widen(corner, down, up, 1);
    }
    for (const people of least.values()) if (people < this.#k) return undefined;
    const told = this.#apart({ lower, upper });
    // A cell among several that has at least two people, and may have few, would be known better than a small one.
    return told.lower.some((people) => people > 1 && people < this.#k) ? undefined : told;
  }

  /** What is told of each cell of the table: of one among several, no more than their sum and the margins tell. */
  #apart({ lower, upper }: Ends): Ends {
    const cells = this.#blockOf.map((block, cell) => {
      if (block < 0) return 0;
      let most = upper[block] as number;
      if (!this.#isAlone(block))
        for (const [a, { upper: margin }] of this.#margins.entries())
          most = Math.min(most, margin[positionOf(cell, this.#tableSizes, a)] as number);
      return most;
    });
    const together = this.#people.map(() => 0);
    for (const [cell, block] of this.#blockOf.entries())
      if (block >= 0) together[block]! += cells[cell] as number;
    return {
      lower: this.#blockOf.map((block, cell) => {
        if (block < 0) return 0;
        if (this.#isAlone(block)) return lower[block] as number;
        return Math.max(0, (lower[block] as number) - (together[block] as number) + (cells[cell] as number));
      }),
      upper: cells,
    };
  }

  #isSmall(count: number): boolean {
    return count > 0 && count < this.#k;
  }

  #isAlone(block: number): boolean {
    return this.#groups.every((own, a) => own[positionOf(block, this.#sizes, a)]?.length === 1);
  }

  /** The block in which margins have what they leave open: where lines of each dimension take it up. */
  #open(): number {
    return this.#strides.reduce((block, stride, a) => block + stride * this.#openGroup(a), 0);
  }

  #openGroup(a: number): number {
    const [line] = this.#margins[a]?.masked ?? [];
    return Math.max(0, this.#groups[a]?.findIndex((lines) => lines.includes(line as number)) ?? 0);
  }

  /** A box over as many dimensions as there is one, two at least: of all of them margins of several variables hold as well. */
  #box(block: number, ranked: readonly (readonly number[])[]): readonly Corner[] | undefined {
    const moving = this.#sizes.flatMap((size, a) => (size > 1 ? [a] : []));
    for (let size = moving.length; size >= 2; size--)
      for (const dimensions of subsets(moving, size)) {
        const corners = this.#boxOver(dimensions, block, ranked);
        if (corners !== undefined) return corners;
      }
    return undefined;
  }

  #boxOver(
    [a, ...others]: readonly number[],
    block: number,
    ranked: readonly (readonly number[])[],
    corners: readonly Corner[] = [{ corner: block, swaps: 0 }],
  ): readonly Corner[] | undefined {
    if (a === undefined) return corners.slice(1);
    const own = positionOf(block, this.#sizes, a);
    for (const group of ranked[a] ?? []) {
      if (group === own) continue;
      const shift = (group - own) * (this.#strides[a] as number);
      const added = corners.map(({ corner, swaps }) => ({ corner: corner + shift, swaps: swaps + 1 }));
      if (added.some(({ corner }) => (this.#people[corner] as number) < this.#k)) continue;
      const found = this.#boxOver(others, block, ranked, [...corners, ...added]);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** The subsets of a size, in order. */
function subsets(of: readonly number[], size: number): readonly (readonly number[])[] {
  if (size === 0) return [[]];
  return of.flatMap((first, i) => subsets(of.slice(i + 1), size - 1).map((rest) => [first, ...rest]));
}

/** A corner of a box, and in how many dimensions it is not where the small block is. */
interface Corner {
  readonly corner: number;
  readonly swaps: number;
}
