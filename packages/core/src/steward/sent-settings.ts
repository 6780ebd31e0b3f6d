import type { PolicyNote } from "../site/index.ts";

/** The settings that leave with an answer, each as it leaves: "open false, minimumCell 5, …, ledger none, no reason". */
export function sentSettings({ reason, ...settings }: PolicyNote): string {
  const each = Object.entries(settings).map(([setting, value]) => `${setting} ${value}`);
  return [...each, reason === null ? "no reason" : `reason “${reason}”`].join(", ");
}
