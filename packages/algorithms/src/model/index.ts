export { checkAgreement, columnTypes } from "./column-types.ts";
export { noRowLeft } from "./no-row-left.ts";
export type { RareLevels } from "./rare-levels.ts";
export {
  checkMerged,
  chosenTooRare,
  otherLevels,
  rareWarning,
  rareWords,
  tooRare,
} from "./rare-levels.ts";
export type { KnownVariables } from "./variables.central.ts";
export { knowVariables, levelArguments, sortLevels } from "./variables.central.ts";
export { variablesStep } from "./variables.step.ts";
