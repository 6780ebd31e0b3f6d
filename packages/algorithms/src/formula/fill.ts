import { ArgumentError, type Category } from "@konsil/core";
import { type Design, designColumns, type Part, type VariableInfos, variableLevels } from "./coding.ts";
import { columnNames, type FormulaTable } from "./columns.ts";
import { evaluateNumbers, notFinite } from "./evaluate.ts";
import type { Expression } from "./expression.ts";
import { requireFewCombinations } from "./few-combinations.ts";
import type { Formula, FormulaVariable, Term } from "./formula.ts";
import { termText } from "./model-terms.ts";

/** A design matrix over a site's rows. */
export interface FilledDesign {
  /** rows × columns, row by row; each row ends in as much room as was asked for. */
  readonly matrix: Float64Array;
  readonly design: Design;
  /** Sum of the offsets; null when there is none. */
  readonly offset: Float64Array | null;
  /** The stratum of each row as a position among all strata; null when there are none. */
  readonly strata: { readonly codes: Int32Array; readonly count: number } | null;
}

/** The number of strata that strata() terms make together: the product of their levels. */
export function strataCount({ variables }: Formula, design: Design): number {
  const levels = variables.map(({ kind }, i) => (kind === "strata" ? (design.levels[i]?.length ?? 1) : 1));
  requireFewCombinations(levels, "strata()");
  return levels.reduce((product, count) => product * count, 1);
}

function expressionOf({ expression, columns }: FormulaVariable): Expression {
  return expression ?? { kind: "name", name: columns[0] as string };
}

function sumOfVariables(one: FormulaVariable, other: FormulaVariable): FormulaVariable {
  return {
    text: `${one.text} + ${other.text}`,
    kind: "numeric",
    columns: [...new Set([...one.columns, ...other.columns])],
    expression: { kind: "binary", operator: "+", left: expressionOf(one), right: expressionOf(other) },
  };
}

class Columns {
  readonly #numbers: ReadonlyMap<string, Float64Array>;
  readonly #categories: ReadonlyMap<string, Category>;
  readonly #infos: VariableInfos;
  readonly #rows: number;

  constructor(formula: Formula, infos: VariableInfos, table: FormulaTable) {
    const names = columnNames(formula, infos);
    this.#numbers = new Map(names.numbers.map((name, i) => [name, table.numbers[i] as Float64Array]));
    this.#categories = new Map(names.categories.map((name, i) => [name, table.categories[i] as Category]));
    this.#infos = infos;
    this.#rows = table.rows;
  }

