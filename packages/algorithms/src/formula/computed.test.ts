import { describe, expect, it } from "vitest";
import type { VariableInfos } from "./coding.ts";
import { formulaColumns } from "./columns.ts";
import type { Formula, Response } from "./formula.ts";
import { parseFormula } from "./parse-formula.ts";
import { survivalColumns, valueColumns } from "./response.ts";

const infos: VariableInfos = {
  age: { type: "numeric" },
  er: { type: "numeric" },
  arm: { type: "category", levels: ["a", "b"] },
};

function computed(right: string): Readonly<Record<string, readonly string[]>> {
  const { numbers } = formulaColumns(parseFormula(`y ~ ${right}`), infos, "refuse");
  return Object.fromEntries(numbers.map(({ name, computed: forms = [] }) => [name, forms]));
}

describe("what a site is told of arithmetic", () => {
  it.each([
    ["age + arm:age", { age: [] }],
    ["I((age - 60) / 10) + I(2 * er - log(2) * age)", { age: [], er: [] }],
    ["log(age) + I(log(age))", { age: ["log(age)", "log(age)"] }],
    ["I(1 / (1 + (age - 60)^2))", { age: ["1/(1 + (age - 60)^2)"] }],
    ["I(age * er)", { age: ["age * er"], er: ["age * er"] }],
    ["I(10 / age) + offset(sqrt(er))", { age: ["10/age"], er: ["sqrt(er)"] }],
    ["age:er:arm", { age: ["age:er"], er: ["age:er"] }],
    ["age + I(age >= 60)", { age: [] }],
  ])("of %s", (right, forms) => {
    expect(computed(right)).toEqual(forms);
  });

  it("of an outcome", () => {
    const { response } = parseFormula("log(y + 1) ~ age");
    const { outcome } = valueColumns(response as Extract<Response, { kind: "value" }>);
    expect(outcome[0]?.computed).toEqual(["log(y + 1)"]);
  });

  it.each([
    ["days", "column"],
    ["days / 365.25", "column"],
    ["I(12 * days)", "column"],
    ["days / 1e-300", "arithmetic"],
    ["days - 30", "arithmetic"],
    ["-days", "arithmetic"],
    ["0 - days", "arithmetic"],
    ["days / age", "arithmetic"],
    ["100 - abs(age - 60)", "arithmetic"],
  ])("of the order of %s", (time, orders) => {
    const { response } = parseFormula(`Surv(${time}, event) ~ age`) as Formula;
    const { times } = survivalColumns(response as Extract<Response, { kind: "survival" }>);
    expect(times[0]?.orders).toBe(orders);
  });
});
