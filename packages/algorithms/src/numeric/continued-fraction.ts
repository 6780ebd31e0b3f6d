/** A partial numerator and denominator: a_n and b_n. */
export interface Partial {
  numerator: number;
  denominator: number;
}

const EPSILON = 2.220446049250313e-16;
/** Stands for a zero that would be divided by. */
const TINY = 1e-300;
const MOST_TERMS = 200_000;

/**
 * b0 + a1/(b1 + a2/(b2 + …)) from the front (W. J. Lentz, Applied Optics 15, 1976; I. J. Thompson and A. R. Barnett,
 * J. Comput. Phys. 64, 1986). `partial` writes a_n and b_n into the object it is given.
 */
export function continuedFraction(first: number, partial: (n: number, into: Partial) => void): number {
  const term: Partial = { numerator: 0, denominator: 0 };
  let value = first === 0 ? TINY : first;
  let c = value;
  let d = 0;
  for (let n = 1; n <= MOST_TERMS; n++) {
    partial(n, term);
    d = term.denominator + term.numerator * d;
    if (d === 0) d = TINY;
    d = 1 / d;
    c = term.denominator + term.numerator / c;
    if (c === 0) c = TINY;
    const change = c * d;
    value *= change;
    if (Math.abs(change - 1) <= EPSILON) break;
  }
  return value;
}
