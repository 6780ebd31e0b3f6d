import type { Report, View } from "@konsil/core";
import { describe, expect, it } from "vitest";
import { withWarnings } from "./warnings.ts";

const report = (...warnings: string[]): Report => ({ warnings }) as unknown as Report;
const view: View = { title: "Cox model", notes: ["5 of 6 rows used. One site abstained."] };

describe("a result that is shown", () => {
  it("says what its report warns of, before anything else", () => {
    expect(withWarnings(view, report("p values do not hold.")).notes).toEqual([
      "p values do not hold.",
      "5 of 6 rows used. One site abstained.",
    ]);
  });

  it("says nothing twice", () => {
    expect(withWarnings(view, report("One site abstained."))).toBe(view);
  });
});
