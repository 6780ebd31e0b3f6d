import type { TableOneArguments } from "./index.ts";

export { tableOne as algorithm } from "./index.ts";

export const laws: readonly { readonly arguments: readonly TableOneArguments[] }[] = [
  {
    arguments: [
      { columns: ["age", "grade", "flag"], by: "arm" },
      { columns: ["score", "event"], by: "grade", equalVariances: false },
    ],
  },
];
