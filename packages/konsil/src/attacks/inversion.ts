import { crosstab } from "@konsil/algorithms";
import { type Answer, kindOf, parsePolicy, type ReleaseContext } from "@konsil/core";
import type { Attack, Finding } from "./attack.ts";
import { tableOf } from "./questions.ts";
import type { Target } from "./target.ts";

interface Ends {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

interface Variable {
  readonly name: string;
  readonly levels: readonly string[];
}

const variables: readonly Variable[] = [
  { name: "hormon", levels: ["no", "yes"] },
  { name: "menopause", levels: ["pre", "post"] },
  { name: "grade", levels: ["1", "2", "3"] },
  { name: "size", levels: ["<=20", "20-50", ">50"] },
];

/** Numbers tried for one table at most. */
const mostTried = 200_000;

export const inversion: Attack = {
  name: "all tables that would have been told alike",
  wants: "a number that is masked in a table of two variables",
  knows: "the public code by which a site masks, and that each variable alone may be asked as well",
  shown: "tartu",
  without: null,
  rule: "what is told of a table is the same whatever its masked numbers are (always)",
  async run(target) {
    const alone = new Map<Variable, Answer>();
    for (const variable of variables) {
      const { name, levels } = variable;
      const answer = await target.ask(`A table of ${name}`, tableOf({ [name]: levels }));
      if (answer !== undefined) alone.set(variable, answer);
    }
    for (const [i, rows] of variables.entries())
      for (const columns of variables.slice(i + 1)) {
        const finding = await invert(target, rows, columns, alone);
        if (finding !== undefined) return finding;
      }
    target.think("Of the tables that would have been told like this, none two agree on a masked number.");
    return undefined;
  },
};

async function invert(
  target: Target,
  rows: Variable,
  columns: Variable,
  alone: ReadonlyMap<Variable, Answer>,
): Promise<Finding | undefined> {
  const asked = `${rows.name} by ${columns.name}`;
  const answer = await target.ask(
    asked,
    tableOf({ [rows.name]: rows.levels, [columns.name]: columns.levels }),
  );
  const [byRow, byColumn] = [alone.get(rows), alone.get(columns)];
  if (answer === undefined || byRow === undefined || byColumn === undefined) return undefined;
  const told = [answer, byRow, byColumn].map(cellsOf);
  const [cells, rowTotals, columnTotals] = told as [Ends, Ends, Ends];
  const [height, width] = [rows.levels.length, columns.levels.length];
  const n = typeof answer.rows.used === "number" ? answer.rows.used : undefined;
  const possible = tablesWithin(cells, rowTotals, columnTotals, height, width, n);
  if (possible === undefined) return undefined;
  const { minimumCell } = answer.policy;
  const alike = possible.filter((table) => {
    const totals = [
      Array.from({ length: height }, (_, r) => sum(table.slice(r * width, (r + 1) * width))),
      Array.from({ length: width }, (_, c) => sum(table.filter((_count, at) => at % width === c))),
    ] as const;
    return (
      isSame(tell(totals[0], [rows], minimumCell), rowTotals) &&
      isSame(tell(totals[1], [columns], minimumCell), columnTotals) &&
      isSame(tell(table, [rows, columns], minimumCell), cells)
    );
  });
  const [first, ...others] = alike;
  const at = first?.findIndex((count, cell) => {
    const isMasked = (cells.lower[cell] as number) < (cells.upper[cell] as number);
    return isMasked && count > 0 && count < minimumCell && others.every((other) => other[cell] === count);
  });
  if (first === undefined || at === undefined || at < 0) return undefined;
  const [row, column] = [rows.levels[Math.floor(at / width)], columns.levels[at % width]];
  target.think(`Of ${possible.length} tables that fit, ${alike.length} would have been told alike.`);
  return {
    what: `patients with ${rows.name} ${row} and ${columns.name} ${column}`,
    found: first[at],
    truth: target.people.filter(
      (person) => String(person[rows.name]) === row && String(person[columns.name]) === column,
    ).length,
  };
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

const cellsOf = ({ output }: Answer): Ends => output["cells"] as Ends;

/** Only cells: nobody lacks a variable here. */
function isSame(told: Ends, answered: Ends): boolean {
  return told.lower.every((low, i) => low === answered.lower[i] && told.upper[i] === answered.upper[i]);
}

/** What any site tells of a table, which is public code. */
function tell(people: readonly number[], asked: readonly Variable[], minimumCell: number): Ends {
  const step = crosstab.steps.find(({ name }) => name === "counts.crosstab");
  const statistic = step?.output["cells"];
  if (step === undefined || statistic === undefined) return { lower: [], upper: [] };
  const requests = asked.map(({ name, levels }) => ({ name, levels, others: "refuse" }));
  const context: ReleaseContext = {
    policy: parsePolicy({ minimumCell }),
    field: "cells",
    rows: sum(people),
    dimensions: step.dimensions({ variables: requests, missingLevel: false }),
    other: () => undefined,
    measured: () => undefined,
    columnName: (key) => key,
  };
  const lacking = Array.from({ length: 2 ** asked.length - 1 }, () => 0);
  return kindOf(statistic).release(statistic, [...people, ...lacking], context).wire as Ends;
}

/** All tables between the ends, with totals between theirs; undefined where they are too many to try. */
function tablesWithin(
  cells: Ends,
  rowTotals: Ends,
  columnTotals: Ends,
  height: number,
  width: number,
  n: number | undefined,
): readonly (readonly number[])[] | undefined {
  const found: number[][] = [];
  const table = Array.from({ length: height * width }, () => 0);
  let tried = 0;
  const isWithin = (people: number, { lower, upper }: Ends, at: number): boolean =>
    people >= (lower[at] as number) && people <= (upper[at] as number);
  const visit = (cell: number): void => {
    if (tried > mostTried) return;
    if (cell === table.length) {
      if (n === undefined || sum(table) === n) found.push([...table]);
      return;
    }
    const [row, column] = [Math.floor(cell / width), cell % width];
    for (let here = cells.lower[cell] as number; here <= (cells.upper[cell] as number); here++) {
      tried++;
      table[cell] = here;
      const line = table.slice(row * width, (row + 1) * width);
      if (column === width - 1 && !isWithin(sum(line), rowTotals, row)) continue;
      const above = Array.from({ length: row + 1 }, (_, r) => table[r * width + column] as number);
      if (row === height - 1 && !isWithin(sum(above), columnTotals, column)) continue;
      visit(cell + 1);
    }
  };
  visit(0);
  return tried > mostTried ? undefined : found;
}
