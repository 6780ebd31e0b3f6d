import type { AnyAlgorithm } from "../algorithm/index.ts";
import { listing, suggestion } from "../errors/index.ts";
import { type Policy, permits, Withholding } from "../policy/index.ts";
import type { Identity } from "./message.ts";

/** @throws Withholding ALGORITHM_NOT_PERMITTED */
export function requirePermitted(policy: Policy, { name, version }: Identity): void {
  if (permits(policy.algorithms, name, version)) return;
  throw new Withholding(
    "ALGORITHM_NOT_PERMITTED",
    `The policy of {site} does not permit the algorithm ${name}@${version} (algorithms). Ask its steward.`,
  );
}

/** The algorithm of this name and version. @throws Withholding VERSION_MISMATCH, ALGORITHM_UNKNOWN */
export function findAlgorithm(
  algorithms: readonly AnyAlgorithm[],
  { name, version }: Identity,
): AnyAlgorithm {
  const same = algorithms.filter((algorithm) => algorithm.name === name);
  const found = same.find((algorithm) => algorithm.version === version);
  if (found !== undefined) return found;
  if (same.length > 0)
    throw new Withholding(
      "VERSION_MISMATCH",
      `{site} has ${listing(same.map((algorithm) => `${name}@${algorithm.version}`))} where ${name}@${version} was asked for. Use the same release of the software on both sides.`,
    );
  throw new Withholding(
    "ALGORITHM_UNKNOWN",
    `{site} has no algorithm "${name}". ${suggestion(
      name,
      algorithms.map((algorithm) => algorithm.name),
      "Algorithms there",
    )}`,
  );
}
