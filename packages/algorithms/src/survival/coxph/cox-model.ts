import { type Category, type Column, category, DataError, numberList, numeric } from "@konsil/core";
import { z } from "zod";
import {
  type Design,
  designColumns,
  designLabels,
  type FormulaColumns,
  type FormulaTable,
  fillDesign,
  fillSurvival,
  formulaColumns,
  type Response,
  remembered,
  rememberedByValue,
  type SurvivalColumns,
  type SurvivalTable,
  strataCount,
  survivalColumns,
  type VariableInfos,
} from "../../formula/index.ts";
import { HandedOn } from "../../model/handed-on.ts";
import { otherLevels } from "../../model/index.ts";
import { peopleBehind } from "../../model/people-behind.ts";
import { parseStratified, type StratifiedFormula } from "./site-strata.ts";

const variableInfo = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("numeric") }),
  z.strictObject({ type: z.literal("boolean") }),
  z.strictObject({ type: z.literal("category"), levels: z.array(z.string()) }),
]);

/** What every step is told of the model, so that all of them use the same rows. */
export const coxModel = z.strictObject({
  formula: z.string().max(20_000),
  variables: z.record(z.string(), variableInfo),
  others: otherLevels,
  weights: z.string().nullable(),
});

export type CoxModel = z.output<typeof coxModel>;

/** Where the columns of the design are moved to and what they are multiplied by, in all sites alike. */
export const scaling = z.strictObject({
  centre: numberList(),
  /** 1 over the standard deviation; 0 for a column that is constant. */
  factor: numberList(),
  offset: z.number(),
});

export type Scaling = z.output<typeof scaling>;

type SurvivalResponse = Extract<Response, { kind: "survival" }>;

interface ReadModel extends StratifiedFormula {
  readonly response: SurvivalResponse;
}

export function readModel(model: Pick<CoxModel, "formula">): ReadModel {
  const separated = parseStratified(model.formula);
  // The schema of the arguments has made sure of it; a site is told by anyone.
  if (separated.formula.response?.kind !== "survival")
    throw new DataError("DATA_INVALID", "The left side of the formula of coxph is Surv(time, event).");
  return { ...separated, response: separated.formula.response };
}

export interface CoxColumns {
  readonly [key: string]:
    | readonly Column<Float64Array>[]
    | readonly Column<Uint8Array>[]
    | readonly Column<Category>[];
  readonly numbers: FormulaColumns["numbers"];
  readonly categories: FormulaColumns["categories"];
  readonly times: SurvivalColumns["times"];
  readonly event: SurvivalColumns["event"];
  readonly compared: SurvivalColumns["compared"];
  readonly weight: readonly Column<Float64Array>[];
  readonly site: readonly Column<Category>[];
}

/** The columns of the whole model: a row is used when it is complete in all of them. */
export function coxColumns(model: CoxModel): CoxColumns {
  const { formula, bySite, response } = readModel(model);
  return {
    ...formulaColumns(formula, model.variables, model.others),
    ...survivalColumns(response),
    weight: model.weights === null ? [] : [numeric(model.weights, { weighs: true, checked: "column" })],
    site: bySite ? [category("site")] : [],
  };
}

export interface CoxTable extends FormulaTable, SurvivalTable {
  readonly weight: readonly Float64Array[];
  readonly site: readonly Category[];
}

/** Asked for several times of the same arguments. */
export const coxDesign: (model: Pick<CoxModel, "formula" | "variables">) => Design = remembered((model) =>
  designColumns(readModel(model).formula, model.variables as VariableInfos, { cox: true }),
);

/** What the columns of the design and pairs of them are, in words. */
export function coxLabels(model: CoxModel): ReturnType<typeof designLabels> {
  return designLabels(readModel(model).formula, coxDesign(model));
}

/** The number of strata that do not come from sites. */
export function coxStrata(model: Pick<CoxModel, "formula" | "variables">): number {
  return strataCount(readModel(model).formula, coxDesign(model));
}

