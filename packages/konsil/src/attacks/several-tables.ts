import { type Answer, category, cut, type DataDeclaration } from "@konsil/core";
import type { Attack, Finding } from "./attack.ts";
import { tableOf } from "./questions.ts";
import type { Target } from "./target.ts";

/** A number of people: between which ends it lies. */
interface Between {
  lower: number;
  upper: number;
}

/** A number that is what others come to together. */
interface Sum {
  readonly total: Between;
  readonly parts: readonly Between[];
}

function betweenIn({ output }: Answer): readonly Between[] {
  const { lower, upper } = output["cells"] as Readonly<Record<"lower" | "upper", readonly number[]>>;
  return lower.map((low, i) => ({ lower: low, upper: upper[i] as number }));
}

/** All who were asked about, none of whom lack a variable here. */
function allIn({ rows }: Answer): Between {
  return typeof rows.used === "number" ? { lower: rows.used, upper: rows.used } : { ...rows.used };
}

/** Moves ends together as far as sums tell. */
function narrow(sums: readonly Sum[]): void {
  const set = (one: Between, lower: number, upper: number): boolean => {
    if (lower <= one.lower && upper >= one.upper) return false;
    one.lower = Math.max(one.lower, lower);
    one.upper = Math.min(one.upper, upper);
    return true;
  };
  for (let isMoved = true; isMoved; ) {
    isMoved = false;
    for (const { total, parts } of sums) {
      const [least, most] = [
        parts.reduce((all, { lower }) => all + lower, 0),
        parts.reduce((all, { upper }) => all + upper, 0),
      ];
      if (set(total, least, most)) isMoved = true;
      for (const part of parts)
        if (set(part, total.lower - (most - part.upper), total.upper - (least - part.lower))) isMoved = true;
    }
  }
}

/** The first of some cells that is known and was masked, as it has few people. */
function known(cells: readonly Between[], { policy: { minimumCell: k } }: Answer): number {
  return cells.findIndex(({ lower, upper }) => lower === upper && lower > 0 && lower < k);
}

const points = [30, 40, 50, 60, 70, 80];
const ageNames = ["<30", "30–<40", "40–<50", "50–<60", "60–<70", "70–<80", "≥80"];
const ages = (at: readonly number[]): DataDeclaration => ({
  columns: { age: { type: "numeric" } },
  derive: { group: cut("age", at) },
});

function foundByAge(target: Target, i: number, { lower }: Between): Finding {
  const groupOf = (age: number) => points.filter((point) => age >= point).length;
  return {
    what: `patients aged ${ageNames[i]}`,
    found: lower,
    truth: target.people.filter((person) => groupOf(person["age"] as number) === i).length,
  };
}

export const anotherOrder: Attack = {
  name: "the same table, its levels in another order",
  wants: "a number that is masked in a table of patients by age",
  knows: "that the order of levels is the asker's",
  shown: "leeds",
  without: null,
  rule: "which cells are widened follows from the names of levels, whatever their order (always)",
  async run(target) {
    const told: (readonly Between[])[] = [];
    let last: Answer | undefined;
    for (const levels of [ageNames, [...ageNames].reverse()]) {
      const answer = await target.ask(
        `Patients by age, from ${levels[0]}`,
        tableOf({ group: levels }, ages(points)),
      );
      if (answer === undefined) return undefined;
      const cells = betweenIn(answer);
      told.push(ageNames.map((name) => cells[levels.indexOf(name)] as Between));
      last = answer;
    }
    const [one, other] = told as [readonly Between[], readonly Between[]];
    const cells = one.map(({ lower, upper }, i) => ({
      lower: Math.max(lower, other[i]?.lower as number),
      upper: Math.min(upper, other[i]?.upper as number),
    }));
    narrow([{ total: allIn(last as Answer), parts: cells }]);
    const i = known(cells, last as Answer);
    return i < 0 ? undefined : foundByAge(target, i, cells[i] as Between);
  },
};

