import type { Cell, HeatFigure, TableColumn, TableView, View } from "@konsil/core";
import { shareOf } from "../masked.ts";
import { countText, pCell, shareText } from "../text.ts";
import type { CrosstabTable, CrosstabValue } from "./crosstab.central.ts";

function titleOf(value: CrosstabValue, table: CrosstabTable): string {
  const { rows, columns, by } = value;
  const both = columns === null ? rows.variable : `${rows.variable} by ${columns.variable}`;
  return table.stratum === null ? both : `${both}, ${by?.variable} ${table.stratum}`;
}

function counted(value: CrosstabValue, table: CrosstabTable): TableView {
  const { rows, columns } = value;
  const body: readonly TableColumn[] = (columns?.levels ?? []).map((label, j) => ({
    name: `column${j + 1}`,
    label,
    format: "text",
    align: "end",
    group: columns?.variable ?? "",
  }));
  const totals = table.rowTotals.map((total, i) => shareText(total, shareOf(table.rowTotals, i)));
  const columnTotals = table.columnTotals.map(countText);
  return {
    title: titleOf(value, table),
    columns: [
      { name: "level", label: rows.variable, format: "text" },
      ...body,
      { name: "total", label: columns === null ? "n" : "All", format: "text", align: "end" },
    ],
    values: {
      level: [...rows.levels, "all"],
      ...Object.fromEntries(
        body.map(({ name }, j): [string, Cell[]] => [
          name,
          [
            ...table.counts.map((row, i) => shareText(row[j] ?? 0, table.columnShares[i]?.[j] ?? null)),
            columnTotals[j] ?? "",
          ],
        ]),
      ),
      total: [...totals, countText(table.n)],
    },
    notes: [columns === null ? "Percentages are of all." : "Percentages are of the column."],
  };
}

/** What Fisher's test has no number for: JSON has none. */
const infinite = "∞";

function tests(value: CrosstabValue): TableView {
  interface Line {
    readonly stratum: string;
    readonly method: string;
    readonly statistic: Cell;
    readonly df: number | null;
    readonly p: Cell;
    readonly estimate: Cell;
    readonly lower: Cell;
    readonly upper: Cell;
  }
  const nothing = { statistic: null, df: null, p: null, estimate: null, lower: null, upper: null };
  const lines = value.tables.flatMap((table): Line[] => {
    const stratum = table.stratum ?? "all";
    const { fisher, refused, fisherRefused } = table;
    const chiSquared = table.chiSquared ?? table.chiSquaredBounds;
    return [
      chiSquared === null
        ? { ...nothing, stratum, method: `χ²: ${refused ?? "not estimable"}` }
        : {
            ...nothing,
            stratum,
            method: chiSquared.corrected ? "χ² (Yates)" : "χ²",
            statistic: chiSquared.statistic,
            df: chiSquared.df,
            p: typeof chiSquared.p === "number" ? chiSquared.p : pCell(chiSquared.p),
          },
      ...(fisher === null
        ? fisherRefused === null
          ? []
          : [{ ...nothing, stratum, method: `Fisher: ${fisherRefused}` }]
        : [
            {
              ...nothing,
              stratum,
              method: "Fisher",
              p: fisher.p,
              estimate: fisher.oddsRatio ?? infinite,
              lower: fisher.lower ?? infinite,
              upper: fisher.upper ?? infinite,
            },
          ]),
    ];
  });
  const { mantelHaenszel: over, mantelHaenszelRefused } = value;
  const method = "Mantel–Haenszel";
  const stratum = "over strata";
  const last: readonly Line[] =
    over !== null
      ? [
          {
            stratum,
            method,
            statistic: over.statistic,
            df: over.df,
            p: over.p,
            estimate: over.oddsRatio?.estimate ?? null,
            lower: over.oddsRatio?.lower ?? null,
            upper: over.oddsRatio?.upper ?? null,
          },
        ]
      : mantelHaenszelRefused === null
        ? []
        : [{ ...nothing, stratum, method: `${method}: ${mantelHaenszelRefused}` }];
  const all = [...lines, ...last];
  const odds = all.some(({ estimate }) => estimate !== null);
  const strata: readonly TableColumn[] =
    value.by === null ? [] : [{ name: "stratum", label: value.by.variable, format: "text" }];
  const estimates: readonly TableColumn[] = [
    { name: "estimate", label: "Odds ratio", format: "number" },
    { name: "conf.low", label: "Lower", format: "number" },
    { name: "conf.high", label: "Upper", format: "number" },
  ];
  return {
    title: "Tests of independence",
    columns: [
      ...strata,
      { name: "method", label: "Test", format: "text" },
      { name: "statistic", label: "Statistic", format: "number" },
      { name: "parameter", label: "df", format: "integer" },
      { name: "p.value", label: "p", format: "p" },
      ...(odds ? estimates : []),
    ],
    values: {
      stratum: all.map((line) => line.stratum),
      method: all.map((line) => line.method),
      statistic: all.map((line) => line.statistic),
      parameter: all.map((line) => line.df),
      "p.value": all.map((line) => line.p),
      estimate: all.map((line) => line.estimate),
      "conf.low": all.map((line) => line.lower),
      "conf.high": all.map((line) => line.upper),
    },
  };
}

function heat(value: CrosstabValue, table: CrosstabTable): HeatFigure {
  const { rows, columns } = value;
  return {
    kind: "heat",
    title: titleOf(value, table),
    rows: { label: rows.variable, levels: rows.levels },
    columns: { label: columns?.variable ?? "", levels: columns?.levels ?? ["n"] },
    values: table.counts,
    format: "integer",
    shade: columns === null ? "largest" : "column",
  };
}

/** Counts with percentages, the tests, and each table as a figure. */
export function crosstabView(value: CrosstabValue): View {
  const { rows, columns, by, tables, missing } = value;
  const names = [rows, columns, by].flatMap((variable) => (variable === null ? [] : [variable.variable]));
  const figures = tables
    .filter(({ counts }) => (counts[0] ?? []).length > 0)
    .map((table) => heat(value, table));
  return {
    title: names.join(" by "),
    subtitle: `${countText(value.n)} people`,
    notes:
      missing === 0
        ? []
        : [
            `${countText(missing)} people left out: they lack a variable, or have a level that was not asked for.`,
          ],
    tables: [...tables.map((table) => counted(value, table)), ...(columns === null ? [] : [tests(value)])],
    figures,
  };
}
