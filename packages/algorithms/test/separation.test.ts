import { isKonsilError, type Row } from "@konsil/core";
import { type LocalSite, localFederation } from "@konsil/sdk";
import { describe, expect, it } from "vitest";
import { glm } from "../src/regression/index.ts";
import { coxph } from "../src/survival/index.ts";
import { uniform } from "./goldens.ts";

/** Nobody in group b has the event; x, too, has to do with it. */
function rowsOf(n: number, seed: number): readonly Row[] {
  const random = uniform(seed);
  return Array.from({ length: n }, () => {
    const x = Math.round(100 * random());
    const group = random() < 0.4 ? "b" : "a";
    const event = group === "a" && random() < 0.2 + x / 200;
    return {
      x,
      group,
      event,
      above: x >= 50,
      days: 1 + Math.floor(1000 * random() * (event ? 1 - x / 300 : 1)),
    };
  });
}

const named = ["oslo", "leeds", "tartu"];
const sitesOf = (more: Omit<LocalSite, "name" | "rows">, n = 150): LocalSite[] =>
  named.map((name, i) => ({ name, rows: rowsOf(n, i + 1), ...more }));
const open = { policy: "open", reason: "rows made up by a test" } as const;

async function codeOf(result: PromiseLike<unknown>): Promise<string> {
  try {
    await result;
    return "answered";
  } catch (error) {
    return isKonsilError(error) ? error.code : "defect";
  }
}

describe("coefficients that run away, under a hospital's policy", () => {
  it.each(["konsil", "R"] as const)(
    "are named by glm and coxph, as under the open policy: control %s",
    async (control) => {
      const free = await localFederation(sitesOf(open));
      const guarded = await localFederation(sitesOf({}));
      const levels = { group: ["a", "b"] };
      const cox = { formula: "Surv(days, event) ~ group + x + strata(site)", levels, control } as const;
      const logistic = { formula: "event ~ group + x", family: "binomial", levels, control } as const;
      const [limit, found] = [await free.run(coxph, cox), await guarded.run(coxph, cox)];
      expect(found.infinite).toEqual(["negative", null]);
      expect(found.infinite).toEqual(limit.infinite);
      // What stays finite had long converged when the sites went no further.
      expect(found.coefficients[1]).toBeCloseTo(limit.coefficients[1] as number, 4);
      expect(found.warnings.join(" ")).toMatch(/coefficient of groupb has no finite estimate/);
      const [logit, reached] = [await free.run(glm, logistic), await guarded.run(glm, logistic)];
      expect([reached.separation, reached.infinite[1]]).toEqual([true, "negative"]);
      expect(reached.coefficients[2]).toBeCloseTo(logit.coefficients[2] as number, 4);
      expect(reached.warnings.join(" ")).toMatch(/Separation.*groupb/);
      if (control === "konsil")
        for (const value of [found, reached]) expect(value.coefficients).toContain(null);
    },
  );

  it("are named where one column tells the outcome, and where time does", async () => {
    const guarded = await localFederation(sitesOf({}));
    const value = await guarded.run(glm, { formula: "above ~ x", family: "binomial" });
    expect([value.separation, value.converged]).toEqual([true, false]);
    expect(value.coefficients).toEqual([null, null]);
    // Whoever is older dies first: a monotone likelihood.
    const ordered = named.map((name) => ({
      name,
      rows: Array.from({ length: 150 }, (_, i): Row => ({ days: 400 - 2 * i, event: i % 3 > 0, x: i })),
    }));
    const cox = await (await localFederation(ordered)).run(coxph, {
      formula: "Surv(days, event) ~ x + strata(site)",
    });
    expect([cox.infinite, cox.coefficients, cox.converged]).toEqual([["positive"], [null], false]);
    expect(cox.warnings.join(" ")).toMatch(/fewer people than sites permit/);
    expect(cox.waldTest).toBeNull();
  });

  it("are no excuse for other refusals: weights or an offset at fault from the start are named as they are", async () => {
    const rows = named.map((name, i) => ({
      name,
      rows: rowsOf(150, i).map((row) => ({
        ...row,
        far: Number(row["x"]) / 2,
        heavy: (Number(row["x"]) / 100) ** 40 + 1e-9,
      })),
    }));
    const federation = await localFederation(rows);
    const formula = "Surv(days, event) ~ x + strata(site)";
    for (const refused of [
      () => federation.run(coxph, { formula: "Surv(days, event) ~ x + offset(far) + strata(site)" }),
      () => federation.run(coxph, { formula, weights: "heavy" }),
      () => federation.run(glm, { formula: "event ~ group + offset(far)", family: "binomial" }),
      () => federation.run(glm, { formula: "event ~ x", family: "binomial", weights: "heavy" }),
    ])
      expect([String(refused), await codeOf(refused())]).toEqual([String(refused), "WEIGHTS_CONCENTRATED"]);
  });
});

