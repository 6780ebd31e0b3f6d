import type { Formula, Term } from "./formula.ts";

/** What R's terms() says of a formula. */
export interface ModelTerms {
  /** As written, or null when there is none. */
  readonly response: string | null;
  /** By order of interaction, then as written. */
  readonly labels: readonly string[];
  /** How many variables each term has. */
  readonly order: readonly number[];
  readonly intercept: boolean;
  readonly offsets: readonly string[];
  /** The strata() among the variables, whether in terms of their own or in interactions. */
  readonly strata: readonly string[];
}

export function responseText({ response }: Formula): string | null {
  if (response === null) return null;
  return response.kind === "value"
    ? response.variable.text
    : `Surv(${response.time.text}, ${response.event.text})`;
}

export function termText(formula: Formula, term: Term): string {
  return term.map((i) => formula.variables[i]?.text).join(":");
}

/** Labels of the terms, as R's terms() has them. */
export function termLabels(formula: Formula): readonly string[] {
  return formula.terms.map((term) => termText(formula, term));
}

export function modelTerms(formula: Formula): ModelTerms {
  return {
    response: responseText(formula),
    labels: termLabels(formula),
    order: formula.terms.map((term) => term.length),
    intercept: formula.intercept,
    offsets: formula.offsets.map(({ text }) => `offset(${text})`),
    strata: formula.variables.filter(({ kind }) => kind === "strata").map(({ text }) => text),
  };
}
