// npm run bench: measures beside R; the argument is the number of rounds.
import { join } from "node:path";
import { setUp } from "./set-up.mjs";
import { main, root, show } from "./step.mjs";

await main(async (args) => {
  await setUp();
  return show(process.execPath, ["--import", "tsx", join(root, "benchmarks", "against-r.ts"), ...args]);
});
