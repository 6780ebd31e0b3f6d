export { attrition } from "./attrition.ts";
export type { ColumnAtSite, DescribeArguments, DescribedColumn, Description } from "./description.ts";
export { describe } from "./description.ts";
