import type { Cell, Masked, TableView, View } from "@konsil/core";
import { betweenNote, isNumber } from "../summarise.central.ts";
import { dayText, endsText } from "../text.ts";
import { roundedWords } from "./rounded-ranges.ts";
import type { RangedVariable, SummaryValue } from "./summary.central.ts";

/** A row of cells by column name. */
type Line = Readonly<Record<string, Cell>>;

function table(title: string, columns: TableView["columns"], lines: readonly Line[]): TableView {
  return {
    title,
    columns,
    values: Object.fromEntries(columns.map(({ name }) => [name, lines.map((line) => line[name] ?? null)])),
    rowGroup: "variable",
  };
}

const variableColumn = { name: "variable", label: "Variable", format: "text" } as const;
const groupColumn = (label: string) => ({ name: "group", label, format: "text" }) as const;

/** One table of what is averaged, one of what is counted. */
export function summaryView(value: SummaryValue): View {
  const { by, variables } = value;
  const rounded = roundedWords(value);
  const numbers = variables.filter(isNumber) as readonly RangedVariable[];
  const categories = variables.filter((variable) => !isNumber(variable));
  const groups = by === null ? [] : [groupColumn(by.variable)];
  const asRead = (value: Masked | null | undefined, { type }: RangedVariable): Cell =>
    value === null || value === undefined ? null : type === "date" ? endsText(value, dayText) : value;
  const numberLines = numbers.flatMap((variable) =>
    [...variable.groups, variable.overall].map((summary): Line => {
      const unit = variable.unit === null ? "" : ` (${variable.unit})`;
      return {
        variable: variable.variable + unit,
        group: summary.group ?? "all",
        n: summary.n,
        missing: summary.missing,
        mean: asRead(summary.mean, variable),
        sd: summary.standardDeviation,
        min: summary.group === null ? asRead(variable.range?.lower, variable) : null,
        max: summary.group === null ? asRead(variable.range?.upper, variable) : null,
      };
    }),
  );
  const ranged = numbers.some(({ range }) => range !== undefined);
  const levelLines = categories.flatMap((variable) =>
    [...variable.groups, variable.overall].flatMap((summary): readonly Line[] => {
      const group = summary.group ?? "all";
      const line = (level: string, n: Cell, percent: Cell): Line => ({
        variable: variable.variable,
        group,
        level,
        n,
        percent,
      });
      const missing = summary.missing === 0 ? [] : [line("missing", summary.missing, null)];
      return [
        ...variable.levels.map((level, i) =>
          line(level, summary.counts[i] ?? null, summary.shares[i] ?? null),
        ),
        ...missing,
      ];
    }),
  );
  const numberTable = table(
    "Numbers",
    [
      variableColumn,
      ...groups,
      { name: "n", label: "n", format: "integer" },
      { name: "missing", label: "Missing", format: "integer" },
      { name: "mean", label: "Mean" },
      { name: "sd", label: "SD", format: "number" },
      ...(ranged
        ? [
            { name: "min", label: "Minimum" },
            { name: "max", label: "Maximum" },
          ]
        : []),
    ],
    numberLines,
  );
  const levelTable = table(
    "Categories",
    [
      variableColumn,
      ...groups,
      { name: "level", label: "Level", format: "text" },
      { name: "n", label: "n", format: "integer" },
      { name: "percent", label: "%", format: "percent" },
    ],
    levelLines,
  );
  return {
    title: by === null ? "Summary" : `Summary by ${by.variable}`,
    notes: [
      ...betweenNote(numbers),
      ...(rounded === ""
        ? []
        : [`Minimum and maximum are no values of the data: sites round them outwards, ${rounded}.`]),
    ],
    tables: [...(numbers.length > 0 ? [numberTable] : []), ...(categories.length > 0 ? [levelTable] : [])],
  };
}
