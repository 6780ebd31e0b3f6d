export { attrition } from "./attrition.ts";
export type { ColumnAtSite, DescribedColumn, Description } from "./description.ts";
export { describe } from "./description.ts";
export type { LevelsOutput, LevelsQuestion } from "./levels.step.ts";
export { levelsStep } from "./levels.step.ts";
