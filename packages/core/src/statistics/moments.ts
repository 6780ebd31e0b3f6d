import { checkOptionNames } from "../errors/index.ts";
import { type Policy, Withholding } from "../policy/index.ts";
import {
  addBounds,
  type Bounds,
  type BoundsWire,
  intervalsAmong,
  poolCounts,
  readBounds,
  roundedCounts,
} from "./bounds.ts";
import { cellRule, refuseSmallCells, wholeCells } from "./counts.ts";
import { exactSums } from "./exact-sum.ts";
import { toldCounts, wishedCounts } from "./masked-counts.ts";
import {
  cellCount,
  type Dimensions,
  isFiniteArray,
  isNumbers,
  type Kind,
  type ReleaseContext,
  type Statistic,
} from "./statistic.ts";
import { notFinite } from "./sums.ts";

/** Sums of one thing over the people of each cell: of the number, say, or of its squared distance from something. */
export interface SumsOfNumber {
  /** Over those who have the number. */
  readonly present: ArrayLike<number>;
  /** Over everyone, with the stand-in of the number for those who lack it. */
  readonly everyone: ArrayLike<number>;
  /** What one stand-in is in it. */
  readonly standIn: ArrayLike<number>;
}

/** A number in each cell, as a step has it. */
export interface MomentsValue<S extends string> {
  readonly people: ArrayLike<number>;
  readonly missing: ArrayLike<number>;
  readonly sums: { readonly [K in S]: SumsOfNumber };
  /** Numbers of people on whom the sums rest, in any order: judged as counts are, and not told. */
  readonly behind: ArrayLike<number>;
}

/** A number in each cell, pooled: exact where every site tells it exactly, else between bounds that hold the truth. */
export interface PooledMoments<S extends string> {
  /** Those who have it. */
  readonly people: Bounds;
  /** Those who lack it. */
  readonly missing: Bounds;
  /** Both together. */
  readonly everyone: Bounds;
  /** Sums over those who have it. */
  readonly sums: { readonly [K in S]: Bounds };
}

export interface MomentsOptions<D extends string, S extends string> {
  readonly sums: readonly S[];
  /** As of sums: the key of the categories by whose levels they are. */
  readonly within?: string;
  /** Dimensions along which nobody adds up, as of masked counts: one label for each number. */
  readonly each?: readonly D[];
}

/**
 * How many people have a number, how many lack it, and sums over those who have it, by cell, row-major over the dimensions.
 *
 * How many are in a cell is known from the other numbers of a reply. So wherever the number of those who lack one is told as
 * an interval, those who have it are told as an interval too, and so are their sums: the site adds them up as if everyone who
 * lacks the number had its stand-in, and tells what one stand-in makes. No answer can tell the site from one at which some of
 * them had that value indeed, whatever is asked of the column: moved, squared, or about another centre.
 */
export interface Moments<D extends string, S extends string>
  extends Statistic<MomentsValue<S>, PooledMoments<S>, D> {
  readonly kind: "moments";
  readonly each: readonly string[];
  readonly within: string | null;
  readonly sums: readonly S[];
}

export function moments<const D extends readonly string[], const S extends string>(
  dimensions: D,
  options: MomentsOptions<D[number], S>,
): Moments<D[number], S> {
  checkOptionNames("moments()", options, ["sums", "within", "each"]);
  const { sums, each = [], within } = options;
  return { kind: "moments", dimensions, visibility: "pooled", each, within: within ?? null, sums };
}

