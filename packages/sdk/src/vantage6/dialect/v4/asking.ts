import { ArgumentError, suggestion } from "@konsil/core";
import type { z } from "zod";
import { type Call, type Query, type QueryValue, Unreadable } from "../../http/index.ts";
import type * as Model from "../../model/index.ts";
import type { Changed, Deleted, Found, Listed, Made } from "../dialect.ts";
import { json, nothing, page } from "./reading.ts";

/** The server's names of a filter's fields, or of those of something to be made. */
export type Names<T> = { readonly [Field in keyof Required<T>]: string };

function checkNames(given: object, names: Readonly<Record<string, string>>, what: string): void {
  const unknown = Object.keys(given).find((field) => !Object.hasOwn(names, field));
  if (unknown === undefined) return;
  throw new ArgumentError(
    "ARGUMENT_UNKNOWN",
    `There is no "${unknown}" of ${what}. ${suggestion(unknown, Object.keys(names), "Fields")}`,
  );
}

const isId = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 1;

/** @throws ArgumentError for a value that a server fails at, or takes for another: its names of numbers end alike */
function checkValue(value: unknown, field: string, name: string, what: string): void {
  if (name.endsWith("_id") ? isId(value) : typeof value === "string" || typeof value === "boolean") return;
  const wanted = name.endsWith("_id") ? "a number, the `id` of what a list gives" : "text, or true or false";
  throw new ArgumentError("ARGUMENT_INVALID", `\`${field}\` in ${what} must be ${wanted}.`);
}

/** What the server compares with 0 or 1. Of everything else it takes any text for true: what is false is left out. */
const compared: ReadonlySet<string> = new Set(["encrypted", "is_user_created"]);

/** A filter as the server's query. */
function queryOf<T extends object>(filter: T, names: Names<T>, what: string): Query {
  checkNames(filter, names, what);
  const query: Record<string, QueryValue> = {};
  for (const [field, value] of Object.entries<QueryValue>(filter as Record<string, QueryValue>)) {
    const name = (names as Readonly<Record<string, string>>)[field] as string;
    if (value === undefined) continue;
    checkValue(value, field, name, what);
    if (value !== false || compared.has(name))
      query[name] = typeof value === "boolean" ? Number(value) : value;
  }
  return query;
}

/** Fields as the server's body. What is undefined is left as it is. */
export function bodyOf<T extends object>(fields: T, names: Names<T>, what: string): Record<string, unknown> {
  checkNames(fields, names, what);
  const body: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(fields))
    if (value !== undefined) body[(names as Readonly<Record<string, string>>)[field] as string] = value;
  return body;
}

/**
 * An id below a path.
 * @throws ArgumentError
 */
export function below(path: string, id: number, rest = ""): string {
  if (!isId(id))
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `A number at the server is a whole number from 1 on, as the \`id\` of what a list gives${typeof id === "number" ? `, not ${id}` : ""}.`,
    );
  return `${path}/${id}${rest}`;
}

interface Asked {
  readonly path: string;
  /** For messages, in the singular. */
  readonly what: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** One of vantage6's kinds of things. */
interface KindOptions<T, Filter> extends Asked {
  readonly item: z.ZodType<T>;
  readonly filter: Names<Filter>;
  /** Without an order a database may give a row on two pages, and another on none. */
  readonly sort?: "id" | undefined;
}

export function listed<T extends Model.Reference, Filter extends object>(
  kind: KindOptions<T, Filter>,
): Listed<T, Filter> & Found<T> {
  const { path, item, filter: names, sort, headers, what } = kind;
  const readPage = page(item);
  const readItem = json(item);
  return {
    list: (filter, { page: number, size }) => ({
      method: "GET",
      path,
      query: {
        ...queryOf(filter, names, `a filter of ${what}s`),
        page: number,
        per_page: size,
        ...(sort === undefined ? {} : { sort }),
      },
      headers,
      read: readPage,
    }),
    get: (id) => ({
      method: "GET",
      path: below(path, id),
      headers,
      read(answer) {
        const one = readItem(answer);
        if (one.id !== id) throw new Unreadable(`it gives ${what} ${one.id} instead of ${id}`);
        return one;
      },
    }),
  };
}

/** What belongs to a task. A server, or what answers in its place, that heeds no filter would give another task's. */
export function ofTask<
  T extends Model.Reference & { readonly task: Model.Reference },
  Filter extends { readonly task?: number | undefined },
>(kind: KindOptions<T, Filter>): Listed<T, Filter> & Found<T> {
  const all = listed(kind);
  return {
    ...all,
    list(filter, at) {
      const call = all.list(filter, at);
      return {
        ...call,
        read(answer) {
          const page = call.read(answer);
          const other = page.items.find(({ task }) => filter.task !== undefined && task.id !== filter.task);
          if (other === undefined) return page;
          throw new Unreadable(`it gives a ${kind.what} of task ${other.task.id} instead of ${filter.task}`);
        },
      };
    },
  };
}

export function made<New extends object, T>(
  { path, what, headers }: Asked,
  item: z.ZodType<T>,
  names: Names<New>,
): Made<New, T> {
  const read = json(item);
  return {
    create: (one): Call<T> => ({
      method: "POST",
      path,
      body: bodyOf(one, names, `a ${what}`),
      headers,
      read,
    }),
  };
}

export function changed<Fields extends object, T>(
  { path, what, item, headers }: Asked & { readonly item: z.ZodType<T> },
  names: Names<Fields>,
): Changed<Fields, T> {
  const read = json(item);
  return {
    update: (id, fields) => ({
      method: "PATCH",
      path: below(path, id),
      body: bodyOf(fields, names, `a ${what}`),
      headers,
      read,
    }),
  };
}

export function deleted({ path, headers }: Asked): Deleted {
  return {
    delete: (id, withDependents) => ({
      method: "DELETE",
      path: below(path, id),
      query: withDependents ? { delete_dependents: 1 } : {},
      headers,
      read: nothing,
    }),
  };
}
