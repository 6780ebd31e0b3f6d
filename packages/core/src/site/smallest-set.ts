/** The people who go with one set of parts, as bits. */
export interface SetOfParts {
  readonly parts: bigint;
  readonly people: number;
}

/**
 * Each row is decided by a set of parts: the conditions that it fails, the columns that it lacks. Leaving out some parts
 * changes the rows whose set lies within them, so that the smallest change above zero is found among the sets that hold
 * no other: leaving out more parts changes no fewer rows. Undefined where no row is decided.
 */
export function smallestSet(sets: ReadonlyMap<bigint, number>): SetOfParts | undefined {
  const least: SetOfParts[] = [];
  const bySize = [...sets].sort(([a], [b]) => sizeOf(a) - sizeOf(b));
  for (const [parts, people] of bySize)
    if (people > 0 && !least.some((inner) => (inner.parts & parts) === inner.parts))
      least.push({ parts, people });
  return least.sort((a, b) => a.people - b.people)[0];
}

function sizeOf(bits: bigint): number {
  let size = 0;
  for (let left = bits; left > 0n; left &= left - 1n) size++;
  return size;
}
