import type { SummaryValue } from "./summary.central.ts";

/** The ranges that sites rounded, such as "age to multiples of 5 or 10"; empty where none did. */
export function roundedWords({ variables }: SummaryValue): string {
  return variables
    .flatMap((variable) => {
      const roundedTo = "range" in variable ? variable.range?.roundedTo : undefined;
      if (roundedTo === undefined) return [];
      const unit = variable.type === "date" ? " days" : "";
      return [`${variable.variable} to multiples of ${roundedTo.join(" or ")}${unit}`];
    })
    .join(", ");
}
