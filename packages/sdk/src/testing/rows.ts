import type { Row } from "@konsil/core";
import fc from "fast-check";

/** Missing in about one row of ten. */
function sometimes<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.option(value, { nil: null, freq: 9 });
}

/**
 * Random patients: `days` (1–40, many ties), `event`, `age`, `score` (two decimals), `visits` (0–8), `grade` ("1"–"3"),
 * `arm` ("a", "b"), `flag`; every column has missing values.
 */
export function patients(minimum = 0, maximum = 60): fc.Arbitrary<Row[]> {
  const row: fc.Arbitrary<Row> = fc.record({
    days: sometimes(fc.integer({ min: 1, max: 40 })),
    event: sometimes(fc.boolean()),
    age: sometimes(fc.integer({ min: 20, max: 90 })),
    score: sometimes(fc.integer({ min: -300, max: 300 }).map((hundredths) => hundredths / 100)),
    visits: sometimes(fc.integer({ min: 0, max: 8 })),
    grade: sometimes(fc.constantFrom("1", "2", "3")),
    arm: sometimes(fc.constantFrom("a", "b")),
    flag: sometimes(fc.boolean()),
  });
  return fc.array(row, { minLength: minimum, maxLength: maximum });
}
