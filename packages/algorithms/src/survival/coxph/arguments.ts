import { ArgumentError, type ColumnName, calledElsewhere, columnName } from "@konsil/core";
import { z } from "zod";
import { nameText, parseFormula } from "../../formula/index.ts";
import {
  confidenceLevel,
  control,
  controlInR,
  levelArguments,
  type RareLevels,
  tolerance,
  whenRead,
} from "../../model/index.ts";
import { type SiteStrataArguments, siteStrataArguments, stratifiedFormula } from "../arguments.ts";

export interface CoxphArguments extends SiteStrataArguments {
  /**
   * The model in R's notation, instead of `time`, `event`, `terms` and `strata`:
   * "Surv(days, event) ~ age + grade + strata(stage)".
   */
  readonly formula?: string | undefined;
  /** The column of the time to the event or to the end of observation. */
  readonly time?: ColumnName<"numeric"> | undefined;
  /** The yes/no column that says whether the event happened. */
  readonly event?: ColumnName<"boolean"> | undefined;
  /** Terms as a formula writes them: ["age", "log(nodes + 1)", "age:grade"]. */
  readonly terms?: readonly string[] | undefined;
  /** Columns whose levels have baseline hazards of their own, besides sites. */
  readonly strata?: readonly ColumnName[] | undefined;
  /** How deaths at the same time are handled. Default "efron". */
  readonly ties?: "efron" | "breslow" | undefined;
  /** A column of positive case weights. */
  readonly weights?: ColumnName<"numeric"> | undefined;
  /** Of the confidence limits. Default 0.95. */
  readonly confidenceLevel?: number | undefined;
  /** Order of levels by column; the first is the reference. Rows with other levels are left out. */
  readonly levels?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Levels that too few organizations or people have: "error" (default) names them, "exclude" leaves their rows out, { merge: "other" } puts them together. */
  readonly rareLevels?: RareLevels | undefined;
  /** "konsil" (default) goes on until nothing changes; "R" stops where R's coxph.control stops by default. */
  readonly control?: "konsil" | "R" | undefined;
  /**
   * When to stop. With "konsil", the Newton decrement √(u'I⁻¹u), which is how many standard errors the next step is
   * long (default 1e-9); with "R", the relative change of the log-likelihood (default 1e-9).
   */
  readonly tolerance?: number | undefined;
  /** The most Newton steps: 40 unless given, 20 with control "R". */
  readonly iterations?: number | undefined;
  /** Whether to fit the model at each site by itself as well, for a forest plot of sites. Default false. */
  readonly perSite?: boolean | undefined;
}

/**
 * The formula, however the model was spelled, with strata(site) unless sites are pooled.
 * @throws ArgumentError ARGUMENT_INVALID, FORMULA_SYNTAX, FORMULA_UNSUPPORTED, FORMULA_VARIABLE
 */
export function coxFormula(
  args: Pick<CoxphArguments, "formula" | "time" | "event" | "terms" | "strata" | "stratifyBySite">,
): string {
  return stratifiedFormula(spelledFormula(args), args.stratifyBySite ?? true);
}

function spelledFormula(args: Parameters<typeof coxFormula>[0]): string {
  const { formula, time, event, terms, strata } = args;
  if (formula !== undefined) {
    if (time !== undefined || event !== undefined || terms !== undefined || strata !== undefined)
      throw new ArgumentError(
        "ARGUMENT_INVALID",
        "coxph takes a `formula`, or `time`, `event`, `terms` and `strata`, but not both.",
      );
    if (parseFormula(formula).response?.kind !== "survival")
      throw new ArgumentError(
        "FORMULA_VARIABLE",
        `The left side of the formula of coxph is Surv(time, event), as in "Surv(days, event) ~ age".`,
      );
    return formula;
  }
  if (time === undefined || event === undefined)
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      'coxph needs a model: { formula: "Surv(days, event) ~ age" } or { time: "days", event: "event", terms: ["age"] }.',
    );
  const right = [...(terms ?? []), ...(strata ?? []).map((name) => `strata(${nameText(name)})`)];
  return `Surv(${nameText(time)}, ${nameText(event)}) ~ ${right.length === 0 ? "1" : right.join(" + ")}`;
}

export const coxphArguments = z
  .strictObject({
    formula: z.string().max(10_000).optional(),
    time: columnName<"numeric">().optional(),
    event: columnName<"boolean">().optional(),
    terms: z.array(z.string().min(1).max(1000)).max(200).optional(),
    strata: z.array(columnName()).max(20).optional(),
    ...siteStrataArguments,
    ties: calledElsewhere(z.enum(["efron", "breslow"]).default("efron"), "method"),
    weights: columnName<"numeric">().optional(),
    confidenceLevel,
    ...levelArguments,
    control,
    tolerance: calledElsewhere(tolerance.default(1e-9), ...controlInR.tolerance),
    iterations: calledElsewhere(z.int().min(0).max(1000).optional(), ...controlInR.iterations),
    perSite: z.boolean().default(false),
  })
  // Throws what is wrong with the model before any site is asked.
  .refine((args) => coxFormula(args).length > 0, whenRead);
