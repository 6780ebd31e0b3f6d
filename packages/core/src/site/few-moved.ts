import { type Condition, isTrueOf, type Pattern, tooManyConditions } from "./conditions.ts";

/** What single conditions have to be, as bits, for a whole to be true, or not. Of what cannot be told, both `not` are so. */
interface Term {
  readonly hold: number;
  readonly fail: number;
  readonly notHold: number;
  readonly notFail: number;
}

/** Steps at most: a bound on the time that a question takes. */
const mostSteps = 20_000_000;

/** Conditions that are tried in all their combinations, to see whether any is left that matters. */
const mostOthers = 12;

/**
 * Whether some single conditions, left out, change 1…k−1 people, and not all: those who pass, or do not, because of these
 * conditions alone. Of an `and` they are who fails few parts, of an `or` who is in by few. Of any condition they are found
 * from what it says and not from how: neither said twice, nor turned around, nor multiplied out does it change fewer or
 * more. Where whoever it is would pass without them, or nobody would, no condition is left: how many then change is how
 * many do not pass, or do, which the answer itself tells.
 */
export function movesFew(root: Condition, patterns: readonly Pattern[], minimumCell: number): boolean {
  const [inside, outside]: [Pattern[], Pattern[]] = [[], []];
  for (const pattern of patterns) (isTrueOf(root, pattern) ? inside : outside).push(pattern);
  const changes = new Changes(root);
  return changes.areFew(inside, false, minimumCell) || changes.areFew(outside, true, minimumCell);
}

class Changes {
  readonly #root: Condition;
  /** Single conditions that are to hold in one place, and to fail in another. */
  readonly #twoSided: number;
  readonly #singles: number;
  #steps = 0;

  constructor(root: Condition) {
    this.#root = root;
    const of = (holds: boolean): number =>
      singlesIn(root).reduce((bits, one) => (one.holds === holds ? bits | (1 << one.single) : bits), 0);
    this.#twoSided = of(true) & of(false);
    this.#singles = of(true) | of(false);
  }

  areFew(people: readonly Pattern[], wanted: boolean, minimumCell: number): boolean {
    const found = new Map<Pattern, readonly number[]>();
    const changesOf = (pattern: Pattern): readonly number[] => {
      const known = found.get(pattern) ?? this.#leastChanges(pattern, wanted);
      found.set(pattern, known);
      return known;
    };
    const judged = new Set<number>();
    for (const pattern of people) {
      // With these at least so many change.
      if (pattern.people >= minimumCell) continue;
      for (const left of changesOf(pattern)) {
        if (judged.has(left)) continue;
        judged.add(left);
        let changed = 0;
        for (const other of people) {
          this.#step(1);
          if (changesOf(other).some((change) => (change & left) === change)) changed += other.people;
          if (changed >= minimumCell) break;
        }
        if (changed < minimumCell && !this.#isAlways(wanted, left)) return true;
      }
    }
    return false;
  }

  /** Whether nothing but the conditions that are left out keeps the whole from being true, or not. */
  #isAlways(wanted: boolean, left: number): boolean {
    const others = this.#singles & ~left;
    if (sizeOf(others) > mostOthers) return false;
    for (let holds = others; ; holds = (holds - 1) & others) {
      const anyone = { holds, fails: this.#singles & ~holds, people: 1 };
      const isSo = isTrueOf(this.#root, anyone) === wanted;
      if (!isSo && !this.#leastChanges(anyone, wanted).some((change) => (change & left) === change))
        return false;
      if (holds === 0) return true;
    }
  }

  #step(by: number): void {
    this.#steps += by;
    if (this.#steps > mostSteps) throw tooManyConditions();
  }

  /** The sets of conditions, as bits, that make the whole true of people, or not, and hold no other such set. */
  #leastChanges(pattern: Pattern, wanted: boolean): readonly number[] {
    const all = this.#terms(this.#root, pattern, wanted).map((term) => changed(term, pattern));
    return least(all, (one, other) => (one & other) === one);
  }

  #terms(condition: Condition, pattern: Pattern, wanted: boolean): readonly Term[] {
    if ("single" in condition) {
      const bit = 1 << condition.single;
      const isSo = isTrueOf(condition, pattern) === wanted;
      // What is so already is said only where another part may want it otherwise.
      if (isSo && (this.#twoSided & bit) === 0) return [nothing];
      const { holds } = condition;
      if (wanted) return [holds ? { ...nothing, hold: bit } : { ...nothing, fail: bit }];
      return [holds ? { ...nothing, notHold: bit } : { ...nothing, notFail: bit }];
    }
    const parts = condition.of.map((part) => this.#terms(part, pattern, wanted));
    if (condition.every !== wanted) return this.#shortest(parts.flat(), pattern);
    return parts.reduce<readonly Term[]>(
      (before, part) =>
        this.#shortest(
          before.flatMap((one) => {
            this.#step(part.length);
            return part.map((other) => both(one, other)).filter((term) => isPossible(term, pattern));
          }),
          pattern,
        ),
      [nothing],
    );
  }

  /** Without those that ask for more than another, and change no less. */
  #shortest(terms: readonly Term[], pattern: Pattern): readonly Term[] {
    this.#step(terms.length ** 2);
    const on = (bits: number): number => bits & this.#twoSided;
    const within = (one: number, other: number): boolean => (one & other) === one;
    return least(
      terms,
      (one, other) =>
        within(changed(one, pattern), changed(other, pattern)) &&
        within(on(one.hold), on(other.hold)) &&
        within(on(one.fail), on(other.fail)) &&
        within(on(one.notHold), on(other.notHold)) &&
        within(on(one.notFail), on(other.notFail)),
    );
  }
}

const nothing: Term = { hold: 0, fail: 0, notHold: 0, notFail: 0 };

function sizeOf(bits: number): number {
  let size = 0;
  for (let left = bits; left !== 0; left &= left - 1) size++;
  return size;
}

function singlesIn(condition: Condition): readonly Extract<Condition, { readonly single: number }>[] {
  return "single" in condition ? [condition] : condition.of.flatMap(singlesIn);
}

function both(one: Term, other: Term): Term {
  return {
    hold: one.hold | other.hold,
    fail: one.fail | other.fail,
    notHold: one.notHold | other.notHold,
    notFail: one.notFail | other.notFail,
  };
}

/** What is neither to hold nor to fail has to be missing as it is. */
function isPossible({ hold, fail, notHold, notFail }: Term, { holds, fails }: Pattern): boolean {
  return ((hold & (fail | notHold)) | (fail & notFail) | (notHold & notFail & (holds | fails))) === 0;
}

/** The conditions, as bits, in which people are not as a term wants them. */
function changed({ hold, fail, notHold, notFail }: Term, { holds, fails }: Pattern): number {
  return (hold & ~holds) | (fail & ~fails) | (notHold & holds) | (notFail & fails);
}

/** Those within which no other is. */
function least<T>(all: readonly T[], isWithin: (one: T, other: T) => boolean): readonly T[] {
  const kept: T[] = [];
  for (const one of all) {
    if (kept.some((other) => isWithin(other, one))) continue;
    for (let i = kept.length - 1; i >= 0; i--) if (isWithin(one, kept[i] as T)) kept.splice(i, 1);
    kept.push(one);
  }
  return kept;
}
