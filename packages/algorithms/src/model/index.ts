export { checkAgreement, columnTypes } from "./column-types.ts";
export type { KnownVariables } from "./variables.central.ts";
export { knowVariables, levelArguments, sortLevels } from "./variables.central.ts";
export { variablesStep } from "./variables.step.ts";
