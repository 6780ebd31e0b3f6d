import type { Formula, Term } from "./formula.ts";
import { responseText, termText } from "./model-terms.ts";

/**
 * The terms in an order in which reading them meets the variables in the formula's own order, on which the names of
 * interactions depend ("y ~ h:x + x" has h:x, "y ~ x + h:x" has x:h). Terms of one size stay in their order. Null when
 * no such order is found.
 */
function writingOrder(formula: Formula): readonly Term[] | null {
  const left = [...formula.terms];
  const written: Term[] = [];
  let met = 0;
  while (left.length > 0) {
    const next = left.findIndex((term, i) => {
      const fresh = term.filter((variable) => variable >= met);
      const first = left.findIndex((other) => other.length === term.length) === i;
      return first && fresh.every((variable, k) => variable === met + k);
    });
    const [term] = next < 0 ? [] : left.splice(next, 1);
    if (term === undefined) return null;
    met = Math.max(met, ...term.map((variable) => variable + 1));
    written.push(term);
  }
  return written;
}

/** A formula as R would print it, with its terms expanded: parseFormula reads it as the same formula. */
export function formulaText(formula: Formula): string {
  const order = writingOrder(formula);
  const parts: string[] = [];
  const add = (text: string): void => {
    parts.push(parts.length === 0 ? text : ` + ${text}`);
  };
  const subtract = (text: string): void => {
    parts.push(parts.length === 0 ? `-${text}` : ` - ${text}`);
  };
  // To subtract variables at the beginning only says in which order they are.
  if (order === null) for (const { text } of formula.variables) subtract(text);
  for (const term of order ?? formula.terms) add(termText(formula, term));
  for (const { text } of formula.offsets) add(`offset(${text})`);
  for (const { text } of formula.removed) subtract(text);
  if (!formula.intercept) subtract("1");
  const right = parts.length === 0 ? "1" : parts.join("");
  const response = responseText(formula);
  return response === null ? `~${right}` : `${response} ~ ${right}`;
}
