import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const packages = fileURLToPath(new URL("./packages/", import.meta.url));

export default defineConfig({
  resolve: {
    // Tests run on the sources: no build is needed, and a failing line is the line that was written.
    alias: [
      { find: /^@konsil\/([a-z]+)$/, replacement: `${packages}$1/src/index.ts` },
      { find: /^@konsil\/([a-z]+)\/([a-z-]+)$/, replacement: `${packages}$1/src/$2/index.ts` },
      { find: /^konsil$/, replacement: `${packages}konsil/src/index.ts` },
      { find: /^konsil\/([a-z-]+)$/, replacement: `${packages}konsil/src/$1/index.ts` },
    ],
  },
  test: {
    include: ["packages/**/*.test.ts", "test/**/*.test.ts", "examples/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    // Real data and real fits take their time on a busy machine; a hang is longer.
    testTimeout: 60_000,
    coverage: { provider: "v8", include: ["packages/*/src/**/*.ts"], exclude: ["**/*.test.ts"] },
  },
});
