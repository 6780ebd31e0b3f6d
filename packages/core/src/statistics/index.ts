export type { Bounds } from "./bounds.ts";
export type { ComparedPeople } from "./compared-people.ts";
export { comparedPeople } from "./compared-people.ts";
export type { Count, Counts, CountsOptions } from "./counts.ts";
export { count, counts } from "./counts.ts";
export { distinct } from "./distinct.ts";
export type {
  Distribution,
  DistributionOptions,
  Increments,
  PooledDistribution,
  Positions,
  Spans,
  WithheldBecause,
} from "./distribution.ts";
export { distribution } from "./distribution.ts";
export { ExactSum, exactSums } from "./exact-sum.ts";
export type { Exactness, Width as LatticeWidth } from "./exactness.ts";
export { exactnessPhrase, exactnessWords, leastExact } from "./exactness.ts";
export type { AnyAll, Flags } from "./flags.ts";
export { flags } from "./flags.ts";
export { kindOf } from "./kinds.ts";
export type { LevelPeople, Levels, PooledLevels } from "./levels.ts";
export { byCodePoint, levels } from "./levels.ts";
export type { MaskedCounts, MaskedCountsOptions } from "./masked-counts.ts";
export { maskedCounts } from "./masked-counts.ts";
export type { Moments, MomentsOptions, MomentsValue, PooledMoments, SumsOfNumber } from "./moments.ts";
export { moments } from "./moments.ts";
export type { PerSite } from "./per-site.ts";
export { innerKind, innermost, perSite } from "./per-site.ts";
export type { Extent, Range } from "./range.ts";
export { range, rangeWidth, roundsNothing } from "./range.ts";
export type {
  AnyStatistic,
  Dimensions,
  Kind,
  KindName,
  Part,
  PoolContext,
  Release,
  ReleaseContext,
  Statistic,
} from "./statistic.ts";
export { cellCount, fieldInWords } from "./statistic.ts";
export type { Sums, SumsOptions } from "./sums.ts";
export { sums } from "./sums.ts";
export { tableWidth } from "./table-width.ts";
export type { Weighing, Weights } from "./weights.ts";
export { honestShare, weights, widestSpread } from "./weights.ts";
