import { parsePolicy, type Row } from "@konsil/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { glmIrlsStep } from "../src/regression/glm/irls.step.ts";
import { glmMomentsStep } from "../src/regression/glm/moments.step.ts";
import { coxMomentsStep } from "../src/survival/coxph/moments.step.ts";
import { coxRiskSumsStep } from "../src/survival/coxph/risk-sums.step.ts";
import { coxStrataStep } from "../src/survival/coxph/strata.step.ts";
import { type Ask, answered, askSite, numbersOf, type Patient, patientsOf } from "./ask-site.ts";

const reason = "public data of a published study";
const concentrated = { ok: false, code: "WEIGHTS_CONCENTRATED", abstains: false };
const patients = await patientsOf("oslo");
const oldest = Math.max(...patients.map(({ age }) => age));

interface Model {
  readonly formula: string;
  readonly family?: "gaussian" | "binomial" | "poisson";
  readonly link?: "identity" | "logit" | "log" | "sqrt";
  readonly weights?: string | null;
  readonly columns?: readonly string[];
}

const variablesOf = (columns: readonly string[] = ["age"]) =>
  Object.fromEntries(columns.map((name) => [name, { type: "numeric" }]));

function glmModel({ formula, family = "poisson", link = "log", weights = null, columns }: Model) {
  return {
    formula,
    variables: variablesOf(columns),
    others: "refuse",
    outcomeLevels: null,
    family,
    link,
    weights,
  };
}

function irls(model: Model, beta: readonly number[] | null, centre: readonly number[]) {
  const scaling = { centre, factor: centre.map(() => 1) };
  return { model: glmModel(model), design: "full", scaling, beta };
}

function coxModel({ formula, weights = null, columns }: Model) {
  return { formula, variables: variablesOf(columns), others: "refuse", weights };
}

function cox(model: Model, beta: readonly number[], centre: readonly number[]) {
  const scaling = { centre, factor: centre.map(() => 1), offset: 0 };
  return { model: coxModel(model), ties: "breslow", scaling, beta };
}

const codeOf = async (reply: ReturnType<Ask>): Promise<string> => {
  const found = await reply;
  return found.ok ? "answered" : found.code;
};

describe("one weighted sum at β = ln 64", () => {
  const question = irls({ formula: "nodes ~ age" }, [0, Math.log(64)], [0, 60]);
  /** Σ 64^(age − 60) from its highest digits on. */
  const agesOf = (sum: number): number[] => {
    const ages: number[] = [];
    let left = sum;
    for (let age = 110; ages.length < 5; age--) {
      const people = Math.floor(left / 64 ** (age - 60) + 1e-3);
      for (let i = 0; i < people; i++) ages.push(age);
      left -= people * 64 ** (age - 60);
    }
    return ages.slice(0, 5);
  };

  it("gives the ages of the oldest where nothing is guarded", async () => {
    const ask = askSite(patients, "open", reason);
    const [sum] = numbersOf(answered(await ask(glmIrlsStep, question)).output["information"], 3);
    const truth = patients.map(({ age }) => age).sort((a, b) => b - a);
    expect(agesOf(sum as number)).toEqual(truth.slice(0, 5));
  });

  it.each([
    ["as it is", [0, Math.log(64)]],
    ["low", [-100, Math.log(64)]],
    ["with the young", [0, -Math.log(64)]],
    ["nearly flat, but for the oldest", [0, 0.6]],
  ])("is refused under a hospital's policy, %s", async (_what, beta) => {
    const ask = askSite(patients);
    expect(await ask(glmIrlsStep, irls({ formula: "nodes ~ age" }, beta, [0, 60]))).toMatchObject(
      concentrated,
    );
  });

  it("is refused by the share of rows alone, and passes without that share", async () => {
    // exp(η) rests on more than ten rows, and on fewer than a tenth of all.
    const args = irls({ formula: "nodes ~ age" }, [0, 0.2], [0, 60]);
    expect(await askSite(patients)(glmIrlsStep, args)).toMatchObject(concentrated);
    expect(await codeOf(askSite(patients, { minimumEffectiveShare: 0 })(glmIrlsStep, args))).toBe("answered");
  });

  it("names the rules that it meets", async () => {
    const ask = askSite(patients);
    const spread = await ask(glmIrlsStep, irls({ formula: "nodes ~ age" }, [0, 1], [0, 60]));
    expect(spread).toMatchObject({
      message: expect.stringContaining("farther than 10 from their mean") as string,
    });
    const share = await ask(glmIrlsStep, irls({ formula: "nodes ~ age" }, [0, 0.2], [0, 60]));
    expect(share).toMatchObject({ message: expect.stringContaining("minimumEffectiveShare 0.1") as string });
  });
});

