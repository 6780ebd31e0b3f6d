// Table 1 and the cross tables in the words of the clinic.
import type { View } from "konsil";
import type { TableView } from "./views.ts";

const names: Readonly<Record<string, string>> = {
  "age (years)": "Age (years)",
  menopause: "Menopausal status",
  size: "Tumour size (mm)",
  grade: "Grade",
  nodes: "Positive lymph nodes",
  "pgr (fmol/l)": "Progesterone receptors (fmol/l)",
  "er (fmol/l)": "Oestrogen receptors (fmol/l)",
  hormon: "Hormonal treatment",
};

const levels: Readonly<Record<string, string>> = { "<=20": "≤ 20", "20-50": "> 20–50", ">50": "> 50" };

function renamed(table: TableView, title: string, column: string, words: Readonly<Record<string, string>>): TableView {
  return {
    ...table,
    title,
    columns: table.columns.map(({ label, group, ...rest }) => ({
      ...rest,
      label: names[label] ?? levels[label] ?? label,
      ...(group === undefined ? {} : { group: names[group] ?? group }),
    })),
    values: {
      ...table.values,
      [column]: (table.values[column] ?? []).map((cell) =>
        typeof cell === "string" ? (words[cell] ?? cell) : cell,
      ),
    },
  };
}

/** Table 1 by hormonal treatment. */
export function characteristicsTable(view: View): TableView {
  const [table] = view.tables ?? [];
  if (table === undefined) return { columns: [], values: {} };
  const named = renamed(table, "Characteristics by hormonal treatment", "variable", names);
  const terms = (named.values["term"] ?? []).map((term) => (typeof term === "string" ? (levels[term] ?? term) : term));
  return {
    ...named,
    values: { ...named.values, term: terms },
    notes: [
      "SMD: standardised difference; of means, those without treatment less those with. p: Welch's t test, or χ² (with Yates' correction for two by two).",
    ],
  };
}

/** Each cross table, then its test. */
export function crosstabTables(gradeByTreatment: View, sizeByGrade: View): readonly TableView[] {
  const [grade, gradeTest] = gradeByTreatment.tables ?? [];
  const [size, sizeTest] = sizeByGrade.tables ?? [];
  return [
    ...(grade === undefined ? [] : [renamed(grade, "Grade by hormonal treatment", "level", {})]),
    ...(gradeTest === undefined ? [] : [{ ...gradeTest, title: "Grade and treatment: test of independence" }]),
    ...(size === undefined ? [] : [renamed(size, "Tumour size by grade", "level", levels)]),
    ...(sizeTest === undefined ? [] : [{ ...sizeTest, title: "Size and grade: test of independence" }]),
  ];
}
