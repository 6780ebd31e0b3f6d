export type Ties = "efron" | "breslow";

/**
 * What d deaths at one time add to the partial likelihood, where Σ runs over l = 0 … d − 1, f = l/d and
 * c = 1/(S0 − f·D0): their part of the log-likelihood's denominator, and Σc, Σfc, Σc², Σfc², Σf²c², each times the
 * mean weight of the deaths (Efron 1977). These five make score and information from S and D at once:
 *
 *     score        −(a0·S1 − a1·D1)
 *     information   a0·S2 − a1·D2 − b0·S1S1' + b1·(S1D1' + D1S1') − b2·D1D1'
 *
 * With Breslow's (1974) method all deaths have f = 0.
 */
export interface TieSums {
  logDenominators: number;
  a0: number;
  a1: number;
  b0: number;
  b1: number;
  b2: number;
}

export function newTieSums(): TieSums {
  return { logDenominators: 0, a0: 0, a1: 0, b0: 0, b1: 0, b2: 0 };
}

/** @param weight sum of the weights of the deaths; `s0` and `d0` are Σ w·exp(η) over those at risk and those who die */
export function addTies(
  ties: Ties,
  deaths: number,
  weight: number,
  s0: number,
  d0: number,
  into: TieSums,
): void {
  into.a1 = 0;
  into.b1 = 0;
  into.b2 = 0;
  if (deaths === 1 || ties === "breslow") {
    const c = 1 / s0;
    into.logDenominators = weight * Math.log(s0);
    into.a0 = weight * c;
    into.b0 = weight * c * c;
    return;
  }
  let logs = 0;
  let a0 = 0;
  let a1 = 0;
  let b0 = 0;
  let b1 = 0;
  let b2 = 0;
  for (let l = 0; l < deaths; l++) {
    const f = l / deaths;
    const denominator = s0 - f * d0;
    const c = 1 / denominator;
    const fc = f * c;
    logs += Math.log(denominator);
    a0 += c;
    a1 += fc;
    b0 += c * c;
    b1 += fc * c;
    b2 += fc * fc;
  }
  const mean = weight / deaths;
  into.logDenominators = mean * logs;
  into.a0 = mean * a0;
  into.a1 = mean * a1;
  into.b0 = mean * b0;
  into.b1 = mean * b1;
  into.b2 = mean * b2;
}
