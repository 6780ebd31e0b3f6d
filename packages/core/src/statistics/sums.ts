import { checkOptionNames } from "../errors/index.ts";
import { Withholding } from "../policy/index.ts";
import { cellRule, refuseSmallCells } from "./counts.ts";
import { exactSums } from "./exact-sum.ts";
import {
  type AnyStatistic,
  cellCount,
  type Dimensions,
  fieldInWords,
  isFiniteArray,
  isNumbers,
  type Kind,
  type Release,
  type ReleaseContext,
  type Statistic,
} from "./statistic.ts";
import { concentrated, type Weighing } from "./weights.ts";

export interface SumsOptions {
  /** The field of the same output that counts the people behind each cell: a `count`, or `counts` over some of the same dimensions. */
  readonly people: string;
  /**
   * The field of the same output that judges the weights of these sums: `weights`. Without it, every row counts alike. A
   * step that `evaluates` a model names it for all its sums.
   */
  readonly effective?: string;
  /** The key of the step's table under which the categories are by whose levels the sums are. */
  readonly within?: string;
  /** What happens where the weights do not pass: the site refuses (default), or leaves the sums out, which pool to NaN. */
  readonly whenConcentrated?: "refuse" | "withhold";
  /**
   * The keys of the step's table whose columns name functions as `added` that are in these sums: the site leaves them out,
   * and they pool to NaN, where such a column has so few values that they would tell how many people have each.
   */
  readonly added?: readonly string[];
}

/** Sums of real numbers over people, row-major over its dimensions. Pooled: correctly rounded sums by cell. */
export interface Sums<D extends string> extends Statistic<ArrayLike<number>, Float64Array, D> {
  readonly kind: "sums";
  readonly people: string;
  readonly effective: string | null;
  readonly within: string | null;
  readonly whenConcentrated: "refuse" | "withhold";
  readonly added: readonly string[];
}

export function sums<const D extends readonly string[]>(
  dimensions: D,
  options: SumsOptions,
): Sums<D[number]> {
  checkOptionNames("sums()", options, ["people", "effective", "within", "whenConcentrated", "added"]);
  const { people, effective = null, within = null, whenConcentrated = "refuse", added = [] } = options;
  return {
    kind: "sums",
    dimensions,
    visibility: "pooled",
    people,
    effective,
    within,
    whenConcentrated,
    added,
  };
}

/** Cells that are not zero, by position: how a table of mostly zeros is sent. */
interface Sparse {
  readonly at: readonly number[];
  readonly values: readonly number[];
}

/** All cells, or those that are not zero where these are few. Zero is sent as 0: JSON does not keep −0. */
function write(cells: Float64Array, notZero: number): readonly number[] | Sparse {
  if (notZero >= cells.length / 3) {
    const all: number[] = [];
    for (let i = 0; i < cells.length; i++) all.push((cells[i] as number) + 0);
    return all;
  }
  const at: number[] = [];
  for (let i = 0; i < cells.length; i++) if (cells[i] !== 0) at.push(i);
  return { at, values: at.map((i) => cells[i] as number) };
}

function read(wire: unknown, length: number): ArrayLike<number> | undefined {
  if (Array.isArray(wire)) return isFiniteArray(wire, length) ? wire : undefined;
  if (typeof wire !== "object" || wire === null || !("at" in wire) || !("values" in wire)) return undefined;
  const { at, values } = wire;
  if (!Array.isArray(at) || !isFiniteArray(at, at.length) || !isFiniteArray(values, at.length))
    return undefined;
  const cells = new Float64Array(length);
  let last = -1;
  for (const [i, place] of at.entries()) {
    if (!Number.isInteger(place) || place <= last || place >= length) return undefined;
    cells[place] = values[i] as number;
    last = place;
  }
  return cells;
}

