import { patience, runawayOf, type Taken, Withheld } from "../../model/withheld.ts";
import { cholesky, inverse, solve, unitDiagonal } from "../../numeric/index.ts";

/** What the sites together say of one vector of coefficients. */
export interface Evaluated {
  /** X'WX in full, row by row. */
  readonly information: Float64Array;
  readonly gradient: Float64Array;
  /** NaN where a site withholds it, as Pearson's χ² and the likelihood. */
  readonly deviance: number;
  /** What coefficients change of the deviance: known where that is not. */
  readonly loss: number;
  readonly pearson: number;
  readonly logLikelihood: number;
  /** A fitted value is numerically at the end of its range: a probability of 0 or 1, a rate of 0. */
  readonly isExtreme: boolean;
}

/** Undefined where a fitted value is out of its range. */
export type Evaluate = (beta: Float64Array | null) => Promise<Evaluated | Withheld | undefined>;

export interface FitOptions {
  readonly control: "konsil" | "R";
  readonly tolerance: number;
  readonly iterations: number;
  /** Linear models are solved by one step; the second repairs its rounding. */
  readonly isLinear: boolean;
  /** Whether coefficients can be infinite: with logarithms and logits. */
  readonly canRunAway: boolean;
  /** Rows, where the dispersion is estimated; null where it is 1. */
  readonly rows: number | null;
  /** Coefficients that are surely in range, should the first step not be. */
  readonly safe: Float64Array | null;
  /** Where it begins: at these coefficients, or at the means that R's families begin with. */
  readonly start: Float64Array | null;
}

export interface Fit {
  readonly beta: Float64Array;
  /** Inverse of the information; zeros where aliased. */
  readonly inverse: Float64Array;
  readonly deviance: number;
  readonly pearson: number;
  readonly logLikelihood: number;
  readonly rank: number;
  readonly aliased: readonly boolean[];
  readonly iterations: number;
  readonly converged: boolean;
  readonly isExtreme: boolean;
  /** Whether the last step had to be shortened, because a fitted value would have left its range. */
  readonly atBoundary: boolean;
  /** Why it went no further, when that was a site's refusal. */
  readonly withheld: Withheld | null;
  /** The last movement of coefficients that still run away; zeros elsewhere. */
  readonly runaway: Float64Array;
}

/**
 * A column is aliased when the columns before it leave less than this of its square: far above the rounding of sums
 * (about 1e-15), far below honest collinearity. R decides on 1e-11 of its length, which sums of squares cannot see.
 */
const aliasedBelow = 1e-11;
/** Later on, only what has become numerically singular is left out of a step. */
const singularBelow = 1e-14;
const mostHalvings = 30;

interface Step {
  readonly delta: Float64Array;
  /** u'I⁻¹u: the square of the step's length in standard errors. */
  readonly decrement: number;
  readonly inverse: () => Float64Array;
}

/** (X'WX)⁻¹ of the gradient on the scale of a unit diagonal, without the aliased columns. */
function stepOf({ information, gradient }: Evaluated, aliased: readonly boolean[]): Step {
  const size = gradient.length;
  const { matrix, scale } = unitDiagonal(information, size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) if (aliased[i] === true || aliased[j] === true) matrix[i * size + j] = 0;
  const decomposed = cholesky(matrix, size, singularBelow);
  const scaled = gradient.map((u, i) => (aliased[i] === true ? 0 : u / (scale[i] as number)));
  const direction = solve(decomposed, scaled);
  let decrement = 0;
  for (let i = 0; i < size; i++) decrement += (direction[i] as number) * (scaled[i] as number);
  return {
    delta: direction.map((d, i) => d / (scale[i] as number)),
    decrement: Math.max(0, decrement),
    inverse: () =>
      inverse(decomposed).map(
        (c, at) => c / ((scale[Math.floor(at / size)] as number) * (scale[at % size] as number)),
      ),
  };
}

const plus = (beta: Float64Array, delta: Float64Array): Float64Array =>
  beta.map((b, i) => b + (delta[i] as number));

const wholly = (step: Float64Array | undefined): Taken | undefined => step && { step, share: 1 };

type Measured = Pick<Evaluated, "deviance" | "loss">;

/** Two fits by what is known of both: their deviances, or losses where a site withholds one. */
function measures(one: Measured, other: Measured): readonly [number, number] {
  return Number.isNaN(one.deviance + other.deviance)
    ? [one.loss, other.loss]
    : [one.deviance, other.deviance];
}

/** Whether the deviance has not risen but by rounding. */
function isAsGood(found: Measured, former: Measured): boolean {
  const [now, before] = measures(found, former);
  return now <= before + 1e-10 * (Math.abs(before) + 0.1);
}

/** Where a step led. */
interface Reached {
  readonly beta: Float64Array;
  readonly found: Evaluated;
  /** Whether the whole step would have left the range of the fitted values. */
  readonly truncated: boolean;
  /** The share of the step that was taken. */
  readonly share: number;
}

/**
 * Takes a step, and halves it towards `from` until its fitted values are in range and it is to be taken. A site's refusal
 * is a step too far as well, as long as `mayShorten` says so.
 */
