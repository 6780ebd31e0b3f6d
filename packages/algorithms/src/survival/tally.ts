import { tableWidth } from "@konsil/core";

/** Who left when, in one group: numbers of people at each distinct time, ascending. */
export interface Departures {
  readonly at: Float64Array;
  readonly event: Float64Array;
  readonly censored: Float64Array;
}

/** Days are counted in one pass, without sorting. */
function tallyWhole(
  time: Float64Array,
  event: Uint8Array,
  cell: Int32Array,
  cells: number,
  width: number,
): readonly Departures[] {
  const table = new Int32Array(2 * cells * width);
  for (let i = 0; i < time.length; i++) table[(2 * cell[i]! + event[i]!) * width + time[i]!]!++;
  return Array.from({ length: cells }, (_, c) => {
    const censored = table.subarray(2 * c * width, (2 * c + 1) * width);
    const events = table.subarray((2 * c + 1) * width, (2 * c + 2) * width);
    let found = 0;
    for (let t = 0; t < width; t++) if (censored[t]! + events[t]! > 0) found++;
    const departures = none(found);
    for (let t = 0, k = 0; k < found; t++) {
      if (censored[t]! + events[t]! === 0) continue;
      departures.at[k] = t;
      departures.event[k] = events[t]!;
      departures.censored[k++] = censored[t]!;
    }
    return departures;
  });
}

/** Other times are sorted, those of events and of the censored by themselves, and then merged: no search for a place. */
function tallySorted(
  time: Float64Array,
  event: Uint8Array,
  cell: Int32Array,
  cells: number,
): readonly Departures[] {
  const starts = new Int32Array(2 * cells + 1);
  for (let i = 0; i < time.length; i++) starts[2 * cell[i]! + event[i]! + 1]!++;
  for (let s = 0; s < 2 * cells; s++) starts[s + 1]! += starts[s]!;
  const next = starts.slice(0, 2 * cells);
  const times = new Float64Array(time.length);
  for (let i = 0; i < time.length; i++) times[next[2 * cell[i]! + event[i]!]!++] = time[i]!;
  return Array.from({ length: cells }, (_, c) =>
    merge(
      times.subarray(starts[2 * c + 1], starts[2 * c + 2]).sort(),
      times.subarray(starts[2 * c], starts[2 * c + 1]).sort(),
    ),
  );
}

function none(length: number): Departures {
  return {
    at: new Float64Array(length),
    event: new Float64Array(length),
    censored: new Float64Array(length),
  };
}

function merge(events: Float64Array, censored: Float64Array): Departures {
  const all = none(events.length + censored.length);
  let found = 0;
  for (let e = 0, c = 0; e < events.length || c < censored.length; found++) {
    const t =
      c >= censored.length || (e < events.length && events[e]! <= censored[c]!) ? events[e]! : censored[c]!;
    const [fromE, fromC] = [e, c];
    while (e < events.length && events[e] === t) e++;
    while (c < censored.length && censored[c] === t) c++;
    all.at[found] = t;
    all.event[found] = e - fromE;
    all.censored[found] = c - fromC;
  }
  const { at, event } = all;
  return {
    at: at.subarray(0, found),
    event: event.subarray(0, found),
    censored: all.censored.subarray(0, found),
  };
}

/** Counts people by cell, time and whether they had the event (1) or not (0). */
export function tally(
  time: Float64Array,
  event: Uint8Array,
  cell: Int32Array,
  cells: number,
): readonly Departures[] {
  const width = tableWidth(time, 2 * cells);
  return width === undefined
    ? tallySorted(time, event, cell, cells)
    : tallyWhole(time, event, cell, cells, width);
}
