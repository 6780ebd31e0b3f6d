import type { z } from "zod";
import { counted } from "./counted.ts";
import { listing, nearest } from "./suggest.ts";

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

/** One thing that is wrong with a value. */
export interface Problem {
  /** Where in the value. */
  readonly path: readonly PropertyKey[];
  /** What is wrong, to follow the name of the field: `must be below 1, not 95; did you mean 0.95?` */
  readonly words: string;
  /** Names in an object that may not be there. */
  readonly unknown: readonly string[];
}

const typeWords: Readonly<Record<string, string>> = {
  string: "text",
  number: "a finite number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
  date: "a date",
};

function kindOf(given: unknown): string {
  if (given === null) return "null";
  if (Array.isArray(given)) return "a list";
  if (typeof given === "string") return "text";
  if (typeof given === "number" || typeof given === "boolean") return String(given);
  return typeof given === "object" ? "an object" : `a ${typeof given}`;
}

/** The names that an object of this schema may have. */
function namesIn(schema: RawIssue["inst"]): readonly string[] {
  const { shape } = (schema?._zod.def ?? {}) as { readonly shape?: object };
  return shape === undefined ? [] : Object.keys(shape);
}

/** An object of few names is told by them. */
const mostNamesTold = 3;

function typeInWords({ expected, inst }: RawIssue & { readonly code: "invalid_type" }): string {
  const names = expected === "object" ? namesIn(inst) : [];
  return names.length === 0 || names.length > mostNamesTold
    ? (typeWords[expected] ?? "of another type")
    : `an object with ${names.map((name) => JSON.stringify(name)).join(" or ")}`;
}

/** Numbers are shown as they were written; of text only its kind is said, since it might be anybody's. */
function wrongType(issue: RawIssue & { readonly code: "invalid_type" }): string {
  const { expected, input: given } = issue;
  const wanted = typeInWords(issue);
  if (given === undefined) return `is missing; it must be ${wanted}`;
  const isQuotedNumber =
    (expected === "number" || expected === "int") &&
    typeof given === "string" &&
    given.trim() !== "" &&
    Number.isFinite(Number(given));
  const isBareNumber = expected === "string" && typeof given === "number";
  const advice =
    isQuotedNumber || (expected === "boolean" && (given === "true" || given === "false"))
      ? "; leave out the quotes"
      : isBareNumber
        ? `; write it in quotes: "${given}"`
        : expected === "array" && typeof given === "number"
          ? `; write it in brackets: [${given}]`
          : expected === "array" && typeof given === "string"
            ? "; write it in brackets"
            : "";
  return `must be ${wanted}, not ${kindOf(given)}${advice}`;
}

function sizeInWords(size: number | bigint, origin: string): string {
  if (origin === "array" || origin === "set") return counted(Number(size), "entry", "entries");
  return counted(Number(size), origin === "string" ? "character" : "name");
}

const isNumeric = (origin: string): boolean => ["number", "int", "bigint"].includes(origin);

function tooBig(origin: string, maximum: number | bigint, isInclusive: boolean, given: unknown): string {
  if (!isNumeric(origin)) return `must have at most ${sizeInWords(maximum, origin)}`;
  // A share of 1 that was written in percent.
  const isPercent =
    Number(maximum) === 1 &&
    typeof given === "number" &&
    given > 1 &&
    (isInclusive ? given <= 100 : given < 100);
  const meant = isPercent ? `; did you mean ${Number((Number(given) / 100).toPrecision(12))}?` : "";
  return `must be ${isInclusive ? "at most" : "below"} ${maximum}, not ${kindOf(given)}${meant}`;
}

function tooSmall(origin: string, minimum: number | bigint, isInclusive: boolean, given: unknown): string {
  if (isNumeric(origin))
    return `must be ${isInclusive ? "at least" : "above"} ${minimum}, not ${kindOf(given)}`;
  return Number(minimum) === 1 ? "must not be empty" : `must have at least ${sizeInWords(minimum, origin)}`;
}

