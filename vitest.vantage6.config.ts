import { defineConfig } from "vitest/config";
import base from "./vitest.config.ts";

// Tests against a real server: one file after the other, since they kill nodes and the server on purpose.
export default defineConfig({
  ...base,
  test: {
    include: ["test/vantage6/*.real.ts"],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});
