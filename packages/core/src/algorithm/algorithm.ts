import { z } from "zod";
import type { Variables } from "../data/index.ts";
import { checkOptionNames, DefinitionError } from "../errors/index.ts";
import type { EventTimesMode } from "../policy/index.ts";
import {
  type AnyStep,
  checkIdentity,
  type Output,
  type Pooled,
  parseArguments,
  reservedArgument,
  type Step,
} from "../step/index.ts";
import type { ColumnType } from "../table/index.ts";
import type { Cell, View } from "../view/index.ts";
import { type Methods, plainMethods } from "./methods.ts";

/** What central has besides its arguments: pooled statistics, and nothing of a single person. `S` are the steps that it may ask. */
export interface Central<S> {
  /** The sites whose answers are pooled, in the federation's order. */
  readonly sites: readonly string[];
  /** What the data declare of their columns: units, and the order of levels (of columns made by `cut` and `recode` too). */
  readonly variables: Variables;
  /** How the sites release times of events, by site, as far as one has answered: before more is asked of them. */
  readonly eventTimes: () => ReadonlyMap<string, EventTimesMode>;
  /** A warning that the result carries, for what a careful reader should know. */
  readonly warn: (message: string) => void;
  /**
   * Asks every site one question and pools the answers. Rounds may run at the same time.
   * @throws ArgumentError, RefusalError, SiteError, AnalysisError
   */
  readonly pool: <Args, O extends Output>(step: Step<Args, O> & S, args: Args) => Promise<Pooled<O>>;
  /**
   * Asks every site, as a round of its own, which columns may be read there: by site, those that the data may name, of the
   * types that they declare.
   * @throws ArgumentError, RefusalError, SiteError, AnalysisError
   */
  readonly columns: () => Promise<ReadonlyMap<string, readonly HeldColumn[]>>;
}

/** A column that a site has and may read. */
export interface HeldColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** An algorithm as its developer writes it. `A` are the arguments as the schema reads them, `Args` as they are given. */
export interface AlgorithmDefinition<A, Args, S extends AnyStep, Value extends object> {
  /** One or more words: "kaplan-meier". */
  readonly name: string;
  /** Raised when its arguments, steps or meaning change. Default 1. */
  readonly version?: number;
  /** One sentence on what it estimates. */
  readonly title?: string;
  readonly arguments: z.ZodType<A, Args>;
  readonly steps: readonly S[];
  /** From pooled statistics to the value: deterministic, plain JSON, `null` for what cannot be estimated. */
  readonly central: (args: A, context: Central<S>) => Promise<Value>;
  /** Tables and figures of a value. */
  readonly view?: (value: Value) => View;
  /** What a paper says of how a value was made. Without it, the algorithm and its arguments are named. */
  readonly methods?: (value: Value, args: A) => Methods;
}

const definitionFields: readonly (keyof AlgorithmDefinition<unknown, unknown, AnyStep, object>)[] = [
  "name",
  "version",
  "title",
  "arguments",
  "steps",
  "central",
  "view",
  "methods",
];

/** An algorithm, defined: arguments, the steps that sites answer, and what is made of their pooled answers. */
export interface Algorithm<Args, Value> {
  readonly name: string;
  readonly version: number;
  readonly title: string;
  readonly steps: readonly AnyStep[];
  /** JSON Schema of the arguments. @throws when the schema cannot be written as one */
  argumentsSchema(): unknown;
  /** @throws ArgumentError */
  parse(given: unknown): unknown;
  central(args: unknown, context: Central<AnyStep>): Promise<object>;
  view(value: object): View;
  /** `args` are those that `parse` returned. */
  methods(value: object, args: unknown): Methods;
  readonly "~types"?: { readonly args: Args; readonly value: Value };
}

/** An algorithm of any arguments and value. */
export type AnyAlgorithm = Algorithm<unknown, unknown>;

/** A value whose algorithm says nothing of how to show it: its fields, one a row. */
function plainView(title: string, value: object): View {
  const fields = Object.entries(value);
  const cell = (field: unknown): Cell =>
    typeof field === "object" && field !== null ? JSON.stringify(field) : (field as Cell);
  return {
    title,
    tables: [
      {
        columns: [
          { name: "field", label: "Field", format: "text" },
          { name: "value", label: "Value", digits: 6 },
        ],
        values: { field: fields.map(([key]) => key), value: fields.map(([, field]) => cell(field)) },
      },
    ],
  };
}

/**
 * Defines an algorithm.
 * @throws DefinitionError DEFINITION_INVALID when two of its steps share a name, or an argument has a reserved name;
 * ArgumentError ARGUMENT_UNKNOWN
 */
export function defineAlgorithm<A, Args, S extends AnyStep, Value extends object>(
  definition: AlgorithmDefinition<A, Args, S, Value>,
): Algorithm<Args, Value> {
  checkOptionNames("defineAlgorithm()", definition, definitionFields);
  const { name, version = 1, steps } = definition;
  checkIdentity("algorithm", name, version);
  const taken = reservedArgument(definition.arguments);
  if (taken !== undefined)
    throw new DefinitionError(
      "DEFINITION_INVALID",
      `Algorithm "${name}" has an argument "${taken}". That name is reserved; choose another.`,
    );
  const names = steps.map((step) => step.name);
  const twice = names.find((step, i) => names.indexOf(step) !== i);
  if (twice !== undefined)
    throw new DefinitionError("DEFINITION_INVALID", `Algorithm "${name}" lists the step "${twice}" twice.`);
  return {
    name,
    version,
    title: definition.title ?? name,
    steps,
    argumentsSchema: () => z.toJSONSchema(definition.arguments, { io: "input" }),
    parse: (given) => parseArguments(definition.arguments, given, name),
    central: (args, context) => definition.central(args as A, context as unknown as Central<S>),
    view: (value) => definition.view?.(value as Value) ?? plainView(definition.title ?? name, value),
    methods: (value, args) =>
      definition.methods?.(value as Value, args as A) ??
      plainMethods(name, version, definition.title ?? name, args),
  };
}
