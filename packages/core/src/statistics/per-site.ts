import type { KindName, Statistic } from "./statistic.ts";

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

/** The kind whose rule applies. */
export function innerKind(statistic: Statistic<unknown, unknown, string>): KindName {
  return statistic.kind === "perSite"
    ? innerKind((statistic as PerSite<unknown, unknown, string>).inner)
    : statistic.kind;
}
