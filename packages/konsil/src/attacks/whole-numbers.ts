/** How many units a sum may be off. */
const tolerated = 10_000;

/** The unit of a sum over some thousand people that left with 50 binary digits: its 49th. */
function unitOf(part: readonly number[]): number {
  const mean = part.reduce((all, value) => all + Math.abs(value), 0) / part.length;
  return 2 ** (Math.ceil(Math.log2(1000 * mean)) - 49);
}

const dot = (a: readonly bigint[], b: readonly bigint[]): bigint =>
  a.reduce((sum, value, i) => (value === 0n || b[i] === 0n ? sum : sum + value * (b[i] as bigint)), 0n);

/** The whole number that is nearest to a quotient, of which the divisor is above zero. */
const nearest = (value: bigint, divisor: bigint): bigint =>
  value < 0n ? -nearest(-value, divisor) : (2n * value + divisor) / (2n * divisor);

function takeAway(vector: bigint[], times: bigint, other: readonly bigint[]): void {
  for (let i = 0; i < other.length; i++) if (other[i] !== 0n) vector[i]! -= times * (other[i] as bigint);
}

/**
 * How many people are of each kind, from fewer sums: of all whole numbers that have them, those near a guess. Vectors of one
 * person of each kind, and what that adds to each sum, are made short as Lenstra, Lenstra and Lovász do (Cohen's Algorithm 2.6.7).
 */
export class WholeNumbers {
  readonly #parts: readonly (readonly number[])[];
  readonly #units: readonly number[];
  readonly #basis: bigint[][];
  /** Squared volumes of the first vectors: of none, one, two, … */
  readonly #volumes: bigint[] = [1n];
  /** What vector i has of the direction of each vector j before it, times the volume of the first j + 1. */
  readonly #along: bigint[][] = [];

  /** Of each sum, what one person of each kind adds to it, and the unit in which it is told. */
  constructor(parts: readonly (readonly number[])[], units: readonly number[] = parts.map(unitOf)) {
    this.#parts = parts;
    this.#units = units;
    const kinds = parts[0]?.length ?? 0;
    this.#basis = Array.from({ length: kinds }, (_, i) => [
      ...Array.from({ length: kinds }, (__, j) => (i === j ? 1n : 0n)),
      ...this.#scaled(parts.map((part) => part[i] as number)),
    ]);
    this.#measure(0);
    for (let k = 1; k < kinds; ) {
      if (k === this.#along.length) this.#measure(k);
      this.#shorten(k, k - 1);
      const shared = this.#along[k]?.[k - 1] as bigint;
      const [less, old, more] = this.#volumes.slice(k - 1, k + 2) as [bigint, bigint, bigint];
      if (4n * (less * more + shared * shared) < 3n * old * old) {
        this.#swap(k);
        k = Math.max(1, k - 1);
      } else {
        for (let l = k - 2; l >= 0; l--) this.#shorten(k, l);
        k++;
      }
    }
  }

  /** The numbers near a guess that have these sums. Undefined when none do. */
  near(guess: readonly number[], sums: readonly number[]): readonly number[] | undefined {
    const kinds = guess.length;
    const start = guess.map(Math.round);
    const left = sums.map((sum, s) =>
      start.reduce((rest, count, i) => rest - count * (this.#parts[s]?.[i] as number), sum),
    );
    this.#basis.push([...start.map(() => 0n), ...this.#scaled(left)]);
    this.#measure(kinds);
    for (let l = kinds - 1; l >= 0; l--) this.#shorten(kinds, l);
    const rest = (this.#basis.pop() as bigint[]).map(Number);
    this.#along.pop();
    this.#volumes.pop();
    const found = start.map((count, i) => count - (rest[i] as number));
    const fits = rest.slice(kinds).every((value) => Math.abs(value) <= tolerated);
    return fits && found.every((count) => count >= 0) ? found : undefined;
  }

  #scaled(sums: readonly number[]): bigint[] {
    return sums.map((sum, s) => BigInt(Math.round(sum / (this.#units[s] as number))));
  }

  #measure(i: number): void {
    const own: bigint[] = [];
    for (let j = 0; j <= i; j++) {
      let rest = dot(this.#basis[i] as bigint[], this.#basis[j] as bigint[]);
      const other = this.#along[j] ?? own;
      for (let l = 0; l < j; l++)
        rest =
          ((this.#volumes[l + 1] as bigint) * rest - (own[l] as bigint) * (other[l] as bigint)) /
          (this.#volumes[l] as bigint);
      if (j < i) own.push(rest);
      else this.#volumes.push(rest);
    }
    this.#along.push(own);
  }

  #shorten(k: number, l: number): void {
    const [own, volume] = [this.#along[k] as bigint[], this.#volumes[l + 1] as bigint];
    const times = nearest(own[l] as bigint, volume);
    if (times === 0n) return;
    takeAway(this.#basis[k] as bigint[], times, this.#basis[l] as bigint[]);
    takeAway(own, times, this.#along[l] as bigint[]);
    own[l]! -= times * volume;
  }

  #swap(k: number): void {
    const [basis, along, volumes] = [this.#basis, this.#along, this.#volumes];
    [basis[k - 1], basis[k]] = [basis[k] as bigint[], basis[k - 1] as bigint[]];
    const [before, own] = [along[k - 1] as bigint[], along[k] as bigint[]];
    const shared = own[k - 1] as bigint;
    along[k - 1] = own.slice(0, k - 1);
    along[k] = [...before, shared];
    const [less, old, more] = volumes.slice(k - 1, k + 2) as [bigint, bigint, bigint];
    const volume = (less * more + shared * shared) / old;
    for (const later of along.slice(k + 1)) {
      const [one, other] = [later[k - 1] as bigint, later[k] as bigint];
      later[k] = (more * one - shared * other) / old;
      later[k - 1] = (volume * other + shared * later[k]) / more;
    }
    volumes[k] = volume;
  }
}
