import type { TableView } from "@konsil/core";

/** Ratios and their limits, by coefficient. */
export interface Ratios {
  readonly ratios: readonly (number | null)[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
}

/** Columns of ratios with their limits, of hazards or odds: "Hazard ratio" is `hazard.ratio`, with `.low` and `.high`. */
export function ratioColumns(
  label: string,
  { ratios, lower, upper }: Ratios,
): Pick<TableView, "columns" | "values"> {
  const name = label.toLowerCase().replace(" ", ".");
  return {
    columns: [
      { name, label: "Ratio", group: label },
      { name: `${name}.low`, label: "Lower", group: label },
      { name: `${name}.high`, label: "Upper", group: label },
    ],
    values: { [name]: ratios, [`${name}.low`]: lower, [`${name}.high`]: upper },
  };
}
