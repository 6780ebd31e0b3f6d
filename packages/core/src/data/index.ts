export type { Arithmetic, Comparison, Expression, ExpressionNode, Literal, Operand } from "./expression.ts";
export {
  and,
  arithmetic,
  column,
  compare,
  cut,
  days,
  isIn,
  isMissing,
  not,
  or,
  recode,
} from "./expression.ts";
export type {
  BooleanVariable,
  CategoryVariable,
  DateVariable,
  NumericVariable,
  Variable,
  Variables,
} from "./variable.ts";
