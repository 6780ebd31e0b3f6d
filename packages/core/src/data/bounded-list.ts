import { z } from "zod";

/** A list whose length is looked at before its items: a hostile one costs nothing, however long it says it is. */
export function boundedList<T>(item: z.ZodType<T>, maximum: number): z.ZodType<readonly T[]> {
  return z
    .unknown()
    .refine((value) => !Array.isArray(value) || value.length <= maximum, `has more than ${maximum} items`)
    .pipe(z.array(item));
}

export function areDistinct(items: readonly unknown[]): boolean {
  return new Set(items).size === items.length;
}
