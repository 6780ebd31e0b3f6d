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

/** Lines of a table that are looked at along each dimension when a partner is sought: the largest suffice. */
const linesSought = 6;

/**
 * Tells small cells (1…k−1) as that interval, and protects them against the table's margins, which leave by another
 * output, another reply, or follow from the number of rows.
 *
 * Whoever knows a margin subtracts the other cells from it. So every small cell has partners that are widened with it:
 * the corners of a box (in two dimensions a rectangle), whose people can move without any margin moving. The small cell
 * can then be anything from 1 to k−1 (the linear constraint view of secondary suppression: Cox 1980; Fischetti &
 * Salazar 2000). Partners are widened, not suppressed, and so the largest cells are taken: they lose least, and serve
 * several small ones.
 *
 * Where no such box is, margins of at least the first dimension hold: its cells are levels of one variable, whose sum the
 * other variables of a reply repeat. An interval says nothing of the true number beside it: its ends follow from margins,
 * from the cells told, and from which cells are small.
 */
export function protectCells({ people, sizes }: CellTable, k: number): ProtectedCells {
  return new Protection(people, sizes, k).result();
}

class Protection {
  readonly #people: readonly number[];
  readonly #sizes: readonly number[];
  readonly #strides: readonly number[];
  /** Cells of the table; those after it are the rest. */
  readonly #length: number;
  readonly #k: number;
  readonly #lower: number[];
  readonly #upper: number[];
  readonly #covered = new Set<number>();
  /** Small cells that can be anything from 1 to k−1 without any margin moving. */
  readonly #boxed = new Set<number>();
  #below = 0;
  #above = 0;

  constructor(people: ArrayLike<number>, sizes: readonly number[], k: number) {
    this.#people = Array.from(people);
    this.#sizes = sizes;
    this.#strides = sizes.map((_, a) => sizes.slice(a + 1).reduce((product, size) => product * size, 1));
    this.#length = sizes.reduce((product, size) => product * size, 1);
    this.#k = k;
    this.#lower = this.#people.map((count) => (this.#isSmall(count) ? 1 : count));
    this.#upper = this.#people.map((count) => (this.#isSmall(count) ? k - 1 : count));
  }

