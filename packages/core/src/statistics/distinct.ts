/** The distinct values, ascending, and for each value its position among them. */
export function distinct(values: Float64Array): {
  readonly sorted: Float64Array;
  readonly position: Int32Array;
} {
  const position = new Int32Array(values.length);
  let largest = 0;
  let whole = true;
  for (let i = 0; i < values.length && whole; i++) {
    const value = values[i] as number;
    whole = Number.isInteger(value) && value >= 0;
    if (value > largest) largest = value;
  }
  // Days are counted instead of sorted: ten times faster, as long as the table of days is not much larger than the data.
  if (whole && largest <= Math.max(100_000, 8 * values.length)) {
    const seen = new Int32Array(largest + 1);
    for (let i = 0; i < values.length; i++) seen[values[i] as number] = 1;
    let found = 0;
    for (let day = 0; day <= largest; day++) if (seen[day] === 1) seen[day] = ++found;
    const sorted = new Float64Array(found);
    for (let day = 0; day <= largest; day++)
      if ((seen[day] as number) > 0) sorted[(seen[day] as number) - 1] = day;
    for (let i = 0; i < values.length; i++) position[i] = (seen[values[i] as number] as number) - 1;
    return { sorted, position };
  }
  const all = Float64Array.from(values).sort();
  let found = 0;
  for (let i = 0; i < all.length; i++) if (i === 0 || all[i] !== all[i - 1]) all[found++] = all[i] as number;
  const sorted = all.slice(0, found);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    let low = 0;
    let high = found - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    position[i] = low;
  }
  return { sorted, position };
}
