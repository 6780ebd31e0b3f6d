import { z } from "zod";
import { ArgumentError, checkOptionNames, DefinitionError } from "../errors/index.ts";
import {
  type AnyStatistic,
  type Dimensions,
  innerKind,
  innermost,
  type MaskedCounts,
  type Sums,
} from "../statistics/index.ts";
import type { Column, Columns, Table } from "../table/index.ts";
import { parseArguments, reservedArgument } from "./arguments.ts";
import type { Dimension, Output, Released } from "./output.ts";

/** What a step does, in words for those who guard the data. */
export interface StepWords<Field extends string> {
  /** What is asked, without a full stop: "how many people leave observation at which time, by group". */
  readonly asks: string;
  /** The columns that are read, by their part in the analysis: "time, event, and the columns of the groups". */
  readonly reads: string;
  /** What each field of the output is. */
  readonly fields: { readonly [F in Field]: string };
}

/** What stands at a position of a dimension, in words; `cell` has its positions in all dimensions of the statistic. */
export type PositionLabel = (position: number, cell: Readonly<Record<string, number>>) => string;

/** Of which columns rows are left out of a step's table, and of which they stay, by key. */
export interface LeftOut<Key extends string> {
  /** Rows that lack the column. */
  readonly lacking: readonly Key[];
  /** Rows that lack the column stay: it is asked for with `missing: "keep"`. */
  readonly kept: readonly Key[];
  /** Rows with a level of it that was not asked for. */
  readonly unlisted: readonly Key[];
}

/**
 * A step as its developer writes it: one question that every site answers. `A` are the arguments as the schema reads
 * them, `Args` as they are given, `C` the columns, `O` the output, `K` and `P` what `prepare` takes and makes.
 */
export interface StepDefinition<A, Args, C extends Columns, O extends Output, K, P> {
  /** Dotted words: "survival.event-times". */
  readonly name: string;
  /** Raised when the declaration or its meaning changes. Default 1. */
  readonly version?: number;
  readonly arguments: z.ZodType<A, Args>;
  /** The columns that are read, and under which keys the table has them. Only rows complete in them are used. */
  readonly columns: (args: A) => C;
  /** Of which of the columns rows are left out, where it is not of all whatever the arguments are. `columns` is held to it. */
  readonly leavesOut?: LeftOut<keyof C & string>;
  /** The labels of each dimension of the output. From the arguments, never from the data. */
  readonly dimensions?: (args: A) => { readonly [D in Dimension<O>]: readonly (string | number)[] };
  /** Words for people in place of labels that are only positions: two may be the same, and "" is none. */
  readonly labels?: (args: A) => { readonly [D in Dimension<O>]?: PositionLabel };
  readonly output: O;
  /** What stewards are told of it. */
  readonly words?: StepWords<keyof O & string>;
  /** The output tells people's times apart: only sites that release event times exactly answer. */
  readonly eventTimes?: "exact";
  /** The number of parameters of the model that the step serves: the site's `maximumParameterShare` applies to it. */
  readonly parameters?: (args: A) => number;
  /**
   * The step evaluates a model, and is asked again and again, as at one vector of coefficients after another: the site's
   * `maximumEvaluations` counts how often.
   */
  readonly evaluates?: true | undefined;
  /** Reasons for which the step can refuse, by name: `throw new StepRefusal(name)`. Only these words leave. */
  readonly refusals?: Readonly<Record<string, string>>;
  /** The part of the arguments that `prepare` may look at; without it `prepare` sees null. */
  readonly key?: (args: A) => K;
  /** Work that is the same in every round, such as sorting; kept by the site between rounds by data and key. */
  readonly prepare?: (table: Table<C>, key: K) => P;
  readonly run: (table: Table<C>, args: A, prepared: P) => Released<O>;
}

const definitionFields: readonly (keyof StepDefinition<
  unknown,
  unknown,
  Columns,
  Output,
  unknown,
  unknown
>)[] = [
  "name",
  "version",
  "arguments",
  "columns",
  "leavesOut",
  "dimensions",
  "labels",
  "output",
  "words",
  "eventTimes",
  "parameters",
  "evaluates",
  "refusals",
  "key",
  "prepare",
  "run",
];

/** Such words by dimension. */
export type PositionLabels = Readonly<Record<string, PositionLabel | undefined>>;

