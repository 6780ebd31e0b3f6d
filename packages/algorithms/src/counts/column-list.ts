import { calledElsewhere, columnName } from "@konsil/core";
import { z } from "zod";

/** Columns, each once. */
export const columnList = calledElsewhere(
  z
    .array(columnName())
    .min(1)
    .refine((names) => new Set(names).size === names.length, "names a column twice"),
  "vars",
  "variables",
);
