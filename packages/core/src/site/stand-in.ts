import { type DataSpecification, derivationOrder, evaluate, referencedColumns } from "../data/index.ts";
import type { ColumnData } from "../table/index.ts";

/**
 * What stands in for a number or date that a row lacks: the median of its column, rounded to a step of about the range of
 * the middle half. Of all rows of the database, so that no filter moves it, and so coarse that it is nobody's value. Of a
 * column that is derived from one column: what the derivation makes of its stand-in, so that two that are derived from one
 * another stay so. NaN where the column is derived from several, since a row can have one of them and lack another, or has
 * no number in common use.
 */
export function standInOf(
  name: string,
  { derive }: Pick<DataSpecification, "derive">,
  whole: (name: string) => ColumnData,
  minimumCell: number,
): number {
  const order = derivationOrder(derive, [name]);
  if (order.length === 0) return commonValue(whole(name), minimumCell);
  const [source, ...others] = sourcesOf(name, { derive });
  if (source === undefined || others.length > 0) return Number.NaN;
  const column = whole(source);
  if (column.type !== "numeric" && column.type !== "date") return Number.NaN;
  const values = new Float64Array([commonValue(column, minimumCell)]);
  const row = new Map<string, ColumnData>([[source, { type: column.type, values }]]);
  for (const one of order)
    row.set(
      one.name,
      evaluate(one.expression, (wanted) => row.get(wanted) as ColumnData, 1),
    );
  const made = row.get(name);
  return made?.type === "numeric" || made?.type === "date" ? (made.values[0] as number) : Number.NaN;
}

/** The columns on which a derived column rests, that are not derived themselves; none of one that is not derived. */
export function sourcesOf(name: string, { derive }: Pick<DataSpecification, "derive">): readonly string[] {
  const order = derivationOrder(derive, [name]);
  const derived = new Set(order.map((one) => one.name));
  const all = order.flatMap(({ expression }) => referencedColumns(expression));
  return [...new Set(all.filter((source) => !derived.has(source)))];
}

/** Whoever lacks the number does not count. */
function commonValue(column: ColumnData, minimumCell: number): number {
  if (column.type !== "numeric" && column.type !== "date") return Number.NaN;
  const sorted = column.values.filter((value) => Number.isFinite(value)).sort();
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  const median = at(0.5);
  const step = stepBelow(at(0.75) - at(0.25));
  if (step > 0) return Number((Math.round(median / step) * step).toPrecision(15));
  // Half of all have the same value, which nobody may know of few.
  return sorted.length >= 2 * minimumCell ? median : Number.NaN;
}

/** The largest of 1, 2, 5, 10, 20, … and their tenths that is no more than a width; 0 of none. */
function stepBelow(width: number): number {
  if (!(width > 0)) return 0;
  const power = 10 ** Math.floor(Math.log10(width));
  return ([10, 5, 2].find((times) => times * power <= width) ?? 1) * power;
}