  numbers(variable: FormulaVariable): Float64Array {
    const column = (name: string): Float64Array => this.#numbers.get(name) as Float64Array;
    return variable.expression === null
      ? column(variable.columns[0] as string)
      : evaluateNumbers(variable.expression, column, this.#rows, variable.text);
  }

  /** Positions among the variable's levels; of strata(a, b) among the combinations. */
  codes(variable: FormulaVariable): Int32Array {
    if (variable.kind === "logical") return Int32Array.from(this.numbers(variable));
    const codes = new Int32Array(this.#rows);
    for (const name of variable.columns) {
      const info = this.#infos[name];
      const levels = info?.type === "category" ? info.levels.length : 2;
      const own = this.#categories.get(name)?.codes as Int32Array;
      for (let i = 0; i < codes.length; i++) codes[i] = (codes[i] as number) * levels + (own[i] as number);
    }
    return codes;
  }
}

/** Fills the design at a site: one pass over the rows for each part of a column. `room` numbers of each row are left 0. */
export function fillDesign(
  formula: Formula,
  infos: VariableInfos,
  table: FormulaTable,
  { room = 0, ...options }: { readonly cox?: boolean; readonly room?: number } = {},
): FilledDesign {
  const design = designColumns(formula, infos, options);
  const { rows } = table;
  const columns = new Columns(formula, infos, table);
  const held = formula.variables.map((variable, i) =>
    design.levels[i] === null ? columns.numbers(variable) : columns.codes(variable),
  );
  const width = design.columns.length + room;
  const matrix = new Float64Array(rows * width);
  // Blocks of rows stay in the nearest cache while their columns are filled one after the other.
  for (let start = 0; start < rows; start += blockRows) {
    const end = Math.min(rows, start + blockRows);
    for (const [j, { parts, assign }] of design.columns.entries()) {
      fillColumn(matrix, width, j, parts, held, start, end);
      // Numbers are finite; their product can be too large.
      if (parts.filter(({ level }) => level === null).length > 1) {
        for (let i = start, at = start * width + j; i < end; i++, at += width)
          if (!Number.isFinite(matrix[at] as number))
            throw notFinite(termText(formula, formula.terms[assign - 1] as Term));
      }
    }
  }
  // As one sum: what one of them adds and another takes away would take up the digits of a third.
  const [first, ...others] = formula.offsets;
  const offset = first === undefined ? null : columns.numbers(others.reduce(sumOfVariables, first));
  const strata = formula.variables.some(({ kind }) => kind === "strata")
    ? { codes: strataCodes(formula, design, held), count: strataCount(formula, design) }
    : null;
  return { matrix, design, offset, strata };
}

/** The combination of levels of some variables in each row, by their positions in the formula; the first changes slowest. */
export function fillGroups(
  formula: Formula,
  infos: VariableInfos,
  table: FormulaTable,
  positions: readonly number[],
): Int32Array {
  const columns = new Columns(formula, infos, table);
  const codes = new Int32Array(table.rows);
  for (const position of positions) {
    const variable = formula.variables[position] as FormulaVariable;
    const levels = variableLevels(variable, infos)?.length ?? 1;
    const own = columns.codes(variable);
    for (let i = 0; i < codes.length; i++) codes[i] = (codes[i] as number) * levels + (own[i] as number);
  }
  return codes;
}

/** A combination of levels: its label as R writes it, and the level of each variable by its text. */
export interface GroupLabel {
  /** Empty when there is no variable. */
  readonly label: string;
  readonly levels: Readonly<Record<string, string>>;
}

/** The combinations in the order of `fillGroups`' codes. */
export function groupLabels(
  formula: Formula,
  infos: VariableInfos,
  positions: readonly number[],
): readonly GroupLabel[] {
  const grouping = positions.map((position) => {
    const variable = formula.variables[position];
    if (variable === undefined)
      throw new ArgumentError("ARGUMENT_INVALID", `The formula has no variable at position ${position}.`);
    return { variable, levels: variableLevels(variable, infos) ?? [] };
  });
  requireFewCombinations(
    grouping.map(({ levels }) => levels.length),
    "The table of groups",
  );
  let groups: readonly GroupLabel[] = [{ label: "", levels: {} }];
  for (const { variable, levels } of grouping) {
    groups = groups.flatMap((group) =>
      levels.map((level) => ({
        label: `${group.label === "" ? "" : `${group.label}, `}${variable.text}=${level}`,
        levels: { ...group.levels, [variable.text]: level },
      })),
    );
  }
  return groups;
}

/** The strata that strata() terms make together, as R names them, in the order of their codes. */
export function strataLabels(formula: Formula, infos: VariableInfos): readonly string[] {
  const strata = formula.variables.flatMap(({ kind }, i) => (kind === "strata" ? [i] : []));
  return groupLabels(formula, infos, strata).map(({ levels }) => Object.values(levels).join(", "));
}

const blockRows = 256;

/** Rows from `start` to `end` of one column: the product of its parts. */
function fillColumn(
  matrix: Float64Array,
  width: number,
  j: number,
  parts: readonly Part[],
  held: readonly (Float64Array | Int32Array)[],
  start: number,
  end: number,
): void {
  const first = start * width + j;
  const [only, ...more] = parts;
  if (only?.level === null && more.length === 0) {
    const values = held[only.variable] as Float64Array;
    for (let i = start, at = first; i < end; i++, at += width) matrix[at] = values[i] as number;
    return;
  }
  for (let i = start, at = first; i < end; i++, at += width) matrix[at] = 1;
  for (const { variable, level } of parts) {
    const values = held[variable] as Float64Array | Int32Array;
    if (level === null) {
      for (let i = start, at = first; i < end; i++, at += width)
        matrix[at] = (matrix[at] as number) * (values[i] as number);
    } else {
      for (let i = start, at = first; i < end; i++, at += width) if (values[i] !== level) matrix[at] = 0;
    }
  }
}

function strataCodes(
  formula: Formula,
  design: Design,
  held: readonly (Float64Array | Int32Array)[],
): Int32Array {
  let codes: Int32Array | undefined;
  formula.variables.forEach(({ kind }, i) => {
    if (kind !== "strata") return;
    const own = held[i] as Int32Array;
    const levels = design.levels[i]?.length ?? 1;
    codes =
      codes === undefined
        ? Int32Array.from(own)
        : codes.map((code, row) => code * levels + (own[row] as number));
  });
  return codes ?? new Int32Array(0);
}
