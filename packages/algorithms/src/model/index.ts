export { checkAgreement, columnTypes } from "./column-types.ts";
export { confidenceLevel, control, controlInR, tolerance, whenRead } from "./fit-arguments.ts";
export { fitWords, levelWords, numberWords, percentWords } from "./method-words.ts";
export { noRowLeft } from "./no-row-left.ts";
export type { RareLevels } from "./rare-levels.ts";
export {
  checkChosen,
  checkMerged,
  hasOthers,
  noLevels,
  otherLevels,
  rareWarning,
  rareWords,
  shownLevels,
  tooRare,
} from "./rare-levels.ts";
export { ratioColumns } from "./ratio-columns.ts";
export { sortLevels } from "./sort-levels.ts";
export type { Known, KnownVariables } from "./variables.central.ts";
export { knowVariables, levelArguments } from "./variables.central.ts";
export { variablesStep } from "./variables.step.ts";
