/** A moment as every command shows it: `2026-03-01 14:02:11`, in UTC, to be held beside a journal of another machine. */
export const momentText = (at: Date | string): string =>
  new Date(at).toISOString().slice(0, 19).replace("T", " ");
