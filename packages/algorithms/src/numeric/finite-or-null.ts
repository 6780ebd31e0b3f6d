/** A number, or null for what JSON cannot hold. */
export function finiteOrNull(x: number): number | null {
  return Number.isFinite(x) ? x : null;
}
