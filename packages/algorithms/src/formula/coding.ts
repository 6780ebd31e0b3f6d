import { ArgumentError } from "@konsil/core";
import { nameText } from "./expression.ts";
import { requireFewCombinations } from "./few-combinations.ts";
import type { Formula, FormulaVariable, Term } from "./formula.ts";

/** What a column is, once the sites have been asked: by its name. Levels are in order; the first is the reference. */
export type VariableInfo =
  | { readonly type: "numeric" }
  | { readonly type: "boolean" }
  | { readonly type: "category"; readonly levels: readonly string[] };

export type VariableInfos = Readonly<Record<string, VariableInfo>>;

/** One factor of a column of the design: a variable of the formula, and which of its levels is 1 (null: its number). */
export interface Part {
  readonly variable: number;
  readonly level: number | null;
}

/** One column of the design: the product of its parts. */
export interface DesignColumn {
  /** As R names it. */
  readonly name: string;
  /** The term that it belongs to, from 1; 0 is the intercept. */
  readonly assign: number;
  readonly parts: readonly Part[];
}

/** The columns of a design matrix, known from the arguments: the same at the desk and at every site. */
export interface Design {
  readonly columns: readonly DesignColumn[];
  readonly names: readonly string[];
  readonly assign: readonly number[];
  /** Levels of the variables that are categories, by position in the formula; null for numbers. */
  readonly levels: readonly (readonly string[] | null)[];
}

function infoOf(name: string, infos: VariableInfos): VariableInfo {
  const info = Object.hasOwn(infos, name) ? infos[name] : undefined;
  if (info === undefined)
    throw new ArgumentError("FORMULA_VARIABLE", `Nothing is known of the column "${name}" of the formula.`);
  return info;
}

const isNumberText = (level: string): boolean => level.trim() !== "" && Number.isFinite(Number(level));

const isPlain = (level: string): boolean => level === "TRUE" || level === "FALSE" || isNumberText(level);

/** Whether a column of strata() is words: its type is not known here, only its levels, and factor() around it. */
function isWords(variable: FormulaVariable, name: string, levels: readonly string[]): boolean {
  return variable.text.includes(`factor(${nameText(name)})`) || !levels.every(isPlain);
}

/**
 * Levels of strata(a, b) as R's strata() names them, the first column's changing slowest: "x, y" when all columns are
 * words, else "a=1, b=y".
 */
function strataLevels(variable: FormulaVariable, infos: VariableInfos): readonly string[] {
  const columns = variable.columns.map((name) => ({ name, levels: levelsOf(name, infos) }));
  requireFewCombinations(
    columns.map(({ levels }) => levels.length),
    variable.text,
  );
  const short = columns.every(({ name, levels }) => isWords(variable, name, levels));
  let labels: readonly string[] | undefined;
  for (const { name, levels } of columns) {
    const own = short ? levels : levels.map((level) => `${name}=${level}`);
    labels = labels?.flatMap((label) => own.map((level) => `${label}, ${level}`)) ?? own;
  }
  return labels ?? [];
}

function levelsOf(name: string, infos: VariableInfos): readonly string[] {
  const info = infoOf(name, infos);
  if (info.type === "category") return info.levels;
  if (info.type === "boolean") return ["FALSE", "TRUE"];
  throw new ArgumentError("FORMULA_VARIABLE", `The levels of the column "${name}" are not known.`);
}

/** Levels of a variable of the right side, or null when it is a number. */
export function variableLevels(variable: FormulaVariable, infos: VariableInfos): readonly string[] | null {
  if (variable.kind === "strata") return strataLevels(variable, infos);
  if (variable.kind === "numeric") return null;
  if (variable.kind === "logical") return ["FALSE", "TRUE"];
  const name = variable.columns[0] as string;
  if (variable.kind === "factor") return levelsOf(name, infos);
  return infoOf(name, infos).type === "numeric" ? null : levelsOf(name, infos);
}

/** Whether every variable of `part` is in `whole`. */
function within(part: Term, whole: Term): boolean {
  return part.every((variable) => whole.includes(variable));
}

/**
 * Whether a category in a term is coded by contrasts, because what the term is without it is in the model already
 * (Chambers and Hastie 1992, section 2.4.1), as R's terms() finds it: looking at the terms before.
 */
