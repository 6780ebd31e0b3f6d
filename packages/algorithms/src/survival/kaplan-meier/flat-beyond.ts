import { listing } from "@konsil/core";
import type { Curve, RestrictedMean } from "./curve.ts";

interface Group {
  readonly label: string;
  readonly curve: Curve;
  readonly restrictedMean: RestrictedMean | null;
}

/** Whether nobody is left before `tau` while some survive: the area beyond is then that of a flat line. */
function endsBefore({ time, survival }: Curve, tau: number): boolean {
  return (time.at(-1) ?? 0) < tau && (survival.at(-1) ?? 1) > 0;
}

/** Which restricted means rest on what nobody has seen, in words; null when none does. */
export function flatBeyond(groups: readonly Group[]): string | null {
  const short = groups.filter(
    ({ curve, restrictedMean: mean }) => mean !== null && endsBefore(curve, mean.tau),
  );
  const tau = short[0]?.restrictedMean?.tau;
  if (tau === undefined) return null;
  const ends = short.map(
    ({ label, curve }) => `${label === "" ? "all" : label} ends at ${curve.time.at(-1)}`,
  );
  return `The restricted mean to ${tau} takes curves as flat beyond their last time: ${listing(ends)}. Give a \`tau\` by which people are still at risk in every group.`;
}
