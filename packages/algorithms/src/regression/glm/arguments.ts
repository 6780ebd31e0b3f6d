import { ArgumentError, type ColumnName, calledElsewhere, columnName } from "@konsil/core";
import { z } from "zod";
import { type Formula, nameText, parseFormula, type Response } from "../../formula/index.ts";
import {
  confidenceLevel,
  control,
  controlInR,
  levelArguments,
  type RareLevels,
  tolerance,
  whenRead,
} from "../../model/index.ts";
import { type GlmFamily, type GlmLink, glmFamily, linkOf } from "./family.ts";

export interface GlmArguments {
  /**
   * The model in R's notation, instead of `outcome`, `terms` and `offset`:
   * "relapses ~ age + factor(grade) * hormon + offset(log(days))".
   */
  readonly formula?: string | undefined;
  /** The column that is explained. */
  readonly outcome?: ColumnName | undefined;
  /** Terms as a formula writes them: ["age", "log(nodes + 1)", "age:grade"]. */
  readonly terms?: readonly string[] | undefined;
  /** What is added to the linear predictor with coefficient 1: "log(days)". */
  readonly offset?: string | undefined;
  /**
   * "gaussian" for linear regression; "binomial" for a yes/no outcome, 0 and 1, or a category of two levels (the second
   * is the event); "poisson" for counts.
   */
  readonly family: GlmFamily;
  /** Canonical unless given: "identity", "logit" and "log". Binomial also "log"; Poisson also "identity" and "sqrt". */
  readonly link?: GlmLink | undefined;
  /** A column of prior weights, as R has them; rows of weight zero are left out. */
  readonly weights?: ColumnName<"numeric"> | undefined;
  /** Of the confidence limits. Default 0.95. */
  readonly confidenceLevel?: number | undefined;
  /** Order of levels by column; the first is the reference. Rows with other levels are left out. */
  readonly levels?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Levels that too few organizations or people have: "error" (default) names them, "exclude" leaves their rows out, { merge: "other" } puts them together. */
  readonly rareLevels?: RareLevels | undefined;
  /** "konsil" (default) goes on until nothing changes; "R" stops where R's glm.control stops by default. */
  readonly control?: "konsil" | "R" | undefined;
  /**
   * When to stop. With "konsil", how many standard errors the next step is long (default 1e-9, 1e-10 for counts, 1e-11 with
   * other than canonical links); with "R", the relative change of the deviance (default 1e-8).
   */
  readonly tolerance?: number | undefined;
  /** The most steps: 50 unless given, 25 with control "R". */
  readonly iterations?: number | undefined;
}

/** A formula whose left side is one variable. */
export interface GlmFormula extends Formula {
  readonly response: Extract<Response, { kind: "value" }>;
}

/**
 * Reads a formula of a generalized linear model.
 * @throws ArgumentError FORMULA_SYNTAX, FORMULA_UNSUPPORTED, FORMULA_VARIABLE
 */
export function readGlmFormula(text: string): GlmFormula {
  const formula = parseFormula(text);
  const { response, variables, terms, intercept } = formula;
  if (response === null)
    throw new ArgumentError(
      "FORMULA_VARIABLE",
      `The formula "${text}" has no outcome. Write "outcome ~ age".`,
    );
  if (response.kind === "survival")
    throw new ArgumentError(
      "FORMULA_VARIABLE",
      "Surv() is no outcome of glm. Use coxph for times to an event.",
    );
  if (response.variable.kind === "strata")
    throw new ArgumentError("FORMULA_VARIABLE", "strata() is no outcome.");
  const strata = variables.find(({ kind }) => kind === "strata");
  if (strata !== undefined)
    throw new ArgumentError(
      "FORMULA_UNSUPPORTED",
      `glm has no strata. Write ${strata.columns.map((name) => `"+ ${nameText(name)}"`).join(" and ")} instead of "${strata.text}": a fixed effect for each level.`,
    );
  if (terms.length === 0 && !intercept)
    throw new ArgumentError("FORMULA_UNSUPPORTED", `The formula "${text}" has no coefficient to estimate.`);
  return { ...formula, response };
}

/**
 * The formula, however the model was spelled.
 * @throws ArgumentError ARGUMENT_INVALID, FORMULA_SYNTAX, FORMULA_UNSUPPORTED, FORMULA_VARIABLE
 */
export function glmFormula(args: Pick<GlmArguments, "formula" | "outcome" | "terms" | "offset">): string {
  const { formula, outcome, terms, offset } = args;
  if (formula !== undefined) {
    if (outcome !== undefined || terms !== undefined || offset !== undefined)
      throw new ArgumentError(
        "ARGUMENT_INVALID",
        "glm takes a `formula`, or `outcome`, `terms` and `offset`, but not both.",
      );
    readGlmFormula(formula);
    return formula;
  }
  if (outcome === undefined)
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      'glm needs a model: { formula: "event ~ age" } or { outcome: "event", terms: ["age"] }.',
    );
  const right = [
    ...(terms === undefined || terms.length === 0 ? ["1"] : terms),
    ...(offset === undefined ? [] : [`offset(${offset})`]),
  ];
  const text = `${nameText(outcome)} ~ ${right.join(" + ")}`;
  readGlmFormula(text);
  return text;
}

export const glmArguments = z
  .strictObject({
    formula: z.string().max(10_000).optional(),
    outcome: calledElsewhere(columnName().optional(), "y", "response"),
    terms: z.array(z.string().min(1).max(1000)).max(200).optional(),
    offset: z.string().min(1).max(1000).optional(),
    family: glmFamily,
    link: z.enum(["identity", "logit", "log", "sqrt"]).optional(),
    weights: columnName<"numeric">().optional(),
    confidenceLevel,
    ...levelArguments,
    control,
    tolerance: calledElsewhere(tolerance.optional(), ...controlInR.tolerance),
    iterations: calledElsewhere(z.int().min(1).max(1000).optional(), ...controlInR.iterations),
  })
  // Throws what is wrong with the model before any site is asked.
  .refine((args) => glmFormula(args).length > 0 && linkOf(args.family, args.link).length > 0, whenRead);
