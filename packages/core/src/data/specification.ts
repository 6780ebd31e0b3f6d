import { z } from "zod";
import { ArgumentError, placeOf, readAs, sentence, suggestion } from "../errors/index.ts";
import { areDistinct, boundedList } from "./bounded-list.ts";
import { checkLevels } from "./check-levels.ts";
import { derivationOrder } from "./derivation-order.ts";
import type { Expression, ExpressionNode } from "./expression.ts";
import { expressionSchema } from "./expression-schema.ts";
import { referencedColumns } from "./referenced-columns.ts";
import { expressionType, type MaybeType } from "./typing.ts";
import type { Variable, Variables } from "./variable.ts";

/** A column that is computed at the site. */
export interface Derivation {
  readonly name: string;
  readonly expression: ExpressionNode;
}

/** What the rows of an analysis are, as it travels: plain JSON. */
export interface DataSpecification {
  /** Label of the database at the sites. */
  readonly database: string;
  /** The columns and their types; null takes them as each site has them. */
  readonly columns: Variables | null;
  readonly derive: readonly Derivation[];
  /** Which rows are kept. */
  readonly filter: ExpressionNode | null;
}

const name = z.string().min(1).max(200);
const maximumColumns = 10_000;
/** Derived columns may rest on one another: what computes them can hold a whole chain open. */
const maximumDerived = 500;
/** The column that every site has, unless its data have one of that name: a category, the site itself. */
const siteColumn = "site";
/** The prototype of an object can be no column: as a key it is passed over, or does harm. */
const prototypeKey = "__proto__";

const variableSchema: z.ZodType<Variable> = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("numeric"), unit: z.string().max(200).optional() }),
  z.strictObject({ type: z.literal("boolean") }),
  z.strictObject({
    type: z.literal("category"),
    levels: boundedList(z.string().max(1000), maximumColumns)
      .refine(areDistinct, "must be distinct")
      .optional(),
  }),
  z.strictObject({ type: z.literal("date") }),
]);

function hasProperKeys(columns: unknown): boolean {
  if (typeof columns !== "object" || columns === null) return true;
  return !Object.hasOwn(columns, prototypeKey) && Object.keys(columns).length <= maximumColumns;
}

const derivation: z.ZodType<Derivation> = z.strictObject({
  name: name.refine((key) => key !== prototypeKey, "cannot be the name of a column"),
  expression: expressionSchema,
});

export const dataSpecificationSchema: z.ZodType<DataSpecification> = z.strictObject({
  database: name,
  columns: z
    .unknown()
    .refine(hasProperKeys, `has more than ${maximumColumns} names, or one that no column can have`)
    .pipe(z.record(name, variableSchema).nullable()),
  derive: boundedList(derivation, maximumDerived).refine(
    (derive) => areDistinct(derive.map((derived) => derived.name)),
    "must have distinct names",
  ),
  filter: expressionSchema.nullable(),
});

export interface DataDeclaration {
  readonly database?: string | undefined;
  readonly columns?: Variables | undefined;
  readonly derive?: Readonly<Record<string, Expression>> | undefined;
  readonly filter?: Expression<"boolean"> | undefined;
}

/** An expression that could travel, or why it could not. @throws ArgumentError EXPRESSION_INVALID */
function checked(expression: Expression | undefined, where: string): ExpressionNode {
  const read = readAs(expressionSchema, expression?.node);
  if (read.problems === undefined) return read.data;
  const [{ path, words }] = read.problems;
  throw new ArgumentError(
    "EXPRESSION_INVALID",
    `${where} is not an expression: ${sentence(path.length === 0 ? `it ${words}` : `"${placeOf(path)}" ${words}`)} Make expressions with compare(), cut(), days() and their like.`,
  );
}

/**
 * A specification from its declaration, checked as far as the desk can: names, and types where columns are declared.
 * @throws ArgumentError ARGUMENT_INVALID, COLUMN_UNKNOWN, EXPRESSION_INVALID
 */
export function defineData(declaration: DataDeclaration): DataSpecification {
  const { database = "default", columns = null } = declaration;
  const derive = Object.entries(declaration.derive ?? {}).map(([derived, expression]) => ({
    name: derived,
    expression: checked(expression, `The derived column "${derived}"`),
  }));
  const filter = declaration.filter === undefined ? null : checked(declaration.filter, "The filter");
  const specification = { database, columns, derive, filter };
  const { problems } = readAs(dataSpecificationSchema, specification);
  if (problems !== undefined) {
    const [{ path, words }] = problems;
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `data(): ${sentence(`"${placeOf(path)}" ${words}`)} Columns are number(), boolean(), category() or date().`,
    );
  }
  checkData(specification);
  return specification;
}

/** What the desk can see of a specification: names, types and levels. @throws ArgumentError */
export function checkData(specification: DataSpecification): void {
  checkTypes(specification);
  checkLevels(specification);
}

function checkTypes({ columns, derive, filter }: DataSpecification): void {
  const known = [...Object.keys(columns ?? {}), ...derive.map((derived) => derived.name)];
  for (const { name: key, expression } of derive) {
    if (columns !== null && Object.hasOwn(columns, key))
      throw new ArgumentError(
        "EXPRESSION_INVALID",
        `The derived column "${key}" has the name of a declared one. Choose another.`,
      );
    checkNames(expression, columns, known);
  }
  const types = new Map<string, MaybeType>();
  const typeOf = (column: string): MaybeType | undefined => {
    const type = types.get(column);
    if (type !== undefined) return type;
    if (columns === null) return "any";
    return Object.hasOwn(columns, column) || column !== siteColumn ? columns[column]?.type : "category";
  };
  for (const { name: key, expression } of derivationOrder(derive))
    types.set(key, expressionType(expression, typeOf));
  if (filter === null) return;
  checkNames(filter, columns, known);
  const type = expressionType(filter, typeOf);
  if (type !== "boolean" && type !== "any")
    throw new ArgumentError(
      "EXPRESSION_INVALID",
      `The filter is ${type}. It must be a comparison or another yes/no expression.`,
    );
}

function checkNames(expression: ExpressionNode, columns: Variables | null, known: readonly string[]): void {
  if (columns === null) return;
  const unknown = referencedColumns(expression).find(
    (column) => column !== siteColumn && !known.includes(column),
  );
  if (unknown !== undefined) {
    throw new ArgumentError(
      "COLUMN_UNKNOWN",
      `Column "${unknown}" is not among the columns that the data declare. ${suggestion(unknown, known, "Declared columns")} If the sites have it, declare it in data({ columns }) as well.`,
    );
  }
}
