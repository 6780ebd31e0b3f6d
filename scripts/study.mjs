// npm run study: sets everything up, then runs the example study. Arguments go to the study.
import { join } from "node:path";
import { setUp } from "./set-up.mjs";
import { exitCode, main, root } from "./step.mjs";

await main(async (args) => {
  await setUp();
  // As it was built into the package, for Node 20 does not run TypeScript by itself. Of two outputs the last counts.
  // Wrong use has a code of its own.
  process.exitCode = await exitCode(process.execPath, [
    join(root, "packages", "konsil", "demo", "breast-cancer", "study.js"),
    "--output",
    join(root, "examples", "breast-cancer", "output"),
    ...args,
  ]);
});
