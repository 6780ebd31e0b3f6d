import { type AnyAlgorithm, kindOf, parsePolicy, Withholding } from "@konsil/core";
import { describe, expect, it } from "vitest";
import * as all from "../src/index.ts";

const isAlgorithm = (one: unknown): one is AnyAlgorithm =>
  typeof one === "object" && one !== null && "steps" in one;
const steps = Object.values(all).flatMap((one: unknown) => (isAlgorithm(one) ? one.steps : []));

/** A name of the code, as no researcher knows it: halfExpected. */
const ofCode = /[a-z][A-Z]/;

const policy = parsePolicy({});
const settings = Object.keys(policy);

/** What a refusal of a field says when one person is behind each of its numbers. */
function refusalOf(step: (typeof steps)[number], field: string): string | undefined {
  const statistic = step.output[field];
  if (statistic === undefined) return undefined;
  const labels = new Proxy({}, { get: () => ["one"] });
  const value = statistic.kind === "moments" ? { people: [1], missing: [0], behind: [1], sums: {} } : [1];
  try {
    kindOf(statistic).release(statistic, value, {
      policy,
      field,
      words: step.words?.fields,
      rows: 1,
      dimensions: labels,
      other: () => [1],
      columnName: (key) => key,
      measured: () => undefined,
    });
    return undefined;
  } catch (error) {
    return error instanceof Withholding ? error.message : undefined;
  }
}

describe("what a step tells", () => {
  it("has words for each number, which are not the code's", () => {
    expect(steps.length).toBeGreaterThan(10);
    for (const { name, output, words, refusals } of steps) {
      for (const field of Object.keys(output)) {
        const told = words?.fields[field];
        expect(told, `${name}: ${field}`).toBeTruthy();
        expect(told).not.toMatch(ofCode);
      }
      for (const reason of Object.values(refusals)) expect(reason).not.toMatch(ofCode);
    }
  });

  it("is called by these words when a site refuses it", () => {
    const refused = steps.flatMap((step) =>
      Object.keys(step.output).flatMap((field) => {
        const message = refusalOf(step, field);
        return message === undefined ? [] : [{ field, message }];
      }),
    );
    expect(refused.map(({ field }) => field)).toEqual(
      expect.arrayContaining(["halfExpected", "behind", "behindEvents", "events", "numbers"]),
    );
    for (const { field, message } of refused) {
      // Settings of a policy are words that a steward and a researcher know.
      const said = settings.reduce((rest, setting) => rest.replaceAll(setting, ""), message);
      expect(said).not.toMatch(ofCode);
      // The argument that asks for a range is called so as well.
      if (field !== "range") expect(message).not.toContain(`"${field}"`);
    }
  });
});
