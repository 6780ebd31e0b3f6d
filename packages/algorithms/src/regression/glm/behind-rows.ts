import { remembered } from "../../formula/index.ts";
import { peopleBehind } from "../../model/people-behind.ts";
import type { GlmRows } from "./glm-model.ts";

/** The people on whom sums of each column, of the weights, of the outcome and of the offset rest. */
export interface BehindRows {
  readonly columns: Float64Array;
  readonly weights: number;
  readonly outcome: number;
  readonly offset: number;
}

/** As the rows were filled. */
export const behindRows: (rows: GlmRows) => BehindRows = remembered(({ n, p, matrix, y, weight, offset }) => {
  const one = (values: Float64Array | undefined): number =>
    values === undefined ? n : (peopleBehind(values, n, 1)[0] as number);
  return { columns: peopleBehind(matrix, n, p), weights: one(weight), outcome: one(y), offset: one(offset) };
});