  result(): ProtectedCells {
    const small = this.#people.flatMap((count, i) => (this.#isSmall(count) ? [i] : []));
    if (small.length > 0) {
      const lines = this.#sizes.map((_, a) => this.#largestLines(a));
      for (const cell of small.filter((i) => i < this.#length)) this.#box(cell, lines);
      this.#narrow(small.filter((i) => i < this.#length && !this.#covered.has(i)));
      for (const cell of small.filter((i) => i < this.#length && !this.#boxed.has(i))) this.#loosen(cell);
      for (const cell of small.filter((i) => i >= this.#length)) this.#beside(cell);
    }
    return {
      lower: this.#lower,
      upper: this.#upper,
      slack: { below: this.#below, above: this.#above },
    };
  }

  #isSmall(count: number): boolean {
    return count > 0 && count < this.#k;
  }

  #at(cell: number): number {
    return this.#people[cell] as number;
  }

  #position(cell: number, a: number): number {
    return Math.floor(cell / (this.#strides[a] as number)) % (this.#sizes[a] as number);
  }

  #widen(cell: number, below: number, above: number): void {
    this.#lower[cell] = Math.max(0, (this.#lower[cell] as number) - below);
    this.#upper[cell] = (this.#upper[cell] as number) + above;
  }

  /** The positions along a dimension with most people. */
  #largestLines(a: number): readonly number[] {
    const totals = new Float64Array(this.#sizes[a] as number);
    for (let i = 0; i < this.#length; i++) totals[this.#position(i, a)]! += this.#at(i);
    return Array.from(totals.keys())
      .filter((position) => (totals[position] as number) > 0)
      .sort((p, q) => (totals[q] as number) - (totals[p] as number) || p - q)
      .slice(0, linesSought);
  }

  /** Widens the corners of a box over as many dimensions as there is one, the first among them. */
  #box(cell: number, lines: readonly (readonly number[])[]): void {
    if (this.#covered.has(cell)) return;
    for (let dimensions = this.#sizes.length; dimensions >= 1; dimensions--) {
      const corners =
        this.#findBox(cell, lines.slice(0, dimensions), undefined) ??
        this.#pairedBox(cell, lines.slice(0, dimensions));
      if (corners === undefined) continue;
      const [lower, upper] = [this.#lower[cell] as number, this.#upper[cell] as number];
      const [down, up] = [this.#at(cell) - lower, upper - this.#at(cell)];
      for (const { corner, swaps } of corners) {
        if (this.#covered.has(corner)) continue;
        // An odd corner goes down as the cell goes up.
        if (swaps % 2 === 1) this.#widen(corner, up, down);
        else this.#widen(corner, down, up);
      }
      this.#covered.add(cell);
      if (dimensions === this.#sizes.length) {
        this.#boxed.add(cell);
        for (const { corner } of corners) if (this.#covered.has(corner)) this.#boxed.add(corner);
      }
      return;
    }
  }

  /**
   * Where all corners of a box are not large, margins of each dimension are protected as far as the table goes: a line of
   * small cells tells no more than its margin, and the largest corners are widened, small ones and empty ones too.
   */
  #loosen(cell: number): void {
    if (this.#sizes.filter((size) => size > 1).length < 2) return;
    const partners = this.#sizes.map((size, a) => {
      const stride = this.#strides[a] as number;
      const from = cell - this.#position(cell, a) * stride;
      const line = Array.from({ length: size }, (_, i) => from + i * stride);
      const people = line.reduce((total, i) => total + this.#at(i), 0);
      if (line.every((i) => this.#at(i) < this.#k))
        for (const i of line) {
          // A margin that is small itself is not known: then cells do not tell that they are at least one each.
          if (this.#at(i) === 0 || people === this.#at(i)) continue;
          this.#lower[i] = 0;
          this.#upper[i] = Math.max(this.#upper[i] as number, people < this.#k ? 0 : people);
        }
      return this.#largest(line.filter((i) => i !== cell)) - cell;
    });
    const [down, up] = [this.#at(cell) - 1, this.#k - 1 - this.#at(cell)];
    let corners: readonly Corner[] = [{ corner: cell, swaps: 0 }];
    for (const [a, shift] of partners.entries())
      if ((this.#sizes[a] as number) > 1)
        corners = [
          ...corners,
          ...corners.map(({ corner, swaps }) => ({ corner: corner + shift, swaps: swaps + 1 })),
        ];
    for (const { corner, swaps } of corners.slice(1)) {
      if (this.#at(corner) >= this.#k) {
        if (swaps % 2 === 1) this.#widen(corner, up, down);
        else this.#widen(corner, down, up);
        continue;
      }
      // As wide whatever the small cell is, or the width would tell it.
      this.#lower[corner] = 0;
      this.#upper[corner] = Math.max(
        this.#upper[corner] as number,
        this.#k - 2 + (this.#at(corner) > 0 ? this.#k - 1 : 0),
      );
    }
  }

  /** A box of which one edge leads to another small cell: together they are a margin of k or more, and can be told as it. */
  #pairedBox(cell: number, lines: readonly (readonly number[])[]): readonly Corner[] | undefined {
    for (const [a, size] of this.#sizes.slice(0, lines.length).entries()) {
      const stride = this.#strides[a] as number;
      const from = cell - this.#position(cell, a) * stride;
      for (let position = 0; position < size; position++) {
        const other = from + position * stride;
        if (other === cell || !this.#isSmall(this.#at(other)) || this.#covered.has(other)) continue;
        const both = this.#at(cell) + this.#at(other);
        if (both < this.#k) continue;
        const fixed = lines.map((own, b) => (b === a ? [position] : own));
        const corners = this.#findBox(cell, fixed, other);
        if (corners === undefined) continue;
        for (const member of [cell, other]) {
          this.#upper[member] = Math.max(this.#upper[member] as number, both - 1);
          this.#covered.add(member);
        }
        return corners;
      }
    }
    return undefined;
  }

  /** The box whose smallest corner is largest, all corners of at least k people but the one given. */
  #findBox(
    cell: number,
    lines: readonly (readonly number[])[],
    partner: number | undefined,
  ): readonly Corner[] | undefined {
    let best: readonly Corner[] | undefined;
    let most = 0;
    const visit = (a: number, corners: readonly Corner[], least: number): void => {
      if (a === lines.length) {
        if (least > most) {
          most = least;
          best = corners.slice(1);
        }
        return;
      }
      const own = this.#position(cell, a);
      for (const position of lines[a] ?? []) {
        if (position === own) continue;
        const shift = (position - own) * (this.#strides[a] as number);
        const added = corners.map(({ corner, swaps }) => ({ corner: corner + shift, swaps: swaps + 1 }));
        let smallest = least;
        for (const { corner } of added) {
          if (corner === partner) continue;
          const people = this.#at(corner);
          smallest = people >= this.#k ? Math.min(smallest, people) : 0;
          if (smallest === 0) break;
        }
        if (smallest > most) visit(a + 1, [...corners, ...added], smallest);
      }
    };
    visit(0, [{ corner: cell, swaps: 0 }], Infinity);
    return best;
  }

  /** Lines along the first dimension of which every cell is small. */
  #narrow(small: readonly number[]): void {
    const stride = this.#strides[0] ?? 1;
    const cellsOf = (line: number): readonly number[] =>
      Array.from({ length: this.#sizes[0] ?? 1 }, (_, i) => line + i * stride).filter((i) => this.#at(i) > 0);
    const sum = (cells: readonly number[]): number => cells.reduce((total, i) => total + this.#at(i), 0);
    const lines = [...new Set(small.map((cell) => cell % stride))];
    const tooFew: number[] = [];
    for (const line of lines) {
      const cells = cellsOf(line);
      const people = sum(cells);
      if (people >= this.#k) {
        // The line's margin may be known: each of its cells may be all of it.
        for (const cell of cells) {
          this.#lower[cell] = 0;
          this.#upper[cell] = Math.max(this.#upper[cell] as number, people);
        }
        continue;
      }
      // Nobody may know the margin either: where it has several cells, they do not tell how many they are at least.
      if (cells.length > 1) for (const cell of cells) this.#lower[cell] = 0;
      tooFew.push(people);
    }
    if (tooFew.length === 0) return;
    let [largest, most] = [-1, 0];
    for (let line = 0; line < stride; line++) {
      const people = sum(cellsOf(line));
      if (people > most) [largest, most] = [line, people];
    }
    for (const people of tooFew) {
      const [down, up] = [people - 1, this.#k - 1 - people];
      if (most < this.#k) this.#leaveOpen(down, up);
      // All variables of a reply have their largest line in the same place.
      else this.#widenLine(cellsOf(largest), up, down);
    }
  }

  #widenLine(cells: readonly number[], below: number, above: number): void {
    const largest = this.#largest(cells);
    if (this.#at(largest) >= this.#k) this.#widen(largest, below, above);
    else for (const cell of cells) this.#widen(cell, below, above);
  }

  #largest(cells: readonly number[]): number {
    return cells.reduce((best, cell) => (this.#at(cell) > this.#at(best) ? cell : best), cells[0] ?? 0);
  }

  /** A small number of people who are in no cell of the table: only the number of all may tell it. */
  #beside(cell: number): void {
    const [down, up] = [this.#at(cell) - 1, this.#k - 1 - this.#at(cell)];
    const largest = this.#largest(Array.from(this.#people.keys()));
    if (this.#at(largest) >= this.#k) this.#widen(largest, up, down);
    else this.#leaveOpen(down, up);
  }

  #leaveOpen(below: number, above: number): void {
    this.#below += below;
    this.#above += above;
  }
}

/** A corner of a box, and in how many dimensions it is not where the small cell is. */
interface Corner {
  readonly corner: number;
  readonly swaps: number;
}
