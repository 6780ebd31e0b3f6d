import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateRows } from "./evaluate-rows.ts";
import type { GlmFamily, GlmLink } from "./family.ts";
import { prepareRows } from "./prepare-rows.ts";
import { chunk, generalKernel, kernelOf, Working, type WorkingRows } from "./working.ts";

const plain = { centre: [0, 0], factor: [1, 1] };

function rowsOf(
  family: GlmFamily,
  given: readonly (readonly [x: number, y: number, w: number])[],
  weighted: boolean,
): WorkingRows {
  return prepareRows(
    { family },
    {
      n: given.length,
      p: 2,
      matrix: Float64Array.from(given.flatMap(([x]) => [1, x, 0])),
      y: Float64Array.from(given, ([, y]) => y),
      weight: weighted ? Float64Array.from(given, ([, , w]) => w) : undefined,
      offset: undefined,
    },
    plain,
  );
}

const close = (found: number, wanted: number): boolean =>
  Math.abs(found - wanted) <= 1e-11 * Math.max(1, Math.abs(wanted));

describe.each([
  ["binomial", "logit", [0, 1], false],
  ["binomial", "logit", [0, 1], true],
  ["binomial", "logit", [0, 0.25, 0.5, 1], true],
  ["poisson", "log", [0, 1, 2, 40], false],
  ["poisson", "log", [0, 0.5, 3], true],
  ["gaussian", "identity", [-3, 0, 1.5], true],
] as const satisfies readonly (readonly [GlmFamily, GlmLink, readonly number[], boolean])[])(
  "%s %s with outcomes %j, weights %s",
  (family, link, outcomes, weighted) => {
    it("is the same by its own kernel and by the general one", () => {
      const row = fc.tuple(
        fc.integer({ min: -80, max: 80 }).map((x) => x / 10),
        fc.constantFrom<number>(...outcomes),
        fc.constantFrom(4, 8),
      );
      fc.assert(
        fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), (given) => {
          const rows = rowsOf(family, given, weighted);
          const own = new Working();
          const general = new Working();
          for (const working of [own, general])
            for (const [k, [x]] of given.entries()) working.eta[k] = 0.3 + x;
          kernelOf(family, link, { start: false, rows })(rows, 0, rows.n, own);
          generalKernel(family, link, false)(rows, 0, rows.n, general);
          expect(close(own.deviance, general.deviance)).toBe(true);
          expect(close(own.weights, general.weights)).toBe(true);
          for (let k = 0; k < rows.n; k++) {
            expect(close(own.weight[k] as number, general.weight[k] as number)).toBe(true);
            // The general kernel loses digits of y − μ where μ is near y.
            const score = (working: Working): number =>
              (working.weight[k] as number) * (working.residual[k] as number);
            expect(close(score(own), score(general))).toBe(true);
          }
        }),
        { seed: 20_260_401, numRuns: 200 },
      );
    });
  },
);

it("begins a yes/no outcome as the general kernel does, with an offset", () => {
  const given = Array.from({ length: 30 }, (_, i) => [i % 7, Number(i % 3 === 0), 1] as const);
  const rows = { ...rowsOf("binomial", given, false), offset: Float64Array.from(given, ([x]) => x / 4) };
  for (const link of ["logit", "log", "identity"] as const) {
    const [own, general] = [new Working(), new Working()];
    kernelOf("binomial", link, { start: true, rows })(rows, 0, rows.n, own);
    generalKernel("binomial", link, true)(rows, 0, rows.n, general);
    for (const total of ["deviance", "weights", "squaredWeights"] as const)
      expect(close(own[total], general[total])).toBe(true);
    expect(own.weight).toEqual(general.weight);
    for (const [k, residual] of own.residual.entries())
      expect(close(residual, general.residual[k] as number)).toBe(true);
  }
});

