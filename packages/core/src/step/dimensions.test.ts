import { describe, expect, it } from "vitest";
import { z } from "zod";
import { counts } from "../statistics/index.ts";
import { defineStep } from "./step.ts";

const step = defineStep({
  name: "test.labels",
  arguments: z.strictObject({ columns: z.array(z.string()) }),
  columns: () => ({}),
  dimensions: ({ columns }) => ({ column: columns }),
  output: { people: counts(["column"]) },
  run: () => ({ people: [] }),
});

describe("labels of a dimension", () => {
  it("are the arguments', so that one twice is a mistake of whoever asks", () => {
    expect(step.dimensions({ columns: ["age", "nodes"] })).toEqual({ column: ["age", "nodes"] });
    expect(() => step.dimensions({ columns: ["age", "nodes", "age"] })).toThrow(
      expect.objectContaining({
        code: "ARGUMENT_INVALID",
        message: expect.stringContaining(
          '"age" is asked for twice (step "test.labels"). Name each column, and each of its levels, once.',
        ) as string,
      }),
    );
  });
});
