import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import base from "./vitest.config.ts";

const files = (...names: readonly string[]): string[] => names.map((name) => `test/vantage6/${name}.real.ts`);

/** A node that is stopped on purpose, and what is tried meanwhile at those that are not. */
const apart = files("outages", "container");
/** These kill tasks and the server on purpose, or count what the server has. */
const alone = files("client", "failures");
/** Begun first: where they never ran vitest does not know how long they take. */
const longest = files("federation", "dev-node", "notebook");

class LongestFirst extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = longest.findIndex((name) => moduleId.endsWith(name));
      return found === -1 ? longest.length : found;
    };
    return (await super.sort(specifications)).sort((a, b) => place(a) - place(b));
  }
}

// Tests against a real server: most of them wait for nodes most of the time, and can do so together.
export default defineConfig({
  ...base,
  test: {
    testTimeout: 300_000,
    hookTimeout: 120_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: "together",
          include: files("*"),
          exclude: [...apart, ...alone],
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      { extends: true, test: { name: "apart", include: apart, maxWorkers: 2, sequence: { groupOrder: 1 } } },
      { extends: true, test: { name: "alone", include: alone, maxWorkers: 1, sequence: { groupOrder: 2 } } },
    ],
  },
});
