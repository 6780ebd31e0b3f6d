import { policyFile } from "@konsil/site";
import { UsageError } from "./failure.ts";
import { readOptions } from "./options.ts";

export const policyHelp = `konsil policy check FILE

Reads a site's policy and prints it with all defaults filled in, or says what is wrong with it.
`;

export async function policyCommand(args: readonly string[]): Promise<void> {
  const { positionals } = readOptions("policy", args, {});
  const [action, file] = positionals;
  if (action !== "check" || file === undefined || positionals.length > 2)
    throw new UsageError("policy", "Call it as: konsil policy check FILE.");
  const policy = await policyFile(file);
  process.stdout.write(`${JSON.stringify(policy, null, 2)}\n`);
}
