/** A sum that an answer told, and what one person of each kind adds to it. */
interface ToldSum {
  readonly by: readonly number[];
  readonly sum: number;
}

/** Binary digits of a sum that are taken for true. */
const digits = 47;
/** How far sums may be off in the last of these, as they are rounded. */
const tolerated = 10_000n;

const dot = (a: readonly bigint[], b: readonly bigint[]): bigint =>
  a.reduce((sum, value, i) => (value === 0n || b[i] === 0n ? sum : sum + value * (b[i] as bigint)), 0n);

/** The whole number that is nearest to a quotient, of which the divisor is above zero. */
const nearest = (value: bigint, divisor: bigint): bigint =>
  value < 0n ? -nearest(-value, divisor) : (2n * value + divisor) / (2n * divisor);

function takeAway(vector: bigint[], times: bigint, other: readonly bigint[]): void {
  for (let i = 0; i < other.length; i++) if (other[i] !== 0n) vector[i]! -= times * (other[i] as bigint);
}

/**
 * Short vectors with the same multiples: the reduction of Lenstra, Lenstra and Lovász in whole numbers, as in Cohen's
 * Algorithm 2.6.7. `volumes[i]` is the squared volume of the first i vectors, and `along[i][j]` is volumes[j + 1] times what
 * vector i has of the direction of vector j.
 */
function reduced(vectors: readonly (readonly bigint[])[]): bigint[][] {
  const basis = vectors.map((vector) => [...vector]);
  const volumes = [1n];
  const along: bigint[][] = [];
  const measure = (i: number): void => {
    const own: bigint[] = [];
    for (let j = 0; j <= i; j++) {
      let rest = dot(basis[i] as bigint[], basis[j] as bigint[]);
      for (let l = 0; l < j; l++)
        rest =
          ((volumes[l + 1] as bigint) * rest - (own[l] as bigint) * ((along[j] ?? own)[l] as bigint)) /
          (volumes[l] as bigint);
      if (j < i) own.push(rest);
      else volumes.push(rest);
    }
    along.push(own);
  };
  const shorten = (k: number, l: number): void => {
    const own = along[k] as bigint[];
    const times = nearest(own[l] as bigint, volumes[l + 1] as bigint);
    if (times === 0n) return;
    takeAway(basis[k] as bigint[], times, basis[l] as bigint[]);
    takeAway(own, times, along[l] as bigint[]);
    own[l]! -= times * (volumes[l + 1] as bigint);
  };
  const swap = (k: number): void => {
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
  };
  measure(0);
  for (let k = 1; k < basis.length; ) {
    if (k === along.length) measure(k);
    shorten(k, k - 1);
    const shared = along[k]?.[k - 1] as bigint;
    const [less, old, more] = volumes.slice(k - 1, k + 2) as [bigint, bigint, bigint];
    if (4n * (less * more + shared * shared) < 3n * old * old) {
      swap(k);
      k = Math.max(1, k - 1);
    } else {
      for (let l = k - 2; l >= 0; l--) shorten(k, l);
      k++;
    }
  }
  return basis;
}

/**
 * Numbers of people of each kind that have these sums. There can be many more kinds than sums: a sum has digits for many
 * whole numbers, and of all that have it those are looked for that lie near a guess. Undefined when none do.
 */
export function wholeNumbers(told: readonly ToldSum[], guess: readonly number[]): number[] | undefined {
  const kinds = guess.length;
  const start = guess.map(Math.round);
  const scaled = told.map(({ by, sum }) => {
    const scale = 2 ** (digits - Math.ceil(Math.log2(Math.abs(sum))));
    const rest = by.reduce((left, value, i) => left - value * (start[i] as number), sum);
    return {
      by: by.map((value) => BigInt(Math.round(scale * value))),
      rest: BigInt(Math.round(-scale * rest)),
    };
  });
  const people = start.reduce((sum, value) => sum + value, 0);
  const unit = BigInt(Math.max(1, Math.round(Math.sqrt(people / kinds))));
  const vectors = start.map((_, i) => [
    ...start.map((__, j) => (i === j ? 1n : 0n)),
    0n,
    ...scaled.map(({ by }) => by[i] as bigint),
  ]);
  vectors.push([...start.map(() => 0n), unit, ...scaled.map(({ rest }) => rest)]);
  for (const vector of reduced(vectors)) {
    const [sign, ...left] = vector.slice(kinds);
    if ((sign !== unit && sign !== -unit) || left.some((value) => value ** 2n > tolerated ** 2n)) continue;
    const found = start.map((value, i) => value + Number((vector[i] as bigint) * (sign / unit)));
    if (found.every((value) => value >= 0)) return found;
  }
  return undefined;
}
