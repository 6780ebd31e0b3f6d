import { effectiveNumber } from "../../model/people-behind.ts";
import { halfExpected } from "../half-expected.ts";
import type { RiskSet } from "./risk-sets.ts";

/** People of a group while others are at risk with them, and what sums owe to them. */
class Side {
  people = 0;
  /** Those who had the event meanwhile, and those who never had it. */
  events = 0;
  censored = 0;
  /** What each adds to the variance: sum and squares. */
  variance = 0;
  #variances = 0;
  /** What each can add to observed less expected: the event, and the hazard that was lived through. */
  #parts = 0;
  #squares = 0;

  /** People who leave together, of whom each adds `variance` and lived through `hazard`; an event counts as `weight`. */
  leave(
    { people, events, censored }: Pick<Side, "people" | "events" | "censored">,
    { variance, hazard, weight }: Readonly<Record<"variance" | "hazard" | "weight", number>>,
  ): void {
    this.people += people;
    this.events += events;
    this.censored += censored;
    this.variance += people * variance;
    this.#variances += people * variance * variance;
    this.#parts += people * hazard + events * weight;
    this.#squares += (people - events) * hazard * hazard + events * (hazard + weight) ** 2;
  }

  add(other: Side): void {
    this.people += other.people;
    this.events += other.events;
    this.censored += other.censored;
    this.variance += other.variance;
    this.#variances += other.#variances;
    this.#parts += other.#parts;
    this.#squares += other.#squares;
  }

  /** Those on whom the variance rests, which does not depend on who had the events. */
  behindVariance(): number {
    return effectiveNumber(this.variance, this.#variances, this.people);
  }

  behindDifference(): number {
    return effectiveNumber(this.#parts, this.#squares, this.people);
  }
}

const sidesOf = (cells: number): readonly Side[] => Array.from({ length: cells }, () => new Side());

/** Who is compared with whom in a stratum, groups × groups: of a group and itself, with anybody of another. */
export class ComparedInStratum {
  /** Of each group those who are at risk together with each other. */
  readonly sides: readonly Side[];
  /** Events of anybody while both groups are at risk. */
  readonly events: Float64Array;
  /** What somebody who leaves now added to the variance, and the hazard that was lived through. */
  readonly #variance: Float64Array;
  readonly #hazard: Float64Array;

  constructor(groups: number) {
    const cells = groups * groups;
    this.sides = sidesOf(cells);
    this.events = new Float64Array(cells);
    this.#variance = new Float64Array(cells);
    this.#hazard = new Float64Array(cells);
  }

  /** Times in their order. */
  add({ atRisk, deaths, leaving, total, dead, weight, spread }: RiskSet): void {
    const size = atRisk.length;
    const [variance, hazard] = [this.#variance, this.#hazard];
    for (let g = 0; g < size; g++) {
      for (let h = 0; h < size; h++) {
        const cell = g * size + h;
        const others = g === h ? total - atRisk[g]! : atRisk[h]!;
        // Where all die at once, or nobody else is there, observed is expected.
        const compares = spread > 0 && atRisk[g]! > 0 && others > 0;
        if (compares) {
          variance[cell]! += (spread * others) / (total * total);
          hazard[cell]! += (weight * dead) / total;
          this.events[cell]! += dead;
        }
        if (leaving[g] === 0 || variance[cell] === 0) continue;
        this.sides[cell]!.leave(
          { people: leaving[g]!, events: compares ? deaths[g]! : 0, censored: leaving[g]! - deaths[g]! },
          { variance: variance[cell]!, hazard: hazard[cell]!, weight },
        );
      }
    }
  }
}

/** Who is compared with whom in a log-rank test, over strata. */
export class Compared {
  readonly #size: number;
  /** Of each group those who are at risk together with each other; with itself, with anybody of another. */
  readonly #own: readonly Side[];
  /** All others at risk together with a group. */
  readonly #others: readonly Side[];
  /** Of each two groups the smaller one, stratum by stratum. */
  readonly #smaller: readonly Side[];
  /** Events of anybody while both groups are at risk. */
  readonly #events: Float64Array;
  /** Events, and people without, that each group would have of those that it is compared with, were all alike. */
  readonly #expected: Float64Array;
  readonly #expectedCensored: Float64Array;

  constructor(groups: number) {
    this.#size = groups;
    this.#own = sidesOf(groups * groups);
    this.#others = sidesOf(groups);
    this.#smaller = sidesOf(groups * groups);
    this.#events = new Float64Array(groups * groups);
    this.#expected = new Float64Array(groups);
    this.#expectedCensored = new Float64Array(groups);
  }

  add({ sides, events }: ComparedInStratum): void {
    const size = this.#size;
    for (let g = 0; g < size; g++) {
      const others = new Side();
      for (let f = 0; f < size; f++) if (f !== g) others.add(sides[f * size + g]!);
      for (let h = 0; h < size; h++) {
        const cell = g * size + h;
        const own = sides[cell]!;
        const other = g === h ? others : sides[h * size + g]!;
        this.#own[cell]!.add(own);
        this.#events[cell]! += events[cell]!;
        // Either side's parts add up to the sums; those of fewer people are these people's.
        this.#smaller[cell]!.add(own.behindVariance() <= other.behindVariance() ? own : other);
      }
      const own = sides[g * size + g]!;
      this.#others[g]!.add(others);
      if (own.people === 0) continue;
      const share = own.people / (own.people + others.people);
      this.#expected[g]! += share * (own.events + others.events);
      this.#expectedCensored[g]! += share * (own.censored + others.censored);
    }
  }

  /**
   * The fewest people on whom a cell of the covariance rests, groups × groups: of those who make it up, and of events; of a
   * group and itself also of those who make up observed less expected, of events and people without one in it and in all
   * others, and half of those to be expected. `events` and `censored` are of all strata: a group that has some, though none
   * where it is compared, counts as one of few, or abstaining would tell of a single one.
   */
  fewest(events: Float64Array, censored: Float64Array): Float64Array {
    const size = this.#size;
    const [allEvents, allCensored] = [events, censored].map((all) => all.reduce((sum, n) => sum + n, 0));
    return Float64Array.from(this.#smaller, (smaller, cell) => {
      if (smaller.variance === 0) return 0;
      const [g, h] = [Math.floor(cell / size), cell % size];
      const behind = smaller.behindVariance();
      if (g !== h) return Math.min(behind, this.#events[cell]!);
      const some = (people: number, all: number): number =>
        all === 0 ? Number.POSITIVE_INFINITY : Math.max(1, people);
      const [own, others] = [this.#own[cell]!, this.#others[g]!];
      return Math.min(
        behind,
        smaller.behindDifference(),
        some(own.events, events[g]!),
        some(others.events, allEvents! - events[g]!),
        some(own.censored, censored[g]!),
        some(others.censored, allCensored! - censored[g]!),
        some(halfExpected(this.#expected[g]!, 1), allEvents!),
        some(halfExpected(this.#expectedCensored[g]!, 1), allCensored!),
      );
    });
  }
}
