// npm run bench: measures beside R; the argument is the number of rounds. npm run bench -- event-times: how far curves
// from a lattice and from batches are from the exact ones.
import { join } from "node:path";
import { setUp } from "./set-up.mjs";
import { main, root, show } from "./step.mjs";

await main(async (args) => {
  await setUp();
  const [script, rest] =
    args[0] === "event-times" ? ["event-times.ts", args.slice(1)] : ["against-r.ts", args];
  return show(process.execPath, ["--import", "tsx", join(root, "benchmarks", script), ...rest]);
});
