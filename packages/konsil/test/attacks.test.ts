import { describe, expect, it } from "vitest";
import { attacks, attemptEverywhere, stillWorking } from "../src/attacks/index.ts";

const sites = 11;

describe("a hospital's default policy", () => {
  it.each(attacks)("withstands: $name", async (attack) => {
    if (attack.without !== null) {
      const without = await attemptEverywhere(attack, attack.without);
      expect(without.find(({ site }) => site === attack.shown)).toMatchObject({ succeeded: true });
    }
    for (const minimumCell of [5, 10, 11]) {
      const guarded = await attemptEverywhere(attack, { minimumCell });
      expect(guarded).toHaveLength(sites);
      expect(guarded.filter(({ succeeded }) => succeeded)).toEqual([]);
      expect(guarded.flatMap(({ codes }) => codes)).not.toContain("SITE_FAILED");
    }
  });

  it("stops one model at many coefficients by their number, where the columns pass", async () => {
    const attack = attacks.find(({ name }) => name === "one model at many coefficients");
    const guarded = attack === undefined ? [] : await attemptEverywhere(attack, {});
    expect(guarded.find(({ site }) => site === "oslo")?.codes).toEqual(["EVALUATIONS_TOO_MANY"]);
  });
});

describe("what still works under the default policy", () => {
  it.each(stillWorking)("is said as it is: $name", async (attack) => {
    const guarded = await attemptEverywhere(attack, {});
    // Whoever makes a rule that stops it moves it to the attacks that fail.
    expect(guarded.some(({ succeeded }) => succeeded)).toBe(true);
  });
});
