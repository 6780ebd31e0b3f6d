export type { OutputCheck } from "./check-output.ts";
export { checkOutput, resultEndings } from "./check-output.ts";
