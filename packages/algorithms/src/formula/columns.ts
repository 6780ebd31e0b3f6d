import { type Category, type Column, category, numeric, type OtherLevels } from "@konsil/core";
import { type VariableInfo, type VariableInfos, variableLevels } from "./coding.ts";
import { comparisonsOf } from "./comparisons.ts";
import { computedOf, productsOf } from "./computed.ts";
import type { Formula, FormulaVariable } from "./formula.ts";
import { formulaVariables } from "./formula-variables.ts";

/** Whether a number is more than compared: each of its columns in a design, and an offset, is summed. */
function isSummed(name: string, variables: readonly FormulaVariable[]): boolean {
  return variables.some(
    ({ kind, columns }) => (kind === "column" || kind === "numeric") && columns.includes(name),
  );
}

/** The columns of the categories and comparisons with which terms multiply a number: one list for each term. */
function multipliedWith(
  name: string,
  { variables, terms }: Formula,
  infos: VariableInfos,
): readonly (readonly string[])[] {
  return terms.flatMap((term) => {
    const factors = term.map((i) => variables[i] as FormulaVariable);
    const splits = factors.filter((factor) => variableLevels(factor, infos) !== null);
    const isFactor = factors.some((factor) => !splits.includes(factor) && factor.columns.includes(name));
    return isFactor && splits.length > 0 ? [splits.flatMap(({ columns }) => columns)] : [];
  });
}

/** The columns of a formula's right side as a step asks for them; two lists, because a column can be both. */
export interface FormulaColumns {
  readonly [key: string]: readonly Column<Float64Array>[] | readonly Column<Category>[];
  readonly numbers: readonly Column<Float64Array>[];
  readonly categories: readonly Column<Category>[];
}

/** The names behind `FormulaColumns`, in the same order. */
export interface ColumnNames {
  readonly numbers: readonly string[];
  readonly categories: readonly string[];
}

/** Columns can be called "constructor". */
function infoOf(name: string, infos: VariableInfos): VariableInfo | undefined {
  return Object.hasOwn(infos, name) ? infos[name] : undefined;
}

/** Which columns of the right side are read as numbers and which as categories. */
export function columnNames(formula: Formula, infos: VariableInfos): ColumnNames {
  const { columns, factors, numbers } = formulaVariables(formula);
  const isNumber = (name: string): boolean => infoOf(name, infos)?.type === "numeric";
  return {
    numbers: [...new Set([...numbers, ...columns.filter(isNumber)])],
    categories: [...new Set([...factors, ...columns.filter((name) => !isNumber(name))])],
  };
}

/** What a step puts among its `columns`: `...formulaColumns(formula, infos, others)`. */
export function formulaColumns(formula: Formula, infos: VariableInfos, others: OtherLevels): FormulaColumns {
  const names = columnNames(formula, infos);
  const variables = [...formula.variables, ...formula.offsets];
  return {
    numbers: names.numbers.map((name) =>
      numeric(name, {
        compared: comparisonsOf(name, variables),
        computed: [...computedOf(name, variables), ...productsOf(name, formula, infos)],
        summed: isSummed(name, variables),
        within: multipliedWith(name, formula, infos),
      }),
    ),
    categories: names.categories.map((name) => {
      const info = infoOf(name, infos);
      // Yes and no are no rare levels: whoever says either stays in.
      return info?.type === "category"
        ? category(name, { levels: info.levels, others })
        : category(name, { levels: ["FALSE", "TRUE"], others: "refuse" });
    }),
  };
}

/** What a step's table then has. */
export interface FormulaTable {
  readonly rows: number;
  readonly numbers: readonly Float64Array[];
  readonly categories: readonly Category[];
}
