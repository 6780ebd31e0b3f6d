import type { LawOptions } from "@konsil/sdk/testing";
import type { SummaryArguments, SummaryValue } from "./index.ts";

export { summary as algorithm } from "./index.ts";

export const laws: readonly LawOptions<SummaryArguments, SummaryValue>[] = [
  { arguments: [{ columns: ["age", "score", "grade", "flag"], range: true }] },
  {
    arguments: [{ columns: ["visits", "event"], by: "arm", rareLevels: "exclude" }],
    // Under a hospital's policy more levels are rare, and their rows are left out with a warning, as was asked.
    holds: () => undefined,
  },
];
