import { z } from "zod";
import { firstNonJson } from "../encoding/index.ts";
import { ArgumentError, type Problem, placeOf, readAs, sentence, suggestion } from "../errors/index.ts";

/** A name that must be a column of the data, of type `T` where it is given; any text is one to the compiler. */
export type ColumnName<T extends string = string> = string & { readonly "~column"?: T };

/** A schema for the name of a column of type `T`: "numeric", "boolean", "category" or "date"; of any unless given. */
export function columnName<T extends string = string>(): z.ZodType<ColumnName<T>, ColumnName<T>> {
  // The format is for who shows arguments to people: a list of columns to choose from.
  return z.string().min(1).max(200).meta({ format: "column" }) as unknown as z.ZodType<
    ColumnName<T>,
    ColumnName<T>
  >;
}

/** A schema for a list of finite numbers, however long: looked at without a schema for each. */
export function numberList(): z.ZodType<readonly number[], readonly number[]> {
  return z
    .custom<readonly number[]>(
      (value) => Array.isArray(value) && value.every((entry) => Number.isFinite(entry)),
      "must be a list of finite numbers",
    )
    .meta({ type: "array", items: { type: "number" } });
}

/** What arguments are called elsewhere, by their schemas. */
const namesElsewhere = new WeakMap<object, readonly string[]>();

/** An argument that has other names elsewhere, in R above all: whoever writes one of them is told the name here. */
export function calledElsewhere<S extends z.ZodType>(schema: S, ...names: readonly string[]): S {
  namesElsewhere.set(schema, names);
  return schema;
}

/** How deep arguments may nest: far beyond honest use, and before a hostile message exhausts the stack. */
const deepest = 64;

function isTooDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depth > deepest) return true;
  const inners: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return inners.some((inner) => typeof inner === "object" && isTooDeep(inner, depth + 1));
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

type Shape = Readonly<Record<string, z.ZodType>>;

function shapeOf(schema: z.ZodType): Shape {
  return (schema as unknown as { readonly shape?: Shape }).shape ?? {};
}

/** All arguments that there are, and which was meant by a name that is none. */
function argumentsMeant(wrong: string, shape: Shape): string {
  const known = Object.entries(shape).find(([, schema]) => namesElsewhere.get(schema)?.includes(wrong))?.[0];
  return suggestion(known ?? wrong, Object.keys(shape), "Arguments", Number.POSITIVE_INFINITY);
}

function explain({ path, words, unknown: [key] }: Problem, shape: Shape, owner: string): ArgumentError {
  if (key !== undefined && path.length === 0)
    return new ArgumentError(
      "ARGUMENT_UNKNOWN",
      `${owner} has no argument "${key}". ${argumentsMeant(key, shape)}`,
    );
  const at = placeOf(path);
  return new ArgumentError(
    key === undefined ? "ARGUMENT_INVALID" : "ARGUMENT_UNKNOWN",
    sentence(`${owner}: ${at === "" ? "" : `"${at}" `}${words}`),
  );
}

/**
 * Arguments as a schema reads them, defaults filled in, as plain JSON.
 * @throws ArgumentError ARGUMENT_UNKNOWN, ARGUMENT_INVALID, or what the schema itself throws
 */
export function parseArguments(schema: z.ZodType, given: unknown, owner: string): unknown {
  if (isTooDeep(given))
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `The arguments of ${owner} nest too deeply or contain themselves.`,
    );
  const read = readAs(schema, given);
  if (read.problems !== undefined) {
    // A name that does not exist explains what is missing beside it.
    const problem = read.problems.find(({ unknown }) => unknown.length > 0) ?? read.problems[0];
    const shape = shapeOf(schema);
    if (problem.path.length === 0 && Object.keys(shape).length > 0 && !isObject(given))
      throw new ArgumentError(
        "ARGUMENT_INVALID",
        `${owner} needs its arguments in an object. ${argumentsMeant("", shape)}`,
      );
    throw explain(problem, shape, owner);
  }
  const plain: unknown = withoutUndefined(read.data);
  const bad = firstNonJson(plain, "arguments");
  if (bad !== undefined) {
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `${owner}: ${bad} is not plain JSON. Use finite numbers, text, booleans, null, lists and plain objects.`,
    );
  }
  return plain;
}

/** Absent and undefined mean the same; JSON knows only absent. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) {
    const isFlat = value.every((inner) => typeof inner !== "object");
    return isFlat ? value.slice() : value.map(withoutUndefined);
  }
  if (typeof value !== "object" || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      inner === undefined ? [] : [[key, withoutUndefined(inner)]],
    ),
  );
}

/** Names that the transports need for themselves. */
const reserved: readonly string[] = ["data", "organizations", "sealed"];

/** The first argument whose name is reserved, or undefined. */
export function reservedArgument(schema: z.ZodType): string | undefined {
  return Object.keys(shapeOf(schema)).find((field) => reserved.includes(field));
}
