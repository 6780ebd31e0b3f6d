// npm run test:vantage6: a real vantage6 server with real nodes, the real image, and the tests against them. Arguments
// go to vitest. `--keep` leaves the stack running for another time.
import { buildImage } from "../test/vantage6/stack/image.mjs";
import { down, environment, up } from "../test/vantage6/stack/stack.mjs";
import { setUp } from "./set-up.mjs";
import { main, show, tool } from "./step.mjs";

await main(async (args) => {
  const keep = args.includes("--keep");
  await setUp();
  let stopping;
  const stop = () => (stopping ??= keep ? undefined : down());
  for (const signal of ["SIGINT", "SIGTERM"])
    process.once(signal, () => Promise.resolve(stop()).finally(() => process.exit(1)));
  try {
    await up(buildImage);
    const config = ["run", "--config", "vitest.vantage6.config.ts"];
    return await show(tool("vitest"), [...config, ...args.filter((arg) => arg !== "--keep")], {
      env: { ...process.env, ...environment() },
    });
  } finally {
    await stop();
  }
});
