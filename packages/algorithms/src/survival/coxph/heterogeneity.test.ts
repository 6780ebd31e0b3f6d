import { describe, expect, it } from "vitest";
import { heterogeneityOf, heterogeneityWords } from "./heterogeneity.ts";

const site = (estimate: number | null, error: number | null) => ({
  coefficients: [estimate],
  standardErrors: [error],
});

describe("heterogeneity between sites", () => {
  it("is R's: w <- 1/s^2; m <- sum(w*b)/sum(w); Q <- sum(w*(b-m)^2); pchisq(Q, 3, lower = FALSE); (Q-3)/Q", () => {
    const found = heterogeneityOf([site(-0.2, 0.1), site(0.1, 0.2), site(-0.5, 0.15), site(-0.3, 0.3)], 0);
    expect(found?.df).toBe(3);
    expect(found?.statistic).toBeCloseTo(6.094017094017093, 12);
    expect(found?.p).toBeCloseTo(0.10712461390614147, 12);
    expect(found?.inconsistency).toBeCloseTo(0.50771388499298731, 12);
    expect(found === null ? "" : heterogeneityWords(found)).toBe(
      "Heterogeneity of the sites' own models: Q 6.1 on 3 df, p 0.11; I² 51 %.",
    );
  });

  it("is none of sites that agree, and not known of fewer than two estimates", () => {
    expect(heterogeneityOf([site(0.3, 0.1), site(0.3, 0.2)], 0)).toEqual({
      statistic: 0,
      df: 1,
      p: 1,
      inconsistency: 0,
    });
    expect(heterogeneityOf([site(0.3, 0.1), site(null, null), site(0.1, 0)], 0)).toBeNull();
    expect(heterogeneityOf([], 0)).toBeNull();
  });
});
