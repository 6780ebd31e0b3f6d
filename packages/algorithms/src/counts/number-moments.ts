import { date, type MomentsValue, numeric, standIn } from "@konsil/core";
import { z } from "zod";
import { peopleBehind } from "../model/people-behind.ts";
import { groupCodes, groupColumns, groupLabels, groupRequest } from "./requests.ts";

/** The numbers and dates of a question, and its groups. */
export const numberRequest = {
  numbers: z.array(z.string()),
  dates: z.array(z.string()),
  by: groupRequest,
};

interface NumberRequest {
  readonly numbers: readonly string[];
  readonly dates: readonly string[];
  readonly by: z.output<typeof groupRequest>;
}

export function numberColumns({ numbers, dates, by }: NumberRequest) {
  return {
    numbers: numbers.map((name) => numeric(name, { missing: "keep" })),
    dates: dates.map((name) => date(name, { missing: "keep" })),
    standIns: [...numbers.map((name) => standIn(name)), ...dates.map((name) => standIn(name, "date"))],
    group: groupColumns(by),
  };
}

/** People who lack a number are counted; those without a group are not in the table. */
export const numbersKept = {
  lacking: ["group"],
  kept: ["numbers", "dates", "standIns"],
  unlisted: ["group"],
} as const;

/** One label for each number or date, and one for each group. */
export function numberDimensions({ numbers, dates, by }: NumberRequest) {
  return { variable: [...numbers, ...dates], group: groupLabels(by) };
}

interface NumberTable {
  readonly rows: number;
  readonly numbers: readonly Float64Array[];
  readonly dates: readonly Float64Array[];
  readonly standIns: readonly number[];
  readonly group: Parameters<typeof groupCodes>[0];
}

/** The values of one number, of which those that are missing are NaN, and where their sums belong. */
export interface NumberValues {
  readonly values: Float64Array;
  /** The group of each row. */
  readonly codes: Int32Array;
  readonly groups: number;
  /** The cell of the first group. */
  readonly base: number;
}

type Cells<S extends string> = { readonly [K in S]: Float64Array };

/** Sums over each number by group. */
export interface Sums<S extends string> {
  readonly names: readonly S[];
  /** Adds up the values that are not missing. */
  add(values: NumberValues, into: Cells<S>): void;
  /** What one person of a value is in the sums of a cell. */
  one(value: number, cell: number): { readonly [K in S]: number };
}

/**
 * Sums over each number by group, over those who have it and over all with the stand-in of the number.
 *
 * They rest on the people who make up nearly all of them, since a power of a column would be one person's value: of all
 * groups together, for a few dozen people with an honest long tail can rest on four. Where a number has few values in a
 * group, n and the sums together are the counts of each: the site judges them as such.
 */
export function numberMoments<S extends string>(
  table: NumberTable,
  { by }: NumberRequest,
  sums: Sums<S>,
): MomentsValue<S> {
  const groups = groupLabels(by).length;
  const codes = groupCodes(table.group, table.rows);
  const columns = [...table.numbers, ...table.dates];
  const size = columns.length * groups;
  const none = (): Float64Array => new Float64Array(size);
  const cells = (): Cells<S> =>
    Object.fromEntries(sums.names.map((name) => [name, none()])) as unknown as Cells<S>;
  const [people, missing, present, everyone, standIn] = [none(), none(), cells(), cells(), cells()];
  const behind = new Float64Array(columns.length);
  for (const [v, values] of columns.entries()) {
    const base = v * groups;
    const known = values.filter((value) => !Number.isNaN(value));
    behind[v] = peopleBehind(known, known.length, 1)[0] as number;
    for (let i = 0; i < values.length; i++) {
      const cell = base + (codes[i] as number);
      const value = values[i] as number;
      if (Number.isNaN(value)) missing[cell]!++;
      else people[cell]!++;
    }
    sums.add({ values, codes, groups, base }, present);
    const other = table.standIns[v] as number;
    const isComplete = known.length === values.length;
    const filled = isComplete ? values : values.map((value) => (Number.isNaN(value) ? other : value));
    if (!isComplete) sums.add({ values: filled, codes, groups, base }, everyone);
    for (let cell = base; cell < base + groups; cell++) {
      const one = sums.one(other, cell);
      for (const name of sums.names) {
        standIn[name][cell] = one[name];
        if (isComplete) everyone[name][cell] = present[name][cell] as number;
        // Without a stand-in nothing was added for whoever lacks the number.
        else if (Number.isNaN(other)) everyone[name][cell] = Number.NaN;
      }
    }
  }
  return {
    people,
    missing,
    behind,
    sums: Object.fromEntries(
      sums.names.map((name) => [
        name,
        { present: present[name], everyone: everyone[name], standIn: standIn[name] },
      ]),
    ) as unknown as MomentsValue<S>["sums"],
  };
}
