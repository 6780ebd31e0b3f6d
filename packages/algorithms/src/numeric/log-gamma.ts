export const HALF_LOG_TWO_PI = 0.9189385332046728;
/** 1 − Euler's constant. */
const ONE_MINUS_EULER = 0.42278433509846713;

/** ζ(k) − 1 for k = 2, 3, … (Abramowitz & Stegun, table 23.3). */
const ZETA_MINUS_ONE = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
  0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853,
  0.0004941886041194645, 0.0002460865533080483, 0.00012271334757848915, 0.00006124813505870483,
  0.00003058823630702049, 0.00001528225940865187, 0.000007637197637899763, 0.00000381729326499984,
  0.000001908212716553939, 9.539620338727962e-7, 4.769329867878064e-7, 2.38450502727733e-7,
  1.1921992596531106e-7, 5.960818905125948e-8, 2.980350351465228e-8, 1.4901554828365043e-8,
  7.45071178983543e-9, 3.725334024788457e-9, 1.862659723513049e-9,
];

/** B(2k) / (2k(2k−1)): coefficients of 1/x, 1/x³, … in Stirling's series (Abramowitz & Stegun 6.1.41). */
const STIRLING = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
  43867 / 244188,
];

/** Where Stirling's series reaches double precision. */
const LARGE = 10;

/** log Γ(2+z) for |z| ≤ ½: z(1−γ) + Σ (ζ(k)−1)(−z)^k / k (Abramowitz & Stegun 6.1.33). Exactly 0 at z = 0. */
function logGammaBesideTwo(z: number): number {
  let sum = 0;
  for (let i = ZETA_MINUS_ONE.length - 1; i >= 0; i--) {
    sum = -z * ((ZETA_MINUS_ONE[i] as number) / (i + 2) + sum);
  }
  return z * (ONE_MINUS_EULER - sum);
}

/** log Γ(x) for x > 0. */
export function logGamma(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  if (x >= LARGE) return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + stirlingSeries(x);
  if (x < 0.5) return logGammaBesideTwo(x) - Math.log1p(x) - Math.log(x);
  // Γ(x) = Γ(x+1) / x
  if (x < 1.5) return logGammaBesideTwo(x - 1) - Math.log1p(x - 1);
  let product = 1;
  let z = x;
  while (z > 2.5) {
    z -= 1;
    product *= z;
  }
  return logGammaBesideTwo(z - 2) + Math.log(product);
}

function stirlingSeries(x: number): number {
  const square = 1 / (x * x);
  let sum = 0;
  for (let i = STIRLING.length - 1; i >= 0; i--) sum = sum * square + (STIRLING[i] as number);
  return sum / x;
}

/** What Stirling's formula lacks: log Γ(x) − [(x−½) log x − x + ½ log 2π]. */
export function stirlingError(x: number): number {
  if (x >= LARGE) return stirlingSeries(x);
  return logGamma(x) - ((x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI);
}