/** Rows of a site as arrays. */
export interface CoxRows {
  readonly n: number;
  /** Number of columns. */
  readonly p: number;
  readonly time: Float64Array;
  readonly event: Uint8Array;
  /** The design, row by row. */
  readonly matrix: Float64Array;
  readonly weight: Float64Array | undefined;
  readonly offset: Float64Array | undefined;
  readonly stratum: Int32Array;
  readonly strata: number;
  /** Whether the site's data have a column `site` with several values. */
  readonly ownSites: boolean;
}

const handedOn = new HandedOn<CoxRows>();

/**
 * The rows of a model, which the caller may change: those that another step left, or filled anew.
 * @throws DataError when a time is negative or a weight is not positive
 */
export function fillCox(model: CoxModel, table: CoxTable): CoxRows {
  return handedOn.take(table, model) ?? fillAnew(model, table);
}

/** Leaves rows, as they were filled, to the step that asks for them next. */
export function leaveCox(model: CoxModel, table: CoxTable, rows: CoxRows): void {
  handedOn.leave(table, model, rows);
}

function fillAnew(model: CoxModel, table: CoxTable): CoxRows {
  const { formula, response } = readModel(model);
  const { matrix, design, offset, strata } = fillDesign(formula, model.variables, table, { cox: true });
  const { time, event } = fillSurvival(response, table);
  const [weight] = table.weight;
  if (weight?.some((w) => !(w > 0)) === true)
    throw new DataError(
      "DATA_INVALID",
      `The weights "${model.weights}" are zero or negative for some rows at {site}. Filter those rows.`,
    );
  const stratum = strata === null ? new Int32Array(table.rows) : strata.codes.slice();
  const own = table.site[0];
  const sites = own?.levels.length ?? 1;
  let ownSites = false;
  if (own !== undefined) {
    for (let i = 0; i < table.rows; i++) {
      const code = own.codes[i] as number;
      if (code !== own.codes[0]) ownSites = true;
      stratum[i] = (stratum[i] as number) * sites + code;
    }
  }
  return {
    n: table.rows,
    p: design.columns.length,
    time,
    event,
    matrix,
    weight,
    offset: offset ?? undefined,
    stratum,
    strata: (strata?.count ?? 1) * sites,
    ownSites,
  };
}

/** What sums over people are of, besides the columns of the design. */
export const totals = ["weight", "offset"] as const;

/** The people on whom sums rest: of each column of the design, and of `totals`. */
export interface BehindRows {
  readonly columns: Float64Array;
  readonly totals: readonly number[];
}

/** The people on whom sums over all rows rest, as these were filled. */
export const behindRows: (rows: CoxRows) => BehindRows = remembered(({ n, p, matrix, weight, offset }) => {
  const one = (values: Float64Array | undefined): number =>
    values === undefined ? n : (peopleBehind(values, n, 1)[0] as number);
  return { columns: peopleBehind(matrix, n, p), totals: [one(weight), one(offset)] };
});

/**
 * The people on whom sums over events rest, or those on whom sums over all rows do, whichever are fewer: a score compares
 * events with everyone at risk, and whoever asks for it need not have asked for the moments before.
 */
export function behindEvents(rows: CoxRows): BehindRows {
  const { n, p, matrix, weight, offset, event } = rows;
  const one = (values: Float64Array | undefined): number =>
    values === undefined ? countOf(event) : (peopleBehind(values, n, 1, event)[0] as number);
  const all = behindRows(rows);
  return {
    columns: peopleBehind(matrix, n, p, event).map((people, j) => Math.min(people, all.columns[j] as number)),
    totals: [one(weight), one(offset)].map((people, j) => Math.min(people, all.totals[j] as number)),
  };
}

function countOf(event: Uint8Array): number {
  let events = 0;
  for (let i = 0; i < event.length; i++) if (event[i] === 1) events++;
  return events;
}

/** 0, 1, …, length − 1. */
export const positions: (length: number) => readonly number[] = rememberedByValue((length) =>
  Object.freeze(Array.from({ length }, (_, i) => i)),
);
