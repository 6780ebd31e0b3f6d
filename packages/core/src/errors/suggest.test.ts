import { describe, expect, it } from "vitest";
import { counted } from "./counted.ts";
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

  it("is no code that has no letter in common with it", () => {
    expect(suggestion("2", ["0", "1"], "Levels")).toBe("Levels: 0, 1.");
    expect(suggestion("I", ["II", "III"], "Levels")).toContain('Did you mean "II"?');
  });

  it("is no option that is near by its dashes alone", () => {
    expect(suggestion("--ties", ["--sites", "--quiet"], "Options")).not.toContain("Did you mean");
    expect(suggestion("--stes", ["--sites", "--quiet"], "Options")).toContain('Did you mean "--sites"?');
  });

  it("is the only name that begins alike, however much is missing or too much", () => {
    const options = ["--sites", "--output", "--where", "--html"];
    expect(suggestion("--out", options, "Options")).toContain('Did you mean "--output"?');
    expect(suggestion("--output-file", options, "Options")).toContain('Did you mean "--output"?');
    expect(suggestion("men", ["menopause", "nodes"], "Columns")).toContain('Did you mean "menopause"?');
    // Two begin alike, and a beginning of one or two letters is anybody's.
    expect(suggestion("min", ["minimumCell", "minimumRows"], "Settings")).not.toContain("Did you mean");
    expect(suggestion("--h", ["--sites", "--where", "--researcher"], "Options")).not.toContain(
      "Did you mean",
    );
    expect(suggestion("n", ["nodes", "menopause"], "Columns")).not.toContain("Did you mean");
  });
});

it("counts with the noun in its number", () => {
  expect([counted(0, "site"), counted(1, "site"), counted(3, "site")]).toEqual([
    "0 sites",
    "1 site",
    "3 sites",
  ]);
  expect([counted(1, "reply", "replies"), counted(2, "reply", "replies")]).toEqual(["1 reply", "2 replies"]);
});
