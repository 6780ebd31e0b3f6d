// npm run bench: measures; arguments go to vitest.
import { setUp } from "./set-up.mjs";
import { main, show, tool } from "./step.mjs";

await main(async (args) => {
  await setUp();
  return show(tool("vitest"), ["bench", "--run", ...args]);
});
