import { remembered } from "../../formula/index.ts";
import { peopleBehind } from "../../model/people-behind.ts";
import { type ColumnMoments, columnMoments } from "../../numeric/index.ts";
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
  return {
    columns: peopleBehind(matrix, n, p, undefined, p + 1),
    weights: one(weight),
    outcome: one(y),
    offset: one(offset),
  };
});

/** Σx and Σx² of each column without weights, likewise; at the end those of the room beyond the columns. */
export const plainMoments: (rows: GlmRows) => ColumnMoments = remembered(({ n, p, matrix }) =>
  columnMoments(matrix, n, p + 1, undefined),
);
