import {
  type AnyAlgorithm,
  type AnyStep,
  ArgumentError,
  type DataSpecification,
  dataSpecificationSchema,
  defineData,
  listing,
  placeOf,
  type Request,
  randomName,
  readAs,
  sentence,
  suggestion,
} from "@konsil/core";

/** A name as Python and vantage6's web interface can call it. */
export function methodName(name: string): string {
  return name.replace(/[.-]/g, "_");
}

/** What a method of an image is. */
export type Called =
  | { readonly algorithm: AnyAlgorithm; readonly step: null }
  | { readonly algorithm: AnyAlgorithm; readonly step: AnyStep };

/** @throws ArgumentError ALGORITHM_UNKNOWN */
export function called(method: string, algorithms: readonly AnyAlgorithm[]): Called {
  const newestFirst = [...algorithms].sort((a, b) => b.version - a.version);
  for (const algorithm of newestFirst)
    if (methodName(algorithm.name) === method) return { algorithm, step: null };
  for (const algorithm of newestFirst)
    for (const step of algorithm.steps) if (methodName(step.name) === method) return { algorithm, step };
  const names = [...new Set(algorithms.map(({ name }) => methodName(name)))];
  throw new ArgumentError(
    "ALGORITHM_UNKNOWN",
    `This image has no "${method}" (it has: ${listing(names)}). ${suggestion(method, names, "Methods")}`,
  );
}

/** The parts of keyword arguments that are no arguments of the step or algorithm. */
export interface PlainArguments {
  readonly args: Readonly<Record<string, unknown>>;
  readonly data: DataSpecification;
  /** Names of the organizations that are asked the same. */
  readonly organizations: readonly string[] | undefined;
}

/** The part of JSON Schema that says which arguments may be left out, and which may be null. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

function takesNull({ type, anyOf = [] }: Schema): boolean {
  return [type].flat().includes("null") || anyOf.some(takesNull);
}

/**
 * To Python and to the web interface null means "not given". What may be left out is left out, then; what must be
 * there, and can be null, is null where nobody gave it.
 */
function withoutNulls(
  args: Readonly<Record<string, unknown>>,
  { algorithm, step }: Called,
): Readonly<Record<string, unknown>> {
  const { properties = {}, required = [] } = (step ?? algorithm).argumentsSchema() as Schema;
  const nulls = required.filter((name) => takesNull(properties[name] ?? {}));
  const given = Object.entries(args).filter(([name, value]) => value !== null || required.includes(name));
  return { ...Object.fromEntries(nulls.map((name) => [name, null])), ...Object.fromEntries(given) };
}

/** @throws ArgumentError */
export function plainArguments(
  kwargs: Readonly<Record<string, unknown>>,
  database: string,
  what: Called,
): PlainArguments {
  const { data: dataOrNull, organizations: organizationsOrNull, ...args } = kwargs;
  const [data, organizations] = [dataOrNull ?? undefined, organizationsOrNull ?? undefined];
  if (
    organizations !== undefined &&
    (!Array.isArray(organizations) || !organizations.every((name) => typeof name === "string"))
  )
    throw new ArgumentError("ARGUMENT_INVALID", "`organizations` must be a list of names.");
  return {
    args: withoutNulls(args, what),
    data: data === undefined ? defineData({ database }) : readData(data),
    organizations,
  };
}

/** A step that is called plainly, as the request that a desk would send. */
export function requestOf(
  { algorithm, step }: { readonly algorithm: AnyAlgorithm; readonly step: AnyStep },
  { args, data, organizations }: PlainArguments,
  site: string,
): Request {
  const analysis = randomName();
  return {
    format: "konsil.request/1",
    analysis,
    round: analysis,
    algorithm: { name: algorithm.name, version: algorithm.version },
    step: { name: step.name, version: step.version },
    arguments: step.parse(args),
    data,
    roster: organizations ?? [site],
    policy: {},
  };
}

function readData(given: unknown): DataSpecification {
  const read = readAs(dataSpecificationSchema, given);
  if (read.problems === undefined) return read.data;
  const [{ path, words }] = read.problems;
  throw new ArgumentError("ARGUMENT_INVALID", sentence(`\`${placeOf(["data", ...path])}\` ${words}`));
}
