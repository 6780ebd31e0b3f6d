import { type Cholesky, cholesky, inverse, solve, unitDiagonal } from "../../numeric/index.ts";
import type { PartialLikelihood } from "./partial-likelihood.ts";

export interface NewtonOptions {
  readonly control: "konsil" | "R";
  readonly tolerance: number;
  readonly iterations: number;
  /** 1 over the standard deviation of each column: R judges steps on the columns as they are. */
  readonly factor: readonly number[];
}

export interface NewtonFit {
  /** Of the centred and scaled columns; 0 where aliased. */
  readonly beta: Float64Array;
  readonly logLikelihood: number;
  readonly nullLogLikelihood: number;
  /** Columns that others add up to within every risk set. */
  readonly aliased: readonly boolean[];
  /** 1 or −1 for a coefficient that runs away to plus or minus infinity; else 0. */
  readonly infinite: readonly number[];
  readonly iterations: number;
  readonly converged: boolean;
  /** u'I⁻¹u at 0. */
  readonly scoreStatistic: number;
  /** β'Iβ at the end. */
  readonly waldStatistic: number;
  /** The inverse of the information, in full; zero where aliased. */
  readonly covariance: Float64Array;
}

/** survival's eps^0.75: what is left of a column's information when others add up to it is rounding. */
const aliasTolerance = 1.8e-12;
/** From here on the log-likelihood is at its limit, and a coefficient that still moves has none. */
const limitDecrement = 1e-5;
const runawayStep = 1e-3;

/** The information without columns that are out, on a unit diagonal. */
class Information {
  readonly #scale: Float64Array;
  readonly #decomposed: Cholesky;
  readonly #size: number;

