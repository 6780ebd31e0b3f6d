import { DataError } from "@konsil/core";

/** From here on, neighbouring integers are the same double: an identifier would silently become another. */
const firstInexact = 2 ** 53;

function invalid(column: string, what: string): DataError {
  return new DataError("DATA_INVALID", `Column "${column}" holds ${what}`);
}

/** @throws DataError for a number that is infinite or, in a column of exact numbers, too long for a double */
export function checkNumbers(column: string, values: Float64Array, exact: boolean): void {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i] as number);
    if (size > largest) largest = size;
  }
  if (largest === Infinity) throw invalid(column, "something that is not a finite number.");
  if (exact && largest >= firstInexact) {
    throw invalid(
      column,
      "a number of 2^53 or more, whose last digits would be lost. If it identifies something, offer it as a category: store it as text, or give a CSV file's column that type.",
    );
  }
}

/** @throws DataError for a value that stands for "no date" */
export function checkDays(column: string, days: Float64Array): void {
  for (let i = 0; i < days.length; i++)
    if (days[i] === Infinity)
      throw invalid(column, "something that is not a date; dates are written YYYY-MM-DD.");
}

/** @throws DataError for a value that stands for "neither true nor false" */
export function checkBooleans(column: string, values: Uint8Array): void {
  for (let i = 0; i < values.length; i++)
    if (values[i] === 2) throw invalid(column, "something that is neither true nor false.");
}
