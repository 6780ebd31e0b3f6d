import { type Policy, PolicyError } from "@konsil/core";
import { policyFile } from "@konsil/site";

/** The policy of a file. Of several it is said which one is at fault. */
export async function readPolicy(path: string): Promise<Policy> {
  try {
    return await policyFile(path);
  } catch (thrown) {
    if (!(thrown instanceof PolicyError)) throw thrown;
    const said = thrown.message.replace(`  [${thrown.code}]`, "");
    throw new PolicyError(thrown.code, `${path}: ${said}`, { cause: thrown });
  }
}

/** A policy as a file holds it, with all defaults. */
export function writtenPolicy({ open, reason, ...settings }: Policy): object {
  if (open) return { policy: "open", reason };
  return reason === null ? settings : { ...settings, reason };
}
