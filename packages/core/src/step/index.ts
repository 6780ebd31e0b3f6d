export type { ColumnName } from "./arguments.ts";
export { calledElsewhere, columnName, numberList, parseArguments, reservedArgument } from "./arguments.ts";
export type { Dimension, Output, Pooled, Released } from "./output.ts";
export type {
  AnyStep,
  LeftOut,
  PositionLabel,
  PositionLabels,
  Step,
  StepDefinition,
  StepWords,
} from "./step.ts";
export { checkIdentity, defineStep, StepRefusal } from "./step.ts";