export const sumsKind: Kind<Sums<string>, ArrayLike<number>> = {
  problem(statistic, value, dimensions) {
    const length = cellCount(statistic.dimensions, dimensions);
    return isNumbers(value, length) ? undefined : `must be ${length} numbers`;
  },
  release(statistic, value, context) {
    const people = context.other(statistic.people);
    refuseSmallCells(typeof people === "number" ? [people] : (people as ArrayLike<number>), {
      ...context,
      field: statistic.people,
    });
    // One kind of array, whatever the step returned: loops over thousands of cells are compiled for it.
    const cells = value instanceof Float64Array ? value : Float64Array.from(value as ArrayLike<number>);
    let notZero = 0;
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i] as number;
      if (cell === 0) continue;
      // A difference with itself is zero only for a finite number.
      if (cell - cell !== 0) {
        throw notFinite(statistic, i, context);
      }
      notZero++;
    }
    if (statistic.effective !== null) {
      const weighing = context.other(statistic.effective) as Weighing;
      // Where nothing was summed, all is zero whoever the rows are.
      const withheld =
        notZero > 0 || weighing.effective > 0
          ? // By the site's own policy: wishes for more rows, one after the other, would measure what is not told.
            concentrated(weighing, context.own ?? context.policy, context.rows)
          : undefined;
      if (withheld !== undefined) {
        if (statistic.whenConcentrated === "refuse") throw withheld;
        return left("too few effective rows");
      }
    }
    if (statistic.added.some((key) => context.few?.has(key))) return left("too few different values");
    return { wire: write(cells, notZero), cells: cells.length, masked: 0, rule: ruleOf(statistic, context) };
  },
  read: (statistic, wire, dimensions) =>
    wire === null && (statistic.whenConcentrated === "withhold" || statistic.added.length > 0)
      ? withheldSums
      : read(wire, cellCount(statistic.dimensions, dimensions)),
  pool(statistic, parts, { dimensions }) {
    const length = cellCount(statistic.dimensions, dimensions);
    // A sum over the other sites would pass for the sum over all.
    if (parts.some(({ wire }) => wire === withheldSums)) return new Float64Array(length).fill(Number.NaN);
    return exactSums(
      parts.map(({ wire }) => wire),
      length,
    );
  },
};

/** Sums that do not leave with the others. */
function left(why: string): Release {
  return { wire: null, cells: 0, masked: 0, rule: `withheld: ${why}` };
}

/** What is said of a sum that is not a finite number. */
export function notFinite(
  statistic: Pick<AnyStatistic, "dimensions">,
  cell: number,
  context: ReleaseContext,
): Withholding {
  return new Withholding(
    "NOT_FINITE",
    `A sum is not a finite number at {site}: ${fieldInWords(context.field, context)}${ofWhat(statistic, cell, context.dimensions)}. Where values are extreme, rescale it (another unit, or its logarithm); where it is a logarithm or a quotient, leave out rows in which it is of zero or less, or by zero; or leave it out.`,
  );
}

/** Of which column or group a cell is, by its first dimension: `, of "nodes"`; a position has no name but its number. */
function ofWhat(
  { dimensions: [first, ...others] }: Pick<AnyStatistic, "dimensions">,
  cell: number,
  dimensions: Dimensions,
): string {
  const labels = first === undefined ? undefined : dimensions[first];
  if (first === undefined || labels === undefined) return "";
  const place = Math.floor(cell / cellCount(others, dimensions));
  const label = labels[place] ?? "";
  return /^\d+$/.test(label) ? ` (${first} ${place + 1} of ${labels.length})` : `, of "${label}"`;
}

/** What a site's sums are read as when it left them out. */
const withheldSums: ArrayLike<number> = [];

function ruleOf({ effective }: Sums<string>, context: ReleaseContext): string {
  const { open, minimumRows, minimumEffectiveShare } = context.own ?? context.policy;
  const rule = cellRule(context);
  return effective === null || open
    ? rule
    : `${rule}; effective rows at least ${minimumRows} and ${minimumEffectiveShare} of all`;
}
