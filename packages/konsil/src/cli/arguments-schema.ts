import type { AnyAlgorithm } from "@konsil/core";

/** The part of JSON Schema that the schemas of arguments use. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  /** "column" for what names a column of the data. */
  readonly format?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
}

export function argumentsSchema(algorithm: AnyAlgorithm): JsonSchema {
  return algorithm.argumentsSchema() as JsonSchema;
}

/** The schema by which a list is read, where an argument may be one. */
export function listSchema(schema: JsonSchema): JsonSchema | undefined {
  return schema.type === "array" ? schema : schema.anyOf?.find(({ type }) => type === "array");
}

/** Whether an argument may be text, as it stands. */
export function takesText(schema: JsonSchema): boolean {
  return schema.type === "string" || schema.anyOf?.some(takesText) === true;
}

function bounds(schema: JsonSchema): string {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema;
  // What is whole has bounds of its own in a schema, which say nothing.
  const limit = (word: string, value: number | undefined): string[] =>
    value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? [] : [`${word} ${value}`];
  return [
    ...limit("from", minimum),
    ...limit("above", exclusiveMinimum),
    ...limit("to", maximum),
    ...limit("below", exclusiveMaximum),
  ].join(" ");
}

/** `number above 0 below 1`, `text or list of text`, `efron | breslow`; `write` says how single values are written. */
export function typeInWords(schema: JsonSchema, write: (value: unknown) => string = String): string {
  if (schema.enum !== undefined) return schema.enum.map(write).join(" | ");
  if (schema.const !== undefined) return write(schema.const);
  if (schema.anyOf !== undefined) return schema.anyOf.map((one) => typeInWords(one, write)).join(" or ");
  const noun = { string: "text", integer: "whole number", boolean: "true | false" }[schema.type ?? ""];
  switch (schema.type) {
    case "number":
    case "integer":
      return `${noun ?? "number"} ${bounds(schema)}`.trim();
    case "array":
      return schema.items === undefined ? "list" : `list of ${typeInWords(schema.items, write)}`;
    case "object":
      return typeof schema.additionalProperties === "object"
        ? `object of ${typeInWords(schema.additionalProperties, write)}`
        : "object";
    default:
      return noun ?? "any";
  }
}
