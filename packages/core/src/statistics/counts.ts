import { checkOptionNames } from "../errors/index.ts";
import { Withholding } from "../policy/index.ts";
import {
  cellCount,
  fieldInWords,
  isFiniteArray,
  isNumbers,
  isWhole,
  type Kind,
  type ReleaseContext,
  type Statistic,
} from "./statistic.ts";

/** A number of people. Pooled: their sum. A site with 1…k−1 abstains: the analysis goes on without it. */
export interface Count extends Statistic<number, number> {
  readonly kind: "count";
}

export interface CountsOptions {
  /**
   * What a site does about a cell of 1…k−1: "refuse" (default) ends the analysis, since the researcher chose the cells;
   * "abstain" leaves it to the other sites, where each site's part means something by itself; "fewRows" does so as a site
   * with few rows, where the cells do not depend on who had which outcome, and so do not bias what the others say.
   */
  readonly small?: "refuse" | "abstain" | "fewRows";
  /**
   * Whether they are the people on whom sums of columns rest: of two values those of the rarer one, else those who make up
   * nearly all of the sum. Whoever has too few then is told what to do about a number.
   */
  readonly behind?: boolean;
}

/** Numbers of people by cell, row-major over its dimensions. Pooled: sums by cell. */
export interface Counts<D extends string> extends Statistic<ArrayLike<number>, Float64Array, D> {
  readonly kind: "counts";
  readonly small: "refuse" | "abstain" | "fewRows";
  readonly behind: boolean;
}

export function count(): Count {
  return { kind: "count", dimensions: [], visibility: "pooled" };
}

export function counts<const D extends readonly string[]>(
  dimensions: D,
  options: CountsOptions = {},
): Counts<D[number]> {
  checkOptionNames("counts()", options, ["small", "behind"]);
  const { small = "refuse", behind = false } = options;
  return { kind: "counts", dimensions, visibility: "pooled", small, behind };
}

const aboutGroups = "Ask for fewer or wider groups.";
const aboutNumbers =
  "Of a number few people make up the sums where it grows steeply: take its logarithm, bound it, or leave that form of it out. Of a column with few values, or of groups, ask for fewer or wider ones.";

/** @throws Withholding CELL_TOO_SMALL, or ROWS_TOO_FEW where it abstains as a site with few rows, when a cell is 1…k−1 */
export function refuseSmallCells(
  cells: ArrayLike<number>,
  context: Pick<ReleaseContext, "policy" | "field" | "words">,
  { small, behind }: Pick<Counts<string>, "small" | "behind"> = { small: "refuse", behind: false },
): void {
  const { policy, field } = context;
  const abstains = small !== "refuse";
  for (let i = 0; i < cells.length; i++) {
    const people = cells[i] as number;
    if (people > 0 && people < policy.minimumCell) {
      throw new Withholding(
        small === "fewRows" ? "ROWS_TOO_FEW" : "CELL_TOO_SMALL",
        `{site} ${abstains ? "abstains" : "does not answer"}: fewer people are in one number than the policy there permits (minimumCell ${policy.minimumCell}): ${fieldInWords(field, context)}. ${behind ? aboutNumbers : aboutGroups}`,
        abstains,
      );
    }
  }
}

/** What a count that passed its rule is said to have passed. */
export function cellRule({ policy }: ReleaseContext): string {
  return policy.minimumCell <= 1
    ? "open policy: as it is"
    : `0 or at least ${policy.minimumCell} people in each cell`;
}

/** What is wrong with numbers of people by cell, or undefined. */
export function wholeCells(value: unknown, length: number): string | undefined {
  if (!isNumbers(value, length)) return `must be ${length} numbers`;
  for (let i = 0; i < length; i++) if (!isWhole(value[i])) return "must hold whole numbers of people";
  return undefined;
}

export const countKind: Kind<Count, number> = {
  problem: (_statistic, value) => (isWhole(value) ? undefined : "must be a whole number of people"),
  release(_statistic, value, context) {
    // A site with too few people, or too few events, leaves the analysis to the others.
    refuseSmallCells([value as number], context, { small: "abstain", behind: false });
    return { wire: value, cells: 1, masked: 0, rule: cellRule(context) };
  },
  read: (_statistic, wire) => (isWhole(wire) ? wire : undefined),
  pool: (_statistic, parts) => parts.reduce((total, { wire }) => total + wire, 0),
};

export const countsKind: Kind<Counts<string>, readonly number[]> = {
  problem: (statistic, value, dimensions) => wholeCells(value, cellCount(statistic.dimensions, dimensions)),
  release(statistic, value, context) {
    const cells = Array.from(value as ArrayLike<number>);
    refuseSmallCells(cells, context, statistic);
    return { wire: cells, cells: cells.length, masked: 0, rule: cellRule(context) };
  },
  read: (statistic, wire, dimensions) => readWholeCells(wire, cellCount(statistic.dimensions, dimensions)),
  pool: (statistic, parts, { dimensions }) =>
    addCells(
      parts.map(({ wire }) => wire),
      cellCount(statistic.dimensions, dimensions),
    ),
};

/** Whole numbers as a message holds them, or undefined. */
export function readWholeCells(wire: unknown, length: number): readonly number[] | undefined {
  return isFiniteArray(wire, length) && wire.every(isWhole) ? wire : undefined;
}

/** Sums of whole numbers: exact below 2⁵³, and so free of order. */
export function addCells(arrays: readonly ArrayLike<number>[], length: number): Float64Array {
  const total = new Float64Array(length);
  for (const cells of arrays)
    for (let i = 0; i < length; i++) total[i] = (total[i] as number) + (cells[i] as number);
  return total;
}
