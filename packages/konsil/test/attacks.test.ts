import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { carryOut } from "../src/attacks/carry-out.ts";
import { fewDigits } from "../src/attacks/few-answers.ts";
import { attackDemo, attacks, attemptEverywhere, stillWorking } from "../src/attacks/index.ts";
import { attackPage, attackTable } from "../src/attacks/page.ts";

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

  const codesAtOslo = async (name: string, policy: object): Promise<readonly string[] | undefined> => {
    const attack = [...attacks, ...stillWorking].find((one) => one.name === name);
    const guarded = attack === undefined ? [] : await attemptEverywhere(attack, { ...policy });
    return guarded.find(({ site }) => site === "oslo")?.codes;
  };

  it("stops one model at many coefficients by their number, where the columns pass", async () => {
    const name = "one model at eight coefficients, without a filter, solved for whole numbers";
    expect(await codesAtOslo(name, { maximumEvaluations: 7 })).toEqual(["EVALUATIONS_TOO_MANY"]);
  });

  it("stops many forms by the people of each value too, where their number is not limited", async () => {
    const loose = { maximumTransforms: 1000, maximumEvaluations: 1000 };
    expect(await codesAtOslo("many models with arithmetic", loose)).toEqual(["CELL_TOO_SMALL"]);
  });
});

describe("what still works under the default policy", () => {
  it.each(stillWorking)("is said as it is: $name", async (attack) => {
    const guarded = await attemptEverywhere(attack, {});
    // Whoever makes a rule that stops it moves it to the attacks that fail.
    expect(guarded.some(({ succeeded }) => succeeded)).toBe(true);
  });

  it("would work with few digits of sums too, so that keeping fewer is no guard", async () => {
    const guarded = await attemptEverywhere(fewDigits(16), {});
    expect(guarded.filter(({ succeeded }) => succeeded).length).toBeGreaterThanOrEqual(9);
  });
});

describe("konsil demo --attack", () => {
  it("says what the page of attacks says", async () => {
    let text = "";
    const holds = await attackDemo({
      quiet: false,
      json: true,
      write: (part) => {
        text += part;
      },
    });
    expect(holds).toBe(true);
    const records = JSON.parse(text) as Readonly<Record<"attacks" | "stillWorking", readonly AttackRecord[]>>;
    const page = readFileSync(new URL("../../../docs/explanation/attacks.md", import.meta.url), "utf8");
    const of = ({ succeeded, sites: all }: Share): string => `${succeeded} of ${all}`;
    for (const { attack, without, default: guarded, rule } of records.attacks)
      expect(page).toContain(
        `| ${attack} | ${without === null ? "no setting" : of(without)} | ${of(guarded)} | ${rule} |`,
      );
    for (const { attack, default: guarded, rule } of records.stillWorking)
      expect(page).toContain(`| ${attack} | ${of(guarded)} | ${rule} |`);
    const rows = page.split("\n").filter((line) => / of 11 \|/.test(line));
    expect(rows).toHaveLength(attacks.length + stillWorking.length);
  });

  it("shows steps, what was found, and two tables", async () => {
    const outcome = await carryOut(attacks[0] as (typeof attacks)[number]);
    const page = attackPage(outcome, 1);
    expect(page).toContain("Found: patients by age, from 81 down: 76: 2");
    expect(page).toContain("[WEIGHTS_CONCENTRATED]");
    for (const line of page.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
    expect(attackTable([outcome])).toContain("11 of 11 sites  0 of 11 sites");
  });
});

interface Share {
  readonly sites: number;
  readonly succeeded: number;
}

interface AttackRecord {
  readonly attack: string;
  readonly rule: string;
  readonly without: Share | null;
  readonly default: Share;
}