/** A step, defined. `Args` are its arguments as they are given, `O` its output. */
export interface Step<Args, O extends Output> {
  readonly name: string;
  readonly version: number;
  readonly output: O;
  readonly words: StepWords<string> | null;
  readonly needsExactTimes: boolean;
  /** Of which columns rows are left out, by key; null: of any. */
  readonly leavesOut: LeftOut<string> | null;
  /** Whether it serves a model, whose number of parameters the site limits. */
  readonly isModel: boolean;
  /** Whether it evaluates a model that is asked again and again, and how often is limited by the site. */
  readonly isEvaluation: boolean;
  readonly refusals: Readonly<Record<string, string>>;
  /** JSON Schema of the arguments, with "any" for what it has no words for. */
  argumentsSchema(): unknown;
  /** @throws ArgumentError */
  parse(given: unknown): unknown;
  columns(args: unknown): Columns;
  dimensions(args: unknown): Dimensions;
  labels(args: unknown): PositionLabels;
  parameters(args: unknown): number;
  key(args: unknown): unknown;
  prepare(table: Table<Columns>, key: unknown): unknown;
  run(table: Table<Columns>, args: unknown, prepared: unknown): Readonly<Record<string, unknown>>;
  readonly "~args"?: Args;
}

/** A step of any arguments and output. */
export type AnyStep = Step<unknown, Output>;

/** A step's refusal for a reason that it declares. The site abstains. */
export class StepRefusal extends Error {
  override readonly name = "StepRefusal";
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

const namePattern = /^[a-z][a-z0-9]*([.-][a-z0-9]+)*$/;

/** @throws DefinitionError DEFINITION_INVALID unless the name and version are ones that every transport can carry */
export function checkIdentity(noun: string, name: string, version: number): void {
  if (!namePattern.test(name)) {
    throw new DefinitionError(
      "DEFINITION_INVALID",
      `The ${noun} "${name}" needs a name of lower-case words with dots or hyphens between them, such as "survival.event-times".`,
    );
  }
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new DefinitionError("DEFINITION_INVALID", `The ${noun} "${name}" needs a whole version from 1 on.`);
  }
}

function checkStatistic(
  step: string,
  field: string,
  statistic: AnyStatistic,
  output: Output,
  is: { readonly withDimensions: boolean; readonly evaluation: boolean },
): void {
  const problem = (what: string): never => {
    throw new DefinitionError("DEFINITION_INVALID", `Step "${step}", output "${field}": ${what}`);
  };
  if (statistic.dimensions.length > 0 && !is.withDimensions)
    problem(`it has the dimension "${statistic.dimensions[0]}", so the step needs \`dimensions\`.`);
  if (new Set(statistic.dimensions).size !== statistic.dimensions.length)
    problem("it names a dimension twice.");
  if (restOf(statistic).length > 0 && (innermost(statistic) as MaskedCounts<string>).each.length > 0)
    problem("it has `rest` and `each`, which says no more to which table the rest belongs.");
  if (innerKind(statistic) === "sums") {
    const inner = innermost(statistic) as Sums<string>;
    const people = output[inner.people];
    const kind = people === undefined ? undefined : innerKind(people);
    if (people === undefined || (kind !== "count" && kind !== "counts")) {
      problem(
        `its \`people\` is "${inner.people}", which must be a field of the same output that counts people (count or counts).`,
      );
    } else if (people.dimensions.some((dimension) => !statistic.dimensions.includes(dimension))) {
      problem(`its \`people\` "${inner.people}" has a dimension that it does not have itself.`);
    }
    const { effective } = inner;
    const weighing = effective === null ? undefined : output[effective];
    if (effective !== null && weighing?.kind !== "weights")
      problem(
        `its \`effective\` is "${effective}", which must be a field of the same output of kind \`weights\`.`,
      );
    // Whoever chooses coefficients chooses weights, and can choose those of a spotlight.
    if (effective === null && is.evaluation)
      problem("its step `evaluates` a model, so it needs `effective`: the field that judges its weights.");
  }
}

/**
 * Defines a step. Its declaration is at once the type, the wire format, the pooling rule and the disclosure rule.
 * @throws DefinitionError DEFINITION_INVALID when the declaration contradicts itself; ArgumentError ARGUMENT_UNKNOWN
 */
