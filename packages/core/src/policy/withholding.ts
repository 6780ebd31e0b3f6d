import type { ErrorCode } from "../errors/index.ts";

/**
 * Why a site does not release something: thrown by a rule, answered by the runtime as a typed reply. Its message
 * names the rule, its setting and what a researcher can do, and nothing of the data.
 */
export class Withholding extends Error {
  override readonly name = "Withholding";
  readonly code: ErrorCode;
  /** An abstaining site leaves the analysis, which goes on without it; a refusing site ends it. */
  readonly abstains: boolean;

  constructor(code: ErrorCode, message: string, abstains = false) {
    super(message);
    this.code = code;
    this.abstains = abstains;
  }
}
