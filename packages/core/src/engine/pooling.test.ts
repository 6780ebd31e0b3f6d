import { expect, it } from "vitest";
import { counts } from "../statistics/index.ts";
import type { AnyStep } from "../step/index.ts";
import { poolAnswers } from "./pooling.ts";

it("says at which sites and in which question what cannot be pooled is, and its field last", () => {
  const step = { name: "test.people", output: { people: counts(["group"]) } } as unknown as AnyStep;
  const answers = ["oslo", "leeds"].map((site) => ({ site, wires: { people: null } }));
  expect(() =>
    poolAnswers(step, { group: ["a", "b"] }, answers, { minimumOrganizations: 1, minimumCell: 1 }),
  ).toThrow(
    expect.objectContaining({
      code: "REPLY_INVALID",
      message: expect.stringMatching(
        /^The answers of leeds and oslo to "test\.people" do not fit together.* have them all use the same\. What differs: the field "people"\./,
      ),
      cause: expect.any(Error),
    }),
  );
});
