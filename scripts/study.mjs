// npm run study: sets everything up, then runs the example study. Arguments go to the study.
import { join } from "node:path";
import { setUp } from "./set-up.mjs";
import { main, root, show } from "./step.mjs";

await main(async (args) => {
  await setUp();
  // tsx, because Node 20 does not run TypeScript by itself.
  return show(process.execPath, [
    "--import",
    "tsx",
    join(root, "examples", "breast-cancer", "study.ts"),
    ...args,
  ]);
});
