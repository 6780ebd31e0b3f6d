import type { Methods } from "@konsil/core";
import type { z } from "zod";
import { levelWords } from "../../model/index.ts";
import { isNumber } from "../summarise.central.ts";
import { summaryReferences, summaryWords } from "../summary/summary.methods.ts";
import type { tableOneArguments } from "./arguments.ts";
import type { TableOneValue } from "./table-one.central.ts";

const testWords: Readonly<Record<string, string>> = {
  "Welch t": "Welch's t test",
  "Student t": "Student's t test",
  ANOVA: "one-way analysis of variance",
  "Welch ANOVA": "Welch's analysis of variance",
  "χ²": "Pearson's χ² test",
  "χ², corrected": "Pearson's χ² test with Yates' correction",
};

const works: Readonly<Record<string, string>> = {
  "Welch t": "Welch BL (1947) Biometrika 34:28",
  "Welch ANOVA": "Welch BL (1951) Biometrika 38:330",
  "χ²": "Pearson K (1900) Philosophical Magazine 50:157",
  "χ², corrected": "Yates F (1934) J R Stat Soc Suppl 1:217",
};

/** The test of each variable by its name; null where there is none. */
function testOf({ test, testBounds }: TableOneValue["variables"][number]): string | null {
  if (test !== null) return "corrected" in test && test.corrected ? `${test.name}, corrected` : test.name;
  if (testBounds === null) return null;
  if ("name" in testBounds) return testBounds.name;
  return testBounds.corrected ? "χ², corrected" : "χ²";
}

export function tableOneMethods(value: TableOneValue, args: z.output<typeof tableOneArguments>): Methods {
  const { variables } = value;
  const tests = new Map<string, string[]>();
  for (const one of variables) {
    const name = testOf(one);
    if (name !== null) tests.set(name, [...(tests.get(name) ?? []), one.variable]);
  }
  const compared = [...tests].map(([name, of]) => `${testWords[name] ?? name} (${of.join(", ")})`);
  const untested = variables.filter((one) => testOf(one) === null).map(({ variable }) => variable);
  const bounded = (what: string, of: readonly TableOneValue["variables"][number][]): readonly string[] => {
    const names = of.filter(({ testBounds }) => testBounds !== null).map(({ variable }) => variable);
    return names.length === 0
      ? []
      : [
          `Some ${what} of ${names.join(", ")} are known between bounds only, and so is the test: it decides alike at ${args.significance} for all that they can be.`,
        ];
  };
  const apart = variables.filter(({ standardizedDifference }) => standardizedDifference !== null);
  return {
    text: [
      summaryWords(value),
      ...(compared.length === 0 ? [] : [`Groups were compared by ${compared.join(", ")}.`]),
      ...(untested.length === 0 ? [] : [`No test is given for ${untested.join(", ")}.`]),
      ...bounded(
        "counts",
        variables.filter((one) => !isNumber(one)),
      ),
      ...bounded("means", variables.filter(isNumber)),
      ...(apart.length === 0
        ? []
        : ["Differences between groups were measured by standardized differences."]),
      "p values are not adjusted for the number of tests.",
      ...levelWords(args),
    ].join(" "),
    references: [
      ...summaryReferences(value),
      ...[...tests.keys()].flatMap((name) => works[name] ?? []),
      ...(apart.length === 0 ? [] : ["Yang D, Dalton JE (2012) SAS Global Forum 335"]),
    ],
  };
}
