import type { SummaryArguments } from "./index.ts";

export { summary as algorithm } from "./index.ts";

export const laws: readonly { readonly arguments: readonly SummaryArguments[] }[] = [
  {
    arguments: [
      { columns: ["age", "score", "grade", "flag"], range: true },
      { columns: ["visits", "event"], by: "arm", rareLevels: "exclude" },
    ],
  },
];
