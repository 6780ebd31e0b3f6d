import { isKonsilError } from "@konsil/core";

/** Sites refuse to go on with a fit that had begun: its sums would rest on few people, or it asks without end. */
export class Withheld {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }

  /** Whether coefficients nearer to those before may be answered: a first step that leads too far is no separation. */
  get mayBeShorter(): boolean {
    return isKonsilError(this.error) && this.error.code === "WEIGHTS_CONCENTRATED";
  }
}

/** How many refusals a fit meets before it gives up: steps that lead too far are few, and then end. */
export const patience = 6;

/**
 * Whether an error is a site's refusal that coefficients which run away meet. At the first evaluation it is about the data,
 * an offset or weights, and says so itself.
 */
export function isRunawayRefusal(error: unknown): boolean {
  return (
    isKonsilError(error) && (error.code === "WEIGHTS_CONCENTRATED" || error.code === "EVALUATIONS_TOO_MANY")
  );
}

/** A step of Newton's method, and how much of it was taken. */
export interface Taken {
  readonly step: Float64Array;
  readonly share: number;
}

/** On the scale of the linear predictor. */
const noticeable = 1e-3;

/**
 * The coefficients of a step that run away; 0 for all others. Where the likelihood has a maximum, a share of a step leaves
 * the rest to the next, and next to nothing of a whole one; where it only comes to a limit, steps stay as long as they were.
 */
export function runawayOf(step: Float64Array, before: Taken | undefined): Float64Array {
  return step.map((d, i) =>
    before !== undefined &&
    Math.abs(d) > noticeable &&
    Math.abs(d) >= (1 - before.share / 2) * Math.abs(before.step[i] as number)
      ? d
      : 0,
  );
}
