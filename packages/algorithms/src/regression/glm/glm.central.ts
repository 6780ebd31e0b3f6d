import { AnalysisError, ArgumentError, type Central, listing, type Pooled } from "@konsil/core";
import type { z } from "zod";
import { formulaVariables } from "../../formula/index.ts";
import {
  type Known,
  type KnownVariables,
  knowVariables,
  noRowLeft,
  type variablesStep,
} from "../../model/index.ts";
import { isRunawayRefusal, Withheld } from "../../model/withheld.ts";
import { finiteOrNull, unpackLower } from "../../numeric/index.ts";
import { type GlmFormula, type glmArguments, glmFormula, readGlmFormula } from "./arguments.ts";
import { linkOf, links } from "./family.ts";
import { type Evaluate, type Evaluated, type Fit, type FitOptions, fit } from "./fit.ts";
import { type GlmModel, glmDesign, type Scaling } from "./glm-model.ts";
import { type GlmValue, glmValue } from "./glm-value.ts";
import { glmIrlsStep } from "./irls.step.ts";
import { linkFunctions } from "./link-functions.ts";
import { glmMomentsStep } from "./moments.step.ts";
import { scalingOf } from "./scaling.ts";

type Steps = typeof variablesStep | typeof glmMomentsStep | typeof glmIrlsStep;

type Arguments = z.output<typeof glmArguments>;

/** Asks what the columns are: the terms', and the outcome's where it is a column. */
async function know(context: Central<Steps>, args: Arguments, formula: GlmFormula): Promise<Known> {
  const { variable } = formula.response;
  const needed = formulaVariables(formula);
  const isFactor =
    variable.kind === "factor" ||
    (variable.kind === "column" && args.levels?.[variable.columns[0] ?? ""] !== undefined);
  const isColumn = variable.kind === "column" && !isFactor;
  return knowVariables(context, {
    columns: [...needed.columns, ...(isColumn ? variable.columns : [])],
    factors: [...needed.factors, ...(isFactor ? variable.columns : [])],
    complete: [
      ...(isFactor || isColumn ? [] : needed.response),
      ...needed.numbers,
      ...(args.weights === undefined ? [] : [args.weights]),
    ],
    levels: args.levels,
    rareLevels: args.rareLevels,
  });
}

/** The two levels of an outcome that is a category. @throws ArgumentError COLUMN_TYPE */
function outcomeLevels(
  formula: GlmFormula,
  family: Arguments["family"],
  variables: KnownVariables["variables"],
): readonly [string, string] | null {
  const { variable } = formula.response;
  const name = variable.columns[0] ?? "";
  const info = variable.expression === null ? variables[name] : undefined;
  if (info?.type !== "category") return null;
  if (family !== "binomial")
    throw new ArgumentError(
      "COLUMN_TYPE",
      `The outcome "${name}" is a category, and the family "${family}" needs a number.`,
    );
  const [first, second, ...more] = info.levels;
  if (first === undefined || second === undefined || more.length > 0)
    throw new ArgumentError(
      "COLUMN_TYPE",
      `The outcome "${name}" has ${info.levels.length === 1 ? "one level" : `${info.levels.length} levels`} (${listing(info.levels)}), and a binomial model needs two: the second is the event. Name two in \`levels\`, or merge them with recode().`,
    );
  return [first, second];
}

function evaluated(pooled: Pooled<typeof glmIrlsStep.output>): Evaluated | undefined {
  if (pooled.checks.any[0] === true) return undefined;
  const { gradient } = pooled;
  return {
    gradient,
    information: unpackLower(pooled.information, gradient.length),
    deviance: pooled.deviance[0] as number,
    loss: pooled.loss[0] as number,
    pearson: pooled.pearson[0] as number,
    logLikelihood: pooled.logLikelihood[0] as number,
    isExtreme: pooled.checks.any[1] === true,
  };
}

function evaluation(
  context: Central<Steps>,
  round: { readonly model: GlmModel; readonly design: "full" | "intercept"; readonly scaling: Scaling },
): Evaluate {
  let asked = 0;
  return async (beta) => {
    asked++;
    if (beta?.every(Number.isFinite) === false) return undefined;
    try {
      const pooled = await context.pool(glmIrlsStep, {
        ...round,
        beta: beta === null ? null : Array.from(beta),
      });
      return evaluated(pooled);
    } catch (error) {
      if (asked > 1 && isRunawayRefusal(error)) return new Withheld(error);
      throw error;
    }
  };
}

const flat: Scaling = { centre: [0], factor: [1] };

