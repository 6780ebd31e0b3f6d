import { fCdf } from "../../numeric/index.ts";
import { type GroupMoments, isConstant } from "./group-moments.ts";

/** An analysis of variance of one number between groups. */
export interface OneWayTest {
  readonly name: "ANOVA" | "Welch ANOVA";
  readonly statistic: number;
  readonly df: number;
  readonly denominatorDf: number;
  readonly p: number;
}

/**
 * One-way analysis of variance from moments: Fisher's, as R's `aov`, or Welch's (1951) for unequal variances, as R's
 * `oneway.test`. Groups without anyone do not count. A text says why there is no test.
 */
export function oneWay(groups: readonly GroupMoments[], equalVariances: boolean): OneWayTest | string {
  const used = groups.filter(({ n }) => n > 0);
  const n = used.reduce((total, group) => total + group.n, 0);
  if (used.length < 2 || n <= used.length || (!equalVariances && used.some((group) => group.n < 2)))
    return "not estimable: a group has too few people";
  return equalVariances ? fisher(used, n) : welch(used);
}

function fisher(groups: readonly GroupMoments[], n: number): OneWayTest | string {
  const mean = groups.reduce((total, group) => total + (group.n / n) * group.mean, 0);
  const between = groups.reduce((total, group) => total + group.n * (group.mean - mean) ** 2, 0);
  const within = groups.reduce(
    (total, group) => total + (group.n > 1 ? (group.n - 1) * group.variance : 0),
    0,
  );
  const df = groups.length - 1;
  const denominatorDf = n - groups.length;
  if (isConstant(Math.sqrt(within / denominatorDf), groups))
    return "not estimable: the values are constant within every group";
  const statistic = between / df / (within / denominatorDf);
  return {
    name: "ANOVA",
    statistic,
    df,
    denominatorDf,
    p: fCdf(statistic, df, denominatorDf, { tail: "upper" }),
  };
}

function welch(groups: readonly GroupMoments[]): OneWayTest | string {
  if (groups.some((group) => isConstant(Math.sqrt(group.variance), [group])))
    return "not estimable: the values are constant within a group";
  const weights = groups.map(({ n, variance }) => n / variance);
  const all = weights.reduce((total, weight) => total + weight, 0);
  const mean = groups.reduce((total, group, i) => total + ((weights[i] as number) / all) * group.mean, 0);
  const k = groups.length;
  const lost =
    groups.reduce((total, { n }, i) => total + (1 - (weights[i] as number) / all) ** 2 / (n - 1), 0) /
    (k * k - 1);
  const between = groups.reduce(
    (total, group, i) => total + (weights[i] as number) * (group.mean - mean) ** 2,
    0,
  );
  const statistic = between / ((k - 1) * (1 + 2 * (k - 2) * lost));
  const denominatorDf = 1 / (3 * lost);
  return {
    name: "Welch ANOVA",
    statistic,
    df: k - 1,
    denominatorDf,
    p: fCdf(statistic, k - 1, denominatorDf, { tail: "upper" }),
  };
}
