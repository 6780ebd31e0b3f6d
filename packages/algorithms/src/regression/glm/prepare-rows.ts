import type { GlmModel, GlmRows, Scaling } from "./glm-model.ts";
import { isBinomial, likelihoodConstant } from "./likelihood-constant.ts";
import type { WorkingRows } from "./working.ts";

/** Centres and scales the design where it is, and computes what no round changes. */
export function prepareRows(
  { family }: Pick<GlmModel, "family">,
  rows: GlmRows,
  scaling: Scaling,
): WorkingRows {
  const { n, p, matrix, y, weight } = rows;
  const centre = Float64Array.from(scaling.centre);
  const factor = Float64Array.from(scaling.factor);
  const scaled = new Float64Array(n * (p + 1));
  for (let i = 0, at = 0, to = 0; i < n; i++, to++)
    for (let j = 0; j < p; j++, at++, to++)
      scaled[to] = ((matrix[at] as number) - (centre[j] as number)) * (factor[j] as number);
  let entropy = 0;
  if (family === "binomial") {
    for (let i = 0; i < n; i++) {
      const value = y[i] as number;
      if (value > 0 && value < 1)
        entropy +=
          (weight === undefined ? 1 : (weight[i] as number)) *
          (value * Math.log(value) + (1 - value) * Math.log1p(-value));
    }
  }
  const isRounded = family === "binomial" && !isBinomial(rows);
  return {
    ...rows,
    matrix: scaled,
    logY: family === "poisson" ? y.map((value) => (value === 0 ? 0 : Math.log(value))) : undefined,
    isRounded,
    isYesNo: family === "binomial" && weight === undefined && y.every((value) => value === 0 || value === 1),
    entropy,
    likelihoodConstant: likelihoodConstant(family, rows, isRounded),
  };
}
