export type { GlmArguments } from "./arguments.ts";
export type { GlmFamily, GlmLink } from "./family.ts";
export { glm } from "./glm.ts";
export type { GlmValue } from "./glm-value.ts";
