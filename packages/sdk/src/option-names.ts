import { ArgumentError, suggestion } from "@konsil/core";

/**
 * Refuses options that do not exist, which would be without effect in silence.
 * @param call whose options they are, such as "connect()"
 * @throws ArgumentError ARGUMENT_UNKNOWN
 */
export function checkOptionNames(call: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new ArgumentError(
      "ARGUMENT_UNKNOWN",
      `${call} has no option "${unknown}". ${suggestion(unknown, known, "Options")}`,
    );
}