async function take(
  evaluate: Evaluate,
  whole: Float64Array,
  from: Float64Array | null,
  isTaken: (found: Evaluated) => boolean,
  mayShorten: (refusal: Withheld) => boolean,
): Promise<Reached | Withheld | undefined> {
  let beta = whole;
  let truncated = false;
  let share = 1;
  for (let i = 0; i <= mostHalvings; i++) {
    const found = await evaluate(beta);
    if (found instanceof Withheld) {
      if (from === null || !mayShorten(found)) return found;
    } else if (found !== undefined && isTaken(found)) return { beta, found, truncated, share };
    if (from === null) return undefined;
    truncated ||= found === undefined;
    share /= 2;
    beta = beta.map((b, j) => (b + (from[j] as number)) / 2);
  }
  return undefined;
}

/** Whether nothing is left to gain but rounding. */
function isDone(
  step: Step,
  before: Step | undefined,
  dispersion: number,
  tolerance: number,
  current: Measured,
): boolean {
  const [size] = measures(current, current);
  if (step.decrement <= tolerance * tolerance * dispersion) return true;
  return (
    before !== undefined &&
    step.decrement > 0.25 * before.decrement &&
    step.decrement <= 1e-15 * (Math.abs(size) + 0.1)
  );
}

/**
 * Iteratively reweighted least squares (Nelder & Wedderburn 1972). Undefined when no coefficients in range were found.
 *
 * "konsil" stops when the next step is shorter than `tolerance` standard errors, takes it, and halves steps on which the
 * deviance rises. "R" stops as glm.fit does: on the relative change of the deviance, with the standard errors of the
 * weights before the last step.
 */
export async function fit(evaluate: Evaluate, size: number, options: FitOptions): Promise<Fit | undefined> {
  const { control, tolerance, iterations, isLinear, canRunAway, rows, safe } = options;
  let beta: Float64Array = options.start ?? new Float64Array(size);
  const start = await evaluate(options.start);
  if (start === undefined || start instanceof Withheld) return undefined;
  const { aliased, rank } = cholesky(unitDiagonal(start.information, size).matrix, size, aliasedBelow);
  const none: Float64Array = new Float64Array(size);
  const freedom = rows === null ? null : Math.max(1, rows - rank);
  const result = (
    found: Evaluated,
    step: Step,
    more: Pick<Fit, "beta" | "iterations"> & Partial<Fit>,
  ): Fit => ({
    inverse: step.inverse(),
    deviance: found.deviance,
    pearson: found.pearson,
    logLikelihood: found.logLikelihood,
    rank,
    aliased,
    converged: true,
    isExtreme: found.isExtreme,
    atBoundary: false,
    withheld: null,
    runaway: none,
    ...more,
  });

  let current = start;
  let before: Step | undefined;
  let movement: Float64Array | undefined;
  let taken: Taken | undefined;
  let refusals = 0;
  let runaway: Float64Array = none;
  let atBoundary = false;
  // R compares with the deviance at the starting means, though it is no coefficients'.
  let former: Measured = isLinear ? { deviance: 0, loss: 0 } : start;
  for (let iteration = 1; ; iteration++) {
    const step = stepOf(current, aliased);
    if (control === "konsil" && iteration > 1) {
      const dispersion = freedom === null ? 1 : current.deviance / freedom;
      const isDetermined = isLinear && iteration > 3;
      if (isDetermined || isDone(step, before, dispersion, tolerance, current)) {
        const last = { beta: plus(beta, step.delta), iterations: iteration };
        if (!isLinear) return result(current, step, last);
        // The deviance of a linear model is a parabola: what the last step takes from it is known.
        const deviance = Math.max(0, current.deviance - step.decrement);
        return result(current, step, { ...last, deviance, pearson: deviance });
      }
    }
    const unfinished = { beta, iterations: iteration - 1, converged: false, runaway, atBoundary };
    if (iteration > iterations) return result(current, step, unfinished);

    const mayRise = control === "R" || (iteration === 1 && (options.start === null || isLinear));
    const isTaken = (found: Evaluated): boolean => mayRise || isAsGood(found, current);
    const running = canRunAway ? runawayOf(step.delta, taken) : none;
    const isRunningAway = running.some((d) => d !== 0);
    const mayShorten = (refusal: Withheld): boolean =>
      !isRunningAway && refusal.mayBeShorter && ++refusals < patience;
    const from = iteration > 1 ? beta : (safe ?? options.start);
    const reached = await take(evaluate, plus(beta, step.delta), from, isTaken, mayShorten);
    if (reached instanceof Withheld) {
      return result(current, step, { ...unfinished, runaway: running, withheld: reached });
    }
    if (reached === undefined)
      return iteration === 1 ? undefined : result(current, step, { ...unfinished, atBoundary: true });
    const { found } = reached;
    const moved: Float64Array = reached.beta.map((b, i) => b - (beta[i] as number));
    runaway = canRunAway && !reached.truncated ? runawayOf(moved, wholly(movement)) : none;
    atBoundary = reached.truncated;
    beta = reached.beta;
    const [now, then] = measures(found, former);
    const change = Math.abs(now - then) / (Math.abs(now) + 0.1);
    const isRunning = change < 1e-8 && runaway.some((d) => d !== 0);
    if (control === "R" ? change < tolerance : isRunning)
      return result(found, step, {
        beta,
        iterations: iteration,
        runaway: isRunning ? runaway : none,
        atBoundary,
      });
    former = found;
    movement = moved;
    taken = { step: step.delta, share: reached.share };
    before = step;
    current = found;
  }
}
