import { and, arithmetic, column, compare, cut, type DataDeclaration, type Expression } from "@konsil/core";
import type { Attack, Finding } from "./attack.ts";
import { evaluationOf, momentsIn, numeric, type ToldNumber } from "./questions.ts";
import { solve } from "./solve.ts";
import { numbersOf, type Person, type Target } from "./target.ts";

/** Fewer people than this are not to be told apart under the default policy. */
const few = 5;

const bands: readonly number[] = Array.from({ length: 13 }, (_, i) => 25 + 5 * i);

const isFew = (people: number): boolean => people > 0 && people < few;

type Ages = readonly [from: number, to: number];

const within = ([from, to]: Ages): Expression<"boolean"> =>
  and(compare("age", ">=", from), compare("age", "<", to));

/** The sums of 1, age, …, age^4 over these ages, as one linear regression has them; undefined where none answers. */
async function powersOfAge(
  target: Target,
  ages: Ages,
  weighed?: Ages,
): Promise<readonly number[] | undefined> {
  const weights =
    weighed === undefined ? "" : `, weighed by whether it is ${weighed[0]} to under ${weighed[1]}`;
  const answer = await target.ask(
    `X'X of nodes ~ age + I(age^2), from ${ages[0]} to under ${ages[1]} years${weights}`,
    evaluationOf({
      formula: "nodes ~ age + I(age^2)",
      variables: { age: numeric },
      weights: weighed === undefined ? null : "weighed",
      beta: [0, 0, 0],
      centre: [0, 0, 0],
      data: {
        filter: within(ages),
        ...(weighed !== undefined && { derive: { weighed: within(weighed) } }),
      },
    }),
  );
  if (answer === undefined) return undefined;
  const cross = numbersOf(answer.output["information"], 6);
  return [0, 1, 2, 4, 5].map((at) => cross[at] as number);
}

/** How many have each of five ages, from the sums of their powers: whole numbers, so that nothing is rounded on the way. */
function peopleByAge(powers: readonly number[], from: number): readonly number[] {
  const middle = from + 2;
  const binomial = [[1], [1, 1], [1, 2, 1], [1, 3, 3, 1], [1, 4, 6, 4, 1]];
  const moved = binomial.map((row, power) =>
    row.reduce(
      (sum, times, j) =>
        sum + BigInt(times) * BigInt(powers[j] as number) * BigInt(-middle) ** BigInt(power - j),
      0n,
    ),
  );
  const distances = [-2, -1, 0, 1, 2];
  const [people = []] = solve(
    distances.map((_, power) => distances.map((distance) => distance ** power)),
    [moved.map(Number)],
  );
  return people.map((count) => Math.round(count));
}

function rareAges(
  target: Target,
  solved: readonly { readonly from: number; readonly people: readonly number[] }[],
): Finding | undefined {
  const found: Record<string, number> = {};
  const truth: Record<string, number> = {};
  for (const { from, people } of solved)
    for (const [i, count] of people.entries()) {
      if (!isFew(count)) continue;
      found[from + i] = count;
      truth[from + i] = target.people.filter(({ age }) => age === from + i).length;
    }
  if (Object.keys(found).length === 0) return undefined;
  target.think("Five sums are five equations for the people of five ages.");
  return { what: "people by exact age, where they are fewer than five", found, truth };
}

export const polynomialInBands: Attack = {
  name: "one polynomial in each band of five ages",
  wants: "how many are of each age, where they are few",
  knows: "that X'X of a number and its square holds the sums of its powers up to the fourth",
  shown: "tartu",
  without: "open",
  rule: "people of each value, where a column has no more values than sums (minimumCell)",
  async run(target) {
    const solved: { from: number; people: readonly number[] }[] = [];
    for (const from of bands) {
      const powers = await powersOfAge(target, [from, from + 5]);
      if (powers !== undefined) solved.push({ from, people: peopleByAge(powers, from) });
    }
    return rareAges(target, solved);
  },
};

export const polynomialByWeight: Attack = {
  ...polynomialInBands,
  name: "one polynomial with weights that leave in a band of five ages",
  async run(target) {
    const solved: { from: number; people: readonly number[] }[] = [];
    for (const from of bands) {
      const powers = await powersOfAge(target, [from - 5, from + 10], [from, from + 5]);
      if (powers !== undefined) solved.push({ from, people: peopleByAge(powers, from) });
    }
    return rareAges(target, solved);
  },
};

export const polynomialInOverlaps: Attack = {
  ...polynomialInBands,
  name: "one polynomial in bands that overlap",
  without: null,
  rule: "a ledger of row sets",
  async run(target) {
    const solved: { from: number; people: readonly number[] }[] = [];
    for (const from of bands) {
      const wide = await powersOfAge(target, [from, from + 15]);
      const rest = await powersOfAge(target, [from + 5, from + 15]);
      if (wide === undefined || rest === undefined) continue;
      const powers = wide.map((sum, i) => sum - (rest[i] as number));
      solved.push({ from, people: peopleByAge(powers, from) });
    }
    return rareAges(target, solved);
  },
};

interface Grouping {
  readonly name: string;
  readonly levels: readonly string[];
  readonly derive?: DataDeclaration["derive"];
  readonly of: (person: Person) => unknown;
}

const bySize: Grouping = { name: "size", levels: ["<=20", "20-50", ">50"], of: ({ size }) => size };

