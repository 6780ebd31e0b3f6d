import type { DefinedMethod } from "@konsil/site";
import { argumentMeaning } from "../cli/algorithm-words.ts";
import { type JsonSchema, typeInWords } from "../cli/arguments-schema.ts";

/** An argument as a store of vantage6 4.x takes it. */
export interface StoreEntryArgument {
  readonly name: string;
  readonly type: string;
  readonly description?: string;
  readonly allowed_values?: readonly string[];
  readonly has_default_value: boolean;
  /** As text, whatever its type; null where an argument may just be left out. */
  readonly default_value?: string | null;
}

/** JSON Schema as zod writes it: what may be null has a list of types, or is one of several. */
type WrittenSchema = Omit<JsonSchema, "type" | "anyOf"> & {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly WrittenSchema[];
};

/** The same without null, and whether null was possible. */
function withoutNull(schema: WrittenSchema): { readonly schema: JsonSchema; readonly isNullable: boolean } {
  const { type, anyOf, ...rest } = schema;
  const types = type === undefined ? [] : [type].flat();
  const [first] = types.filter((one) => one !== "null");
  const options = anyOf?.map(withoutNull) ?? [];
  const others = options.filter((one) => one.schema.type !== "null").map((one) => one.schema);
  const isNullable = types.includes("null") || options.some((one) => one.schema.type === "null");
  const [only] = others;
  if (only !== undefined && others.length === 1) return { schema: { ...rest, ...only }, isNullable };
  return {
    schema: {
      ...rest,
      ...(first === undefined ? (types.includes("null") ? { type: "null" } : {}) : { type: first }),
      ...(others.length === 0 ? {} : { anyOf: others }),
    },
    isNullable,
  };
}

/** vantage6's words for a single value and for a list of them. */
function valueType({ type, format, enum: values, anyOf }: JsonSchema): string | undefined {
  if (anyOf !== undefined) return undefined;
  if (values !== undefined) return values.every((value) => typeof value === "string") ? "string" : undefined;
  if (type === "string") return format === "column" ? "column" : "string";
  if (type === "number") return "float";
  return type === "integer" ? "integer" : undefined;
}

/** vantage6's word for the type of an argument; "json" for everything that it has no word for. */
function storeType(schema: JsonSchema, hasValue: boolean): string {
  if (schema.type === "array") {
    const items = schema.items === undefined ? undefined : valueType(schema.items);
    return items === undefined || schema.items?.enum !== undefined ? "json" : `${items}_list`;
  }
  // The web interface has a box that is ticked or not: what is neither unless given cannot be said with it.
  if (schema.type === "boolean") return hasValue ? "boolean" : "json";
  const list = schema.anyOf?.find(({ type }) => type === "array");
  const single = schema.anyOf?.find(({ type }) => type !== "array");
  // One or a list of them: a list says both.
  if (list?.items !== undefined && schema.anyOf?.length === 2 && single?.type === list.items.type)
    return storeType(list, true);
  return valueType(schema) ?? "json";
}

/** Without an exponent, which the web interface does not take for a number. */
function decimal(value: number): string {
  return value.toLocaleString("en-US", { useGrouping: false, maximumFractionDigits: 20 });
}

function defaultText(value: unknown, type: string): string {
  if (type === "string" || type === "column") return String(value);
  return typeof value === "number" ? decimal(value) : JSON.stringify(value);
}

function storeArgument(
  method: DefinedMethod,
  name: string,
  written: WrittenSchema,
  isRequired: boolean,
): StoreEntryArgument {
  const { schema, isNullable } = withoutNull(written);
  const hasValue = schema.default !== undefined;
  const type = storeType(schema, hasValue || isRequired);
  const meaning = schema.description ?? argumentMeaning(method.type, method.algorithm, name);
  const form =
    type === "json"
      ? `as JSON: ${typeInWords(schema, JSON.stringify)}`
      : /^(float|integer)/.test(type)
        ? typeInWords(schema).replace(/^number$/, "")
        : "";
  const description = [meaning, form].filter((part) => part !== "").join("; ");
  return {
    name,
    type,
    ...(description === "" ? {} : { description }),
    ...(type === "string" && schema.enum !== undefined ? { allowed_values: schema.enum.map(String) } : {}),
    has_default_value: !isRequired || isNullable,
    ...(isRequired && !isNullable
      ? {}
      : { default_value: hasValue ? defaultText(schema.default, type) : null }),
  };
}

/** What every call may say besides the arguments of the step or algorithm. */
const common: readonly StoreEntryArgument[] = [
  {
    name: "data",
    type: "json",
    description:
      'which rows and columns, as JSON: {"database": "default", "columns": null, "derive": [], "filter": …}; unless given, all rows',
    has_default_value: true,
    default_value: null,
  },
];

const ofCentral: readonly StoreEntryArgument[] = [
  {
    name: "organizations",
    type: "string_list",
    description:
      "names of the organizations that are asked; unless given, all of the study or the collaboration",
    has_default_value: true,
    default_value: null,
  },
];

/** The arguments of a method, as a store takes them. */
export function storeArguments(method: DefinedMethod): readonly StoreEntryArgument[] {
  const { properties = {}, required = [] } = method.arguments as {
    readonly properties?: Readonly<Record<string, WrittenSchema>>;
    readonly required?: readonly string[];
  };
  return [
    ...Object.entries(properties).map(([name, schema]) =>
      storeArgument(method, name, schema, required.includes(name)),
    ),
    ...(method.type === "central" ? ofCentral : []),
    ...common,
  ];
}