export const putTogether: Attack = {
  name: "groups of age, and two of them put together",
  wants: "a number that is masked in a table of patients by age",
  knows: "that where a column is cut is the asker's, at points of its lattice",
  shown: "tartu",
  without: null,
  rule: "a ledger of row sets",
  async run(target) {
    const fine = await target.ask("Patients by age", tableOf({ group: ageNames }, ages(points)));
    if (fine === undefined) return undefined;
    const cells = betweenIn(fine);
    const sums: Sum[] = [{ total: allIn(fine), parts: cells }];
    for (const [left, point] of points.entries()) {
      const rest = points.filter((one) => one !== point);
      const names = rest.map((at, i) => (i === 0 ? `<${at}` : `${rest[i - 1]}–<${at}`));
      const coarse = await target.ask(
        `The same without the point ${point}`,
        tableOf({ group: [...names, `≥${rest.at(-1)}`] }, ages(rest)),
      );
      if (coarse === undefined) continue;
      for (const [i, total] of betweenIn(coarse).entries()) {
        const parts = i === left ? cells.slice(i, i + 2) : [cells[i < left ? i : i + 1] as Between];
        sums.push({ total, parts });
      }
    }
    narrow(sums);
    const i = known(cells, fine);
    if (i < 0) return undefined;
    target.think("A group alone, less what it is with its neighbour.");
    return foundByAge(target, i, cells[i] as Between);
  },
};

const variables: Readonly<Record<string, readonly string[]>> = {
  hormon: ["no", "yes"],
  menopause: ["pre", "post"],
  grade: ["1", "2", "3"],
  size: ["<=20", "20-50", ">50"],
  event: ["FALSE", "TRUE"],
  group: ["<40", "40–<50", "50–<60", "60–<70", "≥70"],
};
const groupedBy = [40, 50, 60, 70];

const declared: DataDeclaration = {
  columns: {
    age: { type: "numeric" },
    event: { type: "boolean" },
    ...Object.fromEntries(
      ["hormon", "menopause", "grade", "size"].map((name) => [name, category(variables[name] ?? [])]),
    ),
  },
  derive: { group: cut("age", groupedBy) },
};

function levelOf(person: Readonly<Record<string, unknown>>, variable: string): string | undefined {
  const value = person[variable];
  if (variable === "group")
    return variables["group"]?.[groupedBy.filter((point) => (person["age"] as number) >= point).length];
  if (variable === "event") return value === true || value === 1 ? "TRUE" : "FALSE";
  return String(value);
}

/** Subsets of so many, in order. */
function subsets<T>(of: readonly T[], size: number): readonly (readonly T[])[] {
  if (size === 0) return [[]];
  return of.flatMap((first, i) => subsets(of.slice(i + 1), size - 1).map((rest) => [first, ...rest]));
}

/** The cells of a table, row-major, each by its levels. */
function cellsOf(names: readonly string[]): readonly (readonly string[])[] {
  return names.reduce<readonly (readonly string[])[]>(
    (cells, name) => cells.flatMap((cell) => (variables[name] ?? []).map((level) => [...cell, level])),
    [[]],
  );
}

export const threeVariables: Attack = {
  name: "a table of three variables, and its tables of two",
  wants: "a number that is masked in a table of three variables",
  knows: "that each table is protected against those of one variable",
  shown: "leeds",
  without: null,
  rule: "a ledger of row sets",
  async run(target) {
    const asked = new Map<string, Answer | undefined>();
    const ask = async (names: readonly string[]): Promise<Answer | undefined> => {
      const key = names.join(" by ");
      if (!asked.has(key)) {
        const levels = Object.fromEntries(names.map((name) => [name, variables[name] ?? []]));
        asked.set(key, await target.ask(key, tableOf(levels, declared)));
      }
      return asked.get(key);
    };
    for (const three of subsets(Object.keys(variables), 3)) {
      const answer = await ask(three);
      if (answer === undefined) continue;
      const names = cellsOf(three);
      const cells = betweenIn(answer).slice(0, names.length);
      const sums: Sum[] = [{ total: allIn(answer), parts: cells }];
      for (const margin of [...subsets(three, 1), ...subsets(three, 2)]) {
        const told = await ask(margin);
        if (told === undefined) continue;
        const totals = betweenIn(told);
        for (const [t, levels] of cellsOf(margin).entries()) {
          const parts = cells.filter((_, c) =>
            margin.every((name, i) => names[c]?.[three.indexOf(name)] === levels[i]),
          );
          sums.push({ total: totals[t] as Between, parts });
        }
      }
      narrow(sums);
      const found = known(cells, answer);
      if (found < 0) continue;
      const levels = names[found] as readonly string[];
      return {
        what: `patients with ${three.map((name, i) => `${name} ${levels[i]}`).join(", ")}`,
        found: cells[found]?.lower,
        truth: target.people.filter((person) => three.every((name, i) => levelOf(person, name) === levels[i]))
          .length,
      };
    }
    return undefined;
  },
};
