import { addMasked, bounds, type Masked, mask } from "../policy/index.ts";
import type { RowsNote } from "./message.ts";

/** A number known only to be one of those below and above it. */
function widened(count: number, below: number, above: number): Masked {
  return below + above === 0 ? count : { lower: Math.max(0, count - below), upper: count + above };
}

/**
 * Numbers of rows, of which no difference is a small number of people: how many are used is told (models count them
 * anyway) as exactly as the reply's own intervals permit, and those that were left out are an interval when they are few.
 */
export function rowsNote(
  rows: { readonly read: number; readonly selected: number; readonly used: number },
  minimumCell: number,
  slack: { readonly below: number; readonly above: number },
): RowsNote {
  const dropped = mask(rows.selected - rows.used, minimumCell);
  // Only where no other number leaves: of all rows and those used, all is the one that other replies tell as well.
  const isFew = typeof dropped !== "number";
  const known = widened(isFew ? rows.selected : rows.used, slack.below, slack.above);
  const selected = isFew ? known : addMasked(known, dropped);
  const used = isFew ? lessMasked(known, dropped) : known;
  return { read: addMasked(selected, mask(rows.read - rows.selected, minimumCell)), selected, used };
}

/** What is left of a count without a part of it. */
function lessMasked(count: Masked, part: Masked): Masked {
  const [all, less] = [bounds(count), bounds(part)];
  return { lower: Math.max(0, all.lower - less.upper), upper: all.upper - less.lower };
}
