import { type LawOptions, patients } from "@konsil/sdk/testing";
import type { GlmArguments } from "./arguments.ts";
import { glm } from "./glm.ts";
import type { GlmValue } from "./glm-value.ts";

export const algorithm = glm;

/** Few random rows are often separated, or determine their coefficients only just. */
const comparable = ({ converged, separation, standardErrors, dfResidual }: GlmValue): boolean =>
  converged &&
  !separation &&
  dfResidual > 0 &&
  standardErrors.every((error) => error === null || error < 1e3);

const models: readonly GlmArguments[] = [
  { formula: "event ~ age + grade", family: "binomial" },
  { outcome: "visits", terms: ["age", "arm * flag"], offset: "log(days)", family: "poisson" },
  { outcome: "visits", terms: ["arm"], offset: "score", family: "poisson" },
  { formula: "score ~ age + factor(visits) + I(age^2)", family: "gaussian", weights: "days" },
];

export const laws: readonly LawOptions<GlmArguments, GlmValue>[] = [
  // Enough rows for most fits to be determined, and few enough for all that can go wrong.
  { arguments: models, comparable, rows: patients(60, 80), runs: 15 },
  { arguments: models, comparable },
];
