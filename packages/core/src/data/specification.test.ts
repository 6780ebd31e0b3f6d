import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expressions, types } from "../../test/expressions.ts";
import { decodeJson, encodeJson } from "../encoding/index.ts";
import { boolean, category, date, number } from "../table/index.ts";
import { and, arithmetic, column, compare, cut, days, type Expression, isMissing } from "./expression.ts";
import { type DataDeclaration, dataSpecificationSchema, defineData } from "./specification.ts";

const columns = {
  age: number("years"),
  dead: boolean(),
  stage: category(["I", "II"]),
  start: date(),
  end: date(),
};

describe("defineData", () => {
  it("takes the default database and the columns as they are", () => {
    expect(defineData({})).toEqual({ database: "default", columns: null, derive: [], filter: null });
  });

  it("permits derived columns that rest on later ones, and the column that names the site", () => {
    const { derive } = defineData({
      columns,
      derive: {
        months: arithmetic("time", "/", 30.4375),
        time: days("start", "end"),
        home: compare("site", "==", "A"),
      },
      filter: and(compare("months", ">", 6), compare("site", "!=", "B")),
    });
    expect(derive.map(({ name }) => name)).toEqual(["months", "time", "home"]);
  });

  it.each<[string, DataDeclaration, string, string]>([
    [
      "a column that is not declared",
      { columns, filter: compare("agee", ">", 1) },
      "COLUMN_UNKNOWN",
      'Column "agee" is not among the columns that the data declare. Did you mean "age"?',
    ],
    [
      "a name that objects have",
      { columns, filter: isMissing("constructor") },
      "COLUMN_UNKNOWN",
      'Column "constructor" is not',
    ],
    [
      "an unknown column in a derived one",
      { columns, derive: { time: days("start", "stop") } },
      "COLUMN_UNKNOWN",
      'Column "stop" is not',
    ],
    [
      "types that do not fit",
      { columns, derive: { time: days("start", "age") } },
      "EXPRESSION_INVALID",
      'days() needs two dates; "age" is numeric.',
    ],
    [
      "types that do not fit through a derived column",
      { columns, derive: { young: cut("age", [40]) }, filter: compare("young", "<", 3) },
      "EXPRESSION_INVALID",
      '"young" is a category',
    ],
    [
      "types that cannot fit in columns that nobody knows",
      { derive: { young: cut("age", [40]), sum: arithmetic("young", "+", 1) } },
      "EXPRESSION_INVALID",
      '"young" is a category',
    ],
    [
      "a filter that is no comparison",
      { columns, filter: column("age") },
      "EXPRESSION_INVALID",
      "The filter is numeric. It must be a comparison",
    ],
    [
      "a derived column with a declared one's name",
      { columns, derive: { age: cut("age", [40]) } },
      "EXPRESSION_INVALID",
      'The derived column "age" has the name of a declared one.',
    ],
    [
      "derived columns in a circle",
      { derive: { a: arithmetic("b", "+", 1), b: arithmetic("a", "+", 1) } },
      "EXPRESSION_INVALID",
      'The derived column "a" depends on itself.',
    ],
    [
      "cut points that fall",
      { derive: { young: cut("age", [60, 40]) } },
      "EXPRESSION_INVALID",
      'The derived column "young" is not an expression: "at" must be strictly ascending.',
    ],
    [
      "levels that repeat",
      { columns: { stage: category(["I", "I"]) } },
      "ARGUMENT_INVALID",
      "must be distinct",
    ],
    [
      "what is no expression",
      { filter: "age > 5" as unknown as Expression<"boolean"> },
      "EXPRESSION_INVALID",
      "The filter is not an expression",
    ],
  ])("refuses %s", (_what, declaration, code, message) => {
    expect(() => defineData(declaration)).toThrow(
      expect.objectContaining({ name: "ArgumentError", code, message: expect.stringContaining(message) }),
    );
  });

  it("types each derived column once, however many rest on it", () => {
    const derive: Record<string, Expression> = { d0: arithmetic("x", "+", 1) };
    for (let i = 1; i < 100; i++) derive[`d${i}`] = arithmetic(`d${i - 1}`, "+", column(`d${i - 1}`));
    // Backwards, so that the first that is typed rests on all others.
    const backwards = Object.fromEntries(Object.entries(derive).reverse());
    expect(defineData({ derive: backwards }).derive).toHaveLength(100);
  });

  it("follows as long a chain of as deep expressions as can travel", () => {
    const deep = (of: string): Expression => {
      let sum: Expression = column(of);
      for (let i = 1; i < 32; i++) sum = arithmetic(sum, "+", 1);
      return sum;
    };
    const derive = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`d${i}`, deep(`d${i + 1}`)]));
    expect(defineData({ derive }).derive).toHaveLength(500);
    expect(() => defineData({ derive: { ...derive, one: deep("x") } })).toThrow("has more than 500 items");
  });

  it("comes back from JSON as it was", () => {
    const declared = Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { type }]));
    fc.assert(
      fc.property(expressions("category", 3), expressions("boolean", 3), (derived, filter) => {
        const data = defineData({
          columns: declared,
          derive: { derived: { node: derived } },
          filter: { node: filter },
        });
        expect(dataSpecificationSchema.parse(decodeJson(encodeJson(data)))).toEqual(data);
      }),
      { seed: 11 },
    );
  });
});

describe("dataSpecificationSchema", () => {
  const plain = { database: "default", columns: null, derive: [], filter: null };
  const x = { op: "column", name: "x" };
  // As long as a list can say that it is, in no memory.
  const holes: unknown[] = [];
  holes.length = 2 ** 32 - 1;
  const twice = [
    { name: "a", expression: x },
    { name: "a", expression: x },
  ];
  it.each<[string, unknown]>([
    ["a missing field", { database: "default", columns: null, derive: [] }],
    ["an unknown field", { ...plain, sql: "DROP TABLE" }],
    ["an empty label", { ...plain, database: "" }],
    ["a column __proto__", { ...plain, columns: JSON.parse('{"__proto__":{"type":"numeric"}}') }],
    ["a derived column __proto__", { ...plain, derive: [{ name: "__proto__", expression: x }] }],
    ["a derived column twice", { ...plain, derive: twice }],
    ["a type that does not exist", { ...plain, columns: { x: { type: "text" } } }],
    ["levels of a number", { ...plain, columns: { x: { type: "numeric", levels: ["1"] } } }],
    ["levels twice", { ...plain, columns: { x: { type: "category", levels: ["I", "I"] } } }],
    ["levels without end", { ...plain, columns: { x: { type: "category", levels: holes } } }],
    ["derived columns without end", { ...plain, derive: holes }],
  ])("refuses %s", (_what, written) => {
    expect(dataSpecificationSchema.safeParse(written).success).toBe(false);
  });
});
