import type { Design } from "./coding.ts";
import type { Formula } from "./formula.ts";

/**
 * What columns of a design are, in words for people: "age", "grade=2", "age:grade=2". Pairs of them follow each other as in
 * the lower triangle of a matrix, row by row.
 */
export function designLabels(
  { variables }: Formula,
  { columns, levels }: Design,
): { readonly column: (position: number) => string; readonly pair: (position: number) => string } {
  const names = columns.map(({ name, parts }) =>
    parts.length === 0
      ? name
      : parts
          .map(({ variable, level }) => {
            const text = variables[variable]?.text ?? "";
            return level === null ? text : `${text}=${levels[variable]?.[level]}`;
          })
          .join(":"),
  );
  const pairs = names.flatMap((row, i) => names.slice(0, i + 1).map((column) => `${column} × ${row}`));
  return { column: (position) => names[position] ?? "", pair: (position) => pairs[position] ?? "" };
}
