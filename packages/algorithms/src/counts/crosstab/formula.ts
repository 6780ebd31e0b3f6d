import { ArgumentError } from "@konsil/core";

/** A name as R writes one: letters of any script, digits, dots and underscores, or anything between backticks. */
const name = /^(?:`([^`]+)`|((?:\p{L}|\.(?!\d))[\p{L}\p{N}._]*))\s*/u;

/**
 * The variables of a formula of one to three names: "~ rows + columns + by".
 * @throws ArgumentError FORMULA_SYNTAX, FORMULA_UNSUPPORTED, FORMULA_VARIABLE
 */
export function namesInFormula(formula: string): readonly string[] {
  const wanted = 'Write the names of one to three columns: "~ grade + hormon".';
  let rest = formula.trim();
  if (!rest.startsWith("~"))
    throw new ArgumentError("FORMULA_SYNTAX", `The formula "${formula}" does not start with "~". ${wanted}`);
  const names: string[] = [];
  do {
    rest = rest.slice(1).trimStart();
    const found = name.exec(rest);
    if (found === null)
      throw new ArgumentError(
        "FORMULA_SYNTAX",
        `The formula "${formula}" has no column name before "${rest.slice(0, 20)}". ${wanted}`,
      );
    names.push(found[1] ?? found[2] ?? "");
    rest = rest.slice(found[0].length);
  } while (rest.startsWith("+"));
  if (rest !== "")
    throw new ArgumentError(
      "FORMULA_UNSUPPORTED",
      `The formula "${formula}" has "${rest.slice(0, 20)}" after a name; a table takes names joined by "+" only. ${wanted}`,
    );
  if (names.length > 3)
    throw new ArgumentError(
      "FORMULA_UNSUPPORTED",
      `The formula "${formula}" has more than three variables. ${wanted}`,
    );
  const twice = names.find((one, i) => names.indexOf(one) !== i);
  if (twice !== undefined)
    throw new ArgumentError("FORMULA_VARIABLE", `The formula "${formula}" names "${twice}" twice.`);
  return names;
}
