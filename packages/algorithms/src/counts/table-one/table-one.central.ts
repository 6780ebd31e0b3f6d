import type { Central } from "@konsil/core";
import type { z } from "zod";
import { type BoundedTest, boundIndependence, refusedFor } from "../chi-squared-bounds.ts";
import { testIndependence } from "../chi-squared-test.ts";
import { allExact } from "../masked.ts";
import type { AboutCentre } from "../spread-about.ts";
import {
  isNumber,
  type LevelVariable,
  type NumberVariable,
  type Summaries,
  summarise,
  type summarySteps,
} from "../summarise.central.ts";
import type { tableOneArguments } from "./arguments.ts";
import {
  type BoundedMeansTest,
  boundDifference,
  boundedMoments,
  boundOneWay,
  boundT,
} from "./bounded-means.ts";
import { groupMoments } from "./group-moments.ts";
import { type OneWayTest, oneWay } from "./one-way.ts";
import {
  allPairs,
  differenceOfMeans,
  differenceOfShares,
  type StandardizedDifference,
} from "./standardized-difference.ts";
import { type TTest, tTest } from "./t-test.ts";

/** Pearson's test of independence between a category and the groups. */
export interface CategoryTest {
  readonly name: "χ²";
  readonly statistic: number;
  readonly df: number;
  readonly p: number;
  /** Whether Yates' correction was used. */
  readonly corrected: boolean;
}

/** How a characteristic differs between the groups. */
export interface GroupComparison {
  /** Null where counts of a category are intervals; between bounds where means are. */
  readonly standardizedDifference: StandardizedDifference | null;
  /** Why there is no standardized difference. */
  readonly differenceRefused: string | null;
  readonly test: TTest | OneWayTest | CategoryTest | null;
  /** Of counts or means of which some are intervals: what the test is at least and at most, where all of it decides alike. */
  readonly testBounds: BoundedTest | BoundedMeansTest | null;
  /** Why there is no test, nor bounds of one. */
  readonly refused: string | null;
}

export type ComparedNumber = NumberVariable & GroupComparison;
export type ComparedCategory = LevelVariable & GroupComparison;

/** Table 1: characteristics by group, and how they differ between the groups. */
export interface TableOneValue extends Summaries {
  readonly variables: readonly (ComparedNumber | ComparedCategory)[];
}

export async function tableOneCentral(
  args: z.output<typeof tableOneArguments>,
  context: Central<(typeof summarySteps)[number]>,
): Promise<TableOneValue> {
  const { n, by, variables, centred } = await summarise(context, args);
  const equalVariances = args.equalVariances ?? (by?.levels.length ?? 0) > 2;
  const compared = variables.map((variable) =>
    isNumber(variable)
      ? {
          ...variable,
          ...compareNumber(variable, centred.get(variable.variable) ?? [], equalVariances, args.significance),
        }
      : { ...variable, ...compareCategory(variable, args) },
  );
  const small = compared.flatMap((variable) =>
    "smallExpected" in variable && variable.smallExpected ? [variable.variable] : [],
  );
  if (small.length > 0)
    context.warn(
      `Fewer than 5 people are expected in some cells of ${small.map((name) => `"${name}"`).join(", ")}: the χ² approximation may be incorrect.`,
    );
  return {
    n,
    by,
    variables: compared.map((variable) => {
      if (!("smallExpected" in variable)) return variable;
      const { smallExpected: _, ...rest } = variable;
      return rest;
    }),
  };
}

function compareNumber(
  variable: NumberVariable,
  centred: readonly AboutCentre[],
  equalVariances: boolean,
  significance: number,
): GroupComparison {
  const moments = groupMoments(centred);
  if (moments === null) return compareBounded(variable, equalVariances, significance);
  const [first, second] = moments;
  const test =
    moments.length === 2 && first !== undefined && second !== undefined
      ? tTest(first, second, equalVariances)
      : oneWay(moments, equalVariances);
  const named = moments.map((held, g) => ({ name: variable.groups[g]?.group ?? "", held }));
  return {
    standardizedDifference: allPairs(named, differenceOfMeans),
    differenceRefused: null,
    testBounds: null,
    ...(typeof test === "string" ? { test: null, refused: test } : { test, refused: null }),
  };
}

/** Of means and deviations of which some are known between bounds only. */
function compareBounded(
  variable: NumberVariable,
  equalVariances: boolean,
  significance: number,
): GroupComparison {
  const groups = variable.groups.flatMap((summary) => {
    const held = boundedMoments(summary);
    return held === null ? [] : [{ name: summary.group ?? "", held }];
  });
  if (groups.length < variable.groups.length) {
    const why = "not estimable: a group may have too few people";
    return {
      standardizedDifference: null,
      differenceRefused: why,
      test: null,
      testBounds: null,
      refused: why,
    };
  }
  const [first, second] = groups;
  const bounded =
    groups.length === 2 && first !== undefined && second !== undefined
      ? boundT(first.held, second.held, equalVariances, significance)
      : boundOneWay(
          groups.map(({ held }) => held),
          equalVariances,
          significance,
        );
  return {
    standardizedDifference: allPairs(groups, boundDifference),
    differenceRefused: null,
    test: null,
    ...(typeof bounded === "string"
      ? { testBounds: null, refused: bounded }
      : { testBounds: bounded, refused: null }),
  };
}

function compareCategory(
  variable: LevelVariable,
  { correct, significance }: { readonly correct: boolean; readonly significance: number },
): GroupComparison & { readonly smallExpected: boolean } {
  const exact = variable.groups.map(({ group, counts }) => ({ name: group ?? "", held: counts }));
  const known = exact.flatMap(({ name, held }) => (allExact(held) ? [{ name, held }] : []));
  if (known.length < exact.length) {
    const bounded = boundIndependence(
      variable.levels.map((_, level) => exact.map(({ held }) => held[level] ?? 0)),
      correct,
      significance,
    );
    return {
      standardizedDifference: null,
      differenceRefused: refusedFor("the standardized difference"),
      test: null,
      testBounds: typeof bounded === "string" ? null : bounded,
      refused: typeof bounded === "string" ? bounded : null,
      smallExpected: false,
    };
  }
  const { test, refused, smallExpected } = testIndependence(
    variable.levels.map((_, level) => known.map(({ held }) => held[level] as number)),
    correct,
  );
  return {
    standardizedDifference: allPairs(known, differenceOfShares),
    differenceRefused: null,
    testBounds: null,
    test: test === null ? null : { name: "χ²", ...test },
    refused,
    smallExpected: test !== null && smallExpected > 0,
  };
}
