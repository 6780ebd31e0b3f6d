// Table 1 and the cross tables in the words of the clinic.
import type { CrosstabValue, Result, TableView, View } from "konsil";
import { formatNumber } from "konsil";
import type { Expected, ExpectedTable } from "./expected.ts";
import { pText } from "./sentences.ts";
import { quiet } from "./tables.ts";

const names: Readonly<Record<string, string>> = {
  "age (years)": "Age (years)",
  menopause: "Menopausal status",
  size: "Tumour size (mm)",
  grade: "Grade",
  gradeGroup: "Grade",
  nodes: "Positive lymph nodes",
  "pgr (fmol/l)": "Progesterone receptors (fmol/l)",
  "er (fmol/l)": "Oestrogen receptors (fmol/l)",
  hormon: "Hormonal treatment",
};

const levels: Readonly<Record<string, string>> = {
  "<=20": "≤ 20",
  "20-50": "> 20–50",
  ">50": "> 50",
  "1-2": "1–2",
};

function renamed(
  table: TableView,
  title: string,
  column: string,
  words: Readonly<Record<string, string>>,
): TableView {
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

/** Table 1 by hormonal treatment, in the words of the clinic. */
export function tableOneOf(view: View, title: string): TableView {
  const [table] = view.tables ?? [];
  if (table === undefined) return { title, columns: [], values: {} };
  const named = renamed(table, title, "variable", names);
  const terms = (named.values["term"] ?? []).map((term) =>
    typeof term === "string" ? (levels[term] ?? term) : term,
  );
  return { ...named, values: { ...named.values, term: terms } };
}

/** Table 1, beside R's standardised differences. */
export function characteristicsTable(view: View, { by_treatment }: Expected): TableView {
  const named = tableOneOf(view, "Table 1. Characteristics by hormonal treatment");
  const variables = view.tables?.[0]?.values["variable"] ?? [];
  const r = variables.map((variable, i) => {
    if (typeof variable !== "string" || variable === variables[i - 1]) return "";
    const [name] = variable.split(" ");
    const found = [...by_treatment.numbers, ...by_treatment.categories].find((one) => one.variable === name);
    return found === undefined ? "" : formatNumber(found.standardised_difference, 2);
  });
  return {
    ...named,
    columns: [...named.columns, { name: "r", label: "SMD", ...quiet }],
    values: { ...named.values, r },
    notes: [
      "SMD: standardised difference; of means, those without treatment less those with. p: Welch's t test, or χ² (with Yates' correction for two by two).",
    ],
  };
}

/** A cross table with its test in a note. */
export function crossTable(value: Result<CrosstabValue>, title: string, r: ExpectedTable): TableView {
  const [table] = value.view.tables ?? [];
  const chiSquared = value.tables[0]?.chiSquared ?? null;
  const cramersV = value.tables[0]?.cramersV ?? null;
  if (table === undefined) return { title, columns: [], values: {} };
  const test =
    chiSquared === null
      ? []
      : [
          `χ² = ${chiSquared.statistic.toFixed(2)} on ${chiSquared.df} degrees of freedom (R: ${r.chisq.statistic.toFixed(2)}), ${pText(chiSquared.p)}; Cramér's V ${cramersV === null ? "–" : cramersV.toFixed(3)}.`,
        ];
  return { ...renamed(table, title, "level", levels), notes: [...(table.notes ?? []), ...test] };
}
