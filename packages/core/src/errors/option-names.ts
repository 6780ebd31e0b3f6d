import { ArgumentError } from "./konsil-error.ts";
import { suggestion } from "./suggest.ts";

/**
 * Refuses options that do not exist, which would be without effect in silence.
 * @param call whose options they are, such as "connect()"
 * @param known the names of its options; none where it has none
 * @throws ArgumentError ARGUMENT_UNKNOWN; ARGUMENT_INVALID for what are no options
 */
export function checkOptionNames(call: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      known.length === 0
        ? `${call} takes no options.`
        : `${call} takes its options as an object: { ${known[0]}: … }.`,
    );
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new ArgumentError(
      "ARGUMENT_UNKNOWN",
      `${call} has no option "${unknown}". ${suggestion(unknown, known, "Options")}`,
    );
}
