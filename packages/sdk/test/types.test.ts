import {
  type Algorithm,
  type ColumnName,
  columnName,
  count,
  defineAlgorithm,
  defineStep,
  numeric,
} from "@konsil/core";
import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import {
  type ArgumentsFor,
  boolean,
  category,
  cut,
  date,
  days,
  localFederation,
  number,
} from "../src/index.ts";

interface Arguments {
  time: ColumnName<"numeric">;
  event: ColumnName<"boolean">;
  group?: ColumnName;
  others?: readonly ColumnName<"numeric">[];
  ties?: "efron" | "breslow";
  formula?: string;
}

const step = defineStep({
  name: "test.typed",
  arguments: z.strictObject({ time: z.string() }),
  columns: (args) => ({ time: numeric(args.time) }),
  output: { n: count() },
  run: (table) => ({ n: table.rows }),
});

const typed: Algorithm<Arguments, { n: number }> = defineAlgorithm({
  name: "test-typed",
  arguments: z.strictObject({
    time: columnName<"numeric">(),
    event: columnName<"boolean">(),
    group: columnName().optional(),
    others: z.array(columnName<"numeric">()).optional(),
    ties: z.enum(["efron", "breslow"]).optional(),
    formula: z.string().optional(),
  }) as unknown as z.ZodType<Arguments, Arguments>,
  steps: [step],
  central: async (args, { pool }) => ({ n: (await pool(step, { time: args.time })).n }),
});

describe("types", () => {
  it("know the columns that the data declare, and their types", async () => {
    const federation = await localFederation([
      {
        name: "s",
        rows: [{ days: 1, died: true, start: "2020-01-01", end: "2020-02-01", grade: "1" }],
        policy: "open",
        reason: "rows of a test",
      },
    ]);
    const patients = federation.data({
      columns: {
        days: number("days"),
        died: boolean(),
        start: date(),
        end: date(),
        grade: category(["1", "2"]),
      },
      derive: { stay: days("start", "end"), long: cut("days", [10]) },
    });
    type Fitted = Parameters<typeof patients.run<Arguments, { n: number }>>[1];
    expectTypeOf<Fitted["time"]>().toEqualTypeOf<"days" | "stay">();
    expectTypeOf<Fitted["event"]>().toEqualTypeOf<"died">();
    expectTypeOf<NonNullable<Fitted["group"]>>().toEqualTypeOf<
      "days" | "died" | "start" | "end" | "grade" | "stay" | "long"
    >();
    expectTypeOf<NonNullable<Fitted["others"]>>().toEqualTypeOf<readonly ("days" | "stay")[]>();
    expectTypeOf<NonNullable<Fitted["ties"]>>().toEqualTypeOf<"efron" | "breslow">();
    expectTypeOf<Fitted["formula"]>().toEqualTypeOf<string | undefined>();

    const result = await patients.run(typed, { time: "stay", event: "died", ties: "efron" });
    expectTypeOf(result.n).toEqualTypeOf<number>();
    expect(result.n).toBe(1);
  });

  it("take any name where nothing is declared", () => {
    expectTypeOf<ArgumentsFor<Arguments, Record<string, { type: "numeric" }>>["time"]>().toEqualTypeOf<
      ColumnName<"numeric">
    >();
  });
});
