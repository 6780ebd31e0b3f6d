import type { Design } from "./coding.ts";
import type { Formula } from "./formula.ts";
import { termLabels } from "./model-terms.ts";

/** A term of the formula of a fitted model, and which coefficients are its. */
export interface FittedTerm {
  /** As the formula has it: "grade", "age:grade". */
  readonly term: string;
  /** The level that the others are compared with; null for numbers and interactions. */
  readonly reference: string | null;
  /** Positions of its coefficients. */
  readonly coefficients: readonly number[];
  /** What each coefficient is of: the level of a category, or the coefficient's name. */
  readonly labels: readonly string[];
}

/** The terms that have coefficients. */
export function fittedTerms(formula: Formula, design: Design): readonly FittedTerm[] {
  return termLabels(formula).flatMap((term, t) => {
    const coefficients = design.assign.flatMap((assign, j) => (assign === t + 1 ? [j] : []));
    if (coefficients.length === 0) return [];
    const [variable, ...more] = formula.terms[t] ?? [];
    const levels = more.length === 0 && variable !== undefined ? (design.levels[variable] ?? null) : null;
    const labels = coefficients.map((j) => {
      const level = design.columns[j]?.parts[0]?.level ?? null;
      return levels === null || level === null ? (design.names[j] ?? "") : (levels[level] ?? "");
    });
    // Coded in full, a category has no reference.
    const reference = levels !== null && coefficients.length < levels.length ? (levels[0] ?? null) : null;
    return [{ term, reference, coefficients, labels }];
  });
}
