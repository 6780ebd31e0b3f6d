import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { explain, type Policy, parsePolicy } from "@konsil/core";
import { algorithmNamed } from "./algorithms-command.ts";
import { explainText } from "./explain-text.ts";
import { UsageError } from "./failure.ts";
import { readOptions } from "./options.ts";

export const explainHelp = `konsil explain ALGORITHM [--policy FILE] [--html page.html]

For those who guard the data: what an algorithm asks of a site, which columns it reads, every number that leaves and
under which rule of the policy, when the site would not answer, who sees it and what does not leave. From the
declarations that the software itself keeps to; no data are read.

  --policy FILE   the site's policy; a hospital's default unless given. Algorithms in it that this release has not are
                  told on standard error
  --html FILE     writes it as a page as well
`;

/** A site's policy. Names in it that nothing here has are told on standard error, as `konsil policy check` does. */
async function policyOf(file: string): Promise<Policy> {
  const [{ readPolicy }, { unknownNames }] = await Promise.all([
    import("./read-policy.ts"),
    import("./policy-names.ts"),
  ]);
  const policy = await readPolicy(file);
  for (const words of unknownNames(policy)) process.stderr.write(`${words}\n`);
  return policy;
}

export async function explainCommand(args: readonly string[]): Promise<void> {
  const { values, positionals } = readOptions("explain", args, {
    policy: { type: "string" },
    html: { type: "string" },
  });
  const [name] = positionals;
  if (name === undefined || positionals.length > 1)
    throw new UsageError("explain", "Which algorithm? konsil algorithms lists them.");
  const algorithm = algorithmNamed("explain", name);
  const { policy: file, html } = values;
  if (typeof html === "string") {
    const { checkOutput } = await import("@konsil/sdk");
    await checkOutput(html, { what: "--html", endings: [".html"] });
  }
  const explained = {
    explanation: explain(algorithm, typeof file === "string" ? await policyOf(file) : parsePolicy()),
    policyName: typeof file === "string" ? `the policy ${basename(file)}` : "a hospital's default policy",
  };
  process.stdout.write(explainText(explained));
  if (typeof html === "string") {
    const [{ page }, { explainPage }] = await Promise.all([
      import("@konsil/sdk"),
      import("./explain-page.ts"),
    ]);
    await writeFile(html, page(explainPage(explained)));
  }
}
