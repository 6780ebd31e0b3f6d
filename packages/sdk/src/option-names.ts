import { ArgumentError, suggestion } from "@konsil/core";

/**
 * Refuses options that do not exist, which would be without effect in silence.
 * @param call whose options they are, such as "connect()"
 * @throws ArgumentError ARGUMENT_UNKNOWN; ARGUMENT_INVALID for what are no options
 */
export function checkOptionNames(call: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null)
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `${call} takes its options as an object: { ${known[0]}: … }.`,
    );
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new ArgumentError(
      "ARGUMENT_UNKNOWN",
      `${call} has no option "${unknown}". ${suggestion(unknown, known, "Options")}`,
    );
}
