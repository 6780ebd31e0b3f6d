import { counted, RefusalError } from "../errors/index.ts";
import { bounds } from "../policy/index.ts";
import type { Answer } from "../site/index.ts";
import type { AnyStep } from "../step/index.ts";

/**
 * The rows of all sites together are enough for a model's parameters, by the setting of the strictest site.
 * @throws RefusalError PARAMETERS_TOO_MANY
 */
export function requirePooledRows(step: AnyStep, args: unknown, answers: readonly Answer[]): void {
  const parameters = step.parameters(args);
  const shares = answers
    .filter(({ policy }) => !policy.open)
    .map(({ policy }) => policy.maximumPooledParameterShare);
  if (parameters === 0 || shares.length === 0) return;
  const share = Math.min(...shares);
  const rows = answers.reduce((sum, { rows: { used } }) => sum + bounds(used).lower, 0);
  if (parameters <= share * rows) return;
  throw new RefusalError(
    "PARAMETERS_TOO_MANY",
    `The model has ${counted(parameters, "parameter")} for ${counted(rows, "row")} at ${answers.length === 1 ? "one site" : `${answers.length} sites together`}, and the sites' policies permit ${share} a row (maximumPooledParameterShare): it would fit chance, and tell of single rows. Use fewer terms, or merge levels.`,
  );
}
