import { Withholding } from "../policy/index.ts";
import { cellRule, wholeCells } from "./counts.ts";
import { cellCount, fieldInWords, type Kind, type Statistic } from "./statistic.ts";

/**
 * The people whom sums compare with others of their stratum, by cell, row-major over its dimensions: 0 or k, or the site
 * abstains. Nothing of it leaves, since people less those who are compared can be few.
 */
export interface ComparedPeople<D extends string> extends Statistic<ArrayLike<number>, null, D> {
  readonly kind: "comparedPeople";
}

export function comparedPeople<const D extends readonly string[]>(dimensions: D): ComparedPeople<D[number]> {
  return { kind: "comparedPeople", dimensions, visibility: "pooled" };
}

export const comparedPeopleKind: Kind<ComparedPeople<string>, null> = {
  problem: ({ dimensions: names }, value, dimensions) => wholeCells(value, cellCount(names, dimensions)),
  release(_statistic, value, context) {
    // By the site's own policy: wishes for more people, one after the other, would measure what is not told.
    const { minimumCell } = context.own ?? context.policy;
    if (Array.from(value as ArrayLike<number>).some((own) => own > 0 && own < minimumCell))
      throw new Withholding(
        "CELL_TOO_SMALL",
        `{site} abstains: strata there compare fewer people with others, or fewer with an event or without one, than the policy permits (minimumCell ${minimumCell}): ${fieldInWords(context.field, context)}. Leave strata out, put their levels together, or ask for fewer or wider groups.`,
        true,
      );
    return { wire: null, cells: 0, masked: 0, rule: cellRule(context) };
  },
  read: (_statistic, wire) => (wire === null ? null : undefined),
  pool: () => null,
};
