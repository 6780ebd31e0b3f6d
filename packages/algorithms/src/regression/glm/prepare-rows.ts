import { ArgumentError } from "@konsil/core";
import { lengthOf, lengthsOf, sizeBefore } from "../../model/own-centre.ts";
import { plainMoments } from "./behind-rows.ts";
import type { GlmModel, GlmRows, Scaling } from "./glm-model.ts";
import { isBinomial, likelihoodConstant } from "./likelihood-constant.ts";
import type { WorkingRows } from "./working.ts";

/**
 * The site's own means, by which it moves its columns: of the constant column nothing. None where no column is to be moved.
 * @throws ArgumentError where no intercept can take up the move
 */
function ownMeans(rows: GlmRows, { centre, factor }: Scaling): Float64Array {
  const { n, p, matrix } = rows;
  if (centre.every((middle) => middle === 0)) return new Float64Array(p);
  let hasIntercept = centre[0] === 0 && factor[0] === 1;
  for (let i = 0; hasIntercept && i < n; i++) hasIntercept = matrix[i * (p + 1)] === 1;
  if (!hasIntercept)
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      "A model without an intercept has no centre: nothing takes up what columns are moved by.",
    );
  const means = plainMoments(rows)
    .sum.subarray(0, p)
    .map((sum) => sum / Math.max(1, n));
  means[0] = 0;
  return means;
}

/** Of an outcome that is its own mean, by family: nothing is left of what is 0 or, in a binomial model, 1. */
const saturatedBy: Readonly<Record<GlmModel["family"], (y: number) => number>> = {
  gaussian: () => 0,
  binomial: (y) => (y > 0 && y < 1 ? y * Math.log(y) + (1 - y) * Math.log1p(-y) : 0),
  poisson: (y) => (y > 0 ? y * Math.log(y) - y : 0),
};

function saturatedOf(family: GlmModel["family"], { n, y, weight }: GlmRows): number {
  const of = saturatedBy[family];
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (weight === undefined ? 1 : (weight[i] as number)) * of(y[i] as number);
  return sum;
}

/** Centres and scales the design where it is, and computes what no round changes. */
export function prepareRows(
  { family }: Pick<GlmModel, "family">,
  rows: GlmRows,
  scaling: Scaling,
): WorkingRows {
  const { n, p, matrix, y, weight } = rows;
  const means = ownMeans(rows, scaling);
  const factor = Float64Array.from(scaling.factor);
  for (let i = 0, at = 0; i < n; i++, at++)
    for (let j = 0; j < p; j++, at++)
      matrix[at] = ((matrix[at] as number) - (means[j] as number)) * (factor[j] as number);
  const lengths = lengthsOf(matrix, n, p, p + 1);
  const isYesNo =
    family === "binomial" && weight === undefined && y.every((value) => value === 0 || value === 1);
  const isRounded = family === "binomial" && !isYesNo && !isBinomial(rows);
  return {
    ...rows,
    shift: means.map((mean, j) => ((scaling.centre[j] as number) - mean) * (factor[j] as number)),
    lengths,
    squares: lengths.map(
      (length, j) => sizeBefore((means[j] as number) * (factor[j] as number), length) ** 2,
    ),
    offsetLength: lengthOf(rows.offset),
    outcomeLength: lengthOf(y),
    logY: family === "poisson" ? y.map((value) => (value === 0 ? 0 : Math.log(value))) : undefined,
    isRounded,
    isYesNo,
    // Nothing is left of either where all is certain.
    saturated: isYesNo ? 0 : saturatedOf(family, rows),
    likelihoodConstant: isYesNo ? 0 : likelihoodConstant(family, rows, isRounded),
  };
}
