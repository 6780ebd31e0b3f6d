import { describe, expect, it } from "vitest";
import { arithmetic, column, compare, type Expression } from "../data/index.ts";
import { parsePolicy, Withholding } from "../policy/index.ts";
import { numeric } from "../table/index.ts";
import { Transforms } from "./transforms.ts";

const hospital = parsePolicy({ maximumTransforms: 2 });

type Asked = ReturnType<typeof numeric>;

function answers(
  transforms: Transforms,
  asked: readonly Asked[],
  derived: Readonly<Record<string, Expression>> = {},
  policy = hospital,
): boolean {
  const derive = Object.entries(derived).map(([name, { node }]) => ({ name, expression: node }));
  const filter = asked.length % 2 === 0 ? null : compare("age", ">=", 60).node;
  try {
    const data = { database: "default", columns: null, derive, filter };
    transforms.admit(policy, { columns: { x: asked }, data, source: "default" })();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(Withholding);
    expect(error).toMatchObject({ code: "EXPRESSION_NOT_PERMITTED", abstains: false });
    expect((error as Withholding).message).toContain('2 forms of arithmetic on "age"');
    return false;
  }
}

const form = (text: string): Asked => numeric("age", { computed: [text] });

describe("forms of arithmetic on one column", () => {
  it("are few over all analyses, whatever the rows, and those that were answered stay so", () => {
    const transforms = new Transforms();
    expect(answers(transforms, [form("log(age)")])).toBe(true);
    expect(answers(transforms, [form("age^2"), numeric("er")])).toBe(true);
    expect(answers(transforms, [form("age^3")])).toBe(false);
    expect(answers(transforms, [form("age^3"), numeric("er")])).toBe(false);
    expect(answers(transforms, [form("log(age)")])).toBe(true);
    expect(answers(transforms, [numeric("age")])).toBe(true);
    expect(answers(transforms, [numeric("er", { computed: ["log(er)"] })])).toBe(true);
  });

  it("count for each column of a derived one, under whatever name, and where it is refused not at all", () => {
    const transforms = new Transforms();
    const power = (name: string, by: string) => ({
      [name]: arithmetic("age", "*", column<"numeric">(by)),
    });
    expect(answers(transforms, [form("a"), form("b"), form("c")])).toBe(false);
    expect(answers(transforms, [numeric("a")], power("a", "age"))).toBe(true);
    expect(answers(transforms, [numeric("b")], power("b", "er"))).toBe(true);
    expect(answers(transforms, [numeric("c")], power("c", "nodes"))).toBe(false);
    expect(answers(transforms, [numeric("a", { computed: ["log(a)"] })], power("a", "age"))).toBe(false);
  });

  it("are none where a column is moved and scaled, and count where arithmetic has this as its column", () => {
    const transforms = new Transforms();
    const moved = (by: number) => ({
      far: arithmetic("age", "-", by),
      scaled: arithmetic("far", "/", 10),
    });
    for (let by = 0; by < 9; by++) expect(answers(transforms, [numeric("scaled")], moved(by))).toBe(true);
    const hill = numeric("scaled", { computed: ["1/(1 + scaled^2)"] });
    expect([40, 50, 60].map((by) => answers(transforms, [hill], moved(by)))).toEqual([true, true, false]);
  });

  it("are not what is added up of a column besides its products, which is remembered", () => {
    const transforms = new Transforms();
    const asked = (text: string) => numeric("age", { added: [text] });
    for (const text of ["a", "b", "c"]) expect(answers(transforms, [asked(text)])).toBe(true);
    expect(answers(transforms, [form("log(age)"), form("age^2")])).toBe(true);
    const data = { database: "default", columns: null, derive: [], filter: null };
    const told = transforms.formsOf({ columns: { x: numeric("age") }, data, source: "default" });
    expect(told(["age"])).toEqual({ forms: 2, added: 3 });
    expect(told(["er"])).toEqual({ forms: 0, added: 0 });
  });

  it("are without number under the open policy", () => {
    const open = parsePolicy("open", "numbers made up by a test");
    const transforms = new Transforms();
    for (let by = 0; by < 50; by++)
      expect(answers(transforms, [form(`(age - ${by})^2`)], {}, open)).toBe(true);
  });
});
