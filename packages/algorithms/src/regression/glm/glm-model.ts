import {
  type Category,
  type Column,
  category,
  DataError,
  type NumericOptions,
  numberList,
  numeric,
} from "@konsil/core";
import { z } from "zod";
import {
  type Design,
  designColumns,
  designLabels,
  type Formula,
  type FormulaColumns,
  type FormulaTable,
  fillDesign,
  formulaColumns,
  type HeldOutcome,
  remembered,
  valueColumns,
} from "../../formula/index.ts";
import { HandedOn } from "../../model/handed-on.ts";
import { knownArguments } from "../../model/known.ts";
import { type GlmFormula, readGlmFormula } from "./arguments.ts";
import { outcomeValues } from "./outcome.ts";

/** What every step is told of the model, so that all of them use the same rows. */
export const glmModel = z.strictObject({
  formula: z.string().max(20_000),
  ...knownArguments,
  /** The two levels of an outcome that is a category; null where it is a number. */
  outcomeLevels: z.tuple([z.string(), z.string()]).nullable(),
  family: z.enum(["gaussian", "binomial", "poisson"]),
  link: z.enum(["identity", "logit", "log", "sqrt"]),
  weights: z.string().nullable(),
});

export type GlmModel = z.output<typeof glmModel>;

/** Where the columns of the design are moved to and what they are multiplied by, at all sites alike. */
export const scaling = z.strictObject({
  centre: numberList(),
  /** 0 for a column that says nothing. */
  factor: numberList(),
});

export type Scaling = z.output<typeof scaling>;

export interface GlmColumns {
  readonly [key: string]: readonly Column<Float64Array>[] | readonly Column<Category>[];
  readonly numbers: FormulaColumns["numbers"];
  readonly categories: FormulaColumns["categories"];
  /** The columns of an outcome that is a number. */
  readonly outcome: readonly Column<Float64Array>[];
  /** An outcome that is a category. */
  readonly outcomeCategory: readonly Column<Category>[];
  readonly weight: readonly Column<Float64Array>[];
}

/**
 * What deviance and likelihood add up of an outcome, besides products of columns and at whatever coefficients: of counts and
 * of proportions. Weights are part of them.
 */
const addedBy: Readonly<Record<Exclude<GlmModel["family"], "gaussian">, readonly string[]>> = {
  poisson: ["y log y", "log y!"],
  binomial: ["y log y + (1 - y) log(1 - y)", "log choose(w, wy)", "round(wy)"],
};

/** What a step tells a site of an outcome that has to lie in a range; at the start, R's means of counts are a form of it. */
function heldOutcome({ family, link, weights }: GlmModel, isStart: boolean): HeldOutcome | undefined {
  if (family === "gaussian") return undefined;
  const atStart = isStart && family === "poisson";
  return {
    added: [...addedBy[family], ...(atStart ? ["y log(y + 0.1)"] : [])].map((text) => `${text}, ${weights}`),
    computed: atStart ? [`the start, ${link}`] : [],
  };
}

type Asked = "moments" | "start" | "evaluation";

/** And of weights: of a linear model in its moments, of numbers of trials in the likelihood and in R's means. */
function heldWeight({ family, link }: GlmModel, of: Asked): Pick<NumericOptions, "added" | "computed"> {
  if (family === "gaussian") return { added: of === "moments" ? ["log w"] : [] };
  if (family === "poisson" || of === "moments") return {};
  return { added: ["log choose(w, wy)", "round(w)"], computed: of === "start" ? [`the start, ${link}`] : [] };
}

/**
 * The columns of the whole model: a row is used when it is complete in all of them. What is added up of them besides
 * products is that of the moments, of the evaluation at the means where the family begins, or of another.
 */
export function glmColumns(model: GlmModel, of: Asked): GlmColumns {
  const formula = readGlmFormula(model.formula);
  const { columns } = formula.response.variable;
  const { outcomeLevels: levels, others, weights } = model;
  return {
    ...formulaColumns(formula, model.variables, others),
    outcome:
      levels === null ? valueColumns(formula.response, heldOutcome(model, of === "start")).outcome : [],
    outcomeCategory: levels === null ? [] : columns.map((name) => category(name, { levels, others })),
    weight:
      weights === null
        ? []
        : [numeric(weights, { weighs: true, checked: "column", ...heldWeight(model, of) })],
  };
}