describe("Pearson's χ², whose weights are large where those of all other sums are small", () => {
  // Far below the middle of a logit, V(μ) is e^η: most for the many without positive nodes, and χ² is a sum of e^−η.
  const beta = [-6, -0.25];
  const args = irls(
    { formula: "event ~ nodes", family: "binomial", link: "logit", columns: ["nodes"] },
    beta,
    [0, 3],
  );

  it("is the sum of few people where nothing is guarded", async () => {
    const { output } = answered(await askSite(patients, "open", reason)(glmIrlsStep, args));
    const parts = patients
      .map(({ event, nodes }) => Math.exp((event ? -1 : 1) * (-6 - 0.25 * (nodes - 3))))
      .sort((a, b) => b - a);
    const of = (people: number): number => parts.slice(0, people).reduce((sum, part) => sum + part, 0);
    const [found] = numbersOf(output["pearson"], 1);
    expect(found).toBeCloseTo(of(patients.length), 3);
    expect(of(3) / (found as number)).toBeGreaterThan(0.6);
  });

  it("is left out under a hospital's policy, and all else is answered", async () => {
    const { output } = answered(await askSite(patients)(glmIrlsStep, args));
    expect(output["pearson"]).toBeNull();
    expect(numbersOf(output["information"], 3)[0]).toBeGreaterThan(0);
  });
});

describe("the log-likelihood of a Cox model at β = 5", () => {
  const args = cox({ formula: "Surv(days, event) ~ age + strata(site)" }, [5], [60]);
  /** Σ over events of how much older the oldest at risk was. */
  const truth = patients
    .filter(({ event }) => event)
    .reduce((sum, { days, age }) => {
      const atRisk = patients.filter((other) => other.days >= days).map((other) => other.age);
      return sum + Math.max(...atRisk) - age;
    }, 0);

  it("tells how much older the oldest at risk were where nothing is guarded", async () => {
    const { output } = answered(await askSite(patients, "open", reason)(coxStrataStep, args));
    const found = -(numbersOf(output["logLikelihood"], 1)[0] as number) / 5;
    expect(Math.abs(found - truth) / truth).toBeLessThan(0.01);
  });

  it.each([[5], [-5], [1], [0.4]])("is refused under a hospital's policy at β = %f", async (beta) => {
    const question = cox({ formula: "Surv(days, event) ~ age + strata(site)" }, [beta], [60]);
    expect(await askSite(patients)(coxStrataStep, question)).toMatchObject(concentrated);
  });

  it("is answered near an honest β", async () => {
    const question = cox({ formula: "Surv(days, event) ~ age + strata(site)" }, [0.02], [60]);
    expect(await codeOf(askSite(patients)(coxStrataStep, question))).toBe("answered");
  });
});

