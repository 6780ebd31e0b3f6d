import { type Policy, PolicyError, parseWholePolicy } from "@konsil/core";
import { readJsonFile } from "./json-file.ts";

/**
 * The policy in a JSON file: its settings, or `{ "policy": …, "reason": … }` as it stands in a description of sites.
 * @throws ArgumentError when the file cannot be read or is no JSON
 * @throws PolicyError POLICY_INVALID
 */
export async function policyFile(path: string): Promise<Policy> {
  const value = await readJsonFile(path, "policy file");
  if (typeof value === "object" && value !== null && "sites" in value)
    throw new PolicyError(
      "POLICY_INVALID",
      'This describes sites. The file of a policy holds the settings of one, such as { "minimumCell": 5 }: in a description of sites they are its "policy".',
    );
  return parseWholePolicy(value);
}
