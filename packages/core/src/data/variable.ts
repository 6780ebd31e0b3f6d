/** A number, with the unit that figures print. */
export interface NumericVariable {
  readonly type: "numeric";
  readonly unit?: string | undefined;
}

/** Yes or no. */
export interface BooleanVariable {
  readonly type: "boolean";
}

/** A category; with `levels`, their order is the order of tables and the first is the reference of a model. */
export interface CategoryVariable<Level extends string = string> {
  readonly type: "category";
  readonly levels?: readonly Level[] | undefined;
}

/** A day. */
export interface DateVariable {
  readonly type: "date";
}

/** The declaration of one column. */
export type Variable = NumericVariable | BooleanVariable | CategoryVariable | DateVariable;

/** Declarations by column. */
export interface Variables {
  readonly [column: string]: Variable;
}
