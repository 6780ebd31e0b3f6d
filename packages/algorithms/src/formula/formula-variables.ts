import type { Formula, FormulaVariable } from "./formula.ts";

/** The columns that a formula needs, by what it needs them for; each list in the order of the formula, without repeats. */
export function formulaVariables(formula: Formula): {
  /** Of the outcome. */
  readonly response: readonly string[];
  /** Taken as they are: numbers, yes/no, or categories. */
  readonly columns: readonly string[];
  /** Read as categories: factor(x), strata(x). */
  readonly factors: readonly string[];
  /** Read as numbers: arithmetic and offsets. */
  readonly numbers: readonly string[];
  /** All of them. */
  readonly all: readonly string[];
} {
  const { response, offsets } = formula;
  const variables = [...formula.variables, ...formula.removed];
  const of = (kinds: readonly FormulaVariable["kind"][]): string[] => [
    ...new Set(variables.filter(({ kind }) => kinds.includes(kind)).flatMap(({ columns }) => columns)),
  ];
  const outcome =
    response === null
      ? []
      : response.kind === "survival"
        ? [...new Set([...response.time.columns, ...response.event.columns])]
        : [...response.variable.columns];
  const columns = of(["column"]);
  const factors = of(["factor", "strata"]);
  const numbers = [
    ...new Set([...of(["numeric", "logical"]), ...offsets.flatMap((offset) => offset.columns)]),
  ];
  return {
    response: outcome,
    columns,
    factors,
    numbers,
    all: [...new Set([...outcome, ...columns, ...factors, ...numbers])],
  };
}

/** What a formula needs a column for. */
export type VariableRole = "time" | "event" | "response" | "term" | "strata" | "offset";

/** Each column with each of its roles: of the outcome first, then of the terms as written, then of the offsets. */
export function variableRoles(
  formula: Formula,
): readonly { readonly name: string; readonly role: VariableRole }[] {
  const { response } = formula;
  const roles: { name: string; role: VariableRole }[] = [];
  const add = (variable: FormulaVariable, role: VariableRole): void => {
    for (const name of variable.columns)
      if (!roles.some((known) => known.name === name && known.role === role)) roles.push({ name, role });
  };
  if (response?.kind === "survival") {
    add(response.time, "time");
    add(response.event, "event");
  } else if (response?.kind === "value") add(response.variable, "response");
  for (const variable of [...formula.variables, ...formula.removed])
    add(variable, variable.kind === "strata" ? "strata" : "term");
  for (const offset of formula.offsets) add(offset, "offset");
  return roles;
}