describe("sums over risk sets of a Cox model that is pooled over sites", () => {
  // One time, so that everybody leaves in one cell.
  const args = (beta: number) => ({
    ...cox({ formula: "Surv(days, event) ~ age" }, [beta], [60]),
    times: [{ at: [0], tied: [] }],
  });

  it("give the oldest at β = 5 where nothing is guarded, and not where times alone are public", async () => {
    const open = answered(await askSite(patients, "open", reason)(coxRiskSumsStep, args(5)));
    const [total, sum] = numbersOf(open.output["risk"], 3);
    expect(60 + (sum as number) / (total as number)).toBeCloseTo(oldest, 1);
    const exact = askSite(patients, { eventTimes: "exact", reason });
    expect(await exact(coxRiskSumsStep, args(5))).toMatchObject(concentrated);
    expect(await codeOf(exact(coxRiskSumsStep, args(0.02)))).toBe("answered");
  });
});

describe("weights that are a spotlight", () => {
  /** (age / the oldest)^power. */
  const weighted = (power: number): readonly Row[] =>
    patients.map((row) => ({ ...row, spot: (row.age / oldest) ** power }));
  const model = { formula: "nodes ~ age", weights: "spot" };

  it("tell the age of the oldest where nothing is guarded", async () => {
    const ask = askSite(weighted(400), "open", reason);
    const { output } = answered(await ask(glmMomentsStep, { model: glmModel(model) }));
    const [total] = numbersOf(output["totals"], 2);
    const [, sum] = numbersOf(output["sum"], 2);
    expect((sum as number) / (total as number)).toBeCloseTo(oldest, 0);
  });

  it("are refused, from those of one person to those of less than a tenth of all", async () => {
    const codes = new Set<string>();
    for (const power of [400, 100, 50, 30, 20]) {
      const ask = askSite(weighted(power));
      const asked = [
        ask(glmMomentsStep, { model: glmModel(model) }),
        ask(glmIrlsStep, irls(model, [0, 0], [0, 60])),
        ask(coxMomentsStep, {
          model: coxModel({ formula: "Surv(days, event) ~ age + strata(site)", weights: "spot" }),
        }),
        ask(
          coxStrataStep,
          cox({ formula: "Surv(days, event) ~ age + strata(site)", weights: "spot" }, [0], [60]),
        ),
      ];
      for (const reply of asked) codes.add(`${await codeOf(reply)} ${power >= 100 ? "few" : "more"}`);
    }
    expect([...codes].filter((code) => code.startsWith("answered"))).toEqual([]);
    expect(codes).toContain("WEIGHTS_CONCENTRATED more");
  });

  it("are refused too when coefficients undo them, so that W alone looks even", async () => {
    // W = w·exp(η) is nearly the same for all at this β.
    const power = 30;
    const ask = askSite(weighted(power));
    expect(await ask(glmIrlsStep, irls(model, [0, -power / 60], [0, 60]))).toMatchObject(concentrated);
  });

  it("pass when they are honest", async () => {
    expect(await codeOf(askSite(weighted(2))(glmIrlsStep, irls(model, [0, 0.01], [0, 60])))).toBe("answered");
  });
});

describe("twenty-six evaluations of one model", () => {
  const formula = (i: number): string =>
    ["Surv(days, event) ~ age + nodes + strata(site)", "Surv(days, event) ~ nodes + age + strata(site)"][
      i % 2
    ] as string;
  const question = (i: number) =>
    cox({ formula: formula(i), columns: ["age", "nodes"] }, [i / 1e4, i / 1e5], [60, 3]);

  it("are as many equations about the same patients where the number is not limited", async () => {
    const ask = askSite(patients, { maximumEvaluations: 1000 });
    const found = new Set<string>();
    for (let i = 0; i < 60; i++)
      found.add(JSON.stringify(answered(await ask(coxStrataStep, question(i))).output["logLikelihood"]));
    expect(found.size).toBe(60);
  });

  it("are one too many for a hospital, however the formula is spelled, and an answer stays one", async () => {
    const ask = askSite(patients);
    for (let i = 0; i < 25; i++) answered(await ask(coxStrataStep, question(i)));
    for (const i of [25, 26])
      expect(await ask(coxStrataStep, question(i))).toMatchObject({
        code: "EVALUATIONS_TOO_MANY",
        message: expect.stringContaining("maximumEvaluations 25") as string,
      });
    answered(await ask(coxStrataStep, question(3)));
    const breslow = await ask(coxStrataStep, { ...question(3), ties: "efron" });
    expect(breslow).toMatchObject({ code: "EVALUATIONS_TOO_MANY" });
    // Another model, or other rows, are counted for themselves.
    const other = cox({ formula: "Surv(days, event) ~ age + strata(site)" }, [0.01], [60]);
    expect(await codeOf(ask(coxStrataStep, other))).toBe("answered");
  });
});

