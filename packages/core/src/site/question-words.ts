import { derivationOrder, expressionText, referencedColumns } from "../data/index.ts";
import type { AnyStep } from "../step/index.ts";
import type { Request } from "./message.ts";
import { requestedNames } from "./table.ts";

/** What a question asked, for the steward of the site: in words of the researcher's, shortened. Holds no value of a person. */
export interface QuestionWords {
  /** The formula among its arguments. */
  readonly formula: string | null;
  /** The columns that it reads, and of derived ones those that they rest on. */
  readonly columns: readonly string[];
  /** Which rows it is of: "nodes >= 5"; null for all. */
  readonly filter: string | null;
  /** The derived columns that it reads, and from what: "years = days / 365.25". */
  readonly derived: readonly string[];
}

/** A journal is read by people, and whoever asks must not fill it. */
const longestText = 1000;
const longestList = 100;

/** A text, cut off where it is too long for a journal. */
export function shortenedText(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)}…`;
}

function shortenedList(texts: readonly string[]): readonly string[] {
  const shown = texts.slice(0, longestList).map(shortenedText);
  return texts.length <= longestList ? shown : [...shown, `… and ${texts.length - longestList} more`];
}

/** What the columns of a step are called; none where it cannot read its arguments, and so reads no column. */
function namesOf(step: AnyStep | undefined, given: unknown): readonly string[] {
  if (step === undefined) return [];
  try {
    return requestedNames(step.columns(step.parse(given)));
  } catch {
    return [];
  }
}

/** A formula is an argument, or one of those of a model that is an argument. */
function formulaOf(given: unknown, isModel = false): string | null {
  if (typeof given !== "object" || given === null) return null;
  if ("formula" in given && typeof given.formula === "string") return shortenedText(given.formula);
  return !isModel && "model" in given ? formulaOf(given.model, true) : null;
}

function derivationsOf({ derive }: Request["data"], names: readonly string[]) {
  try {
    return derivationOrder(derive, names);
  } catch {
    // One that rests on itself is refused, and shown as it is.
    return derive;
  }
}

/** A request in words. `step` is undefined where the site has none of its name. */
export function questionInWords(
  { arguments: given, data }: Request,
  step: AnyStep | undefined,
): QuestionWords {
  const { filter } = data;
  const named = [...namesOf(step, given), ...(filter === null ? [] : referencedColumns(filter))];
  const derived = derivationsOf(data, named);
  const own = new Set(derived.map(({ name }) => name));
  const behind = derived.flatMap(({ expression }) => referencedColumns(expression));
  return {
    formula: formulaOf(given),
    columns: shortenedList([...new Set([...named, ...behind])].filter((name) => !own.has(name))),
    filter: filter === null ? null : shortenedText(expressionText(filter)),
    derived: shortenedList(derived.map(({ name, expression }) => `${name} = ${expressionText(expression)}`)),
  };
}
