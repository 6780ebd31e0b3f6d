import type { AnyStatistic, Statistic } from "../statistics/index.ts";

/** Every statistic that leaves a site in answer to a step, by field. */
export interface Output {
  readonly [field: string]: AnyStatistic;
}

/** The names of the dimensions that an output uses. */
export type Dimension<O extends Output> = O[keyof O]["dimensions"][number];

/** What a step's `run` returns: for each field the exact value, which the runtime releases as the site's policy says. */
export type Released<O extends Output> = {
  readonly [F in keyof O]: O[F] extends Statistic<infer Value, unknown, string> ? Value : never;
};

/** What central receives: for each field the pooled value. */
export type Pooled<O extends Output> = {
  readonly [F in keyof O]: O[F] extends Statistic<unknown, infer P, string> ? P : never;
};
