import { describe, expect, it } from "vitest";
import { suggestion } from "./suggest.ts";

describe("what was probably meant", () => {
  it("is the name that was begun, of two that are as near", () => {
    const named = ["formula", "time", "event", "ties"];
    expect(suggestion("tie", named, "Arguments")).toBe(
      'Did you mean "ties"? Arguments: formula, time, event, ties.',
    );
    expect(suggestion("tie", named.toReversed(), "Arguments")).toContain('"ties"?');
    expect(suggestion("tme", named, "Arguments")).toContain('"time"?');
    expect(suggestion("cluster", named, "Arguments")).not.toContain("Did you mean");
  });
});
