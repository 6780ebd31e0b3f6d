import { ArgumentError, type ColumnName, columnName, siteColumn } from "@konsil/core";
import { z } from "zod";
import {
  type Formula,
  formulaVariables,
  nameText,
  parseFormula,
  type Response,
  type Term,
} from "../formula/index.ts";
import { levelArguments, type RareLevels } from "../model/index.ts";

/** What every survival algorithm is told: a formula, or the same by fields. */
export interface SurvivalArguments {
  /** In R's notation: "Surv(days, event) ~ grade". Or give `time`, `event` and the fields that follow. */
  readonly formula?: string | undefined;
  /** The column of times, from 0 on. */
  readonly time?: ColumnName<"numeric"> | undefined;
  /** The column that says whether the time is an event's; the others are censored. Yes/no, or 1 and 0. */
  readonly event?: ColumnName<"boolean"> | undefined;
  /** Order of levels by column; the first is the reference. Rows with other levels are left out. */
  readonly levels?: Readonly<Record<string, readonly string[]>> | undefined;
  /** What becomes of levels with too few organizations or people: "error" (default), "exclude" or { merge: "other" }. */
  readonly rareLevels?: RareLevels | undefined;
}

export const survivalArguments = {
  formula: z.string().optional(),
  time: columnName<"numeric">().optional(),
  event: columnName<"boolean">().optional(),
  ...levelArguments,
} as const;

/** What tests and models are told, which compare the people who are at risk together. */
export interface SiteStrataArguments {
  /**
   * Whether each site is a stratum of its own, as strata(site) makes it. Default true: sites differ in their baseline, and
   * no event time leaves one. False pools over sites, which needs the times of events: public data.
   */
  readonly stratifyBySite?: boolean | undefined;
}

export const siteStrataArguments = { stratifyBySite: z.boolean().default(true) } as const;

/**
 * The formula that is analysed: R's, with strata(site) unless sites are pooled.
 * @throws ArgumentError ARGUMENT_INVALID when the formula asks for what `stratifyBySite` excludes
 */
export function stratifiedFormula(text: string, stratifyBySite: boolean): string {
  const { variables, terms } = parseSurvivalFormula(text);
  const hasStrata = variables.some(({ kind, columns }) => kind === "strata" && columns.includes(siteColumn));
  if (!stratifyBySite) {
    if (!hasStrata) return text;
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `strata(site) in "${text}" makes each site a stratum of its own, and stratifyBySite: false pools over sites. Leave one of the two out.`,
    );
  }
  const columnsOf = (term: Term): readonly string[] =>
    term.flatMap((i) => (variables[i]?.kind === "strata" ? [] : (variables[i]?.columns ?? [])));
  // A term such as age:site differs between people of one site.
  const comparesSites = terms
    .map(columnsOf)
    .some((columns) => columns.length > 0 && columns.every((name) => name === siteColumn));
  if (comparesSites)
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `"${text}" compares sites, but each is a stratum of its own, and people are compared within one. Give stratifyBySite: false, which needs public event times. A column of the data that is called site needs another name: derive it.`,
    );
  return hasStrata ? text : `${text} + strata(${siteColumn})`;
}

/** A formula with Surv() on its left. */
export interface SurvivalFormula extends Formula {
  readonly response: Extract<Response, { kind: "survival" }>;
}

interface Given {
  readonly formula?: string | undefined;
  readonly time?: string | undefined;
  readonly event?: string | undefined;
}

/**
 * The text of the formula that was given, or that the fields spell.
 * @throws ArgumentError ARGUMENT_INVALID when neither or both are given
 */
export function formulaOf(given: Given, terms: readonly string[], fields: string): string {
  const { formula, time, event } = given;
  if (formula !== undefined) {
    if (time !== undefined || event !== undefined || terms.length > 0) {
      throw new ArgumentError("ARGUMENT_INVALID", `Give either a formula or the fields ${fields}, not both.`);
    }
    return formula;
  }
  if (time === undefined || event === undefined) {
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `A formula is missing, such as "Surv(days, event) ~ grade", or the fields ${fields}.`,
    );
  }
  return `Surv(${nameText(time)}, ${nameText(event)}) ~ ${terms.length === 0 ? "1" : terms.join(" + ")}`;
}

/** @throws ArgumentError when the formula has another left side, or cannot be read */
export function parseSurvivalFormula(text: string): SurvivalFormula {
  const formula = parseFormula(text);
  if (formula.response?.kind !== "survival") {
    throw new ArgumentError("FORMULA_VARIABLE", `The left side of "${text}" must be Surv(time, event).`);
  }
  return { ...formula, response: formula.response };
}

/** Whether a formula is stratified by site, and the rest of it: sites are strata without a column. */
export interface SeparatedFormula {
  readonly formula: SurvivalFormula;
  readonly bySite: boolean;
}

/**
 * Takes strata(site) out of a formula: each site computes within itself. `strata(site, stage)` leaves `strata(stage)`.
 * @throws ArgumentError FORMULA_UNSUPPORTED when it interacts with something
 */
export function separateSite(formula: SurvivalFormula): SeparatedFormula {
  const isSite = formula.variables.map(({ kind, columns }) => kind === "strata" && columns.includes("site"));
  if (!isSite.includes(true)) return { formula, bySite: false };
  if (formula.terms.some((term) => term.length > 1 && term.some((i) => isSite[i] === true))) {
    throw new ArgumentError(
      "FORMULA_UNSUPPORTED",
      "strata(site) cannot interact with other terms. Give it a term of its own.",
    );
  }
  const variables = formula.variables.map((variable) => {
    const columns = variable.columns.filter((name) => variable.kind !== "strata" || name !== "site");
    return variable.kind === "strata"
      ? { ...variable, columns, text: `strata(${columns.map(nameText).join(", ")})` }
      : variable;
  });
  const gone = variables.map(({ kind, columns }) => kind === "strata" && columns.length === 0);
  const position = variables.map((_, i) => gone.slice(0, i).filter((left) => !left).length);
  return {
    formula: {
      ...formula,
      variables: variables.filter((_, i) => gone[i] !== true),
      terms: formula.terms
        .filter((term) => !term.some((i) => gone[i] === true))
        .map((term) => term.map((i) => position[i] as number)),
    },
    bySite: true,
  };
}

/** The positions of the strata of a formula, and of everything else. */
export function strataAndGroups({ variables }: Formula): {
  readonly strata: readonly number[];
  readonly groups: readonly number[];
} {
  const positions = variables.map((_, i) => i);
  const isStrata = (i: number): boolean => variables[i]?.kind === "strata";
  return { strata: positions.filter(isStrata), groups: positions.filter((i) => !isStrata(i)) };
}

/** What to ask `knowVariables` for a formula: outcome and weights must be there in a row as well. */
export function questionOf(
  formula: SurvivalFormula,
  weights: string | undefined,
): {
  readonly columns: readonly string[];
  readonly factors: readonly string[];
  readonly complete: readonly string[];
} {
  const { columns, factors, numbers, response } = formulaVariables(formula);
  return {
    columns,
    factors,
    complete: [...response, ...numbers, ...(weights === undefined ? [] : [weights])],
  };
}
