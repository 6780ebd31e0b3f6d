import { describe, expect, it } from "vitest";
import { arithmetic, column, compare, days, type Expression } from "../data/index.ts";
import { parsePolicy, Withholding } from "../policy/index.ts";
import { type ColumnType, numeric } from "../table/index.ts";
import { requirePermitted } from "./permitted-expressions.ts";
import { expressionsIn } from "./table.ts";

const data = { database: "default", columns: null, derive: [], filter: null };
const since: Expression<"numeric"> = {
  node: {
    op: "days",
    from: { op: "literal", value: { date: "2020-01-08" } },
    to: { op: "column", name: "start" },
  },
};

function isPermitted(
  time: Expression,
  orders: "column" | "arithmetic" = "column",
  what: "orders" | "checked" = "orders",
): boolean {
  const used = [{ name: "time", expression: time.node }];
  const columns = { times: [numeric("time", { [what]: orders })] };
  const [ordered, checked] = [expressionsIn(columns, "orders"), expressionsIn(columns, "checked")];
  const typeOf = (name: string): ColumnType | undefined =>
    name === "time" ? undefined : name === "start" || name === "end" ? "date" : "numeric";
  try {
    const types = { stored: typeOf, read: typeOf };
    requirePermitted(parsePolicy(), data, used, { compared: [], ordered, checked, categories: [] }, types);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(Withholding);
    expect(error).toMatchObject({ code: "EXPRESSION_NOT_PERMITTED" });
    expect((error as Withholding).message).toContain(
      what === "orders" ? "times that are computed" : "weights, or an outcome of counts or proportions, that",
    );
    return false;
  }
}

describe("the times that put people in order", () => {
  it.each<[string, boolean, Expression]>([
    ["a column", true, column("days")],
    ["days between two dates", true, days("start", "end")],
    ["another unit", true, arithmetic("days", "/", 365.25)],
    ["another unit, twice", true, arithmetic(arithmetic(days("start", "end"), "/", 365.25), "*", 12)],
    ["days since a date of the asker's", false, since],
    ["a moved column", false, arithmetic("days", "-", 30)],
    ["a column turned round", false, arithmetic("days", "*", -1)],
    ["a quotient of columns", false, arithmetic("days", "/", column<"numeric">("age"))],
    ["a product of columns", false, arithmetic("days", "*", column<"numeric">("age"))],
    ["a moved column in another unit", false, arithmetic(arithmetic("days", "-", 30), "/", 12)],
  ])("may be of the data: %s", (_what, permitted, time) => {
    expect(isPermitted(time)).toBe(permitted);
  });

  it("are computed where a formula computes them", () => {
    expect(isPermitted(column("days"), "arithmetic")).toBe(false);
  });
});

describe("what is held to bounds", () => {
  it.each<[string, boolean, Expression]>([
    ["a column", true, column("days")],
    ["days between two dates", true, days("start", "end")],
    ["a condition", true, compare("age", ">=", 60)],
    ["another unit", false, arithmetic("days", "/", 365.25)],
    ["a moved column", false, arithmetic("days", "-", 30)],
    ["a sum of columns", false, arithmetic("days", "+", column<"numeric">("age"))],
  ])("may be of the data: %s", (_what, permitted, weights) => {
    expect(isPermitted(weights, "column", "checked")).toBe(permitted);
  });

  it("is computed where a formula computes it", () => {
    expect(isPermitted(column("days"), "arithmetic", "checked")).toBe(false);
  });
});
