/** Who left when, in one group: numbers of people at each distinct time, ascending. */
export interface Departures {
  readonly at: Float64Array;
  readonly event: Float64Array;
  readonly censored: Float64Array;
}

/** Row numbers of each cell. */
function rowsByCell(cell: Int32Array, cells: number): readonly Int32Array[] {
  const sizes = new Int32Array(cells);
  for (let i = 0; i < cell.length; i++) sizes[cell[i]!]!++;
  const rows = Array.from(sizes, (size) => new Int32Array(size));
  const next = new Int32Array(cells);
  for (let i = 0; i < cell.length; i++) {
    const c = cell[i]!;
    rows[c]![next[c]!++] = i;
  }
  return rows;
}

/** Counts people by cell, time and whether they had the event. */
export function tally(
  time: Float64Array,
  event: Uint8Array,
  cell: Int32Array,
  cells: number,
): readonly Departures[] {
  return rowsByCell(cell, cells).map((rows) => {
    const sorted = Float64Array.from(rows, (row) => time[row] as number).sort();
    const at = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
    const position = new Map<number, number>();
    for (let i = 0; i < at.length; i++) position.set(at[i]!, i);
    const events = new Float64Array(at.length);
    const censored = new Float64Array(at.length);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      const place = position.get(time[row]!) as number;
      if (event[row] === 1) events[place]!++;
      else censored[place]!++;
    }
    return { at, event: events, censored };
  });
}