interface SumBounds {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

interface Wire {
  readonly people: BoundsWire;
  readonly missing: BoundsWire;
  readonly everyone: BoundsWire;
  readonly sums: Readonly<Record<string, SumBounds>>;
}

type AnyMoments = Moments<string, string>;
type AnyValue = MomentsValue<string>;

function sumsProblem(sums: SumsOfNumber | undefined, length: number): boolean {
  if (typeof sums !== "object" || sums === null) return true;
  return ![sums.present, sums.everyone, sums.standIn].every((cells) => isNumbers(cells, length));
}

function problemOf(statistic: AnyMoments, value: unknown, dimensions: Dimensions): string | undefined {
  if (typeof value !== "object" || value === null) return "must be an object";
  const { people, missing, sums, behind } = value as Partial<AnyValue>;
  const length = cellCount(statistic.dimensions, dimensions);
  const ofPeople = wholeCells(people, length) ?? wholeCells(missing, length);
  if (ofPeople !== undefined) return ofPeople;
  if (behind === undefined || wholeCells(behind, behind.length) !== undefined)
    return "must say how many people its sums rest on";
  const wrong = statistic.sums.find((name) => sumsProblem(sums?.[name], length));
  return wrong === undefined ? undefined : `must have three times ${length} numbers for the sums "${wrong}"`;
}

function hidesFew({ open, fewIncomplete, minimumCell }: Policy): boolean {
  return !open && fewIncomplete === "abstain" && minimumCell > 1;
}

/** @throws Withholding when a sum is not a finite number */
function requireFinite(statistic: AnyMoments, cells: ArrayLike<number>, context: ReleaseContext): void {
  for (let i = 0; i < cells.length; i++)
    if (!Number.isFinite(cells[i])) throw notFinite(statistic, i, context);
}

/** Where nothing can stand in for a number: it is computed from several, or no value of it is shared by enough people. */
function nothingStandsIn(number: string | undefined, { policy }: ReleaseContext): Withholding {
  return new Withholding(
    "DIFFERENCE_TOO_SMALL",
    `{site} abstains: fewer people than the policy there permits to tell apart lack ${number === undefined ? "a number" : `"${number}"`} (minimumCell ${policy.minimumCell}), and no other value can stand in for one that is computed from several columns, or of which nearly all values are the same. Leave it out, or ask the steward there to permit it (fewIncomplete "permit").`,
    true,
  );
}

/** The label of a cell in the first dimension. */
function labelOf(cell: number, { dimensions: [first, ...others] }: AnyMoments, dimensions: Dimensions) {
  return first === undefined
    ? undefined
    : dimensions[first]?.[Math.floor(cell / cellCount(others, dimensions))];
}

/** A number as it is told of one site, cell by cell. */
class Telling {
  readonly #statistic: AnyMoments;
  readonly #value: AnyValue;
  readonly #context: ReleaseContext;
  readonly #length: number;
  /** As the site's own policy has it: a wish is judged by what is told without it. */
  readonly #own: Bounds;
  readonly #missing: Bounds;

  constructor(statistic: AnyMoments, value: AnyValue, context: ReleaseContext) {
    const { own = context.policy, dimensions } = context;
    this.#statistic = statistic;
    this.#value = value;
    this.#context = context;
    this.#length = cellCount(statistic.dimensions, dimensions);
    if (hidesFew(own)) {
      const declared = { ...statistic, rest: null };
      const told = toldCounts(declared, value.missing, own, dimensions);
      this.#own = told;
      this.#missing = wishedCounts(declared, told, context);
    } else {
      const exact = Float64Array.from(value.missing);
      this.#own = { lower: exact, upper: exact };
      this.#missing = this.#own;
    }
  }

  wire(): Wire {
    const { policy } = this.#context;
    const [people, everyone] = [this.#none(), this.#none()];
    for (let cell = 0; cell < this.#length; cell++) {
      const { lower, upper } = this.#ends(cell);
      const own = this.#at(this.#value.people, cell);
      const all = own + this.#at(this.#value.missing, cell);
      const hidden = this.#isHidden(cell);
      people.lower.push(hidden ? Math.max(0, all - upper) : own);
      people.upper.push(hidden ? all - lower : own);
      everyone.lower.push(hidden ? all : own + lower);
      everyone.upper.push(hidden ? all : own + upper);
    }
    this.#requireWish(people);
    return {
      people,
      missing: roundedCounts(this.#missing, policy),
      everyone,
      sums: Object.fromEntries(this.#statistic.sums.map((name) => [name, this.#sums(name)])),
    };
  }

  #none(): { lower: number[]; upper: number[] } {
    return { lower: [], upper: [] };
  }

  #at(cells: ArrayLike<number>, cell: number): number {
    return cells[cell] as number;
  }

  /** How many lack it: never more than there are people. */
  #ends(cell: number): { readonly lower: number; readonly upper: number } {
    const all = this.#at(this.#value.people, cell) + this.#at(this.#value.missing, cell);
    const { lower, upper } = this.#missing;
    return {
      lower: lower[cell] as number,
      upper: this.#isFew(cell) ? (upper[cell] as number) : Math.min(all, upper[cell] as number),
    };
  }

  /** So few people that nobody may know how many they are: they all lack the number. */
  #isFew(cell: number): boolean {
    const { own = this.#context.policy } = this.#context;
    return this.#at(this.#value.people, cell) + this.#at(this.#value.missing, cell) < own.minimumCell;
  }

  #isHidden(cell: number): boolean {
    return this.#missing.lower[cell] !== this.#missing.upper[cell] && !this.#isFew(cell);
  }

