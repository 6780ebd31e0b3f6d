import { patience, runawayOf, type Taken, Withheld } from "../../model/withheld.ts";
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
  /** Why it went no further, when that was a site's refusal. */
  readonly withheld: Withheld | null;
  /** u'I⁻¹u at 0. */
  readonly scoreStatistic: number;
  /** β'Iβ at the end. */
  readonly waldStatistic: number;
  /** The inverse of the information, in full; zero where aliased. */
  readonly covariance: Float64Array;
}

/** survival's eps^0.75: what is left of a column's information when others add up to it is rounding. */
const aliasTolerance = 1.8e-12;
/** A direction with this little of the information that it had at 0 has run away: exp(−23). */
const runawayInformation = 1e-10;
/** What may be left of the score in such a direction, in units of the information at 0. */
const runawayScore = 1e-5;
/** Beside a direction that has, this little is enough. */
const lateRunaway = 1e-6;
const roundingDecrement = 1e-6;
const roundingInformation = 1e-4;

/** A decomposed information, on the scale of that at 0 and without columns that are out. */
class Information {
  readonly decomposed: Cholesky;
  readonly #matrix: Float64Array;
  readonly #scale: Float64Array;

  constructor(information: Float64Array, scale: Float64Array, out: readonly boolean[], tolerance: number) {
    const size = out.length;
    this.#matrix = Float64Array.from(information, (value, at) => {
      const i = Math.floor(at / size);
      const j = at % size;
      return out[i] === true || out[j] === true ? 0 : value / ((scale[i] as number) * (scale[j] as number));
    });
    this.#scale = scale;
    this.decomposed = cholesky(this.#matrix, size, tolerance);
  }

  solve(score: Float64Array): Float64Array {
    return solve(this.decomposed, this.scaled(score)).map((x, i) => x / (this.#scale[i] as number));
  }

  scaled(score: Float64Array): Float64Array {
    return score.map((u, i) => u / (this.#scale[i] as number));
  }

  inverse(): Float64Array {
    const { size } = this.decomposed;
    return inverse(this.decomposed).map(
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

/** What is decided at β = 0. */
interface Ground {
  readonly scale: Float64Array;
  readonly aliased: readonly boolean[];
  /** The information that each column has beside those before it. */
  readonly diagonal: Float64Array;
}

interface Direction {
  readonly step: Float64Array;
  /** Columns that have run away and are not moved any more. */
  readonly out: readonly boolean[];
  /** 1 or −1 for each column that has a part in a direction that ran away; else 0. */
  readonly infinite: readonly number[];
  /** The smallest share of the information at 0 that a column still has. */
  readonly weakest: number;
}

/**
 * The Newton step. With separation the likelihood comes to its limit while a direction's information and score vanish:
 * such a direction is held where it is, and the other columns go on.
 */
function direction(
  point: Point,
  { scale, aliased, diagonal }: Ground,
  least: number = runawayInformation,
): Direction {
  const size = scale.length;
  const out = [...aliased];
  const infinite = aliased.map(() => 0);
  const whole = new Information(point.information, scale, out, 0);
  const score = whole.scaled(point.score);
  const reached = point.beta.map((b, i) => b * (scale[i] as number));
  let kept = whole;
  for (;;) {
    const { decomposed } = kept;
    const shares = out.map((is, i) =>
      is ? Number.POSITIVE_INFINITY : (decomposed.diagonal[i] as number) / (diagonal[i] as number),
    );
    const gone = shares.findIndex((share) => !(share > least));
    if (gone < 0) return { step: kept.solve(point.score), out, infinite, weakest: Math.min(...shares) };
    out[gone] = true;
    const before = out.map((is, i) => is || i >= gone);
    const rest = new Information(point.information, scale, before, 0);
    // The null vector: the column less what the columns before it make of it.
    const cross = Float64Array.from(before, (is, i) =>
      is ? 0 : (point.information[i * size + gone] as number) / (scale[gone] as number),
    );
    const made = rest.solve(cross).map((x, i) => -x * (scale[i] as number));
    made[gone] = 1;
    const length = Math.sqrt(product(made, made));
    if (Math.abs(product(made, score)) > runawayScore * length)
      return { step: whole.solve(point.score), out: aliased, infinite: aliased.map(() => 0), weakest: 0 };
    const sign = Math.sign(product(made, reached));
    for (let i = 0; i < size; i++) {
      const part = (made[i] as number) / length;
      if (Math.abs(part) > 1e-3 && infinite[i] === 0) infinite[i] = sign * Math.sign(part);
    }
    kept = new Information(point.information, scale, out, 0);
  }
}

interface Found {
  /** Where the likelihood was last evaluated. */
  readonly point: Point;
  readonly beta: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
  readonly infinite: readonly number[];
  readonly out: readonly boolean[];
  readonly withheld?: Withheld;
}

/** Asks for the likelihood at a β, and is told it, that it is not finite there, or that a site refuses to tell it. */
type Asking<R> = Generator<Float64Array, R, PartialLikelihood | Withheld | undefined>;

/** What the search does when sites refuse a candidate: try nearer, or end with what has run away. */
class Refusals {
  #count = 0;

  /** Undefined where a shorter step is worth a try. */
  end(
    withheld: Withheld,
    at: { readonly point: Point; readonly step: Float64Array; readonly before: Taken | undefined },
    told: Pick<Found, "iterations" | "out"> & Partial<Found>,
  ): Found | undefined {
    const running = runawayOf(at.step, at.before);
    const isRunning = running.some((d) => d !== 0);
    if (!isRunning && withheld.mayBeShorter && ++this.#count < patience) return undefined;
    const infinite = Array.from(running, (d, i) => (d === 0 ? (told.infinite?.[i] ?? 0) : Math.sign(d)));
    return { ...told, point: at.point, beta: at.point.beta, converged: false, infinite, withheld };
  }
}

/**
 * Maximizes a log partial likelihood from β = 0 by Newton's method with halving of steps that lead down. `start` is what
 * `evaluate` gives at 0. Which columns are aliased does not depend on β, and is decided there.
 */
export async function maximize(
  start: PartialLikelihood,
  evaluate: (beta: Float64Array) => Promise<PartialLikelihood | Withheld | undefined>,
  options: NewtonOptions,
): Promise<NewtonFit> {
  const steps = newton(start, options);
  let turn = steps.next();
  while (turn.done !== true) turn = steps.next(await evaluate(turn.value));
  return turn.value;
}

/** The same where the likelihood is at hand. */
export function maximizeHere(
  start: PartialLikelihood,
  evaluate: (beta: Float64Array) => PartialLikelihood | undefined,
  options: NewtonOptions,
): NewtonFit {
  const steps = newton(start, options);
  let turn = steps.next();
  while (turn.done !== true) turn = steps.next(evaluate(turn.value));
  return turn.value;
}

function* newton(start: PartialLikelihood, options: NewtonOptions): Asking<NewtonFit> {
  const size = start.score.length;
  const { scale } = unitDiagonal(start.information, size);
  const first = new Information(start.information, scale, vanishing(start), aliasTolerance);
  const { aliased, diagonal, rank } = first.decomposed;
  const ground: Ground = { scale, aliased, diagonal };
  const origin: Point = { ...start, beta: new Float64Array(size) };
  const none = aliased.map(() => 0);
  const search = options.control === "R" ? searchAsR : searchToTheEnd;
  const { point, beta, infinite, iterations, converged, out, withheld }: Found =
    rank === 0
      ? { point: origin, beta: origin.beta, iterations: 0, converged: true, infinite: none, out: aliased }
      : yield* search(origin, ground, options);
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
    withheld: withheld ?? null,
    scoreStatistic: product(start.score, first.solve(start.score)),
    waldStatistic,
    covariance: new Information(point.information, scale, out, 0).inverse(),
  };
}

/**
 * Until the Newton decrement √(u'I⁻¹u) says that the next step is a billionth of a standard error long; that step is
 * still taken.
 */
function* searchToTheEnd(
  origin: Point,
  ground: Ground,
  { tolerance, iterations: most }: NewtonOptions,
): Asking<Found> {
  let point = origin;
  let before = Number.POSITIVE_INFINITY;
  let taken: Taken | undefined;
  const refusals = new Refusals();
  // What has run away stays where it is: out there, rounding would move it about.
  let out = ground.aliased;
  let infinite: readonly number[] = out.map(() => 0);
  const look = (least: number): Direction => {
    const found = direction(point, { ...ground, aliased: out }, least);
    out = found.out;
    infinite = infinite.map((sign, i) => (sign === 0 ? (found.infinite[i] as number) : sign));
    return found;
  };
  // A direction that runs away has about the square of the decrement left when a loose tolerance stops it.
  const vanished = Math.max(runawayInformation, 10 * tolerance * tolerance);
  for (let iterations = 0; ; ) {
    const found = look(vanished);
    const { step } = found;
    const decrement = Math.sqrt(Math.max(0, product(point.score, step)));
    // A small step that shrinks no more, where Newton's shrink quadratically, is rounding; but not where the information
    // itself may be no more than that.
    const isRounding =
      decrement <= roundingDecrement && decrement > before / 2 && found.weakest > roundingInformation;
    before = decrement;
    if (decrement <= tolerance || isRounding) {
      const isSome = infinite.some((sign) => sign !== 0);
      const beta = plus(point.beta, isSome ? look(Math.max(lateRunaway, vanished)).step : step);
      return { point, beta, iterations, converged: true, infinite, out };
    }
    // Rounding of a long sum may look like a step down.
    const least = point.logLikelihood - 1e-11 * Math.abs(point.logLikelihood);
    let candidate = plus(point.beta, step);
    for (let share = 1; ; share /= 2) {
      if (iterations >= most) return { point, beta: point.beta, iterations, converged: false, infinite, out };
      iterations++;
      const next = yield candidate;
      if (next instanceof Withheld) {
        const known = { iterations: iterations - 1, out, infinite };
        const end = refusals.end(next, { point, step, before: taken }, known);
        if (end !== undefined) return end;
      } else if (next !== undefined && next.logLikelihood >= least) {
        taken = { step, share };
        point = { ...next, beta: candidate };
        break;
      }
      candidate = between(candidate, point.beta);
    }
  }
}

/** As survival's coxfit6 stops: when the log-likelihood changed by no more than `tolerance` of itself. */
function* searchAsR(
  origin: Point,
  ground: Ground,
  { tolerance, iterations: most, factor }: NewtonOptions,
): Asking<Found> {
  const { scale, aliased: out } = ground;
  const stepFrom = ({ information, score }: PartialLikelihood): Float64Array =>
    new Information(information, scale, out, 0).solve(score);
  let point = origin;
  let step = stepFrom(origin);
  let share = 1;
  let taken: Taken | undefined;
  const refusals = new Refusals();
  let candidate = plus(origin.beta, step);
  let halved = false;
  for (let iterations = 1; iterations <= most; iterations++) {
    const answer = yield candidate;
    if (answer instanceof Withheld) {
      const end = refusals.end(answer, { point, step, before: taken }, { iterations: iterations - 1, out });
      if (end !== undefined) return end;
    }
    const next = answer instanceof Withheld ? undefined : answer;
    if (
      next !== undefined &&
      !halved &&
      Math.abs(1 - point.logLikelihood / next.logLikelihood) <= tolerance
    ) {
      // R doubts a coefficient that the next step would still move; a step far out is only rounding.
      const last = stepFrom(next);
      const beta = candidate;
      const runaway = direction({ ...next, beta }, ground).infinite;
      const infinite = Array.from(last, (move, i) => {
        const limit = Math.sqrt(tolerance) * (1 + Math.abs((beta[i] as number) * (factor[i] as number)));
        return Math.abs(move * (factor[i] as number)) > limit
          ? Math.sign(beta[i] as number)
          : (runaway[i] as number);
      });
      return { point: { ...next, beta }, beta, iterations, converged: true, infinite, out };
    }
    halved = next === undefined || next.logLikelihood < point.logLikelihood;
    if (next === undefined || halved) {
      candidate = between(candidate, point.beta);
      share /= 2;
    } else {
      point = { ...next, beta: candidate };
      taken = { step, share };
      step = stepFrom(next);
      share = 1;
      candidate = plus(candidate, step);
    }
  }
  return { point, beta: point.beta, iterations: most, converged: false, infinite: out.map(() => 0), out };
}
