export type { UnknownLevel } from "./check-levels.ts";
export { columnsOfUnknownLevels, unknownLevels } from "./check-levels.ts";
export { convertColumn, declareColumn } from "./convert.ts";
export { declaredVariables } from "./declared.ts";
export { derivationOrder, withDerivedOf } from "./derivation-order.ts";
export { evaluate } from "./evaluate.ts";
export type {
  Arithmetic,
  Comparison,
  Expression,
  ExpressionNode,
  Literal,
  Operand,
  RecodeOthers,
} from "./expression.ts";
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
export { expressionSchema } from "./expression-schema.ts";
export type { DataInWords } from "./expression-text.ts";
export { dataInWords, expressionText } from "./expression-text.ts";
export { LinearExpressions } from "./linear-expressions.ts";
export type { LinearForm } from "./linear-form.ts";
export { constantForm, constantOf, formValues, partForm, scaledForm, sumForm } from "./linear-form.ts";
export { Magnitudes } from "./magnitude.ts";
export { operands, referencedColumns } from "./referenced-columns.ts";
export type { DataDeclaration, DataSpecification, Derivation } from "./specification.ts";
export { checkData, dataSpecificationSchema, defineData } from "./specification.ts";
export { expressionType } from "./typing.ts";
export type {
  BooleanVariable,
  CategoryVariable,
  DateVariable,
  NumericVariable,
  Variable,
  Variables,
} from "./variable.ts";
