import type { AnyStatistic, KindName, Statistic } from "./statistic.ts";

/** The same statistic for each single site. The inner kind's rule holds; secure aggregation cannot hide it. */
export interface PerSite<Value, Pooled, D extends string = never>
  extends Statistic<Value, ReadonlyMap<string, Pooled>, D> {
  readonly kind: "perSite";
  readonly inner: Statistic<Value, Pooled, D>;
}

export function perSite<Value, Pooled, D extends string = never>(
  inner: Statistic<Value, Pooled, D>,
): PerSite<Value, Pooled, D> {
  return { kind: "perSite", dimensions: inner.dimensions, visibility: "site", inner };
}

/** The statistic whose rule applies. */
export function innermost(statistic: AnyStatistic): AnyStatistic {
  return statistic.kind === "perSite"
    ? innermost((statistic as PerSite<unknown, unknown, string>).inner)
    : statistic;
}

/** The kind whose rule applies. */
export function innerKind(statistic: AnyStatistic): KindName {
  return innermost(statistic).kind;
}