function byContrasts(term: Term, variable: number, before: readonly Term[]): boolean {
  const rest = term.filter((other) => other !== variable);
  return rest.length === 0 || before.some((earlier) => within(rest, earlier));
}

/**
 * The columns of the design as R's model.matrix has them with treatment contrasts. With `cox`, as coxph: coded as if
 * there were an intercept, which is then left out with the strata.
 */
export function designColumns(
  formula: Formula,
  infos: VariableInfos,
  options: { readonly cox?: boolean } = {},
): Design {
  const cox = options.cox === true;
  const intercept = cox || formula.intercept;
  const levels = formula.variables.map((variable) => variableLevels(variable, infos));
  for (const [i, held] of levels.entries()) {
    const variable = formula.variables[i] as FormulaVariable;
    if (held !== null && held.length < 2 && variable.kind !== "strata") {
      throw new ArgumentError(
        "FORMULA_VARIABLE",
        `"${variable.text}" has ${held.length === 0 ? "no level" : `only the level "${held[0]}"`} among the rows that can be used, so it cannot be a term. Leave it out.`,
      );
    }
  }
  checkUses(formula, infos);
  // Without an intercept the first category of all is coded in full.
  const full = intercept ? undefined : firstCategory(formula.terms, levels);
  const columns: DesignColumn[] = intercept && !cox ? [{ name: "(Intercept)", assign: 0, parts: [] }] : [];
  formula.terms.forEach((term, t) => {
    const before = formula.terms.slice(0, t);
    // Strata are no part of a Cox model's design by themselves.
    if (cox && term.length === 1 && formula.variables[term[0] as number]?.kind === "strata") return;
    // With the columns that there are already: many terms are as long as one.
    requireFewCombinations(
      [term.reduce((product, variable) => product * (levels[variable]?.length ?? 1), 1) + columns.length],
      `A formula with the term ${term.map((variable) => formula.variables[variable]?.text).join(":")}`,
    );
    let parts: readonly { readonly name: string; readonly parts: readonly Part[] }[] = [
      { name: "", parts: [] },
    ];
    for (const variable of term) {
      const { text } = formula.variables[variable] as FormulaVariable;
      const held = levels[variable] ?? null;
      const coded =
        held === null
          ? []
          : held
              .map((level, i) => ({ level, i }))
              .slice(full === `${t},${variable}` || !byContrasts(term, variable, before) ? 0 : 1);
      const options =
        held === null
          ? [{ name: text, level: null }]
          : coded.map(({ level, i }) => ({ name: `${text}${level}`, level: i }));
      // The first variable changes fastest.
      parts = options.flatMap((option) =>
        parts.map((made) => ({
          name: made.name === "" ? option.name : `${made.name}:${option.name}`,
          parts: [...made.parts, { variable, level: option.level }],
        })),
      );
    }
    for (const made of parts) columns.push({ name: made.name, assign: t + 1, parts: made.parts });
  });
  return {
    columns,
    names: columns.map(({ name }) => name),
    assign: columns.map(({ assign }) => assign),
    levels,
  };
}

/** What is known of a column is one thing, so a number cannot be a category at the same time: I(k) is always a number. */
function checkUses({ variables }: Formula, infos: VariableInfos): void {
  for (const { kind, columns } of variables) {
    const [name] = columns;
    if (kind !== "column" || name === undefined) continue;
    const other = variables.find(
      (variable) =>
        (variable.kind === "factor" || variable.kind === "strata") && variable.columns.includes(name),
    );
    const info = infoOf(name, infos);
    if (other !== undefined && info.type === "category" && info.levels.every(isNumberText)) {
      throw new ArgumentError(
        "FORMULA_VARIABLE",
        `"${name}" is a category in ${other.text} and may be a number by itself. Write I(${nameText(name)}) for the number, or factor(${nameText(name)}) for the category.`,
      );
    }
  }
}

function firstCategory(
  terms: readonly Term[],
  levels: readonly (readonly string[] | null)[],
): string | undefined {
  for (const [t, term] of terms.entries()) {
    const variable = term.find((candidate) => levels[candidate] !== null);
    if (variable !== undefined) return `${t},${variable}`;
  }
  return undefined;
}
