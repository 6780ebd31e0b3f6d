// npm run test:vantage6: a real vantage6 server with real nodes, the real image, and the tests against them. Arguments
// go to vitest. `--keep` leaves the stack running for another time, `--stop` ends one that was kept.
import { buildImage } from "../test/vantage6/stack/image.mjs";
import { down, environment, withStack } from "../test/vantage6/stack/stack.mjs";
import { setUp } from "./set-up.mjs";
import { main, show, timed, tool } from "./step.mjs";

/** The tests that need no container. */
const withoutDocker = ["dev-node.real.ts", "notebook.real.ts"];

await main(async (args) => {
  if (args.includes("--stop")) return await timed("ending the stack", down);
  await setUp();
  const config = ["run", "--config", "vitest.vantage6.config.ts"];
  const given = args.filter((arg) => arg !== "--keep");
  return await withStack(buildImage, args.includes("--keep"), async (hasNodes) => {
    if (!hasNodes)
      process.stderr.write(
        "No Docker engine can be started here: no container is tested. The same programs run as processes under " +
          "development nodes (konsil node --dev), at the real server.\n",
      );
    return await show(tool("vitest"), [...config, ...given, ...(hasNodes ? [] : withoutDocker)], {
      env: { ...process.env, ...environment() },
    });
  });
});
