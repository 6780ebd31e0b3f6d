// npm run notebooks: runs every notebook, and writes those that show something else than before. Arguments go to vitest:
// npm run notebooks -- -t survival. The one for a vantage6 server is written by
// KONSIL_NOTEBOOKS=write npm run test:vantage6 -- notebook.
import { setUp } from "./set-up.mjs";
import { main, show, tool } from "./step.mjs";

await main(async (args) => {
  await setUp();
  const env = { ...process.env, KONSIL_NOTEBOOKS: "write" };
  return await show(tool("vitest"), ["run", "test/notebooks.test.ts", ...args], { env });
});
