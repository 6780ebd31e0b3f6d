import type {
  BarsFigure,
  Cell,
  FigureView,
  FlowFigure,
  ForestFigure,
  HeatFigure,
  RoundsFigure,
  SurvivalFigure,
  TableColumn,
  TableView,
} from "@konsil/core";
import { estimateWords } from "./figures/forest.ts";
import { estimateAt, fromStart, limitsAt } from "./figures/step-curve.ts";
import { formatDuration, formatPercent } from "./numbers.ts";
import { timeTicks } from "./ticks.ts";

/** The numbers that a figure shows, for those who read them better than pictures, and for terminals. */
export function figureTable(figure: FigureView): TableView {
  const { columns, rows, ...rest } = rowsOf(figure);
  const values = Object.fromEntries(
    columns.map((column, k) => [column.name, rows.map((row) => row[k] ?? null)]),
  );
  return { title: figure.title, columns, values, ...rest };
}

interface Rows {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Cell[])[];
  readonly rowGroup?: string;
}

function rowsOf(figure: FigureView): Rows {
  switch (figure.kind) {
    case "survival":
      return survivalRows(figure);
    case "forest":
      return forestRows(figure);
    case "bars":
      return barsRows(figure);
    case "heat":
      return heatRows(figure);
    case "flow":
      return flowRows(figure);
    case "rounds":
      return roundsRows(figure);
  }
}

/** The curves at the ticks of the axis: nobody reads thousands of steps. */
function survivalRows(figure: SurvivalFigure): Rows {
  const curves = figure.curves.map((curve) => fromStart(curve, figure.measure === "survival" ? 1 : 0));
  const last = Math.max(0, ...curves.map((curve) => curve.end)) || 1;
  const axis = timeTicks(figure.time.unit, last, 12, figure.atRisk?.times);
  const riskTimes = figure.atRisk?.times ?? [];
  const level = formatPercent(figure.confidenceLevel ?? 0.95, 0);
  const banded = figure.curves.some((curve) => curve.lower !== undefined && curve.upper !== undefined);
  const columns: TableColumn[] = [
    { name: "curve", label: "", format: "text" },
    {
      name: "time",
      label: axis.unit === "units" ? figure.time.label : `${figure.time.label} (${axis.unit})`,
      format: "text",
    },
  ];
  if (figure.atRisk !== undefined) columns.push({ name: "n.risk", label: "At risk", format: "integer" });
  columns.push({ name: "estimate", label: figure.label, format: "percent" });
  if (banded) columns.push({ name: "conf", label: `${level} CI`, format: "percent" });
  const rows = curves.flatMap((curve, i) =>
    axis.ticks
      .filter((tick) => tick.at <= curve.end)
      .map((tick): Cell[] => {
        const row: Cell[] = [figure.curves[i]?.label ?? "", tick.label];
        if (figure.atRisk !== undefined)
          row.push(figure.atRisk.counts[i]?.[riskTimes.indexOf(tick.at)] ?? null);
        row.push(estimateAt(curve, tick.at));
        if (banded && tick.at === 0) row.push(null);
        else if (banded) row.push(limitsAt(curve, tick.at));
        return row;
      }),
  );
  return { columns, rows, rowGroup: "curve" };
}

function forestRows(figure: ForestFigure): Rows {
  const level = formatPercent(figure.confidenceLevel ?? 0.95, 0);
  const cells = (figure.columns ?? []).map(
    (label, k): TableColumn => ({ name: `cell${k + 1}`, label, align: "end" }),
  );
  const columns: TableColumn[] = [
    { name: "term", label: "", format: "text" },
    ...cells,
    { name: "estimate", label: `${figure.label} (${level} CI)`, format: "text", align: "end" },
  ];
  const tested = figure.rows.some((row) => "p" in row && row.p !== undefined);
  if (tested) columns.push({ name: "p.value", label: "p", format: "p" });
  const rows = figure.rows.map((row): Cell[] => {
    if (row.kind === "heading") return [row.label, ...columns.slice(1).map(() => "")];
    const p = "p" in row && row.p !== undefined ? row.p : "";
    return [
      row.label,
      ...cells.map((_, k) => row.cells?.[k] ?? ""),
      estimateWords(row),
      ...(tested ? [p] : []),
    ];
  });
  return { columns, rows };
}

function barsRows(figure: BarsFigure): Rows {
  const { format, label } = figure.value;
  const series = figure.series.map(
    (one, k): TableColumn => ({
      name: `series${k + 1}`,
      label: figure.series.length > 1 ? one.label : label,
      format,
      ...(figure.series.length > 1 ? { group: label } : {}),
    }),
  );
  return {
    columns: [{ name: "category", label: figure.label ?? "", format: "text" }, ...series],
    rows: figure.categories.map((category, i) => [
      category,
      ...figure.series.map((one) => one.values[i] ?? null),
    ]),
  };
}

function heatRows(figure: HeatFigure): Rows {
  const levels = figure.columns.levels.map(
    (label, k): TableColumn => ({
      name: `level${k + 1}`,
      label,
      format: figure.format,
      group: figure.columns.label,
    }),
  );
  return {
    columns: [{ name: "row", label: figure.rows.label, format: "text" }, ...levels],
    rows: figure.rows.levels.map((level, r) => [
      level,
      ...levels.map((_, c) => figure.values[r]?.[c] ?? null),
    ]),
  };
}

function flowRows(figure: FlowFigure): Rows {
  return {
    columns: [
      { name: "stage", label: "", format: "text" },
      { name: "left", label: "Left", format: "integer" },
      { name: "count", label: "Remain", format: "integer" },
    ],
    rows: [
      ...figure.stages.flatMap((stage): Cell[][] => [
        ...(stage.left ?? []).map((box): Cell[] => [box.label, box.count, ""]),
        [stage.label, "", stage.count],
      ]),
      ...(figure.groups ?? []).map((group): Cell[] => [`of these: ${group.label}`, "", group.count]),
    ],
  };
}

function roundsRows(figure: RoundsFigure): Rows {
  const columns = figure.rounds.map(
    (round, k): TableColumn => ({ name: `round${k + 1}`, label: round.label, format: "text" }),
  );
  return {
    columns: [{ name: "site", label: "Site", format: "text" }, ...columns],
    rows: figure.sites.map((site, s) => [
      site,
      ...columns.map((_, r): Cell => {
        const reply = figure.replies[s]?.[r];
        if (reply === undefined || reply.state === "not asked") return null;
        return reply.seconds === undefined ? reply.state : `${reply.state}, ${formatDuration(reply.seconds)}`;
      }),
    ]),
  };
}
