import { isKonsilError } from "@konsil/core";

/** Sites refuse to go on with a fit that had begun, because its sums have come to rest on few people. */
export class Withheld {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/**
 * Whether an error is a site's refusal that coefficients which run away meet: weights come to rest on few rows, or there is
 * no end to the evaluations. At the first evaluation it is about the data, an offset or weights, and says so itself.
 */
export function isRunawayRefusal(error: unknown): boolean {
  return (
    isKonsilError(error) && (error.code === "WEIGHTS_CONCENTRATED" || error.code === "EVALUATIONS_TOO_MANY")
  );
}

/** A movement that is no shorter than this share of the one before has not begun to converge. */
const stillRunning = 0.5;
/** On the scale of the linear predictor. */
const noticeable = 1e-3;

/** The movement of coefficients that run as fast as in the iteration before; 0 for all others. */
export function runawayOf(movement: Float64Array, before: Float64Array | undefined): Float64Array {
  return movement.map((d, i) =>
    before !== undefined &&
    Math.abs(d) > noticeable &&
    Math.abs(d) >= stillRunning * Math.abs(before[i] as number)
      ? d
      : 0,
  );
}
