import { ArgumentError, listing } from "@konsil/core";

/** Types of columns, in the order of the flags of the steps that ask for them. */
export const columnTypes = ["category", "boolean", "numeric", "date"] as const;

export type ColumnType = (typeof columnTypes)[number];

/** @throws ArgumentError COLUMN_DISAGREES when sites have values of several types in a column */
export function checkAgreement(name: string, found: readonly ColumnType[]): void {
  if (found.length < 2) return;
  // As a category, TRUE at one site and 1 at another would be two levels.
  const isYesNo = found.length === 2 && found.includes("boolean") && found.includes("numeric");
  const type = isYesNo ? "boolean" : "category";
  throw new ArgumentError(
    "COLUMN_DISAGREES",
    `Column "${name}" is of different types at different sites: ${listing(found)}; describe() says where. Declare it in the data, such as { columns: { ${name}: ${type}() } }, or, of CSV files, in the description of the sites: "types": { "${name}": "${type}" }.`,
  );
}
