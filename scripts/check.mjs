// npm run check: what a release must hold beyond the tests. `--keep` keeps the folder of the packed packages.
import { jupyterCheck } from "./jupyter-check.mjs";
import { packCheck } from "./pack-check.mjs";
import { setUp } from "./set-up.mjs";
import { all, main, step, tool } from "./step.mjs";

await main(async (args) => {
  await setUp();
  const tidy = await all([() => step("knip", tool("knip"), []), jupyterCheck]);
  return (await packCheck({ keep: args.includes("--keep") })) && tidy;
});
