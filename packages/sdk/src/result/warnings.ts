import type { Report, View } from "@konsil/core";

/**
 * The view of a result with the report's warnings, first among its notes: whoever is sent a saved page sees no report, and
 * must not miss which sites left, or that a p value does not hold.
 */
export function withWarnings(view: View, { warnings }: Report): View {
  const notes = view.notes ?? [];
  const missing = warnings.filter((warning) => !notes.some((note) => note.includes(warning)));
  return missing.length === 0 ? view : { ...view, notes: [...missing, ...notes] };
}
