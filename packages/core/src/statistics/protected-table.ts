import { all, Blocks, type Ends, marginOf } from "./protected-blocks.ts";
import { type Beside, type ProtectedLine, protectLine } from "./protected-line.ts";

/**
 * Protects the cells of 1…k−1 of a table, row-major over its sizes, of which every margin may be known as far as a table of
 * one variable tells it.
 *
 * A small cell can be any of 1…k−1 if people can move round a box (in two dimensions a rectangle) without any margin moving
 * (the linear constraint view of secondary suppression: Cox 1980; Fischetti & Salazar 2000). The other corners are widened
 * with it. Their ends are the sum, or the difference, of the corner and the small cell, less or plus what that may be:
 * numbers that do not move with it. Nor does the choice of the box: lines are taken in the order of what their margins
 * tell, and a corner is any cell of k people or more. Whoever tries out which tables are told like this finds that all
 * numbers from 1 to k−1 are possible.
 *
 * Lines that their margins tell as intervals are put together; where a small cell still has no box, or a corner could fall
 * below k, so is the rarest line with the most common. Of a cell among several, the sum and the margins are all that is
 * told. Which lines, and when, follows from the margins told and from how many had to be put together before.
 */
export function protectTable(
  people: readonly number[],
  sizes: readonly number[],
  k: number,
  beside: Beside,
): Ends {
  const [size, ...others] = sizes;
  if (size === undefined) return all(people, beside);
  const margins = sizes.map((_, a) => protectLine(marginOf(people, sizes, a), k, beside));
  if (others.length === 0) return margins[0] as ProtectedLine;
  const groups = margins.map(groupsOf);
  for (;;) {
    const blocks = new Blocks(people, sizes, margins, groups, { k, beside });
    const told = blocks.protect();
    if (told !== undefined) return told;
    joinRarest(groups, blocks.weights());
  }
}

/** The lines with people, those together that their margin tells as intervals. */
function groupsOf({ upper, masked }: ProtectedLine): number[][] {
  const exact = upper.flatMap((most, line) => (most > 0 && !masked.includes(line) ? [[line]] : []));
  return masked.length > 0 ? [[...masked], ...exact] : exact;
}

/** Of so many lines the rarest is put together with others at once, so that large tables take few rounds. */
const linesAtOnce = 8;

/** Puts the lines with fewest people together with the line of their dimension that has most. */
function joinRarest(groups: number[][][], weights: readonly (readonly number[])[]): void {
  const lines = weights.flatMap((own, a) =>
    own.length < 2 ? [] : own.map((people, group) => ({ a, group, people })),
  );
  lines.sort((one, other) => one.people - other.people);
  const rarest = lines.slice(0, Math.max(1, Math.floor(lines.length / linesAtOnce)));
  for (const [a, own] of groups.entries()) {
    const rare = new Set(rarest.flatMap((line) => (line.a === a ? [line.group] : [])));
    if (rare.size === 0) continue;
    const people = weights[a] as readonly number[];
    const others = Array.from(own.keys()).filter((group) => rare.size === own.length || !rare.has(group));
    const into = others.reduce((best, g) => ((people[g] as number) > (people[best] as number) ? g : best));
    rare.delete(into);
    const joined = [...rare].flatMap((group) => own[group] as number[]);
    groups[a] = own.flatMap((own, g) => (rare.has(g) ? [] : [g === into ? [...own, ...joined] : own]));
  }
}