/** Fits a generalized linear model. @throws ArgumentError, DataError, AnalysisError, RefusalError, SiteError */
export async function glmCentral(args: Arguments, context: Central<Steps>): Promise<GlmValue> {
  const { family, control } = args;
  const text = glmFormula(args);
  const link = linkOf(family, args.link);
  const formula = readGlmFormula(text);
  const { asked, shown } = await know(context, args, formula);
  const levels = outcomeLevels(formula, family, asked.variables);
  const model: GlmModel = {
    formula: text,
    variables: { ...asked.variables },
    others: asked.others,
    outcomeLevels: levels === null ? null : [...levels],
    family,
    link,
    weights: args.weights ?? null,
  };
  const design = glmDesign(model);
  const size = design.columns.length;
  const intercept = design.columns[0]?.assign === 0;

  const moments = await context.pool(glmMomentsStep, { model });
  const { n } = moments;
  const [weight, outcome] = moments.totals as unknown as readonly [number, number];
  if (n === 0)
    throw noRowLeft([...formulaVariables(formula).all, ...(model.weights === null ? [] : [model.weights])]);
  const scaling = scalingOf({ ...moments, weight }, intercept);
  const mean = outcome / weight;
  const centre = linkFunctions[link].link(mean);
  const hasOffset = formula.offsets.length > 0;

  // Where the information is not the Hessian, steps shrink by a factor only: the last one leaves more than its square.
  const near = link !== links[family][0] ? 1e-11 : family === "poisson" ? 1e-10 : 1e-9;
  const options: Omit<FitOptions, "safe" | "start"> = {
    control,
    tolerance: args.tolerance ?? (control === "R" ? 1e-8 : near),
    iterations: args.iterations ?? (control === "R" ? 25 : 50),
    isLinear: family === "gaussian",
    canRunAway: link === "logit" || link === "log",
    rows: family === "gaussian" ? n : null,
  };
  const safe = intercept && !hasOffset && Number.isFinite(centre) ? new Float64Array(size) : null;
  if (safe !== null) safe[0] = centre;

  const advice =
    link === links[family][0]
      ? `Look for extreme values of the columns${hasOffset ? " and of the offset" : ""}.`
      : `Use the link "${links[family][0]}".`;

  /** The deviance at a single linear predictor, where no fit is needed: of yes and no it follows from how many there are. */
  const single = async (): Promise<number | null> => {
    if (intercept && (hasOffset || !Number.isFinite(centre))) return null;
    if (intercept && family === "binomial" && moments.checks.any[0] === false)
      return -2 * (outcome * Math.log(mean) + (weight - outcome) * Math.log1p(-mean));
    const evaluate = intercept
      ? evaluation(context, { model, design: "intercept", scaling: flat })
      : evaluation(context, { model, design: "full", scaling });
    const found = await evaluate(intercept ? Float64Array.of(centre) : new Float64Array(size));
    return found === undefined || found instanceof Withheld ? null : finiteOrNull(found.deviance);
  };
  /**
   * The intercept at which a fit of counts or proportions begins, the best without terms: R's starting means are a form of the
   * outcome, or of the weights, and tell too much where these have few values. Null where it is not known, or R's steps are
   * asked for.
   */
  const begin = async (): Promise<number | null> => {
    if (control === "R") return null;
    if (family === "binomial") {
      const isYesNo = model.weights === null && moments.checks.any[0] === false;
      return isYesNo ? null : (safe?.[0] ?? (link === "logit" ? 0 : null));
    }
    if (family !== "poisson" || !intercept) return null;
    if (!hasOffset) return finiteOrNull(centre);
    if (link !== "log") return null;
    const evaluate = evaluation(context, { model, design: "intercept", scaling: flat });
    const found = await evaluate(new Float64Array(1));
    if (found === undefined || found instanceof Withheld) return null;
    const [fitted, more] = [found.information[0] as number, found.gradient[0] as number];
    return finiteOrNull(Math.log((fitted + more) / fitted));
  };
  const at = await begin();
  const startOf = (length: number): Float64Array | null => {
    if (at === null && family !== "gaussian") return null;
    const beta = new Float64Array(length);
    beta[0] = at ?? 0;
    return beta;
  };
  // Both are asked at once; what is wrong with the first is said first.
  const [first, second] = await Promise.allSettled([
    fit(evaluation(context, { model, design: "full", scaling }), size, {
      ...options,
      safe,
      start: startOf(size),
    }),
    single(),
  ]);
  if (first.status === "rejected") throw first.reason;
  if (second.status === "rejected") throw second.reason;
  const found: Fit | undefined = first.value;
  if (found === undefined || (control === "konsil" && !found.converged && found.atBoundary))
    throw new AnalysisError(
      "NOT_ESTIMABLE",
      `With the link "${link}" the best fit of "${text}" lies where fitted values reach the end of their range, if any is within it. ${advice}`,
    );
  if (found.withheld !== null && found.runaway.every((d) => d === 0)) throw found.withheld.error;
  let nullDeviance = second.value;
  if (intercept && hasOffset) {
    const evaluate = evaluation(context, { model, design: "intercept", scaling: flat });
    const alone = await fit(evaluate, 1, { ...options, safe: null, start: startOf(1) });
    nullDeviance = finiteOrNull(alone?.deviance ?? Number.NaN);
  } else if (intercept && nullDeviance === null && !Number.isFinite(centre)) nullDeviance = 0;

  const [, yes] = moments.outcomes;
  return glmValue(
    found,
    {
      formula: text,
      outcome: formula.response.variable.text,
      event: outcomeLevels(formula, family, shown)?.[1] ?? null,
      model,
      // As a result names them: a level may be told apart at some sites only.
      design: glmDesign({ formula: text, variables: { ...shown } }),
      intercept,
      scaling,
      n,
      weightless: moments.weightless,
      // A site with proportions or other values has counted nothing.
      events: family === "binomial" && moments.checks.any[0] === false ? (yes ?? null) : null,
      logWeight: moments.logWeight[0] as number,
      isWhole: moments.checks.any[1] === false,
      nullDeviance,
      control,
      confidenceLevel: args.confidenceLevel,
    },
    context.warn,
  );
}
