// Counts of the study under a hospital's policy, as intervals beside the exact ones.
import type { CrosstabValue, Result, TableView } from "konsil";
import { tableOneOf } from "./characteristics.ts";
import { exactAnswer } from "./hospital-tables.ts";
import type { Run } from "./run.ts";
import { testText } from "./sentences.ts";
import { analysisNames, gradeOf } from "./tables.ts";

/** Table 1 with its counts as intervals; under each line that differs from the exact one, the exact one. */
export function intervalTableOne(run: Run): TableView | undefined {
  const { result } = run.hospital.answers.characteristics;
  if (result === null) return undefined;
  const title = "Table 1 under the default policy";
  const coarse = tableOneOf(result.view, title);
  const names = coarse.columns.map(({ name }) => name);
  const linesOf = ({ values }: TableView) =>
    (values["term"] ?? []).map((_, i) => names.map((name) => values[name]?.[i] ?? null));
  const key = (line: ReturnType<typeof linesOf>[number]): string =>
    JSON.stringify(["variable", "term"].map((name) => line[names.indexOf(name)]));
  const exact = linesOf(tableOneOf(exactAnswer(run, "characteristics").view, title));
  const truths = new Map(exact.map((line) => [key(line), line]));
  const term = names.indexOf("term");
  const lines = linesOf(coarse).flatMap((line) => {
    const truth = truths.get(key(line));
    return truth === undefined || JSON.stringify(line) === JSON.stringify(truth)
      ? [line]
      : // An em space, as an indent.
        [line, truth.map((cell, j) => (j === term ? "\u2003exact" : cell))];
  });
  return {
    ...coarse,
    values: Object.fromEntries(names.map((name, j) => [name, lines.map((line) => line[j] ?? null)])),
    notes: [...(coarse.notes ?? []), "Lines without one that is called exact are exact."],
  };
}

type TableCell = TableView["values"][string][number];

interface Line {
  readonly table: string;
  readonly what: string;
  readonly exact: TableCell;
  readonly coarse: TableCell;
}

/** The people and the test of a cross table, each as the policy tells them and exactly. */
function linesOf(
  table: string,
  coarse: Result<CrosstabValue> | null,
  exact: Result<CrosstabValue>,
  cellName: (row: string, column: string) => string,
): readonly Line[] {
  if (coarse === null) return [];
  const cell = ({ view }: Result<CrosstabValue>, i: number, j: number): TableCell =>
    view.tables?.[0]?.values[`column${j + 1}`]?.[i] ?? null;
  const cells = exact.rows.levels.flatMap((row, i) =>
    (exact.columns?.levels ?? []).map((column, j) => ({
      table,
      what: cellName(row, column),
      exact: cell(exact, i, j),
      coarse: cell(coarse, i, j),
    })),
  );
  const test = ({ tables: [first] }: CrosstabValue) => first?.chiSquared ?? first?.chiSquaredBounds;
  return [
    ...cells,
    {
      table,
      what: `χ² on ${test(exact)?.df ?? "–"} df, p`,
      exact: testText(test(exact)),
      coarse: testText(test(coarse)),
    },
  ];
}

const sizes: Readonly<Record<string, string>> = {
  "<=20": "≤ 20 mm",
  "20-50": "> 20–50 mm",
  ">50": "> 50 mm",
};

/** The cells of both cross tables and their tests, exact and under the policy. */
export function crossTables(run: Run): TableView {
  const { gradeByTreatment, sizeByGrade } = run.hospital.answers;
  const grade = (level: string): string => gradeOf(`gradeGroup=${level}`);
  const lines = [
    ...linesOf(
      analysisNames.gradeByTreatment,
      gradeByTreatment.result,
      exactAnswer(run, "gradeByTreatment"),
      (row, column) => `${grade(row)}, ${column === "yes" ? "treated" : "not treated"}`,
    ),
    ...linesOf(
      analysisNames.sizeByGrade,
      sizeByGrade.result,
      exactAnswer(run, "sizeByGrade"),
      (row, column) => `${sizes[row] ?? row}, ${grade(column).toLowerCase()}`,
    ),
  ];
  return {
    title: "Cross tables, exact and under the default policy",
    columns: [
      { name: "table", label: "Table", format: "text" },
      { name: "what", label: "", format: "text" },
      { name: "exact", label: "Exact", format: "text", align: "end" },
      { name: "coarse", label: "Default policy", format: "text", align: "end" },
    ],
    values: {
      table: lines.map(({ table }) => table),
      what: lines.map(({ what }) => what),
      exact: lines.map(({ exact }) => exact),
      coarse: lines.map(({ coarse }) => coarse),
    },
    rowGroup: "table",
    notes: [
      "Patients, and percentages of those with the same treatment, or of the same grade. p: by χ² (with Yates' correction for two by two).",
    ],
  };
}
