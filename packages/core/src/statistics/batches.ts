/** People of one stream in batches along the axis: where each batch ends, ascending, and how many are in it. */
export interface Batches {
  readonly ends: readonly number[];
  readonly people: readonly number[];
}

/**
 * A batch is closed at the first point of the lattice by which `size` people have left since the last one; those that
 * remain at the end join the last batch. Undefined when there are people, but fewer than `size` in all.
 */
export function batchesOf(
  at: readonly number[],
  people: readonly number[],
  size: number,
): Batches | undefined {
  const ends: number[] = [];
  const closed: number[] = [];
  let waiting = 0;
  let last = 0;
  for (let i = 0; i < at.length; i++) {
    const here = people[i] as number;
    if (here === 0) continue;
    waiting += here;
    last = at[i] as number;
    if (waiting < size) continue;
    ends.push(last);
    closed.push(waiting);
    waiting = 0;
  }
  if (waiting > 0) {
    if (ends.length === 0) return undefined;
    ends[ends.length - 1] = last;
    closed[closed.length - 1] = (closed.at(-1) as number) + waiting;
  }
  return { ends, people: closed };
}

/** Batches put together until each has `size` people: their ends are among those of the batches themselves. */
export function joined({ ends, people }: Batches, size: number): Batches | undefined {
  return batchesOf(ends, people, size);
}

/** Where people of one stream are known to have left: after `from` and up to `to`; at `to` where the two are equal. */
export interface Spans {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly people: readonly number[];
}

/**
 * The first batch begins a cell before 0, so that it holds those who left at 0. A batch is closed because somebody left:
 * one of its people is known to have left in its last cell.
 */
export function spansOf({ ends, people }: Batches, resolution: number): Spans {
  const spans = ends.flatMap((to, i) => {
    const from = i === 0 ? -resolution : (ends[i - 1] as number);
    const all = people[i] as number;
    const lastCell = to - resolution;
    if (from >= lastCell) return [{ from, to, people: all }];
    const one = { from: lastCell, to, people: 1 };
    return all === 1 ? [one] : [{ from, to, people: all - 1 }, one];
  });
  return {
    from: spans.map(({ from }) => from),
    to: spans.map(({ to }) => to),
    people: spans.map((span) => span.people),
  };
}
