import { DataError, PolicyError } from "@konsil/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failureNote } from "./failure-note.ts";

class Odd extends Error {}

describe("what a log says of an error", () => {
  it("is its class, a code of the system or of Konsil's, and where it was made", () => {
    expect(failureNote(new Odd("Ola Nordmann"))).toMatch(/^Odd at failure-note\.test\.ts:\d+$/);
    expect(failureNote(Object.assign(new Error("/srv/ola.csv"), { code: "EACCES" }))).toMatch(
      /^Error EACCES at/,
    );
    expect(failureNote(new DataError("DATA_INVALID", "Ola"))).toMatch(/^DataError DATA_INVALID at/);
    expect(failureNote("Ola")).toBe("string");
    expect(failureNote(null)).toBe("object");
  });

  it("is the whole for a policy, whose words are the administrator's own", () => {
    expect(failureNote(new PolicyError("POLICY_INVALID", "No setting."))).toBe(
      "No setting.  [POLICY_INVALID]",
    );
  });

  it("holds nothing of its words, its name or its code that is not a word of a program", () => {
    const words = fc.oneof(
      fc.string(),
      fc.string().map((text) => `${text}\n    at ${text} (ola.ts:1:1)`),
      fc.constant("ola.ts:1:1"),
    );
    fc.assert(
      fc.property(words, words, words, (message, name, code) => {
        const error = Object.assign(new Error(message), { name, code });
        expect(failureNote(error)).toMatch(/^Error( E[A-Z]{2,20})?( at failure-note\.test\.ts:\d+)?$/);
        // An error whose trace is not its own says less, never more.
        Object.defineProperty(error, "stack", { value: name + message });
        expect(failureNote(error)).toMatch(/^Error( E[A-Z]{2,20})?$/);
      }),
    );
  });
});
