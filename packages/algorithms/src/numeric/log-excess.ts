/**
 * u − log(1+u), at least 0: the deviance of Loader's saddle-point form (C. Loader, Fast and accurate computation of
 * binomial probabilities, 2000), where subtracting would cancel for small u.
 *
 * With r = u/(2+u), log(1+u) = 2 artanh r, and so u − log(1+u) = u·r − 2r³(1/3 + r²/5 + r⁴/7 + …): its terms differ in
 * size, and nothing cancels.
 */
export function logExcess(u: number): number {
  if (u < -0.6 || u > 1.5) return u - Math.log1p(u);
  const r = u / (2 + u);
  const square = r * r;
  let sum = 0;
  let power = 1;
  for (let k = 3; k < 60; k += 2) {
    const term = power / k;
    sum += term;
    if (term < sum * 1e-18) break;
    power *= square;
  }
  return r * (u - 2 * square * sum);
}