describe("a site of few rows", () => {
  it("leaves a fit in which its weights are uneven, and the others go on", async () => {
    const random = uniform(12);
    const person = (x: number, i: number): Row => ({
      x,
      event: i % 2 === 0,
      days: 1 + Math.round(1e6 * Math.exp(-0.16 * x) * -Math.log(1 - random())),
    });
    const hospitals = named.map((name) => ({
      name,
      rows: Array.from({ length: 150 }, (_, i) => person(50 + Math.floor(41 * random()), i)),
    }));
    const few = {
      name: "few",
      rows: Array.from({ length: 16 }, (_, i) => person(50 + ((i * 7) % 16) * 2.6, i)),
    };
    const args = { formula: "Surv(days, event) ~ x + strata(site)" } as const;
    const value = await (await localFederation([...hospitals, few])).run(coxph, args);
    const without = await (await localFederation(hospitals)).run(coxph, args);
    expect(value.report.sites.find(({ site }) => site === "few")).toMatchObject({
      state: "abstained",
      code: "WEIGHTS_CONCENTRATED",
    });
    expect(value.coefficients).toEqual(without.coefficients);
  });
});

describe("parameters and rows of all sites together", () => {
  const small = (more: Omit<LocalSite, "name" | "rows">) =>
    named.map((name, i) => ({
      name,
      rows: rowsOf(20, i + 40).map((row, person) => ({
        ...row,
        y: Number(row["days"]),
        ...Object.fromEntries(["a", "b", "c", "d", "e"].map((name, j) => [name, (person * (j + 3)) % 17])),
      })),
      ...more,
    }));
  const args = {
    formula: "y ~ x + a + b + c + d + e",
    family: "gaussian",
  } as const;

  it("are compared by the strictest site's setting", async () => {
    // Seven parameters and 60 rows, which leave each site below its own third.
    const strict = { maximumParameterShare: 0.4 };
    const federation = await localFederation(small({ policy: strict }));
    await expect(federation.run(glm, args)).rejects.toMatchObject({
      name: "RefusalError",
      code: "PARAMETERS_TOO_MANY",
      message: expect.stringContaining("maximumPooledParameterShare") as string,
    });
    const loose = { ...strict, maximumPooledParameterShare: 0.2 };
    const permitted = await localFederation(small({ policy: loose }));
    expect((await permitted.run(glm, args)).n).toBe(60);
    const mixed = await localFederation(
      small({ policy: loose }).map((site, i) => (i === 1 ? { ...site, policy: strict } : site)),
    );
    await expect(mixed.run(glm, args)).rejects.toMatchObject({ code: "PARAMETERS_TOO_MANY" });
  });

  it("are not compared under the open policy", async () => {
    expect((await (await localFederation(small(open))).run(glm, args)).n).toBe(60);
  });

  it("are a warning for events of a Cox model", async () => {
    const federation = await localFederation(small(open));
    const few = await federation.run(coxph, {
      formula: "Surv(days, event) ~ x + I(x^2) + sqrt(x) + strata(site)",
    });
    expect(few.warnings.join(" ")).toMatch(/\d+ events for 3 coefficients.*fewer than 10 events for each/);
    const enough = await (await localFederation(sitesOf(open))).run(coxph, {
      formula: "Surv(days, event) ~ x + strata(site)",
    });
    expect(enough.warnings).toEqual([]);
  });
});
