import type { Cell, Masked, TableColumn, TableView, View } from "@konsil/core";
import { betweenNote, isNumber } from "../summarise.central.ts";
import { countText, meanText, pCell, shareText } from "../text.ts";
import type { ComparedCategory, ComparedNumber, TableOneValue } from "./table-one.central.ts";

type Compared = ComparedNumber | ComparedCategory;

interface Line {
  readonly variable: string;
  readonly term: string;
  readonly cells: readonly string[];
  /** Numbers that belong to the variable stand in its first line. */
  readonly of: Compared | null;
}

/** Two groups: signed for means, so that the reader sees which is larger. More: the largest size. */
function shownDifference({ standardizedDifference }: Compared): Masked | null {
  const { pairs = [], largest = null } = standardizedDifference ?? {};
  return pairs.length === 1 ? (pairs[0]?.value ?? null) : largest;
}

function linesOf(variable: Compared): readonly Line[] {
  const name =
    isNumber(variable) && variable.unit !== null
      ? `${variable.variable} (${variable.unit})`
      : variable.variable;
  const summaries = [...variable.groups, variable.overall];
  const missing: readonly Line[] =
    variable.overall.missing === 0
      ? []
      : [
          {
            variable: name,
            term: "missing",
            cells: summaries.map((summary) => countText(summary.missing)),
            of: null,
          },
        ];
  if (isNumber(variable)) {
    const cells = [...variable.groups, variable.overall].map((summary) =>
      meanText(summary.mean, summary.standardDeviation, variable.type),
    );
    return [{ variable: name, term: "mean (SD)", cells, of: variable }, ...missing];
  }
  const levels = variable.levels.map(
    (level, i): Line => ({
      variable: name,
      term: level,
      cells: [...variable.groups, variable.overall].map((summary) =>
        shareText(summary.counts[i] ?? 0, summary.shares[i] ?? null),
      ),
      of: i === 0 ? variable : null,
    }),
  );
  return [...levels, ...missing];
}

/** Table 1 as journals print it, and its tests in full. */
export function tableOneView({ n, by, variables }: TableOneValue): View {
  const groups = by?.levels ?? [];
  const lines: readonly Line[] = [
    {
      variable: "People",
      term: "n",
      cells: [...(by?.n ?? []), n].map((people) => countText(people)),
      of: null,
    },
    ...variables.flatMap(linesOf),
  ];
  const groupColumns = [...groups, "overall"].map(
    (label, i): TableColumn => ({
      name: i < groups.length ? `group${i + 1}` : "overall",
      label: i < groups.length ? label : "Overall",
      format: "text",
      align: "end",
      ...(i < groups.length && by !== null ? { group: by.variable } : {}),
    }),
  );
  const tableOne: TableView = {
    title: "Characteristics",
    columns: [
      { name: "variable", label: "Characteristic", format: "text" },
      { name: "term", label: "", format: "text" },
      ...groupColumns,
      { name: "smd", label: "SMD", format: "number", digits: 2 },
      { name: "p.value", label: "p", format: "p" },
    ],
    values: {
      variable: lines.map(({ variable }) => variable),
      term: lines.map(({ term }) => term),
      ...Object.fromEntries(
        groupColumns.map(({ name }, i) => [name, lines.map(({ cells }) => cells[i] ?? "")]),
      ),
      // An empty text and not a dash: the number belongs to another line of the variable.
      smd: lines.map(({ of }): Cell => (of === null ? "" : shownDifference(of))),
      "p.value": lines.map(({ of }): Cell => (of === null ? "" : pOf(of))),
    },
    rowGroup: "variable",
    notes: [
      ...new Set(
        variables.flatMap(({ differenceRefused }) =>
          differenceRefused === null ? [] : `SMD ${differenceRefused}.`,
        ),
      ),
      ...betweenNote(variables),
      groups.length > 2
        ? "SMD: standardized difference, the largest between two groups."
        : "SMD: standardized difference, of means the first group less the second.",
    ],
  };
  const denominators = variables.map(({ test, testBounds }) => {
    const shown = test ?? testBounds;
    return shown !== null && "denominatorDf" in shown ? shown.denominatorDf : null;
  });
  // Only an analysis of variance has them.
  const haveDenominators = denominators.some((df) => df !== null);
  const tests: TableView = {
    title: "Tests between the groups",
    columns: [
      { name: "term", label: "Characteristic", format: "text" },
      { name: "method", label: "Test", format: "text" },
      { name: "statistic", label: "Statistic", format: "number" },
      { name: "parameter", label: "df" },
      ...(haveDenominators ? [{ name: "denominator.df", label: "Denominator df" }] : []),
      { name: "p.value", label: "p", format: "p" },
      { name: "smd.mean", label: "Mean SMD", format: "number", digits: 2 },
      { name: "smd.largest", label: "Largest SMD", format: "number", digits: 2 },
    ],
    values: {
      term: variables.map(({ variable }) => variable),
      method: variables.map(
        ({ test, testBounds, refused }) => methodText(test ?? boundedTest(testBounds)) ?? refused,
      ),
      statistic: variables.map(({ test, testBounds }) => (test ?? testBounds)?.statistic ?? null),
      parameter: variables.map(({ test, testBounds }) => (test ?? testBounds)?.df ?? null),
      ...(haveDenominators && { "denominator.df": denominators }),
      "p.value": variables.map(pOf),
      "smd.mean": variables.map(({ standardizedDifference }) => standardizedDifference?.mean ?? null),
      "smd.largest": variables.map(({ standardizedDifference }) => standardizedDifference?.largest ?? null),
    },
  };
  return { title: by === null ? "Table 1" : `Characteristics by ${by.variable}`, tables: [tableOne, tests] };
}

function pOf({ test, testBounds }: Compared): Cell {
  return test?.p ?? (testBounds === null ? null : pCell(testBounds.p));
}

function boundedTest(
  bounds: Compared["testBounds"],
): { readonly name: string; readonly corrected?: boolean } | null {
  if (bounds === null) return null;
  return "name" in bounds ? { name: bounds.name } : { name: "χ²", corrected: bounds.corrected };
}

function methodText(test: Compared["test"] | ReturnType<typeof boundedTest>): string | null {
  if (test === null) return null;
  return "corrected" in test && test.corrected === true ? `${test.name}, corrected` : test.name;
}
