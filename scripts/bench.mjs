// npm run bench: measures beside R; the argument is the number of rounds. npm run bench -- event-times: how far curves
// from a lattice and from batches are from the exact ones. npm run bench -- vantage6: how close an analysis at real nodes
// comes to what their server and nodes need; the argument is the number of fits, --keep leaves them running.
import { join } from "node:path";
import { buildImage } from "../test/vantage6/stack/image.mjs";
import { environment, withStack } from "../test/vantage6/stack/stack.mjs";
import { setUp } from "./set-up.mjs";
import { main, root, StepFailed, show } from "./step.mjs";

const scripts = { "event-times": "event-times.ts", vantage6: "vantage6.ts" };

await main(async ([first, ...others]) => {
  await setUp();
  const script = scripts[first];
  const rest = script === undefined ? [first, ...others].filter((arg) => arg !== undefined) : others;
  const measure = (args, env = process.env) =>
    show(process.execPath, ["--import", "tsx", join(root, "benchmarks", script ?? "against-r.ts"), ...args], {
      env,
    });
  if (first !== "vantage6") return await measure(rest);
  return await withStack(buildImage, rest.includes("--keep"), (hasNodes) => {
    if (!hasNodes) throw new StepFailed("nodes", "No Docker engine can be started here.", "Start Docker.");
    return measure(
      rest.filter((arg) => arg !== "--keep"),
      { ...process.env, ...environment() },
    );
  });
});
