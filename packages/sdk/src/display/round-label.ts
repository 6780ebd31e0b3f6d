/** "2 cox-moments": a round in the picture of an analysis, without the family of its step, which columns have no room for. */
export function roundLabel(number: number, step: string): string {
  return `${number} ${step.slice(step.indexOf(".") + 1)}`;
}
