import { type Policy, Withholding } from "../policy/index.ts";
import { cellOf, latticeOf, latticeWords } from "../policy/lattice.ts";
import type { Frame } from "../table/index.ts";

/**
 * Whether the values of a number can be told apart as levels, like codes, without more than comparisons and levels tell by
 * themselves. Comparisons tell numbers apart at the points of a lattice, levels by value where k people have it: between
 * two points the one less the other would leave the people of rare values. So values that share a range between two points
 * are of k people each, unless all share it: then no comparison divides them. All people of the database are looked at,
 * whatever was asked, so that it says nothing of a selection.
 */
function areLevels(values: Float64Array, width: number, minimumCell: number): boolean {
  const people = new Map<number, number>();
  for (const value of values) if (!Number.isNaN(value)) people.set(value, (people.get(value) ?? 0) + 1);
  const ranges = new Map<number, number[]>();
  for (const [value, count] of people) {
    const range = cellOf(value, width);
    ranges.set(range, [...(ranges.get(range) ?? []), count]);
  }
  const tellsNobody = (counts: readonly number[]): boolean =>
    counts.length === 1 || counts.every((count) => count >= minimumCell);
  return ranges.size <= 1 || [...ranges.values()].every(tellsNobody);
}

/** @throws Withholding EXPRESSION_NOT_PERMITTED, in the same words whatever the reason */
export function requireLevelsOfNumber(policy: Policy, name: string, { columns }: Frame): void {
  const column = columns.get(name);
  const lattice = latticeOf(policy, name, "numeric");
  if (column?.type !== "numeric" || typeof lattice !== "number") return;
  if (areLevels(column.values, lattice, policy.minimumCell)) return;
  throw new Withholding(
    "EXPRESSION_NOT_PERMITTED",
    `The policy of {site} does not permit reading the numbers of "${name}" as levels of a category: with filters at ${latticeWords(lattice)} (lattices.${name}), levels would single people out. Make groups with cut() at these points, or use it as a number. Where its numbers are codes, the steward there can list a lattice for it that has all of them between two points, or each between two of its own.`,
  );
}