  constructor(information: Float64Array, out: readonly boolean[], tolerance: number) {
    const size = out.length;
    const kept = Float64Array.from(information);
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) if (out[i] === true || out[j] === true) kept[i * size + j] = 0;
    const { matrix, scale } = unitDiagonal(kept, size);
    this.#size = size;
    this.#scale = scale;
    this.#decomposed = cholesky(matrix, size, tolerance);
  }

  get aliased(): readonly boolean[] {
    return this.#decomposed.aliased;
  }

  get rank(): number {
    return this.#decomposed.rank;
  }

  solve(score: Float64Array): Float64Array {
    const scaled = score.map((u, i) => u / (this.#scale[i] as number));
    return solve(this.#decomposed, scaled).map((x, i) => x / (this.#scale[i] as number));
  }

  inverse(): Float64Array {
    const size = this.#size;
    return inverse(this.#decomposed).map(
      (value, at) =>
        value / ((this.#scale[Math.floor(at / size)] as number) * (this.#scale[at % size] as number)),
    );
  }
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

const plus = (a: Float64Array, b: Float64Array): Float64Array => a.map((x, i) => x + (b[i] as number));
const between = (a: Float64Array, b: Float64Array): Float64Array =>
  a.map((x, i) => (x + (b[i] as number)) / 2);

/** Columns whose information vanishes beside the others', such as one that is constant in every risk set. */
function vanishing({ score, information }: PartialLikelihood): readonly boolean[] {
  const size = score.length;
  let largest = 0;
  for (let i = 0; i < size; i++) largest = Math.max(largest, information[i * size + i] as number);
  return Array.from(score, (_, i) => !((information[i * size + i] as number) > aliasTolerance * largest));
}

interface Point extends PartialLikelihood {
  readonly beta: Float64Array;
}

/**
 * Maximizes a log partial likelihood from β = 0 by Newton's method with halving of steps that lead down. `start` is what
 * `evaluate` gives at 0. Which columns are aliased does not depend on β, and is decided there.
 */
export async function maximize(
  start: PartialLikelihood,
  evaluate: (beta: Float64Array) => Promise<PartialLikelihood | undefined>,
  options: NewtonOptions,
): Promise<NewtonFit> {
  const size = start.score.length;
  const { aliased, rank } = new Information(start.information, vanishing(start), aliasTolerance);
  const origin: Point = { ...start, beta: new Float64Array(size) };
  const stepFrom = (point: PartialLikelihood): Float64Array =>
    new Information(point.information, aliased, 0).solve(point.score);
  const search = options.control === "R" ? searchAsR : searchToTheEnd;
  const found =
    rank === 0
      ? { point: origin, beta: origin.beta, iterations: 0, converged: true, infinite: aliased.map(() => 0) }
      : await search(origin, stepFrom, evaluate, options);
  const { point, beta, infinite, iterations, converged } = found;
  let waldStatistic = 0;
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      waldStatistic +=
        (beta[i] as number) * (beta[j] as number) * (point.information[i * size + j] as number);
  return {
    beta,
    logLikelihood: point.logLikelihood,
    nullLogLikelihood: start.logLikelihood,
    aliased,
    infinite,
    iterations,
    converged,
    scoreStatistic: product(start.score, stepFrom(start)),
    waldStatistic,
    covariance: new Information(point.information, aliased, 0).inverse(),
  };
}

interface Found {
  /** Where the likelihood was last evaluated. */
  readonly point: Point;
  readonly beta: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
  readonly infinite: readonly number[];
}

type Search = (
  origin: Point,
  stepFrom: (point: PartialLikelihood) => Float64Array,
  evaluate: (beta: Float64Array) => Promise<PartialLikelihood | undefined>,
  options: NewtonOptions,
) => Promise<Found>;

/**
 * Until the Newton decrement √(u'I⁻¹u) says that the next step is a billionth of a standard error long; that step is
 * still taken. With separation the log-likelihood comes to its limit while every step is as long as the one before.
 */
const searchToTheEnd: Search = async (origin, stepFrom, evaluate, { tolerance, iterations: most }) => {
  const none = Array.from(origin.score, () => 0);
  let point = origin;
  let before: Float64Array | undefined;
  for (let iterations = 0; ; ) {
    const step = stepFrom(point);
    const decrement = Math.sqrt(Math.max(0, product(point.score, step)));
    if (decrement <= Math.max(tolerance, limitDecrement)) {
      const infinite = Array.from(step, (move, i) => {
        const last = before?.[i] ?? 0;
        const runs = Math.abs(move) > runawayStep && move / last > 0.3;
        return runs ? Math.sign(move) : 0;
      });
      if (infinite.some((sign) => sign !== 0))
        return { point, beta: point.beta, iterations, converged: true, infinite };
    }
    if (decrement <= tolerance)
      return { point, beta: plus(point.beta, step), iterations, converged: true, infinite: none };
    // Rounding may lead down by a few units in the last place.
    const least = point.logLikelihood - 1e-13 * Math.abs(point.logLikelihood);
    let candidate = plus(point.beta, step);
    let next: PartialLikelihood | undefined;
    for (;;) {
      if (iterations >= most)
        return { point, beta: point.beta, iterations, converged: false, infinite: none };
      iterations++;
      next = await evaluate(candidate);
      if (next !== undefined && next.logLikelihood >= least) break;
      candidate = between(candidate, point.beta);
    }
    point = { ...next, beta: candidate };
    before = step;
  }
};

/** As survival's coxfit6 stops: when the log-likelihood changed by no more than `tolerance` of itself. */
const searchAsR: Search = async (origin, stepFrom, evaluate, { tolerance, iterations: most, factor }) => {
  const none = Array.from(origin.score, () => 0);
  let point = origin;
  let candidate = plus(origin.beta, stepFrom(origin));
  let halved = false;
  for (let iterations = 1; iterations <= most; iterations++) {
    const next = await evaluate(candidate);
    if (
      next !== undefined &&
      !halved &&
      Math.abs(1 - point.logLikelihood / next.logLikelihood) <= tolerance
    ) {
      // R doubts a coefficient that the next step would still move.
      const step = stepFrom(next);
      const infinite = Array.from(step, (move, i) => {
        const scale = factor[i] as number;
        const limit = Math.sqrt(tolerance) * (1 + Math.abs((candidate[i] as number) * scale));
        return Math.abs(move * scale) > limit ? Math.sign(candidate[i] as number) : 0;
      });
      return { point: { ...next, beta: candidate }, beta: candidate, iterations, converged: true, infinite };
    }
    halved = next === undefined || next.logLikelihood < point.logLikelihood;
    if (next === undefined || halved) candidate = between(candidate, point.beta);
    else {
      point = { ...next, beta: candidate };
      candidate = plus(candidate, stepFrom(next));
    }
  }
  return { point, beta: point.beta, iterations: most, converged: false, infinite: none };
};
