import type { CrosstabArguments } from "./index.ts";

export { crosstab as algorithm } from "./index.ts";

export const laws: readonly { readonly arguments: readonly CrosstabArguments[] }[] = [
  {
    arguments: [
      { rows: "grade", columns: "arm", fisher: true },
      { formula: "~ flag + event + grade", missing: "level" },
      { rows: "visits", rareLevels: "exclude" },
    ],
  },
];