  /** A wish for more people in each cell is judged by what is told, or wishes would search for what is not. */
  #requireWish(people: BoundsWire): void {
    const { own = this.#context.policy, policy } = this.#context;
    if (policy.minimumCell <= own.minimumCell) return;
    const least = people.lower.map((lower, cell) =>
      Math.max(lower, Math.min(1, people.upper[cell] as number)),
    );
    refuseSmallCells(least, this.#context, { small: "abstain", behind: false });
  }

  #sums(name: string): SumBounds {
    const { present, everyone, standIn } = this.#value.sums[name] as SumsOfNumber;
    requireFinite(this.#statistic, present, this.#context);
    const bounds = this.#none();
    for (let cell = 0; cell < this.#length; cell++) {
      const own = this.#at(present, cell);
      let [all, one] = [own, 0];
      if (this.#isHidden(cell)) {
        if (this.#own.lower[cell] !== this.#own.upper[cell])
          [all, one] = [this.#at(everyone, cell), this.#at(standIn, cell)];
        else if (this.#at(this.#value.people, cell) > 0) {
          // Told exactly without the wish: what makes it wider follows from what is told.
          one = own / this.#at(this.#value.people, cell);
          all = own + this.#at(this.#value.missing, cell) * one;
        }
        if (!Number.isFinite(all) || !Number.isFinite(one))
          throw nothingStandsIn(labelOf(cell, this.#statistic, this.#context.dimensions), this.#context);
      }
      const { lower, upper } = this.#ends(cell);
      const ends = [all - lower * one, all - upper * one];
      bounds.lower.push(Math.min(...ends) + 0);
      bounds.upper.push(Math.max(...ends) + 0);
    }
    return bounds;
  }
}

export const momentsKind: Kind<AnyMoments, Wire> = {
  problem: problemOf,
  release(statistic, given, context) {
    const value = given as AnyValue;
    const { own = context.policy } = context;
    // By the site's own policy alone: of people who are told as an interval, a wish would find out how many they are.
    const ofSite = { ...context, policy: own };
    refuseSmallCells(value.people, ofSite, { small: "abstain", behind: false });
    refuseSmallCells(value.behind, ofSite, { small: "abstain", behind: true });
    const wire = new Telling(statistic, value, context).wire();
    const parts = [wire.people, wire.missing, ...Object.values(wire.sums)];
    return {
      wire,
      cells: parts.reduce((total, { lower }) => total + lower.length, 0),
      masked: parts.reduce((total, part) => total + intervalsAmong(part), 0),
      rule: ruleOf(context),
    };
  },
  read(statistic, wire, dimensions) {
    if (typeof wire !== "object" || wire === null) return undefined;
    const { people, missing, everyone, sums } = wire as Partial<Wire>;
    const length = cellCount(statistic.dimensions, dimensions);
    const counts = [people, missing, everyone].map((bounds) => readBounds(bounds, length));
    if (typeof sums !== "object" || sums === null || Object.keys(sums).length !== statistic.sums.length)
      return undefined;
    const [own, lacking, all] = counts;
    const isRead = statistic.sums.every((name) => Object.hasOwn(sums, name) && isBounds(sums[name], length));
    if (own === undefined || lacking === undefined || all === undefined || !isRead) return undefined;
    return { people: own, missing: lacking, everyone: all, sums };
  },
  pool(statistic, parts, context) {
    const length = cellCount(statistic.dimensions, context.dimensions);
    const bounds = (of: "people" | "missing" | "everyone"): readonly BoundsWire[] =>
      parts.map(({ wire }) => wire[of]);
    const summed = (name: string): Bounds => ({
      lower: exactSums(
        parts.map(({ wire }) => wire.sums[name]?.lower ?? []),
        length,
      ),
      upper: exactSums(
        parts.map(({ wire }) => wire.sums[name]?.upper ?? []),
        length,
      ),
    });
    return {
      people: addBounds(bounds("people"), length),
      missing: poolCounts(bounds("missing"), length, context),
      everyone: addBounds(bounds("everyone"), length),
      sums: Object.fromEntries(statistic.sums.map((name) => [name, summed(name)])),
    } satisfies PooledMoments<string>;
  },
};

function isBounds(wire: unknown, length: number): boolean {
  if (typeof wire !== "object" || wire === null || !("lower" in wire) || !("upper" in wire)) return false;
  const { lower, upper } = wire;
  if (!isFiniteArray(lower, length) || !isFiniteArray(upper, length)) return false;
  return lower.every((low, i) => low <= (upper[i] as number));
}

function ruleOf(context: ReleaseContext): string {
  const { policy } = context;
  if (policy.open) return "open policy: as it is";
  const cells = cellRule(context);
  return hidesFew(policy)
    ? `${cells}; where 1 to ${policy.minimumCell - 1} lack the number, they, those who have it and its sums leave as intervals`
    : cells;
}
