import type {
  BooleanVariable,
  CategoryVariable,
  DateVariable,
  Expression,
  NumericVariable,
  Variable,
  Variables,
} from "@konsil/core";

/** Names of columns in the place of a column's name, all or those of its type; yes/no columns are numbers of 0 and 1 too. */
type Fit<A, V extends Variables> = A extends string
  ? "~column" extends keyof A
    ? A extends { readonly "~column"?: infer T }
      ? string extends T
        ? keyof V & string
        : { [K in keyof V & string]: V[K]["type"] extends T ? K : never }[keyof V & string]
      : A
    : A
  : A extends readonly (infer E)[]
    ? readonly Fit<E, V>[]
    : A;

/** Arguments in which a field that names a column takes only the columns that the data declare, of the right type. */
export type ArgumentsFor<Args, V extends Variables> = string extends keyof V
  ? Args
  : { readonly [K in keyof Args]: Fit<Args[K], V> };

type VariableOf<T> = T extends "numeric"
  ? NumericVariable
  : T extends "boolean"
    ? BooleanVariable
    : T extends "category"
      ? CategoryVariable
      : T extends "date"
        ? DateVariable
        : Variable;

/** Derived columns by name. */
export interface Derivations {
  readonly [name: string]: Expression;
}

/** Declared columns and derived ones together. */
export type WithDerived<V extends Variables, D extends Derivations> = V & {
  readonly [K in keyof D]: D[K] extends Expression<infer T> ? VariableOf<T> : Variable;
};
