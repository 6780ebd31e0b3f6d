/** What Table 1 asks the sites: the questions of a summary, since its tests follow from counts and moments alone. */
export { centredStep } from "../centred.step.ts";
export { levelCountsStep } from "../level-counts.step.ts";
export { momentsStep } from "../moments.step.ts";
export { countedVariablesStep } from "../variables.step.ts";
