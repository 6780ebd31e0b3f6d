const units = ["days", "weeks", "months", "years"] as const;

/** A unit of time. */
export type TimeUnit = (typeof units)[number];

/** The unit that a word is, as a time can be called by it: `Surv(days, event)`. A unit is never invented. */
export function timeUnitOf(word: string | null | undefined): TimeUnit | undefined {
  return units.find((unit) => unit === word);
}