describe("evaluateRows", () => {
  it("says deviance, χ² and likelihood in no more digits than people's values have", () => {
    for (let k = 1; k <= 50; k++) {
      const ages = Array.from({ length: 40 }, (_, i) => 30 + ((i * k) % 50));
      const given = ages.map((age, i) => [i % 7, 0.1 * ((k * age) / 257), 1] as const);
      const found = evaluateRows("gaussian", "identity", rowsOf("gaussian", given, false), [0.3, 0.7]);
      for (const field of ["deviance", "pearson", "logLikelihood"] as const) {
        const grain = 2 ** (Math.ceil(Math.log2(Math.abs(found[field]))) - 50);
        expect(found[field] / grain).toBe(Math.round(found[field] / grain));
      }
    }
  });

  it("adds chunks up", () => {
    const given = Array.from({ length: 3 * chunk + 7 }, (_, i) => [(i % 17) - 8, i % 2, 1] as const);
    const parts = [given.slice(0, 1000), given.slice(1000)].map((part) =>
      evaluateRows("binomial", "logit", rowsOf("binomial", part, false), [0.1, 0.2]),
    );
    const whole = evaluateRows("binomial", "logit", rowsOf("binomial", given, false), [0.1, 0.2]);
    for (const field of ["deviance", "pearson", "logLikelihood"] as const)
      expect(close((parts[0]?.[field] ?? 0) + (parts[1]?.[field] ?? 0), whole[field])).toBe(true);
  });

  it("moves columns as asked, and keeps each value however far", () => {
    const given = Array.from({ length: 60 }, (_, i) => [30 + ((7 * i) % 41), i % 3, 1 + (i % 2)] as const);
    const matrix = Float64Array.from(given.flatMap(([x]) => [1, x, 0]));
    const rows = {
      n: given.length,
      p: 2,
      matrix,
      y: Float64Array.from(given, ([, y]) => y),
      weight: Float64Array.from(given, ([, , w]) => w),
      offset: undefined,
    };
    const at = (centre: number, factor: number, beta: readonly number[]) => {
      const scaling = { centre: [0, centre], factor: [1, factor] };
      const own = { ...rows, matrix: matrix.slice() };
      return evaluateRows("poisson", "log", prepareRows({ family: "poisson" }, own, scaling), beta);
    };
    for (const [centre, factor] of [
      [50, 0.1],
      [-3, 0.02],
      [1e4, 0.001],
    ] as const) {
      const slope = 0.02 / factor;
      const found = at(centre, factor, [-0.5 + slope * centre * factor, slope]);
      const sums = [0, 0, 0, 0, 0];
      for (const [x, y, w] of given) {
        const [mean, z] = [Math.exp(0.02 * x - 0.5), (x - centre) * factor];
        for (const [k, own] of [mean, mean * z, mean * z * z, y - mean, (y - mean) * z].entries())
          sums[k]! += w * own;
      }
      const size = Math.abs(sums[2] as number);
      for (const [k, own] of [...found.information, ...found.gradient].entries())
        expect(Math.abs(own - (sums[k] as number))).toBeLessThanOrEqual(1e-11 * Math.max(size, 100));
    }
    // Beside 2^59, ages are multiples of 128.
    const far = 2 ** 59;
    const ages = given.map(([x]) => x);
    const mean = ages.reduce((a, b) => a + b, 0) / ages.length;
    expect(at(far, 1, [far / 128, 1 / 128]).spread).toBeCloseTo(
      Math.max(...ages.map((x) => Math.abs(x - mean))) / 128,
      9,
    );
  });

  it("moves nothing where no intercept takes it up", () => {
    const rows = {
      n: 2,
      p: 1,
      matrix: Float64Array.of(3, 0, 4, 0),
      y: Float64Array.of(0, 1),
      weight: undefined,
      offset: undefined,
    };
    expect(() => prepareRows({ family: "poisson" }, rows, { centre: [3], factor: [1] })).toThrow(
      expect.objectContaining({ code: "ARGUMENT_INVALID" }),
    );
    expect([...prepareRows({ family: "poisson" }, rows, { centre: [0], factor: [2] }).matrix]).toEqual([
      6, 0, 8, 0,
    ]);
  });

  it("says how much longer terms are than what they come to", () => {
    const given = Array.from({ length: 60 }, (_, i) => [30 + ((7 * i) % 41), i % 2, 1] as const);
    const twice = {
      n: given.length,
      p: 3,
      matrix: Float64Array.from(given.flatMap(([x]) => [1, x, x, 0])),
      y: Float64Array.from(given, ([, y]) => y),
      weight: undefined,
      offset: undefined,
    };
    const plainly = { centre: [0, 0, 0], factor: [1, 1, 1] };
    const rows = prepareRows({ family: "gaussian" }, twice, plainly);
    expect(evaluateRows("gaussian", "identity", rows, [0, 0.5, 0.5]).terms).toBeLessThan(2);
    expect(evaluateRows("gaussian", "identity", rows, [0, 2 ** 50, -(2 ** 50)]).terms).toBeGreaterThan(
      2 ** 50,
    );
    expect(evaluateRows("gaussian", "identity", rows, [0, 0, 0]).terms).toBe(0);
  });

  it("is invalid where a mean is out of its range or numbers overflow", () => {
    const rows = rowsOf("poisson", [[1, 1, 1]], false);
    expect(evaluateRows("poisson", "log", rows, [800, 0]).isValid).toBe(false);
    expect(evaluateRows("poisson", "identity", rows, [-1, 0]).isValid).toBe(false);
    const yesNo = rowsOf("binomial", [[1, 1, 1]], false);
    expect(evaluateRows("binomial", "log", yesNo, [1, 0]).isValid).toBe(false);
    expect(evaluateRows("binomial", "logit", yesNo, [Number.MAX_VALUE, Number.MAX_VALUE]).isValid).toBe(
      false,
    );
  });

  it("counts rows beyond the end of a link as nobody, and says how far predictors lie apart", () => {
    const ages = Array.from({ length: 200 }, (_, i) => (i === 17 ? 97 : 40 + ((7 * i) % 41)));
    const yes = (i: number): number => (i % 3 === 0 ? 1 : 0);
    const given = ages.map((age, i) => [age, yes(i), 2] as const);
    // A threshold at 95.5: the score would count the people above it.
    for (const [family, link, steep] of [
      ["binomial", "logit", 1e4],
      ["poisson", "log", 5],
    ] as const)
      for (const weighted of [false, true]) {
        const rows = rowsOf(family, given, weighted);
        expect(evaluateRows(family, link, rows, [-95.5 * steep, steep]).spread).toBeGreaterThan(10);
        const honest = evaluateRows(family, link, rows, [-3, 0.05]);
        expect(honest.effective).toBeGreaterThan(20);
        expect(honest.spread).toBeLessThan(3);
        // All but one just beyond the end of the link, close together.
        const end = link === "logit" ? -30 : Math.log(2 ** -52);
        expect(evaluateRows(family, link, rows, [end - 0.05 * 95.5, 0.05]).effective).toBe(1);
      }
    // Half the people hold the weights up, while the threshold is among the others.
    const half = rowsOf(
      "binomial",
      given.map(([age, y, w], i) => [i % 2 === 0 ? 0 : age - 95.5, y, w]),
      false,
    );
    expect(evaluateRows("binomial", "logit", half, [0, 1e4]).spread).toBeGreaterThan(10);
  });

  it("keeps the deviance beyond the end of the logit", () => {
    for (const eta of [-200, -35, 35, 200]) {
      const found = evaluateRows("binomial", "logit", rowsOf("binomial", [[0, 1, 1]], false), [eta, 0]);
      expect(found.isExtreme).toBe(true);
      expect(Math.abs(found.deviance - 2 * Math.max(0, -eta))).toBeLessThan(1e-9);
    }
  });
});
