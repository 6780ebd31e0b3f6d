import { studentTCdf, studentTQuantile } from "../../numeric/index.ts";
import { type GroupMoments, isConstant } from "./group-moments.ts";

/** A t test of two means, the first less the second. */
export interface TTest {
  readonly name: "Welch t" | "Student t";
  readonly statistic: number;
  readonly df: number;
  readonly p: number;
  readonly difference: number;
  readonly standardError: number;
  readonly lower: number;
  readonly upper: number;
  readonly confidenceLevel: number;
}

const confidenceLevel = 0.95;

/** R's `t.test` from moments: Welch (1947) with Satterthwaite's degrees of freedom, or Student. A text says why not. */
export function tTest(first: GroupMoments, second: GroupMoments, equalVariances: boolean): TTest | string {
  const enough = equalVariances
    ? first.n >= 1 && second.n >= 1 && first.n + second.n >= 3
    : first.n >= 2 && second.n >= 2;
  if (!enough) return "not estimable: a group has too few people";
  const { standardError, df } = equalVariances ? student(first, second) : welch(first, second);
  if (isConstant(standardError, [first, second])) return "not estimable: the values are constant";
  const difference = first.mean - second.mean;
  const statistic = difference / standardError;
  const reach = studentTQuantile((1 - confidenceLevel) / 2, df, { tail: "upper" }) * standardError;
  return {
    name: equalVariances ? "Student t" : "Welch t",
    statistic,
    df,
    p: Math.min(1, 2 * studentTCdf(-Math.abs(statistic), df)),
    difference,
    standardError,
    lower: difference - reach,
    upper: difference + reach,
    confidenceLevel,
  };
}

function welch(first: GroupMoments, second: GroupMoments) {
  const a = first.variance / first.n;
  const b = second.variance / second.n;
  return {
    standardError: Math.sqrt(a + b),
    df: (a + b) ** 2 / (a ** 2 / (first.n - 1) + b ** 2 / (second.n - 1)),
  };
}

function student(first: GroupMoments, second: GroupMoments) {
  const df = first.n + second.n - 2;
  const within = ({ n, variance }: GroupMoments): number => (n > 1 ? (n - 1) * variance : 0);
  const pooled = (within(first) + within(second)) / df;
  return { standardError: Math.sqrt(pooled * (1 / first.n + 1 / second.n)), df };
}