/** `; did you mean "efron"?`, or nothing where no name is near. */
function meant(given: string, names: readonly string[]): string {
  const near = nearest(given, names);
  return near === undefined ? "" : `; did you mean ${JSON.stringify(near)}?`;
}

function notAmong(values: readonly unknown[], given: unknown): string {
  const permitted = values.map((value) => JSON.stringify(value));
  const [only] = permitted;
  if (permitted.length === 1) return `must be ${only}`;
  return `must be one of ${listing(permitted)}${typeof given === "string" ? meant(given, values.map(String)) : ""}`;
}

/** What an issue says, in the words of Konsil: whatever a schema gives no message of its own for. */
function wordsOf(issue: RawIssue): string {
  const given: unknown = issue.input;
  switch (issue.code) {
    case "invalid_type":
      return wrongType(issue);
    case "too_big":
      return tooBig(issue.origin, issue.maximum, issue.inclusive === true, given);
    case "too_small":
      return tooSmall(issue.origin, issue.minimum, issue.inclusive === true, given);
    case "invalid_value":
      return given === undefined
        ? `is missing; it ${notAmong(issue.values, given)}`
        : notAmong(issue.values, given);
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_format":
      return "is not written in the form that it must have";
    case "unrecognized_keys":
      return `has ${listing(issue.keys.map((key) => JSON.stringify(key)))}, which ${issue.keys.length === 1 ? "does" : "do"} not exist${meant(issue.keys[0] ?? "", namesIn(issue.inst))}`;
    case "invalid_key":
      return "has a name that is not permitted";
    case "invalid_union":
      return given === undefined ? "is missing" : "has none of the forms that it may have";
    default:
      return "is not valid";
  }
}

/**
 * The issues of the branch of a union that was meant: the one of the type that was given. Where no branch is, what each
 * of them wants is said.
 */
function flatten(issue: Issue, under: readonly PropertyKey[] = []): readonly Problem[] {
  const path = [...under, ...issue.path];
  const { message } = issue;
  if (issue.code !== "invalid_union" || issue.errors.length === 0)
    return [{ path, words: message, unknown: issue.code === "unrecognized_keys" ? issue.keys : [] }];
  const missed = (inner: Issue | undefined): boolean =>
    inner === undefined ||
    (inner.path.length === 0 && (inner.code === "invalid_type" || inner.code === "invalid_value"));
  const meant = issue.errors.find((branch) => !missed(branch[0]));
  if (meant !== undefined) return meant.flatMap((inner) => flatten(inner, path));
  const branches = issue.errors.flatMap(([inner]) => {
    const [, wanted, near = ""] =
      /must be (.*?)(?:, not [^,]*)?(; did you mean .*)?$/.exec(inner?.message ?? "") ?? [];
    return wanted === undefined ? [] : [{ wanted, near }];
  });
  const wanted = branches.map((branch) => branch.wanted).join(" or ");
  const near = branches.map((branch) => branch.near).find((words) => words !== "") ?? "";
  return [{ path, words: wanted === "" ? message : `must be ${wanted}${near}`, unknown: [] }];
}

/** A value as a schema reads it, or all that is wrong with it. The only place where a schema's issues become words. */
export function readAs<T>(
  schema: z.ZodType<T>,
  given: unknown,
): { readonly data: T; readonly problems?: never } | { readonly problems: readonly [Problem, ...Problem[]] } {
  const parsed = schema.safeParse(given, { error: wordsOf });
  if (parsed.success) return { data: parsed.data };
  const [first, ...others] = parsed.error.issues.flatMap((issue) => flatten(issue));
  return { problems: [first ?? { path: [], words: "is not valid", unknown: [] }, ...others] };
}

/** `columns[2].levels` */
export function placeOf(path: readonly PropertyKey[]): string {
  let text = "";
  for (const part of path)
    text += typeof part === "number" ? `[${part}]` : text === "" ? String(part) : `.${String(part)}`;
  return text;
}

/** With a full stop, unless it ends in one or asks. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
