// npm run docs: the reference of every package, as Markdown, into docs/api. TypeDoc needs an older TypeScript than the
// build, so it has its own node_modules, and nobody else pays for it.
import { join } from "node:path";
import { pnpmCommand, setUp } from "./set-up.mjs";
import { main, root, show, step } from "./step.mjs";

const docs = join(root, "docs");

await main(async (args) => {
  await setUp();
  const [command, install] = pnpmCommand("install", "--ignore-workspace", "--frozen-lockfile");
  await step("installing TypeDoc", command, install, { cwd: docs, env: { ...process.env, CI: "true" } });
  return show(join(docs, "node_modules", ".bin", "typedoc"), args, { cwd: docs });
});
