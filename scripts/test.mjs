// npm test: builds, checks types and style, and runs every test. Arguments go to vitest.
import { setUp } from "./set-up.mjs";
import { all, main, show, step, tool } from "./step.mjs";

await main(async (args) => {
  await setUp();
  const clean = await all([
    () => step("types", tool("tsc"), ["-p", "tsconfig.test.json"]),
    () => step("style", tool("biome"), ["ci", "--colors=off", "."]),
    () => step("lint", tool("oxlint"), ["--type-aware", "--deny-warnings"]),
  ]);
  const passed = await show(tool("vitest"), ["run", ...args]);
  return clean && passed;
});
