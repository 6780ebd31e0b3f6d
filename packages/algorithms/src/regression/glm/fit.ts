import { cholesky, inverse, solve, unitDiagonal } from "../../numeric/index.ts";

/** What the sites together say of one vector of coefficients. */
export interface Evaluated {
  /** X'WX in full, row by row. */
  readonly information: Float64Array;
  readonly gradient: Float64Array;
  readonly deviance: number;
  readonly pearson: number;
  readonly logLikelihood: number;
  /** A fitted value is numerically at the end of its range: a probability of 0 or 1, a rate of 0. */
  readonly isExtreme: boolean;
}

/** Undefined where a fitted value is out of its range; "withheld" where a site refuses, since few rows still count. */
export type Evaluate = (beta: Float64Array | null) => Promise<Evaluated | "withheld" | undefined>;

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
  /** The last step, where it did not shrink: the coefficients still run away. Zeros elsewhere. */
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

/** A step that is no shorter than this share of the one before has not begun to converge. */
const stillRunning = 0.5;
/** On the scale of the linear predictor. */
const noticeable = 1e-3;

/** Where coefficients run away: the likelihood has all but stopped rising, and the step does not shrink. */
function runawayOf(delta: Float64Array, before: Float64Array | undefined): Float64Array {
  return delta.map((d, i) =>
    before !== undefined &&
    Math.abs(d) > noticeable &&
    Math.abs(d) >= stillRunning * Math.abs(before[i] as number)
      ? d
      : 0,
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
  const runawayAt = (step: Step, before: Step | undefined): Float64Array =>
    canRunAway ? runawayOf(step.delta, before?.delta) : new Float64Array(size);
  let beta: Float64Array = new Float64Array(size);
  let current = await evaluate(isLinear ? beta : null);
  if (current === undefined || current === "withheld") return undefined;
  const { matrix } = unitDiagonal(current.information, size);
  const { aliased, rank } = cholesky(matrix, size, aliasedBelow);
  const none = new Float64Array(size);
  const freedom = rows === null ? null : Math.max(1, rows - rank);
  // The deviance at the starting means is no likelihood of coefficients: nothing is compared with it, but by R.
  let before: Step | undefined;
  let inFront = isLinear ? 0 : current.deviance;

  for (let iteration = 1; ; iteration++) {
    const step = stepOf(current, aliased);
    const ended = (more: Partial<Fit>): Fit => ({
      beta,
      inverse: step.inverse(),
      deviance: (current as Evaluated).deviance,
      pearson: (current as Evaluated).pearson,
      logLikelihood: (current as Evaluated).logLikelihood,
      rank,
      aliased,
      iterations: iteration - 1,
      converged: true,
      isExtreme: (current as Evaluated).isExtreme,
      runaway: none,
      ...more,
    });
    if (control === "konsil" && iteration > 1) {
      const dispersion = freedom === null ? 1 : current.deviance / freedom;
      const isShort = step.decrement <= tolerance * tolerance * dispersion;
      // What rounding leaves of a step does not shrink any more.
      const isRounding =
        before !== undefined &&
        step.decrement > 0.25 * before.decrement &&
        step.decrement <= 1e-12 * (Math.abs(current.deviance) + 0.1);
      if (isShort || isRounding || (isLinear && iteration > 3)) {
        const last = plus(beta, step.delta);
        if (!isLinear) return ended({ beta: last });
        // The deviance of a linear model is a parabola: what the last step takes from it is known.
        const deviance = Math.max(0, current.deviance - step.decrement);
        return ended({ beta: last, deviance, pearson: deviance });
      }
    }
    if (iteration > iterations) return ended({ converged: false, runaway: runawayAt(step, before) });

    let candidate = plus(beta, step.delta);
    let next = await evaluate(candidate);
    const from = iteration > 1 ? beta : safe;
    const rises = (found: Evaluated): boolean =>
      control === "konsil" &&
      iteration > 1 &&
      found.deviance > (current as Evaluated).deviance + 1e-10 * (Math.abs(found.deviance) + 0.1);
    for (let i = 0; i < mostHalvings && next !== "withheld" && (next === undefined || rises(next)); i++) {
      if (from === null) return undefined;
      candidate = candidate.map((b, j) => (b + (from[j] as number)) / 2);
      next = await evaluate(candidate);
    }
    if (next === "withheld" || next === undefined || rises(next)) {
      if (iteration === 1) return undefined;
      return ended({ converged: false, runaway: runawayAt(step, before) });
    }
    const change = Math.abs(next.deviance - inFront) / (Math.abs(next.deviance) + 0.1);
    const runaway = runawayAt(step, before);
    const isRunning = change < 1e-8 && runaway.some((d) => d !== 0);
    beta = candidate;
    inFront = next.deviance;
    if (control === "R" ? change < tolerance : isRunning)
      return {
        beta,
        inverse: step.inverse(),
        deviance: next.deviance,
        pearson: next.pearson,
        logLikelihood: next.logLikelihood,
        rank,
        aliased,
        iterations: iteration,
        converged: true,
        isExtreme: next.isExtreme,
        runaway: isRunning ? runaway : none,
      };
    current = next;
    before = step;
  }
}
