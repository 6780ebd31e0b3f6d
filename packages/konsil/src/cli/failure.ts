import { defectText, isKonsilError, type KonsilError } from "@konsil/core";

/** What the command's exit code tells a script. */
export const exitCodes = { done: 0, failed: 1, wrongUse: 2, refused: 3, unavailable: 4 } as const;

/** The command was called in a way that it does not permit. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** The command whose help says how to call it. */
  readonly command: string;

  constructor(command: string, message: string) {
    super(message);
    this.command = command;
  }
}

const refused: ReadonlySet<string> = new Set([
  "CELL_TOO_SMALL",
  "DIFFERENCE_TOO_SMALL",
  "WEIGHTS_CONCENTRATED",
  "EVALUATIONS_TOO_MANY",
  "EXPRESSION_NOT_PERMITTED",
  "ROWS_TOO_FEW",
  "ORGANIZATIONS_TOO_FEW",
  "PARAMETERS_TOO_MANY",
  "ALGORITHM_NOT_PERMITTED",
  "CALL_NOT_PERMITTED",
  "COLUMN_NOT_PERMITTED",
  "EVENT_TIMES_NOT_PERMITTED",
  "RANGE_NOT_PERMITTED",
  "STEP_REFUSED",
  "LEVEL_RARE",
]);

const wrongUse: ReadonlySet<string> = new Set([
  "ARGUMENT_INVALID",
  "ARGUMENT_UNKNOWN",
  "ALGORITHM_UNKNOWN",
  "COLUMN_UNKNOWN",
  "COLUMN_TYPE",
  "DATABASE_UNKNOWN",
  "EXPRESSION_INVALID",
  "FORMULA_SYNTAX",
  "FORMULA_UNSUPPORTED",
  "FORMULA_VARIABLE",
  "KERNEL_UNKNOWN",
  "LEVEL_UNKNOWN",
  "NOTEBOOK_INVALID",
  "SITE_UNKNOWN",
  "OUTPUT_UNWRITABLE",
  "POLICY_INVALID",
  "USAGE",
]);

const unavailable: ReadonlySet<string> = new Set([
  "SITE_UNAVAILABLE",
  "SITE_FAILED",
  "SITE_CHANGED",
  "NODE_OFFLINE",
  "IMAGE_NOT_ALLOWED",
  "IMAGE_NOT_FOUND",
  "TASK_KILLED",
]);

/** Whether a policy is why there is no answer. */
export const isRefusal = ({ code }: KonsilError): boolean => refused.has(code);

/** The exit code for an error. */
export function exitCodeOf(error: KonsilError): number {
  if (isRefusal(error)) return exitCodes.refused;
  if (wrongUse.has(error.code)) return exitCodes.wrongUse;
  return unavailable.has(error.code) ? exitCodes.unavailable : exitCodes.failed;
}

/** Messages advise by what a script can write. */
function onCommandLine({ code, message }: KonsilError): string {
  if (code === "LEVEL_RARE")
    return `On the command line what is no word is written as JSON: rareLevels='{"merge": "other"}', levels='{"grade": ["2", "3"]}'.\n`;
  return code === "EXPRESSION_NOT_PERMITTED" && message.includes("data({ columns })")
    ? `On the command line a value in quotes is a level, of a column of numbers too: --where 'status == "1"'.\n`
    : "";
}

/** Says what went wrong on standard error, and returns the exit code. Only a defect shows its trace. */
export function reportFailure(error: unknown): number {
  if (error instanceof UsageError) {
    process.stderr.write(
      `${error.message}  [USAGE]\nSee: konsil ${error.command === "" ? "" : `${error.command} `}--help\n`,
    );
    return exitCodes.wrongUse;
  }
  if (isKonsilError(error)) {
    process.stderr.write(`${error.message}\n${onCommandLine(error)}`);
    return exitCodeOf(error);
  }
  process.stderr.write(`${defectText(error)}\n`);
  return exitCodes.failed;
}
