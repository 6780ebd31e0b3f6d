import { z } from "zod";
import { parseDay } from "../table/index.ts";
import { areDistinct, boundedList } from "./bounded-list.ts";
import type { ExpressionNode, Literal } from "./expression.ts";

/** Expressions inside one another. */
const maximumDepth = 32;
/** Objects and lists in one expression. */
const maximumParts = 2000;
const maximumItems = 1000;

/** Whether all that an object has is its own: zod reads inherited properties too, which the walk below does not see. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== "object" || prototype === null) return true;
  // Not compared with Object.prototype: a notebook's values come from another realm, which has its own.
  return Object.getPrototypeOf(prototype) === null && Object.keys(prototype).length === 0;
}

/**
 * What is wrong with the size of something that claims to be an expression, found without recursion: cycles and
 * nesting would exhaust the stack of a schema that refers to itself, before any check of its own.
 */
function sizeProblem(written: unknown): string | undefined {
  const open: { readonly value: object; readonly depth: number }[] = [];
  let parts = 0;
  const push = (value: unknown, depth: number): void => {
    if (typeof value === "object" && value !== null) open.push({ value, depth });
  };
  push(written, 0);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value } = next;
    if (++parts > maximumParts) return "has too many parts";
    if (Array.isArray(value)) {
      if (value.length > maximumItems) return `has a list of more than ${maximumItems} items`;
      for (const item of value as readonly unknown[]) push(item, next.depth);
      continue;
    }
    if (!isPlain(value)) return "is not plain JSON";
    // Zod passes over this key, and a key that nothing reads has no business here.
    if (Object.hasOwn(value, "__proto__")) return 'has a key "__proto__"';
    // Only what has an operator goes deeper in the schema; all else fails there at once.
    const depth = next.depth + ("op" in value ? 1 : 0);
    if (depth > maximumDepth) return `is nested more than ${maximumDepth} deep`;
    for (const inner of Object.values(value)) push(inner, depth);
  }
  return undefined;
}

const text = z.string().max(1000);
const day = z.string().refine((written) => !Number.isNaN(parseDay(written)), "is not a date like 2024-01-31");
const literal: z.ZodType<Literal> = z.union([z.number(), text, z.boolean(), z.strictObject({ date: day })]);
const texts = boundedList(text, maximumItems);

function areAscending(points: readonly number[]): boolean {
  return points.every((point, i) => i === 0 || point > (points[i - 1] as number));
}

const inner: z.ZodType<ExpressionNode> = z.lazy(() => node);
const node: z.ZodType<ExpressionNode> = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("column"), name: text }),
  z.strictObject({ op: z.literal("literal"), value: literal }),
  z.strictObject({ op: z.enum(["+", "-", "*", "/"]), left: inner, right: inner }),
  z.strictObject({ op: z.literal("days"), from: inner, to: inner }),
  z
    .strictObject({
      op: z.literal("cut"),
      of: inner,
      at: boundedList(z.number(), maximumItems - 1).refine(areAscending, "must be strictly ascending"),
      labels: texts.refine(areDistinct, "must be distinct"),
      closed: z.enum(["left", "right"]),
    })
    .refine(({ at, labels }) => labels.length === at.length + 1, {
      path: ["labels"],
      message: "must be one more than there are points",
    }),
  z
    .strictObject({
      op: z.literal("recode"),
      of: inner,
      from: texts.refine(areDistinct, "must be distinct"),
      to: texts,
      others: z.union([z.enum(["keep", "missing", "error"]), z.strictObject({ as: text })]),
    })
    .refine(({ from, to }) => from.length === to.length, {
      path: ["to"],
      message: 'must be as many as "from"',
    }),
  z.strictObject({ op: z.enum(["<", "<=", ">", ">=", "==", "!="]), left: inner, right: inner }),
  z.strictObject({ op: z.literal("in"), of: inner, values: boundedList(literal, maximumItems) }),
  z.strictObject({ op: z.enum(["and", "or"]), of: boundedList(inner, maximumItems) }),
  z.strictObject({ op: z.enum(["not", "missing"]), of: inner }),
]);

/** An expression as it travels. Whatever is given, the answer is a failure or an expression of bounded size. */
export const expressionSchema: z.ZodType<ExpressionNode> = z
  .unknown()
  .superRefine((written, context) => {
    const message = sizeProblem(written);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  })
  .pipe(node);
