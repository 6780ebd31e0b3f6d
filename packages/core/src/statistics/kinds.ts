import { comparedPeopleKind } from "./compared-people.ts";
import { countKind, countsKind } from "./counts.ts";
import { distributionKind } from "./distribution.ts";
import { flagsKind } from "./flags.ts";
import { byCodePoint, levelsKind } from "./levels.ts";
import { maskedCountsKind } from "./masked-counts.ts";
import { momentsKind } from "./moments.ts";
import type { PerSite } from "./per-site.ts";
import { rangeKind } from "./range.ts";
import type { AnyStatistic, Kind, KindName } from "./statistic.ts";
import { sumsKind } from "./sums.ts";
import { weightsKind } from "./weights.ts";

/** A kind whose own statistic and wire form are known only to itself. */
type OpaqueKind = Kind<AnyStatistic, unknown>;

const perSiteKind: Kind<PerSite<unknown, unknown, string>, unknown> = {
  problem: ({ inner }, value, dimensions) => kindOf(inner).problem(inner, value, dimensions),
  release: ({ inner }, value, context) => kindOf(inner).release(inner, value, context),
  read: ({ inner }, wire, dimensions) => kindOf(inner).read(inner, wire, dimensions),
  pool: ({ inner }, parts, context) =>
    new Map(
      [...parts]
        .sort((a, b) => byCodePoint(a.site, b.site))
        // One site is one organization, and is to be told by itself.
        .map((part) => [
          part.site,
          kindOf(inner).pool(inner, [part], { ...context, minimumOrganizations: 1 }),
        ]),
    ),
};

const kinds: Readonly<Record<KindName, unknown>> = {
  count: countKind,
  counts: countsKind,
  maskedCounts: maskedCountsKind,
  moments: momentsKind,
  sums: sumsKind,
  weights: weightsKind,
  comparedPeople: comparedPeopleKind,
  distribution: distributionKind,
  levels: levelsKind,
  range: rangeKind,
  flags: flagsKind,
  perSite: perSiteKind,
};

/** The behaviour of a statistic's kind. Each kind receives only statistics and wire values of its own. */
export function kindOf(statistic: AnyStatistic): OpaqueKind {
  return kinds[statistic.kind] as OpaqueKind;
}