describe("a row of X'X that is one person's", () => {
  /** Sixty people, of whom `few` are in both groups: their product is a dummy of so many. */
  const people = (few: number): readonly Row[] =>
    Array.from({ length: 120 }, (_, i) => {
      const both = i < few;
      return {
        age: both ? 40 + i : 50 + (i % 30),
        a: both || i % 2 === 0 ? 1 : 0,
        b: both || i % 2 === 1 ? 1 : 0,
        heavy: both ? 3 : 2,
        rare: both ? 1 : 0,
        often: (i * 7) % 3 === 0 ? 1 : 0,
        y: (i * 13) % 17,
      };
    });
  const gaussian = { family: "gaussian", link: "identity" } as const;
  const product = { ...gaussian, formula: "y ~ age + a:b", columns: ["age", "a", "b"] };
  const ages = (model: Model, centre = [0, 0, 0]) =>
    irls(
      model,
      centre.map(() => 0),
      centre,
    );

  it("is that person's age where nothing is guarded", async () => {
    const ask = askSite(people(1), "open", reason);
    const information = numbersOf(answered(await ask(glmIrlsStep, ages(product))).output["information"], 6);
    // Lower triangle of 1, age, a:b: the last row is the sums over those in both.
    expect(information.slice(3)).toEqual([1, 40, 1]);
  });

  it.each([5, 10, 11])("is refused below k = %i people, and answered from k on", async (minimumCell) => {
    const models: readonly (readonly [string, Model])[] = [
      ["an interaction", product],
      ["a derived column", { ...gaussian, formula: "y ~ age + I(a * b)", columns: ["age"] }],
      ["an offset", { ...gaussian, formula: "y ~ age + offset(rare)", columns: ["age"] }],
      ["weights", { ...gaussian, formula: "y ~ age", columns: ["age"], weights: "heavy" }],
      ["an outcome", { ...gaussian, formula: "rare ~ age", columns: ["age"] }],
      ["an outcome of another family", { formula: "rare ~ age", columns: ["age"] }],
    ];
    for (const [what, model] of models) {
      const size = what.startsWith("an int") || what.startsWith("a der") ? 3 : 2;
      const centre = Array.from({ length: size }, () => 0);
      for (const few of [1, minimumCell - 1, minimumCell]) {
        const ask = askSite(people(few), { minimumCell });
        const code = few < minimumCell ? "CELL_TOO_SMALL" : "answered";
        // Moments are not of the offset.
        if (what !== "an offset")
          expect([what, few, await codeOf(ask(glmMomentsStep, { model: glmModel(model) }))]).toEqual([
            what,
            few,
            code,
          ]);
        expect([what, few, await codeOf(ask(glmIrlsStep, ages(model, centre)))]).toEqual([what, few, code]);
      }
    }
  });
});

