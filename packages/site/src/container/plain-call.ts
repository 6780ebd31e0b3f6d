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
  for (const algorithm of algorithms)
    if (methodName(algorithm.name) === method) return { algorithm, step: null };
  for (const algorithm of algorithms)
    for (const step of algorithm.steps) if (methodName(step.name) === method) return { algorithm, step };
  const names = algorithms.map(({ name }) => methodName(name));
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

/** @throws ArgumentError */
export function plainArguments(kwargs: Readonly<Record<string, unknown>>, database: string): PlainArguments {
  const { data, organizations, ...args } = kwargs;
  if (
    organizations !== undefined &&
    (!Array.isArray(organizations) || !organizations.every((name) => typeof name === "string"))
  )
    throw new ArgumentError("ARGUMENT_INVALID", "`organizations` must be a list of names.");
  return {
    args,
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
