import { ArgumentError, boolean, type Column, DataError, numeric } from "@konsil/core";
import { comparisonsOf } from "./comparisons.ts";
import { computedOf, keepsOrder } from "./computed.ts";
import { evaluateNumbers } from "./evaluate.ts";
import type { Response } from "./formula.ts";

type SurvivalResponse = Extract<Response, { kind: "survival" }>;
type ValueResponse = Extract<Response, { kind: "value" }>;

/** The columns of Surv(time, event) as a step asks for them: spread among its `columns`. */
export interface SurvivalColumns {
  readonly [key: string]: readonly Column<Float64Array>[] | readonly Column<Uint8Array>[];
  readonly times: readonly Column<Float64Array>[];
  /** One yes/no column, or none when the event is a comparison. */
  readonly event: readonly Column<Uint8Array>[];
  readonly compared: readonly Column<Float64Array>[];
}

export function survivalColumns({ time, event }: SurvivalResponse): SurvivalColumns {
  const orders = time.expression === null || keepsOrder(time.expression) ? "column" : "arithmetic";
  return {
    times: time.columns.map((name) => numeric(name, { orders })),
    event: event.kind === "column" ? [boolean(event.columns[0] as string)] : [],
    compared:
      event.kind === "column"
        ? []
        : event.columns.map((name) =>
            numeric(name, { compared: comparisonsOf(name, [event]), summed: false }),
          ),
  };
}

/** What a step's table then has. */
export interface SurvivalTable {
  readonly rows: number;
  readonly times: readonly Float64Array[];
  readonly event: readonly Uint8Array[];
  readonly compared: readonly Float64Array[];
}

/**
 * Times and events (1, or 0 for censored) of a site's rows.
 * @throws DataError when a time is negative or not finite
 */
export function fillSurvival(
  { time, event }: SurvivalResponse,
  table: SurvivalTable,
): { readonly time: Float64Array; readonly event: Uint8Array } {
  const named = (names: readonly string[], columns: readonly Float64Array[]) => (name: string) =>
    columns[names.indexOf(name)] as Float64Array;
  const expression = time.expression ?? { kind: "name", name: time.columns[0] as string };
  const times = evaluateNumbers(expression, named(time.columns, table.times), table.rows, time.text);
  for (let i = 0; i < times.length; i++) {
    if ((times[i] as number) < 0)
      throw new DataError(
        "DATA_INVALID",
        `"${time.text}" is negative for some rows at {site}. Filter them, or look at the dates behind it.`,
      );
  }
  const own = table.event[0];
  if (own !== undefined) return { time: times, event: own };
  const compared = evaluateNumbers(
    event.expression ?? { kind: "number", value: 0 },
    named(event.columns, table.compared),
    table.rows,
    event.text,
  );
  return { time: times, event: Uint8Array.from(compared) };
}

/** The columns of an outcome that is a number or yes/no, as a step asks for them: spread among its `columns`. */
export interface ValueColumns {
  readonly [key: string]: readonly Column<Float64Array>[];
  readonly outcome: readonly Column<Float64Array>[];
}

/** What a step does with an outcome that it holds to a bound: what it adds up of it besides products, in what forms. */
export interface HeldOutcome {
  readonly added: readonly string[];
  readonly computed?: readonly string[];
}

/**
 * @throws ArgumentError FORMULA_VARIABLE when it is factor(y), whose numbers only an algorithm can choose
 */
export function valueColumns({ variable }: ValueResponse, held?: HeldOutcome): ValueColumns {
  if (variable.kind === "factor") {
    throw new ArgumentError(
      "FORMULA_VARIABLE",
      `${variable.text} is no number. Compare it with a level: I(grade == 3).`,
    );
  }
  return {
    outcome: variable.columns.map((name) =>
      numeric(name, {
        compared: comparisonsOf(name, [variable]),
        computed: [...computedOf(name, [variable]), ...(held?.computed ?? [])],
        summed: variable.kind !== "logical",
        // A comparison is 0 or 1.
        ...(held !== undefined &&
          variable.kind !== "logical" && {
            checked: variable.expression === null ? "column" : "arithmetic",
            added: held.added,
          }),
      }),
    ),
  };
}

/** What a step's table then has. */
export interface ValueTable {
  readonly rows: number;
  readonly outcome: readonly Float64Array[];
}

/**
 * The outcome of a site's rows; yes is 1.
 * @throws DataError when it is not finite, as log(y) of zero is not
 */
export function fillValue({ variable }: ValueResponse, table: ValueTable): Float64Array {
  const { columns, text } = variable;
  const expression = variable.expression ?? { kind: "name", name: columns[0] as string };
  const column = (name: string): Float64Array => table.outcome[columns.indexOf(name)] as Float64Array;
  return evaluateNumbers(expression, column, table.rows, text);
}
