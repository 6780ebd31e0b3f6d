import { defineAlgorithm, type Row } from "@konsil/core";
import { type LocalSite, localFederation } from "@konsil/sdk";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { coxph } from "./coxph.ts";
import { coxStrataStep } from "./strata.step.ts";

const oldest = 97;

/** One person at one site is far older than all others, and leaves observation last. */
function hospital(name: string, event: boolean): readonly Row[] {
  return Array.from({ length: 200 }, (_, i): Row => {
    if (name === "a" && i === 17) return { days: 500, event, age: oldest };
    return { days: 1 + ((13 * i) % 199), event: i % 3 === 0, age: 50 + ((5 * i) % 21) };
  });
}

function sites(policy: "hospital" | "open", event: boolean): LocalSite[] {
  return ["a", "b", "c"].map((name) => ({
    name,
    rows: hospital(name, event),
    ...(policy === "open" ? { policy, reason: "rows made up by a test" } : {}),
  }));
}

/** Nearly 0 for everybody of 50 to 70 years, and nearly 1 for a person of 100. */
const spotlight = "((age - 60) / 40)^40";
const ageOf = (value: number): number => 60 + 40 * value ** (1 / 40);

describe("a column that is a spotlight on one person", () => {
  it("tells the age of the oldest where nothing is guarded, moved by a constant or not", async () => {
    const federation = await localFederation(sites("open", false));
    for (const shift of [0, 1, 1000]) {
      const formula = `Surv(days, event) ~ I(${shift} + ${spotlight}) + strata(site)`;
      const { means, n } = await federation.run(coxph, { formula });
      expect(ageOf(((means[0] as number) - shift) * n)).toBeCloseTo(oldest, shift > 1 ? 0 : 6);
    }
  });

  it.each([
    ["as it is", `I(${spotlight})`],
    ["moved by a constant", `I(1 + ${spotlight})`],
    ["moved far", `I(1000 + ${spotlight})`],
    ["beside an honest column", `age + I(1 + ${spotlight})`],
    ["of a high power", "I((age - 60)^20)"],
    ["as an offset", `age + offset(1 + ${spotlight})`],
  ])("is refused under a hospital's policy: %s", async (_what, right) => {
    for (const event of [true, false]) {
      const federation = await localFederation(sites("hospital", event));
      const formula = `Surv(days, event) ~ ${right} + strata(site)`;
      await expect(federation.run(coxph, { formula })).rejects.toMatchObject({
        code: "ORGANIZATIONS_TOO_FEW",
        message: expect.stringContaining("minimumCell 5") as string,
      });
    }
  });

  it("lets honest columns pass", async () => {
    const federation = await localFederation(sites("hospital", false));
    const formula = "Surv(days, event) ~ age + I(age^2) + strata(site)";
    expect((await federation.run(coxph, { formula })).n).toBe(600);
  });
});

describe("a researcher who asks for a score without the moments", () => {
  /** The score at β = 0 of a column that is centred where its spotlight is dark. */
  const score = defineAlgorithm({
    name: "score-alone",
    arguments: z.strictObject({}),
    steps: [coxStrataStep],
    central: async (_args, context) => {
      const { score: found, events } = await context.pool(coxStrataStep, {
        model: {
          formula: `Surv(days, event) ~ I(1 + ${spotlight}) + strata(site)`,
          variables: { age: { type: "numeric" } },
          others: "refuse",
          weights: null,
        },
        ties: "breslow",
        scaling: { centre: [1], factor: [1], offset: 0 },
        beta: [0],
      });
      return { score: found[0] ?? 0, events };
    },
  });

  /** With the oldest at risk at every event and never an event, U = −x(oldest) Σ 1/n(t). */
  function ageFrom(found: number): number {
    const rows = hospital("a", false);
    const days = (row: Row): number => Number(row["days"]);
    const shares = rows
      .filter((row) => row["event"] === true)
      .reduce((sum, row) => sum + 1 / rows.filter((other) => days(other) >= days(row)).length, 0);
    return ageOf(-found / shares);
  }

  it("learns the age of a censored person where nothing is guarded", async () => {
    const { score: found } = await (await localFederation(sites("open", false))).run(score, {});
    expect(ageFrom(found)).toBeCloseTo(oldest, 6);
  });

  it("is refused under a hospital's policy, whether that person had the event or not", async () => {
    for (const event of [true, false]) {
      const federation = await localFederation(sites("hospital", event));
      await expect(federation.run(score, {})).rejects.toMatchObject({
        code: "ORGANIZATIONS_TOO_FEW",
        message: expect.stringContaining("minimumCell 5") as string,
      });
    }
  });
});
