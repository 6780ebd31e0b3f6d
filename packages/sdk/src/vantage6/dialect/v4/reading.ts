import { decodePythonJson, placeOf, readAs } from "@konsil/core";
import { z } from "zod";
import { type Answer, Unreadable } from "../../http/index.ts";
import type { Reference } from "../../model/index.ts";
import type { Page } from "../dialect.ts";

/** Naive, as Python's isoformat writes UTC, or with its offset. */
const written = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?$/;

/** A moment of the server: it means UTC, and does not say so. */
export const moment: z.ZodType<Date | null> = z
  .string()
  .regex(written)
  .transform((text): Date => new Date(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`))
  .refine((date) => !Number.isNaN(date.getTime()), "must be a moment that there is")
  .nullish()
  .transform((date): Date | null => date ?? null);

export const text: z.ZodType<string | null> = z
  .string()
  .nullish()
  .transform((value): string | null => value ?? null);

/** Numbers of things begin at 1. */
export const number: z.ZodType<number> = z.int().min(1);

/** Another thing, as a link or whole. */
export const reference: z.ZodType<Reference> = z.object({ id: number });

export const optionalReference: z.ZodType<Reference | null> = reference
  .nullish()
  .transform((value) => value ?? null);

function jsonOf({ bytes, headers }: Answer): unknown {
  try {
    return decodePythonJson(bytes);
  } catch {
    const isPage = /html/i.test(headers["content-type"] ?? "");
    throw new Unreadable(isPage ? "it answers with a web page" : "its answer is not JSON");
  }
}

function checked<T>(schema: z.ZodType<T>, body: unknown): T {
  const { data, problems } = { data: undefined, ...readAs(schema, body) };
  if (problems === undefined) return data as T;
  const [{ path, words }] = problems;
  const place = placeOf(path);
  // Advice for whoever wrote the value does not fit a server.
  const [problem] = words.split("; ");
  throw new Unreadable(`${place === "" ? "its answer" : `"${place}" in its answer`} ${problem}`);
}

export type Reader<T> = (answer: Answer) => T;

/** Reads JSON by a schema, which names what is used of it and lets the rest be. */
export function json<T>(schema: z.ZodType<T>): Reader<T> {
  return (answer) => checked(schema, jsonOf(answer));
}

/** Of an answer that only says that it is done. */
export const nothing: Reader<void> = () => undefined;

export const raw: Reader<Uint8Array> = ({ bytes }) => bytes;

/** A page of a list. Whether there is another one the server says by a link, which is not followed: it may be wrong
 * behind a proxy that has the server below another path. */
export function page<T>(item: z.ZodType<T>): Reader<Page<T>> {
  const schema = z.object({ data: z.array(item), links: z.object({ next: z.string().nullish() }).nullish() });
  return (answer) => {
    const { data, links } = checked(schema, jsonOf(answer));
    const total = Number(answer.headers["total-count"] ?? Number.NaN);
    return {
      items: data,
      isLast: (links?.next ?? null) === null,
      total: Number.isSafeInteger(total) ? total : undefined,
    };
  };
}