export interface GlmTable extends FormulaTable {
  readonly outcome: readonly Float64Array[];
  readonly outcomeCategory: readonly Category[];
  readonly weight: readonly Float64Array[];
}

/** Asked for several times of the same arguments. */
export const glmDesign: (model: Pick<GlmModel, "formula" | "variables">) => Design = remembered((model) =>
  designColumns(readGlmFormula(model.formula), model.variables),
);

/** The formula, or the one without terms: an intercept alone. */
function withTerms<F extends Formula>(formula: F, terms: "full" | "intercept"): F {
  return terms === "full" ? formula : { ...formula, terms: [], intercept: true };
}

/** What the columns of the design and pairs of them are, in words. */
export function glmLabels(
  model: GlmModel,
  terms: "full" | "intercept" = "full",
): ReturnType<typeof designLabels> {
  const formula = withTerms(readGlmFormula(model.formula), terms);
  return designLabels(formula, designColumns(formula, model.variables));
}

/** Rows of a site as arrays: those of positive weight. */
export interface GlmRows {
  readonly n: number;
  /** Number of columns. */
  readonly p: number;
  /** The design, row by row, each with room for one number more, the working residual: p + 1 numbers a row. */
  readonly matrix: Float64Array;
  readonly y: Float64Array;
  readonly weight: Float64Array | undefined;
  readonly offset: Float64Array | undefined;
}

const handedOn = new HandedOn<GlmRows>();

/**
 * The rows of the model, or of the one without terms: an intercept alone. The caller may change them: they are those that
 * another step left, or filled anew.
 * @throws DataError when the outcome does not fit its family or a weight is negative
 */
export function fillGlm(model: GlmModel, table: GlmTable, terms: "full" | "intercept" = "full"): GlmRows {
  const left = terms === "full" ? handedOn.take(table, model) : undefined;
  return left ?? fillAnew(model, table, terms);
}

/** Leaves rows of the whole model, as they were filled, to the step that asks for them next. */
export function leaveGlm(model: GlmModel, table: GlmTable, rows: GlmRows): void {
  handedOn.leave(table, model, rows);
}

function fillAnew(model: GlmModel, table: GlmTable, terms: "full" | "intercept"): GlmRows {
  const formula = readGlmFormula(model.formula);
  const y = outcomeValues(formula as GlmFormula, model, table);
  const { matrix, design, offset } = fillDesign(withTerms(formula, terms), model.variables, table, {
    room: 1,
  });
  const rows: GlmRows = {
    n: table.rows,
    p: design.columns.length,
    matrix,
    y,
    weight: table.weight[0],
    offset: offset ?? undefined,
  };
  return rows.weight === undefined ? rows : withPositiveWeight(rows, rows.weight, model.weights ?? "");
}

function withPositiveWeight(rows: GlmRows, weight: Float64Array, name: string): GlmRows {
  let kept = 0;
  for (let i = 0; i < weight.length; i++) {
    if ((weight[i] as number) < 0)
      throw new DataError(
        "DATA_INVALID",
        `The weights "${name}" are negative for some rows at {site}. Filter those rows.`,
      );
    if ((weight[i] as number) > 0) kept++;
  }
  if (kept === weight.length) return rows;
  const { p } = rows;
  const width = p + 1;
  const matrix = new Float64Array(kept * width);
  let to = 0;
  for (let i = 0; i < weight.length; i++)
    if ((weight[i] as number) > 0) matrix.set(rows.matrix.subarray(i * width, (i + 1) * width), width * to++);
  const isKept = (_: number, i: number): boolean => (weight[i] as number) > 0;
  return {
    n: kept,
    p,
    matrix,
    y: rows.y.filter(isKept),
    weight: weight.filter(isKept),
    offset: rows.offset?.filter(isKept),
  };
}

/** 0, 1, …, length − 1. */
export function positions(length: number): readonly number[] {
  return Array.from({ length }, (_, i) => i);
}