function byAge(points: readonly number[]): Grouping {
  const levels = [
    `<${points[0]}`,
    ...points.slice(1).map((point, i) => `${points[i]}–<${point}`),
    `≥${points.at(-1)}`,
  ];
  return {
    name: "ages",
    levels,
    derive: { ages: cut("age", [...points]) },
    of: ({ age }) => levels[points.filter((point) => (age as number) >= point).length],
  };
}

interface Described {
  readonly people: readonly number[];
  readonly sums: readonly number[];
  readonly squares: readonly number[];
}

/** n, Σx and Σx² of numbers by group, as the two rounds of a summary tell them; by number, then group. */
async function describedBy(
  target: Target,
  numbers: readonly string[],
  { name, levels, derive = {} }: Grouping,
  more: NonNullable<DataDeclaration["derive"]> = {},
): Promise<readonly Described[] | undefined> {
  const args = { numbers, dates: [], by: { name, levels, others: "exclude" } };
  const data = { derive: { ...derive, ...more } };
  const ask = (step: string, more: object) =>
    target.ask(`${step} of ${numbers.join(", ")} by ${name}`, {
      algorithm: "summary",
      step,
      arguments: { ...args, ...more },
      data,
    });
  const size = numbers.length * levels.length;
  const moments = await ask("counts.moments", {});
  const centred = moments && (await ask("counts.centred", { centre: Array.from({ length: size }, () => 0) }));
  if (moments === undefined || centred === undefined) return undefined;
  const { people, sums } = momentsIn(moments);
  const { sums: squares } = momentsIn(centred, "squared");
  return numbers.map((_, v) => {
    const of = (cells: readonly ToldNumber[]) =>
      cells.slice(v * levels.length, (v + 1) * levels.length).map(({ exact = Number.NaN }) => exact);
    return { people: of(people), sums: of(sums), squares: of(squares) };
  });
}

/** What the data say of the cells that were found. */
function cellsFound(
  target: Target,
  cells: Readonly<Record<string, number>>,
  cellOf: (person: Person) => string,
): Finding | undefined {
  const found = Object.fromEntries(Object.entries(cells).filter(([, people]) => isFew(people)));
  if (Object.keys(found).length === 0) return undefined;
  const truth = Object.fromEntries(
    Object.keys(found).map((cell) => [
      cell,
      target.people.filter((person) => cellOf(person) === cell).length,
    ]),
  );
  return { what: "cells of a table, where they are fewer than five people", found, truth };
}

export const threeValues: Attack = {
  name: "the mean and deviation of a number of three values",
  wants: "the cells of a table of fewer than five people, which are masked",
  knows: "that n, Σx and Σx² are three equations for the people of three grades",
  shown: "tartu",
  without: "open",
  rule: "people of each value, where a column has no more values than sums (minimumCell)",
  async run(target) {
    for (const by of [bySize, byAge([40, 50, 60, 70]), byAge([50, 65])]) {
      const [grade] = (await describedBy(target, ["grade"], by)) ?? [];
      if (grade === undefined) continue;
      const cells: Record<string, number> = {};
      for (const [g, level] of by.levels.entries()) {
        const [people = []] = solve(
          [0, 1, 2].map((power) => [1, 2, 3].map((value) => value ** power)),
          [[grade.people[g], grade.sums[g], grade.squares[g]].map((sum) => sum as number)],
        );
        for (const [i, count] of people.entries()) cells[`${level}, grade ${i + 1}`] = Math.round(count);
      }
      const finding = cellsFound(
        target,
        cells,
        (person) => `${String(by.of(person))}, grade ${person["grade"]}`,
      );
      if (finding !== undefined) return finding;
    }
    return undefined;
  },
};

export const squareOfSum: Attack = {
  name: "the deviation of a sum of two columns",
  wants: "the cells of a table of event and grade of fewer than five people, which are masked",
  knows: "that (a + b)² less a² and b² is 2ab",
  shown: "oslo",
  without: "open",
  rule: "people of each value, where a column has no more values than sums (minimumCell)",
  async run(target) {
    for (const by of [byAge([40, 50, 60, 70]), byAge([45, 55, 65]), byAge([50, 65]), byAge([60])]) {
      const both = { both: arithmetic(column("event"), "+", column("grade")) };
      const [event, grade, sum] = (await describedBy(target, ["event", "grade", "both"], by, both)) ?? [];
      if (event === undefined || grade === undefined || sum === undefined) continue;
      const cells: Record<string, number> = {};
      for (const [g, level] of by.levels.entries()) {
        const of = ({ sums, squares }: Described) => [sums[g] as number, squares[g] as number] as const;
        const [[events, eventSquares], [grades, gradeSquares], [, squares]] = [of(event), of(grade), of(sum)];
        const people = event.people[g] as number;
        // Nobody has another grade than 2 or 3 where Σ(x − 2)(x − 3) is 0.
        if (gradeSquares - 5 * grades + 6 * people !== 0) continue;
        const third = (squares - eventSquares - gradeSquares) / 2 - 2 * events;
        const thirds = grades - 2 * people;
        Object.assign(cells, {
          [`${level}, 1, 3`]: third,
          [`${level}, 1, 2`]: events - third,
          [`${level}, 0, 3`]: thirds - third,
          [`${level}, 0, 2`]: people - thirds - events + third,
        });
      }
      const cellOf = (person: Person) =>
        `${String(by.of(person))}, ${Number(person["event"])}, ${person["grade"]}`;
      const finding = cellsFound(target, cells, cellOf);
      if (finding !== undefined) return finding;
    }
    return undefined;
  },
};
