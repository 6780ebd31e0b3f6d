import { chiSquaredCdf } from "../../numeric/index.ts";
import type { CoxphSite } from "./coxph-value.ts";

/** How much more the estimates of sites differ than chance makes them differ. */
export interface Heterogeneity {
  /** Q = Σ (b − b̄)²/s², b̄ being the mean with weights 1/s² (Cochran 1954). */
  readonly statistic: number;
  readonly df: number;
  /** Of χ², which Q follows where sites have one effect and large samples. */
  readonly p: number;
  /** I² = (Q − df)/Q, at least 0: the share of the differences that is not chance (Higgins & Thompson 2002). */
  readonly inconsistency: number;
}

/** Of the sites' own estimates of one coefficient; null where fewer than two sites have one. */
export function heterogeneityOf(
  sites: readonly Pick<CoxphSite, "coefficients" | "standardErrors">[],
  coefficient: number,
): Heterogeneity | null {
  const known = sites.flatMap(({ coefficients, standardErrors }) => {
    const [estimate, error] = [coefficients[coefficient] ?? null, standardErrors[coefficient] ?? null];
    return estimate === null || error === null || error <= 0
      ? []
      : [{ estimate, weight: 1 / (error * error) }];
  });
  const df = known.length - 1;
  if (df < 1) return null;
  const total = known.reduce((sum, { weight }) => sum + weight, 0);
  const mean = known.reduce((sum, { estimate, weight }) => sum + weight * estimate, 0) / total;
  const statistic = known.reduce((sum, { estimate, weight }) => sum + weight * (estimate - mean) ** 2, 0);
  return {
    statistic,
    df,
    p: chiSquaredCdf(statistic, df, { tail: "upper" }),
    inconsistency: statistic > df ? (statistic - df) / statistic : 0,
  };
}

/** "Heterogeneity of the sites' own models: Q 6.1 on 3 df, p 0.11; I² 51 %." */
export function heterogeneityWords({ statistic, df, p, inconsistency }: Heterogeneity): string {
  const level = p < 0.001 ? "below 0.001" : p.toPrecision(2);
  return `Heterogeneity of the sites' own models: Q ${statistic.toFixed(1)} on ${df} df, p ${level}; I² ${Math.round(100 * inconsistency)} %.`;
}
