/** People who are beside a table, so that only all together are known: how many, and how many they could be at most. */
export interface Beside {
  readonly people: number;
  readonly most: number;
}

/** What is told of cells whose sum may be known. */
export interface ProtectedLine {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** Positions of cells that are told as intervals, the partner last; none where all are told exactly. */
  readonly masked: readonly number[];
  /** The one that takes up what the others may have more or fewer, or undefined: then all cells say is their sum. */
  readonly partner: number | undefined;
}

/**
 * Protects cells of which the sum may be known: those of 1…k−1, and people beside them.
 *
 * Cells are taken in the order in which they are given, which has to be nobody's choice. The first that stays above k whatever the hidden ones are is
 * the partner: its ends are how many it and the hidden ones are together, less these at most and at least. One before it
 * that would not stay above k is hidden too, as an interval that begins at k, since why it was passed over depends on the
 * others. So everything that is told follows from that sum and from which cells are hidden in which way, and each hidden
 * cell can be any number of its interval while the answer stays the same. Were the largest taken, the answer would say
 * that it is the largest.
 */
export function protectLine(people: readonly number[], k: number, beside: Beside): ProtectedLine {
  const isSmall = (count: number): boolean => count > 0 && count < k;
  const lower = people.map((count) => (isSmall(count) ? 1 : count));
  const upper = people.map((count) => (isSmall(count) ? k - 1 : count));
  const masked = people.flatMap((count, i) => (isSmall(count) ? [i] : []));
  if (masked.length === 0 && beside.most === 0) return { lower, upper, masked, partner: undefined };
  let [least, most, hidden] = [masked.length, masked.length * (k - 1) + beside.most, beside.people];
  for (const i of masked) hidden += people[i] as number;
  for (const [i, count] of people.entries()) {
    if (count < k) continue;
    masked.push(i);
    if (count + hidden - most > k) {
      lower[i] = count + hidden - most;
      upper[i] = count + hidden - least;
      return { lower, upper, masked, partner: i };
    }
    lower[i] = k;
    upper[i] = k + most - least;
    hidden += count;
    least += k;
    most += upper[i] as number;
  }
  const all = people.reduce((total, count) => total + count, beside.people);
  return {
    lower: people.map(() => 0),
    upper: people.map(() => all),
    masked: [...people.keys()],
    partner: undefined,
  };
}
