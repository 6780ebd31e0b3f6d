// A study that cannot be run says why in a sentence, and ends as the commands of Konsil do.
import { ArgumentError, isKonsilError } from "konsil";

/** What the library advises a script to write is given to the study by an option. */
const options: Readonly<Record<string, string>> = {
  IMAGE_UNKNOWN: "--image IMAGE",
  KEY_INVALID: "--key FILE",
};

/**
 * Says on standard error why there is no study.
 * @returns the exit code: 2 for wrong use, 1 for all else
 * @throws what is a defect
 */
export function reportFailure(error: unknown): number {
  if (isKonsilError(error)) {
    const option = options[error.code];
    const advice = option === undefined ? "" : `To the study it is given as ${option}.\n`;
    process.stderr.write(`${error.message}\n${advice}`);
    return option !== undefined || error instanceof ArgumentError ? 2 : 1;
  }
  if (!(error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS_")))
    throw error;
  process.stderr.write(`${error.message}\n`);
  return 2;
}
