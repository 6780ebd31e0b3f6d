import { type Category, type Column, category, type OtherLevels } from "@konsil/core";
import { z } from "zod";
import { otherLevels } from "../model/index.ts";

/** A category as a step is asked for it, once its levels are known. */
export interface LevelRequest {
  readonly name: string;
  readonly levels: readonly string[];
  /** What sites do with rows of other levels. */
  readonly others: OtherLevels;
}

export const levelRequest = z.strictObject({
  name: z.string(),
  levels: z.array(z.string()),
  others: otherLevels,
});

/** The group of a table; null when there is none, and everyone is in one. */
export const groupRequest = levelRequest.nullable();

/** The column of the group: only rows that have one are in the table. */
export function groupColumns(by: z.output<typeof groupRequest>): readonly Column<Category>[] {
  return by === null ? [] : [category(by.name, { levels: by.levels, others: by.others })];
}

export function groupLabels(by: z.output<typeof groupRequest>): readonly string[] {
  return by === null ? ["all"] : by.levels;
}

/** The group at a position, in words: "hormon=no". */
export function groupInWords(by: z.output<typeof groupRequest>): (position: number) => string {
  return (position) => (by === null ? "all" : `${by.name}=${by.levels[position]}`);
}

/** The group of each row; all in the first where there is no group. */
export function groupCodes(group: readonly Category[], rows: number): Int32Array {
  return group[0]?.codes ?? new Int32Array(rows);
}