export function defineStep<A, Args, const C extends Columns, O extends Output, K = null, P = undefined>(
  definition: StepDefinition<A, Args, C, O, K, P>,
): Step<Args, O> {
  checkOptionNames("defineStep()", definition, definitionFields);
  const { name, version = 1, output } = definition;
  checkIdentity("step", name, version);
  const taken = reservedArgument(definition.arguments);
  if (taken !== undefined)
    throw new DefinitionError(
      "DEFINITION_INVALID",
      `Step "${name}" has an argument "${taken}". That name is reserved; choose another.`,
    );
  for (const [field, statistic] of Object.entries(output))
    checkStatistic(name, field, statistic, output, {
      withDimensions: definition.dimensions !== undefined,
      evaluation: definition.evaluates === true,
    });
  return {
    name,
    version,
    output,
    words: definition.words ?? null,
    needsExactTimes: definition.eventTimes === "exact",
    leavesOut: definition.leavesOut ?? null,
    isModel: definition.parameters !== undefined,
    isEvaluation: definition.evaluates === true,
    refusals: definition.refusals ?? {},
    argumentsSchema: () => z.toJSONSchema(definition.arguments, { io: "input", unrepresentable: "any" }),
    parse: (given) => parseArguments(definition.arguments, given, name),
    columns: (args) => heldTo(definition.leavesOut, definition.columns(args as A), name),
    dimensions: (args) => labelled(name, output, definition.dimensions?.(args as A) ?? {}),
    labels: (args) => definition.labels?.(args as A) ?? {},
    parameters: (args) => definition.parameters?.(args as A) ?? 0,
    key: (args) => definition.key?.(args as A) ?? null,
    prepare: (table, key) => definition.prepare?.(table as Table<C>, key as K),
    run: (table, args, prepared) =>
      definition.run(table as Table<C>, args as A, prepared as P) as Readonly<Record<string, unknown>>,
  };
}

/** Columns as they are asked for, once it is sure that rows are left out, and stay, of none but those declared. */
function heldTo<C extends Columns>(declared: LeftOut<string> | undefined, columns: C, step: string): C {
  const requested = (key: string): readonly Column<unknown>[] => [columns[key] ?? []].flat();
  for (const key of Object.keys(columns))
    if (declared?.kept.includes(key) !== true && requested(key).some(({ missing }) => missing === "keep"))
      throw new DefinitionError(
        "DEFINITION_INVALID",
        `Step "${step}" keeps rows that lack "${key}". Name it in \`leavesOut.kept\`.`,
      );
  if (declared === undefined) return columns;
  const { lacking, unlisted } = declared;
  const problem = (key: string, what: string, where: string): never => {
    throw new DefinitionError(
      "DEFINITION_INVALID",
      `Step "${step}" leaves out rows ${what} "${key}". Name it in \`leavesOut.${where}\`, or leave \`leavesOut\` away.`,
    );
  };
  for (const key of Object.keys(columns)) {
    if (!lacking.includes(key) && requested(key).some(({ missing }) => missing === "drop"))
      problem(key, "that lack", "lacking");
    if (!unlisted.includes(key) && requested(key).some(({ levels }) => levels !== undefined))
      problem(key, "with other levels than those asked for of", "unlisted");
  }
  return columns;
}

/** A dimension whose cells follow those of the statistic's own. */
function restOf(statistic: AnyStatistic): readonly string[] {
  if (innerKind(statistic) !== "maskedCounts") return [];
  const { rest } = innermost(statistic) as MaskedCounts<string>;
  return rest === null ? [] : [rest];
}

/** Of labels that cannot change, and were checked before: thousands, where every time of events is one. */
const texts = new WeakMap<readonly (string | number)[], readonly string[]>();

function repeated(labels: readonly string[]): string | undefined {
  return labels.find((label, i) => labels.indexOf(label) !== i);
}

/**
 * Labels as text, checked: every dimension that the output uses is there, and no label twice.
 * @throws DefinitionError; ArgumentError for a label twice, since labels are from the arguments
 */
function labelled(
  step: string,
  output: Output,
  given: Readonly<Record<string, readonly (string | number)[]>>,
): Dimensions {
  const dimensions: Record<string, readonly string[]> = {};
  for (const statistic of Object.values(output)) {
    for (const name of [...statistic.dimensions, ...restOf(statistic)]) {
      const labels = Object.hasOwn(given, name) ? given[name] : undefined;
      if (labels === undefined)
        throw new DefinitionError(
          "DEFINITION_INVALID",
          `Step "${step}" gives no labels for the dimension "${name}".`,
        );
      const text = texts.get(labels) ?? labels.map(String);
      if (!texts.has(labels) && new Set(text).size !== text.length)
        throw new ArgumentError(
          "ARGUMENT_INVALID",
          `"${repeated(text)}" is asked for twice (step "${step}"). Name each column, and each of its levels, once.`,
        );
      if (Object.isFrozen(labels)) texts.set(labels, text);
      dimensions[name] = text;
    }
  }
  return dimensions;
}
