import { z } from "zod";
import type { Call } from "../../http/index.ts";
import type { Page, PageOf } from "../dialect.ts";
import { json, page } from "./reading.ts";

interface Numbered {
  readonly id: number;
}

const numbered: z.ZodType<Numbered> = z.looseObject({ id: z.int() });
const readAny = json(z.unknown());
const readPage = page(numbered);

/** What a node of 4.x asks: whatever JSON there is below a path. */
export function nodeCall(method: "GET" | "POST" | "PATCH", path: string, body?: object): Call<unknown> {
  return { method, path, body, read: readAny };
}

/** A page of things that have a number. The path has a query already. */
export function nodeList(path: string, { page: number, size }: PageOf): Call<Page<Numbered>> {
  return { method: "GET", path, query: { page: number, per_page: size }, read: readPage };
}
