import type { Call } from "./call.ts";

/** What a server was sent, by what it may say again of it. */
export interface Sent {
  /** Passwords, tokens, codes: nothing of them. */
  readonly secrets: readonly Text[];
  /** Inputs of programs: nothing of them but what `open` has too. */
  readonly contents: readonly Text[];
  /** Names and the like, in which a refusal says what is wrong. */
  readonly open: readonly string[];
}

export type Text = string | Uint8Array;

/** Fields that hide nothing. One that is not here is a secret. */
const openFields: ReadonlySet<string> = new Set([
  "name",
  "username",
  "email",
  "firstname",
  "lastname",
  "domain",
  "address1",
  "address2",
  "zipcode",
  "country",
  "description",
  "image",
  "label",
  "sheet_name",
  "status",
  "public_key",
  "server_url",
  // Of algorithm stores.
  "algorithm_store_url",
  "functions",
  "partitioning",
  "vantage6_version",
  "code_url",
  "documentation_url",
  "submission_comments",
  "comment",
]);

/** Lists of what a task is for, with an input or arguments in each. */
const listFields: ReadonlySet<string> = new Set(["organizations", "databases"]);

/** What a number or a name in an input must have, in characters, to be known again. */
const shortest = 8;

/** Every text in a value, and what is as telling. */
function textsIn(value: unknown): readonly Text[] {
  if (typeof value === "string" || value instanceof Uint8Array) return value.length === 0 ? [] : [value];
  if (typeof value === "number") return textsIn(value.toString()).filter(({ length }) => length >= shortest);
  if (typeof value !== "object" || value === null) return [];
  const names = Array.isArray(value) ? [] : Object.keys(value).filter(({ length }) => length >= shortest);
  return [...names, ...Object.values(value).flatMap(textsIn)];
}

/** A body's fields, those of its lists among them. */
function* fieldsOf(body: object): Generator<{ field: string; value: unknown; isListed: boolean }> {
  for (const [field, value] of Object.entries(body)) {
    if (!listFields.has(field) || !Array.isArray(value)) yield { field, value, isListed: false };
    else
      for (const item of value as readonly unknown[])
        if (typeof item === "object" && item !== null)
          for (const [inner, one] of Object.entries(item)) yield { field: inner, value: one, isListed: true };
        else yield { field, value: item, isListed: true };
  }
}

/** What a server was sent with a question, and may know of who asks. */
export function sentWith({ body }: Call<unknown>, known: readonly string[]): Sent {
  if (typeof body !== "object" || body === null || body instanceof Uint8Array || Array.isArray(body))
    return { secrets: known, contents: textsIn(body), open: [] };
  const fields = [...fieldsOf(body)].map((one) => ({ ...one, isOpen: openFields.has(one.field) }));
  const texts = (some: typeof fields): readonly Text[] => some.flatMap(({ value }) => textsIn(value));
  return {
    secrets: [...known, ...texts(fields.filter(({ isOpen, isListed }) => !isOpen && !isListed))],
    contents: texts(fields.filter(({ isOpen, isListed }) => !isOpen && isListed)),
    open: texts(fields.filter(({ isOpen }) => isOpen)).filter((text) => typeof text === "string"),
  };
}