describe("whatever is asked", () => {
  const policy = parsePolicy({});
  const columns = ["age", "nodes", "pgr"] as const;
  const middle = { age: 55, nodes: 3, pgr: 100 } as const;
  const weightOf = {
    none: () => 1,
    nodes: (row: Patient) => row.nodes,
    age: (row: Patient) => row.age,
  } as const;

  const asked = fc.record({
    used: fc.subarray([...columns], { minLength: 1 }),
    // Coefficients from far below to far above honest ones, of every sign.
    beta: fc.array(
      fc
        .tuple(fc.double({ min: -4, max: 2, noNaN: true }), fc.boolean())
        .map(([size, sign]) => (sign ? 1 : -1) * 10 ** size),
      { minLength: 4, maxLength: 4 },
    ),
    intercept: fc.double({ min: -12, max: 12, noNaN: true }),
    weight: fc.constantFrom(...(Object.keys(weightOf) as (keyof typeof weightOf)[])),
    shrink: fc.constantFrom(1, 0.1, 0.01, 0.001),
  });

  function judge(weights: readonly number[], eta: readonly number[]): void {
    const sum = weights.reduce((a, w) => a + w, 0);
    const squares = weights.reduce((a, w) => a + w * w, 0);
    const least = Math.max(policy.minimumRows, policy.minimumEffectiveShare * patients.length);
    // The site rounds down to whole rows, but for a hundredth.
    expect((sum * sum) / squares).toBeGreaterThan(least - 0.02);
    const mean = eta.reduce((a, x) => a + x, 0) / eta.length;
    expect(Math.max(...eta.map((x) => Math.abs(x - mean)))).toBeLessThan(10 + 1e-9);
  }

  it("no sum of glm rests on fewer than a tenth of the rows", { timeout: 120_000 }, async () => {
    let answers = 0;
    await fc.assert(
      fc.asyncProperty(
        asked,
        fc.constantFrom(["poisson", "log", "nodes"] as const, ["binomial", "logit", "event"] as const),
        async ({ used, beta, intercept, weight, shrink }, [family, link, outcome]) => {
          const formula = `${outcome} ~ ${used.join(" + ")}`;
          const model = { formula, family, link, columns: used, weights: weight === "none" ? null : weight };
          const coefficients = [intercept, ...used.map((_, j) => (beta[j] as number) * shrink)];
          const centre = [0, ...used.map((name) => middle[name])];
          const reply = await askSite(patients)(glmIrlsStep, irls(model, coefficients, centre));
          if (!reply.ok) return;
          if (numbersOf(reply.output["information"], 1).every((cell) => cell === 0)) return;
          answers++;
          const kept = patients.filter((row) => weightOf[weight](row) > 0);
          const eta = kept.map((row) =>
            used.reduce(
              (sum, name, j) => sum + (row[name] - middle[name]) * (coefficients[j + 1] as number),
              intercept,
            ),
          );
          const prior = kept.map((row) => weightOf[weight](row));
          const variance = (x: number): number =>
            family === "poisson" ? Math.exp(x) : 1 / (2 + Math.exp(x) + Math.exp(-x));
          judge(
            eta.map((x, i) => variance(x) * (prior[i] as number)),
            eta,
          );
          judge(prior, eta);
        },
      ),
      { numRuns: 400 },
    );
    expect(answers).toBeGreaterThan(20);
  });

  it("no sum of coxph rests on fewer than a tenth of the rows", { timeout: 120_000 }, async () => {
    let answers = 0;
    await fc.assert(
      fc.asyncProperty(asked, async ({ used, beta, weight, shrink }) => {
        const formula = `Surv(days, event) ~ ${used.join(" + ")} + strata(site)`;
        // Nodes are zero for many, whose weight a Cox model cannot take.
        const weights = weight === "age" ? "age" : null;
        const coefficients = used.map((_, j) => (beta[j] as number) * shrink);
        const centre = used.map((name) => middle[name]);
        const question = cox({ formula, columns: used, weights }, coefficients, centre);
        const reply = await askSite(patients)(coxStrataStep, question);
        if (!reply.ok || numbersOf(reply.output["information"], 1).every((cell) => cell === 0)) return;
        answers++;
        const eta = patients.map((row) =>
          used.reduce((sum, name, j) => sum + (row[name] - middle[name]) * (coefficients[j] as number), 0),
        );
        const prior = patients.map(({ age }) => (weights === null ? 1 : age));
        judge(
          eta.map((x, i) => Math.exp(x) * (prior[i] as number)),
          eta,
        );
        judge(prior, eta);
      }),
      { numRuns: 400 },
    );
    expect(answers).toBeGreaterThan(20);
  });
});
