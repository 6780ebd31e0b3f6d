import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { expressions } from "../../test/expressions.ts";
import { type AnyAlgorithm, defineAlgorithm } from "../algorithm/index.ts";
import {
  and,
  arithmetic,
  column,
  compare,
  cut,
  type DataSpecification,
  days,
  defineData,
  type Expression,
  type ExpressionNode,
  isIn,
  isMissing,
  not,
  or,
  recode,
} from "../data/index.ts";
import { encodeJson } from "../encoding/index.ts";
import { type Policy, parsePolicy } from "../policy/index.ts";
import { count, distribution, flags, levels, maskedCounts } from "../statistics/index.ts";
import { defineStep } from "../step/index.ts";
import { category, markMissing, numeric, type Row, rowsSource, variable } from "../table/index.ts";
import { type Reply, readReply } from "./message.ts";
import { createSite } from "./site.ts";

const people = defineStep({
  name: "test.people",
  arguments: z.strictObject({ columns: z.array(z.string()) }),
  columns: (args) => ({ columns: args.columns.map((name) => variable(name)) }),
  output: { n: count() },
  run: (table) => ({ n: table.rows }),
});

const types = defineStep({
  name: "test.types",
  arguments: z.strictObject({ columns: z.array(z.string()) }),
  columns: (args) => ({ columns: args.columns.map((name) => variable(name)) }),
  dimensions: (args) => ({ column: args.columns }),
  output: { present: flags(["column"]) },
  run: (table) => ({ present: table.columns.map(() => true) }),
});

/** The levels of the first column, over the rows that have all. */
const named = defineStep({
  name: "test.named",
  arguments: z.strictObject({ columns: z.array(z.string()) }),
  columns: ({ columns: [first = "", ...others] }) => ({
    first: category(first),
    others: others.map((name) => variable(name)),
  }),
  dimensions: () => ({ column: ["first"] }),
  output: { levels: levels(["column"]) },
  run: ({ first }) => ({
    levels: [
      {
        levels: first.levels,
        people: first.levels.map((_, i) => first.codes.filter((code) => code === i).length),
      },
    ],
  }),
});

/** How many lack each column. */
const gaps = defineStep({
  name: "test.gaps",
  arguments: z.strictObject({ columns: z.array(z.string()) }),
  columns: (args) => ({ columns: args.columns.map((name) => variable(name, { missing: "keep" })) }),
  leavesOut: { lacking: [], kept: ["columns"], unlisted: [] },
  dimensions: (args) => ({ column: args.columns }),
  output: { missing: maskedCounts(["column"], { each: ["column"] }) },
  run: (table) => ({
    missing: table.columns.map((held) => {
      const marks = new Uint8Array(table.rows);
      markMissing(held, marks);
      return marks.reduce((sum, mark) => sum + mark, 0);
    }),
  }),
});

const times = defineStep({
  name: "test.times",
  arguments: z.strictObject({ columns: z.array(z.string()) }),
  columns: (args) => ({ time: numeric(args.columns[0] as string) }),
  dimensions: () => ({ one: ["all"] }),
  output: { times: distribution({ axis: "time", by: ["one"], streams: ["event"] }) },
  run: (table) => ({
    times: { at: table.time, stream: new Uint8Array(table.rows), cell: new Uint8Array(table.rows) },
  }),
});

const algorithm: AnyAlgorithm = defineAlgorithm({
  name: "test-people",
  arguments: z.strictObject({}),
  steps: [people, types, named, gaps, times],
  central: async () => ({}),
});

const day = (i: number): string => new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10);

/** Ages 20 to 119, one person each; stages of 50, 40, 7 and 3 people; 4 rows without x and 8 without y, 2 of them the same. */
const rows: readonly Row[] = Array.from({ length: 100 }, (_, i) => ({
  age: 20 + i,
  sex: i % 2 === 0,
  odd: i < 3,
  stage: i < 50 ? "I" : i < 90 ? "II" : i < 97 ? "III" : "IV",
  code: i < 50 ? 1 : i < 97 ? 2 : 3,
  x: i < 4 ? null : i,
  y: i >= 2 && i < 10 ? null : i,
  start: day(i),
  end: day(3 * i),
  tie: i < 3 ? 20 + i : 0,
}));

function siteOf(policy: Policy, own: readonly Row[] = rows) {
  const defects: unknown[] = [];
  const site = createSite({
    name: "oslo",
    databases: { default: rowsSource(own) },
    policy,
    algorithms: [algorithm],
    onDefect: (error) => defects.push(error),
  });
  const ask = async (
    data: Partial<DataSpecification>,
    columns: readonly string[] = ["stage"],
    step = "test.people",
  ): Promise<Reply> => {
    const request = {
      format: "konsil.request/1",
      analysis: "a",
      round: "r",
      algorithm: { name: "test-people", version: 1 },
      step: { name: step, version: 1 },
      arguments: { columns },
      data: { ...defineData({}), ...data },
      roster: ["oslo", "leeds", "tartu"],
      policy: {},
    };
    const reply = readReply(await site.answer(encodeJson(request)));
    if (reply === undefined) throw new Error("the reply cannot be read");
    return reply;
  };
  return { ask, defects };
}

const hospital = parsePolicy();
const open = parsePolicy("open", "rows made up by a test");
const code = (reply: Reply): string => (reply.ok ? "answers" : reply.code);
const derived = (expression: Expression): Partial<DataSpecification> => ({
  derive: [{ name: "d", expression: expression.node }],
});

const col = (name: string): ExpressionNode => ({ op: "column", name });
const lit = (value: number): ExpressionNode => ({ op: "literal", value });
/** Days from a day that the researcher chose. */
const daysSince = (date: string): Expression<"numeric"> => ({
  node: { op: "days", from: { op: "literal", value: { date } }, to: col("start") },
});

const shifted = arithmetic("age", "+", 1);

describe("filters and derived columns under a policy", () => {
  it.each<[string, Expression]>([
    ["a point off the lattice", compare("age", ">=", 61)],
    ["a point beside the lattice", compare("age", ">=", 60.000000000000007)],
    [">", compare("age", ">", 60)],
    ["<=", compare("age", "<=", 60)],
    ["a constant before <", { node: { op: "<", left: lit(60), right: col("age") } }],
    ["== for a number", compare("age", "==", 60)],
    ["!= for a number", compare("age", "!=", 60)],
    ["in for a number", isIn("age", [60])],
    ["a day off the lattice", compare("start", ">=", { date: "2020-01-02" })],
    ["== for a date", compare("start", "==", { date: "2020-01-01" })],
    ["arithmetic in a comparison", compare(shifted, ">=", 60)],
    ["arithmetic on both sides", compare(shifted, ">=", arithmetic("age", "-", 1))],
    ["a sum of constants", compare("age", ">=", { node: { op: "+", left: lit(60), right: lit(1) } })],
    ["arithmetic in isMissing()", not(isMissing(arithmetic(shifted, "/", column("code"))))],
    ["two constants", { node: { op: "<", left: lit(1), right: lit(2) } }],
    ["days since a day of the researcher's", compare(daysSince("2020-01-08"), ">=", 30)],
    ["days() off the lattice", compare(days("start", "end"), ">=", 31)],
    ["days() compared with days()", compare(days("start", "end"), "<", days("end", "start"))],
    ["a comparison of conditions", compare(compare("age", ">=", 60), "!=", compare("age", ">=", 80))],
    [
      "a comparison of recoded conditions",
      compare(recode(compare("age", ">=", 60), { TRUE: "old" }, { others: { as: "young" } }), "==", "old"),
    ],
    ["cut() off the lattice", compare(cut("age", [41]), "==", "<41")],
    ["cut() closed right", compare(cut("age", [40], { closed: "right" }), "==", "≤40")],
    ["cut() of arithmetic", compare(cut(shifted, [40]), "==", "<40")],
    ["recode() of arithmetic", compare(recode(shifted, { "41": "a" }, { others: "keep" }), "==", "a")],
    ["more than thirty conditions", or(...Array.from({ length: 31 }, () => compare("age", ">=", 60)))],
  ])("refuse %s, in a filter and in a derived column", async (_what, expression) => {
    const filter = expression as Expression<"boolean">;
    for (const data of [{ filter: filter.node }, derived(and(filter))] as Partial<DataSpecification>[]) {
      const reply = await siteOf(hospital).ask(data, [data.filter === undefined ? "d" : "stage"]);
      expect(reply).toMatchObject({ code: "EXPRESSION_NOT_PERMITTED", abstains: false });
    }
    // Without the rule, all of these tell people apart.
    expect(code(await siteOf(open).ask({ filter: filter.node }))).toBe("answers");
  });

  it.each<[string, Expression]>([
    ["a comparison", shifted],
    ["a second derivation", column("c")],
  ])("see through derived columns: %s", async (_what, inner) => {
    const derive = [
      { name: "c", expression: shifted.node },
      { name: "d", expression: inner.node },
    ];
    const filter = compare("d", ">=", 60).node;
    expect(code(await siteOf(hospital).ask({ derive, filter }))).toBe("EXPRESSION_NOT_PERMITTED");
    const another = derived(column("age"));
    expect(code(await siteOf(hospital).ask({ ...another, filter }))).toBe("answers");
  });

  it("keep to the lattices of the policy, by the name that the database has", async () => {
    const own = parsePolicy({ lattices: { age: 7, d: 1, start: "month" }, resolution: 50 });
    const { ask } = siteOf(own);
    const at = async (expression: Expression, derive: Partial<DataSpecification> = {}) =>
      code(await ask({ ...derive, filter: expression.node }));
    expect(await at(compare("age", ">=", 63))).toBe("answers");
    expect(await at(compare("age", ">=", 60))).toBe("EXPRESSION_NOT_PERMITTED");
    expect(await at(compare("d", ">=", 61), derived(column("age")))).toBe("EXPRESSION_NOT_PERMITTED");
    expect(await at(compare("start", "<", { date: "2020-02-01" }))).toBe("answers");
    expect(await at(compare("start", "<", { date: "2020-02-02" }))).toBe("EXPRESSION_NOT_PERMITTED");
    expect(await at(compare(days("start", "end"), "<", 50))).toBe("answers");
    expect(await at(compare(days("start", "end"), "<", 60))).toBe("EXPRESSION_NOT_PERMITTED");
  });

  it("leave no row without a value by arithmetic of the researcher's choice", async () => {
    const overflow = Array.from({ length: 20 }, () => 1e100).reduce<Expression<"numeric">>(
      (all, factor) => arithmetic(all, "*", factor),
      column<"numeric">("age"),
    );
    const { ask } = siteOf(hospital);
    for (const expression of [
      arithmetic("age", "/", arithmetic("age", "-", 61)),
      arithmetic("age", "*", 1e308),
      arithmetic("age", "/", arithmetic(arithmetic("age", "*", 1e-200), "*", 1e-123)),
      arithmetic("age", "/", daysSince("2020-01-08")),
      overflow,
    ])
      expect(code(await ask(derived(expression), ["d"]))).toBe("EXPRESSION_NOT_PERMITTED");
    const bmi = arithmetic("age", "/", arithmetic("code", "*", column("code")));
    for (const expression of [bmi, arithmetic("age", "/", 365.25), arithmetic("age", "-", column("code"))])
      expect(code(await ask(derived(expression), ["d"]))).toBe("answers");
  });

  it.each([5, 10, 11])(
    "abstain where a filter, or a part of it, leaves out 1…k−1 rows, k = %i",
    async (k) => {
      // Fewer than k are younger than 20 + k − 1, in fives.
      const { ask } = siteOf(parsePolicy({ minimumCell: k, lattices: { age: 1 } }));
      const at = async (...parts: Expression<"boolean">[]) =>
        code(await ask({ filter: and(...parts).node }, []));
      const older = (by: number) => compare("age", ">=", 20 + by);
      expect(await at(older(k))).toBe("answers");
      expect(await at(older(k - 1))).toBe("DIFFERENCE_TOO_SMALL");
      const sex = compare("sex", "==", true);
      expect(await at(sex, older(2 * k))).toBe("answers");
      // Given the other part, half of these are left.
      expect(await at(sex, older(2 * k - 2))).toBe("DIFFERENCE_TOO_SMALL");
      // Said twice, in two ways, or turned around.
      expect(await at(sex, older(2 * k - 2), not(compare("age", "<", 20 + 2 * k - 2)))).toBe(
        "DIFFERENCE_TOO_SMALL",
      );
      expect(await at(not(or(not(sex), not(older(2 * k - 2)))))).toBe("DIFFERENCE_TOO_SMALL");
      // Added to by an or.
      expect(await at(or(sex, compare("age", "<", 20 + 2 * k - 2)))).toBe("DIFFERENCE_TOO_SMALL");
      expect(await at(or(sex, compare("age", "<", 20 + 2 * k)))).toBe("answers");
    },
  );

  it.each<[string, Expression]>([
    ["a rare level", isIn("stage", ["I", "IV"])],
    ["all levels but a rare one", isIn("stage", ["I", "II", "III"])],
    ["all levels but a rare one, by !=", compare("stage", "!=", "IV")],
    ["a recoded rare level", compare(recode("stage", { IV: "III" }, { others: "keep" }), "==", "III")],
    ["a recoded rare number", compare(recode("code", { "3": "x" }, { others: "keep" }), "==", "2")],
    ["a rare yes", column<"boolean">("odd")],
    ["a rare no", not(column<"boolean">("odd"))],
    ["two columns that are equal in few rows", compare("age", ">=", column("tie"))],
    ["those without a value", not(isMissing("x"))],
  ])("abstain for %s", async (_what, expression) => {
    const filter = or(expression as Expression<"boolean">, compare("age", "<", 70));
    for (const node of [filter.node, expression.node]) {
      const reply = await siteOf(hospital).ask({ filter: node });
      expect(["DIFFERENCE_TOO_SMALL", "ROWS_TOO_FEW"]).toContain(code(reply));
      expect(reply).toMatchObject({ abstains: true });
    }
    expect(code(await siteOf(open).ask({ filter: filter.node }))).toBe("answers");
  });

  it("judge derived groups and conditions among the rows that the filter keeps", async () => {
    const { ask } = siteOf(hospital);
    const merged = derived(recode("stage", { III: "late", II: "late" }, { others: "keep" }));
    expect(code(await ask(merged, ["d"]))).toBe("answers");
    // Of stage III, two and then five are left.
    const until = (age: number) => ({ filter: compare("age", "<", age).node });
    const narrow = siteOf(parsePolicy({ lattices: { age: 1 } }));
    expect(code(await narrow.ask({ ...merged, ...until(112) }, ["d"]))).toBe("DIFFERENCE_TOO_SMALL");
    expect(code(await narrow.ask({ ...merged, ...until(115) }, ["d"]))).toBe("answers");
    const late = (from: number) =>
      derived(or(isIn("stage", ["III"]), and(compare("age", ">=", 20), compare("age", ">=", from))));
    expect(code(await ask(late(110), ["d"]))).toBe("DIFFERENCE_TOO_SMALL");
    expect(code(await ask(late(100), ["d"]))).toBe("answers");
  });

  it.each([
    ["a strict comparison", compare("age", ">", 60)],
    ["a number by its value", compare("age", "==", 60)],
    ["arithmetic", compare(arithmetic("age", "+", 1), ">=", 60)],
  ])("name the setting in the refusal of %s", async (_what, filter) => {
    const reply = await siteOf(hospital).ask({ filter: filter.node });
    expect(reply).toMatchObject({
      code: "EXPRESSION_NOT_PERMITTED",
      message: expect.stringContaining("(lattices)") as string,
    });
  });

  it.each<[string, Expression<"boolean">, RegExp]>([
    [
      "a date",
      compare("start", "==", { date: "2020-01-01" }),
      /"start", which is a date .*Compare it with >= or <\.$/,
    ],
    [
      "days",
      isIn(days("start", "end"), [30]),
      /days\(\), which is a number .*>= or <, or make groups with cut\(\)\.$/,
    ],
    [
      "a number",
      compare("age", "==", 60),
      /or declare the column in data\(\{ columns \}\) as category\(\) or boolean/,
    ],
  ])("advise what can be done instead of naming the value of %s", async (_what, filter, words) => {
    const reply = await siteOf(hospital).ask({ filter: filter.node });
    expect(reply).toMatchObject({ message: expect.stringMatching(words) as string });
  });

  it("say nothing of the data in a message", async () => {
    const { ask } = siteOf(hospital);
    const messages: string[] = [];
    for (const filter of [compare("age", ">=", 61), isIn("stage", ["I", "IV"]), compare("age", ">=", 25)]) {
      const reply = await ask({ filter: filter.node });
      if (!reply.ok) messages.push(reply.message);
    }
    expect(messages).toEqual([
      'The policy of {site} does not permit comparing "age" with, or cutting it at, this point. Its points are multiples of 5 (lattices.age).',
      expect.stringMatching(/abstains: an expression names a level.*minimumCell 5\)\. Leave/) as string,
    ]);
  });
});

describe("a condition that is spelled otherwise", () => {
  const lit01 = (value: boolean): ExpressionNode => ({ op: "literal", value });
  const yes = (left: ExpressionNode): ExpressionNode => ({ op: "==", left, right: lit01(true) });
  const all = (...of: ExpressionNode[]): ExpressionNode => ({ op: "and", of });
  const any = (...of: ExpressionNode[]): ExpressionNode => ({ op: "or", of });
  const no = (of: ExpressionNode): ExpressionNode => ({ op: "not", of });
  const recoded = (of: ExpressionNode): ExpressionNode => ({
    op: "recode",
    of,
    from: ["TRUE", "FALSE"],
    to: ["in", "out"],
    others: "missing",
  });
  const old = compare("age", ">=", 60).node;
  /** The two men of 115 years and more, of the 30 of 60 and more. */
  const few = all(compare("age", ">=", 115).node, compare("sex", "==", true).node);
  const without = all(old, no(few));

  it.each<[string, ExpressionNode]>([
    ["as it is", without],
    ["compared with true", yes(without)],
    ["true compared with it, twice", yes({ op: "!=", left: lit01(false), right: yes(without) })],
    ["recoded", recoded(without)],
    ["recoded, within a comparison", recoded(yes(without))],
    ["recoded twice", recode({ node: recoded(without) }, { in: "a" }, { others: { as: "b" } }).node],
    ["by De Morgan", no(any(no(old), few))],
    ["said twice, so that two parts fail together", all(any(without, without), any(without, without))],
    ["said twice the other way", any(all(without, no(few)), all(without, yes(without)))],
    [
      "multiplied out",
      any(all(old, no(few.op === "and" ? (few.of[0] as ExpressionNode) : few)), all(old, no(few))),
    ],
  ])("tells as little: %s", async (_what, node) => {
    const { ask } = siteOf(hospital);
    expect(code(await ask({ derive: [{ name: "d", expression: old }] }, ["d"]))).toBe("answers");
    expect(code(await ask({ derive: [{ name: "d", expression: node }] }, ["d"]))).toBe(
      "DIFFERENCE_TOO_SMALL",
    );
    const inner = [
      { name: "c", expression: without },
      { name: "d", expression: { op: "column", name: "c" } as const },
    ];
    expect(code(await ask({ derive: inner }, ["d"]))).toBe("DIFFERENCE_TOO_SMALL");
    if (node.op !== "recode") expect(code(await ask({ filter: node }))).toBe("DIFFERENCE_TOO_SMALL");
  });

  const singles = [
    compare("age", ">=", 40),
    compare("age", ">=", 95),
    compare("age", "<", 105),
    column<"boolean">("sex"),
    isIn("stage", ["I", "II"]),
    not(isMissing("y")),
    compare("y", ">=", 50),
  ].map(({ node }) => node);
  const conditions = (depth: number): fc.Arbitrary<ExpressionNode> => {
    const single = fc.constantFrom(...singles);
    if (depth === 0) return single;
    const parts = fc.array(conditions(depth - 1), { minLength: 2, maxLength: 3 });
    return fc.oneof(
      single,
      parts.map((of) => all(...of)),
      parts.map((of) => any(...of)),
      conditions(depth - 1).map(no),
    );
  };
  /** The same, written otherwise: a number chooses how, at each part. */
  const respelled = (node: ExpressionNode, choose: () => number): ExpressionNode => {
    const inner = (of: ExpressionNode): ExpressionNode => respelled(of, choose);
    const turned = (of: readonly ExpressionNode[]): ExpressionNode[] => {
      const parts = of.map(inner);
      return choose() % 2 === 0 ? parts : parts.reverse();
    };
    const same =
      node.op === "and" || node.op === "or"
        ? { ...node, of: turned(node.of) }
        : node.op === "not"
          ? no(inner(node.of))
          : node;
    switch (choose() % 9) {
      case 0:
        return no(no(same));
      case 1:
        return yes(same);
      case 2:
        return { op: "!=", left: lit01(false), right: same };
      case 3:
        return { op: "==", left: no(same), right: lit01(false) };
      case 4:
        return all(any(same, same), any(same, same));
      case 5:
        return any(same, all(same, same));
      case 6: {
        if (same.op !== "and" && same.op !== "or") return same;
        return no({ op: same.op === "and" ? "or" : "and", of: same.of.map(no) });
      }
      case 7: {
        // a and (b or c) is a and b, or a and c.
        const [first, second] = same.op === "and" ? same.of : [];
        if (same.op !== "and" || first === undefined || second?.op !== "or") return same;
        return all(any(...second.of.map((part) => all(first, part))), ...same.of.slice(2));
      }
      default:
        return same;
    }
  };

  it("is judged alike, in a filter and in a derived column", async () => {
    const codes = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        conditions(2),
        fc.infiniteStream(fc.nat(1000)),
        fc.constantFrom(3, 5, 11),
        async (node, numbers, minimumCell) => {
          const other = respelled(node, () => numbers.next().value as number);
          const { ask } = siteOf(parsePolicy({ minimumCell, fewIncomplete: "permit" }));
          const judged = async (written: ExpressionNode) => [
            code(await ask({ filter: written })),
            code(await ask({ derive: [{ name: "d", expression: written }] }, ["d"])),
          ];
          const [one, two] = [await judged(node), await judged(other)];
          // Whoever says a condition more than thirty times is told so.
          if (two.includes("EXPRESSION_NOT_PERMITTED")) return;
          expect(two).toEqual(one);
          for (const found of one) codes.set(found, (codes.get(found) ?? 0) + 1);
        },
      ),
      { seed: 11, numRuns: 600 },
    );
    expect(codes.get("answers")).toBeGreaterThan(100);
    expect(codes.get("DIFFERENCE_TOO_SMALL")).toBeGreaterThan(100);
  });

  it("is refused where conditions are put together by nothing that is known", async () => {
    const { ask } = siteOf(hospital);
    for (const expression of [
      { op: "in", of: recoded(without), values: ["in"] },
      { op: "==", left: recoded(without), right: { op: "literal", value: "in" } },
      { op: "==", left: without, right: col("sex") },
      { op: "missing", of: without },
    ] as ExpressionNode[])
      for (const data of [{ filter: expression }, { derive: [{ name: "d", expression }] }])
        expect(code(await ask(data, ["derive" in data ? "d" : "stage"]))).toBe("EXPRESSION_NOT_PERMITTED");
  });
});

describe("numbers whose values are levels", () => {
  const asCategory = (name: string) => ({
    columns: { [name]: { type: "category" }, stage: { type: "category" } } as const,
  });
  /** Ages of 60 to 79: five people and more of each, but one of 67. */
  const aged: readonly Row[] = Array.from({ length: 200 }, (_, i) => {
    const age = i === 0 ? 67 : 60 + (i % 20);
    return { age: age === 67 && i > 0 ? 68 : age, stage: i % 2 === 0 ? "I" : "II" };
  });

  it.each<[string, Partial<DataSpecification>, readonly string[], string]>([
    ["a step's category", {}, ["age"], "test.named"],
    ["that of a column by another name", derived(column("age")), ["d"], "test.named"],
    ["that of a number that is computed", derived(arithmetic("age", "*", 1)), ["d"], "test.named"],
    ["a declared category", asCategory("age"), ["age"], "test.people"],
    [
      "a level in a filter",
      { ...asCategory("age"), filter: isIn("age", ["65", "66"]).node },
      ["stage"],
      "test.people",
    ],
    ["a recoded level", derived(recode("age", { "65": "a" }, { others: "keep" })), ["d"], "test.people"],
  ])("are refused where they tell more than filters: %s", async (_what, data, columns, step) => {
    const reply = await siteOf(hospital, aged).ask(data, columns, step);
    expect(reply).toMatchObject({ code: "EXPRESSION_NOT_PERMITTED", abstains: false });
    expect(code(await siteOf(open, aged).ask(data, columns, step))).toBe("answers");
    // Whoever may filter at each age may name each.
    const single = siteOf(parsePolicy({ lattices: { age: 1 } }), aged);
    if (!columns.includes("d")) expect(code(await single.ask(data, columns, step))).toBe("answers");
  });

  it("are refused in the same words, whoever has the rare values", async () => {
    const words = async (own: readonly Row[]): Promise<string> => {
      const reply = await siteOf(hospital, own).ask({}, ["age"], "test.named");
      return reply.ok ? "" : reply.message;
    };
    const spread = aged.map((row, i) => ({ ...row, age: 20 + (i % 100) }));
    expect(await words(aged)).toContain('"age"');
    expect(await words(spread)).toBe(await words(aged));
    expect(await words(aged)).not.toMatch(/\b67\b/);
  });

  const coded = (...people: readonly (readonly [value: number, people: number])[]): readonly Row[] =>
    people.flatMap(([value, n]) => Array.from({ length: n }, () => ({ code: value })));

  it.each<[string, readonly Row[], boolean]>([
    ["few codes, one of them rare", coded([0, 30], [1, 40], [2, 1]), true],
    ["no or yes", coded([0, 40], [1, 60]), true],
    ["codes on both sides of a point, each of enough people", coded([1, 20], [4, 9], [5, 12], [6, 5]), true],
    ["and one of them rare", coded([1, 20], [4, 9], [5, 12], [6, 4]), false],
    ["each between two points of its own, however rare", coded([50, 3], [60, 20], [70, 1], [80, 30]), true],
    ["years, each of enough people", coded([1999, 5], [2000, 6], [2001, 7], [2002, 8]), true],
  ])("may be %s", async (_what, own, permitted) => {
    const reply = await siteOf(hospital, own).ask({}, ["code"], "test.named");
    expect(code(reply)).toBe(permitted ? "answers" : "EXPRESSION_NOT_PERMITTED");
  });
});

describe("complete cases", () => {
  it("abstain where a column is wanting in 1…k−1 rows that have all others, and its numbers would tell", async () => {
    const { ask } = siteOf(hospital);
    expect(code(await ask({}, ["stage"]))).toBe("answers");
    // x lacks four; y lacks eight; two of them are the same, two and six others.
    const x = await ask({}, ["x"]);
    expect(x).toMatchObject({ code: "DIFFERENCE_TOO_SMALL", abstains: true });
    expect(x).toMatchObject({
      message: expect.stringContaining('want of "x", or for a level that was not asked for (minimumCell 5)'),
    });
    expect(code(await ask({}, ["y"]))).toBe("answers");
    expect(code(await ask({}, ["x", "y"]))).toBe("DIFFERENCE_TOO_SMALL");
    expect(code(await siteOf(open).ask({}, ["x", "y"]))).toBe("answers");
  });

  it.each([5, 10, 11])("count by the minimum of the policy, k = %i", async (minimumCell) => {
    const lacking = (few: number) => rows.map((row, i) => ({ ...row, z: i < few ? null : i }));
    const policy = parsePolicy({ minimumCell });
    expect(code(await siteOf(policy, lacking(minimumCell)).ask({}, ["z"]))).toBe("answers");
    expect(code(await siteOf(policy, lacking(minimumCell - 1)).ask({}, ["z"]))).toBe("DIFFERENCE_TOO_SMALL");
  });

  it("advise what helps, and not what tells the same people apart", async () => {
    const { ask } = siteOf(hospital);
    expect(await ask({}, ["x"])).toMatchObject({
      message: expect.stringMatching(
        /Leave the variable out, or ask the steward there to permit it \(fewIncomplete "permit"\); a filter/,
      ),
    });
    expect(code(await ask({ filter: not(isMissing("x")).node }, ["x"]))).toBe("DIFFERENCE_TOO_SMALL");
    expect(code(await ask({ filter: not(isMissing("x")).node }, ["age"]))).toBe("DIFFERENCE_TOO_SMALL");
    expect(code(await ask({}, ["age"]))).toBe("answers");
  });

  it("are permitted where the steward says so", async () => {
    const permitting = parsePolicy({ fewIncomplete: "permit" });
    expect(code(await siteOf(permitting).ask({}, ["x"]))).toBe("answers");
  });

  it("judge columns together that are wanting in the same rows", async () => {
    const both = rows.map((row, i) => ({ ...row, u: i < 3 ? null : i, v: i < 3 ? null : 2 * i }));
    expect(code(await siteOf(hospital, both).ask({}, ["u", "v"]))).toBe("DIFFERENCE_TOO_SMALL");
  });

  it("are of each column that a derived one is made of, since each can be asked for without the others", async () => {
    const { ask } = siteOf(hospital);
    // Ten rows lack the sum, two of them x alone: as many as y's own answer has more.
    const sum = derived(arithmetic("x", "+", column("y")));
    expect(await ask(sum, ["d"])).toMatchObject({
      code: "DIFFERENCE_TOO_SMALL",
      message: expect.stringContaining('want of "x", or'),
    });
    expect(code(await ask(derived(arithmetic("y", "+", column("age"))), ["d"]))).toBe("answers");
    expect(code(await ask(derived(arithmetic("y", "*", 2)), ["d"]))).toBe("answers");
  });

  it.each<[string, Expression]>([
    ["a sum", arithmetic("x", "+", column("y"))],
    ["two columns compared", compare("x", ">=", column("y"))],
    ["groups of a sum by another name", column("sum")],
    ["a condition", or(compare("x", ">=", 95), compare("y", ">=", 95))],
    ["levels that are left out", recode("wide", { I: "early" }, { others: "missing" })],
  ])("are not told by how many lack each column: %s", async (_what, expression) => {
    // The sum lacks ten, and y eight; `wide` six, and with four of three other levels ten.
    const wide = rows.map((row, i) => ({
      ...row,
      wide: i < 6 ? null : i < 8 ? "II" : i === 8 ? "III" : i === 9 ? "IV" : "I",
    }));
    const derive = [
      { name: "sum", expression: arithmetic("x", "+", column("y")).node },
      { name: "d", expression: expression.node },
    ];
    const alone = await siteOf(hospital, wide).ask({}, ["y", "wide"], "test.gaps");
    expect(alone).toMatchObject({ output: { missing: { lower: [8, 6], upper: [8, 6] } } });
    const reply = await siteOf(hospital, wide).ask({ derive }, ["d"], "test.gaps");
    expect(reply).toMatchObject({
      code: "DIFFERENCE_TOO_SMALL",
      abstains: true,
      message: expect.stringMatching(
        /lack "d" for (want of just "x"|a level that it leaves out).*Leave "d" out|a condition in a derived column/,
      ) as string,
    });
    const permitting = siteOf(parsePolicy({ fewIncomplete: "permit" }), wide);
    if (expression.node.op !== "or")
      expect(code(await permitting.ask({ derive }, ["d"], "test.gaps"))).toBe("answers");
    // Likewise where they are left out.
    expect(code(await siteOf(hospital, wide).ask({ derive }, ["d"]))).toBe("DIFFERENCE_TOO_SMALL");
  });

  it("may be few where they are told as an interval, or where none lacks just one", async () => {
    const { ask } = siteOf(hospital);
    const answer = async (expression: Expression) =>
      ask({ derive: [{ name: "d", expression: expression.node }] }, ["d"], "test.gaps");
    expect(await answer(compare("x", ">=", column("age")))).toMatchObject({
      output: { missing: { lower: [1], upper: [4] } },
    });
    expect(await answer(compare("y", ">=", column("age")))).toMatchObject({
      output: { missing: { lower: [8], upper: [8] } },
    });
  });

  it("are not told by a filter on two columns that is true of all who have both", async () => {
    const { ask } = siteOf(hospital);
    const filter = async (...parts: Expression<"boolean">[]) =>
      code(await ask({ filter: or(...parts).node }));
    const later = compare("x", ">=", column("y"));
    expect(await filter(not(isMissing("y")))).toBe("answers");
    expect(await filter(later, not(later))).toBe("DIFFERENCE_TOO_SMALL");
    expect(await filter(compare("y", ">=", column("age")), compare("y", "<", column("age")))).toBe("answers");
    // Two lack the first date alone, eight the other.
    const dated = rows.map((row, i) => ({
      ...row,
      from: i < 4 ? null : day(i),
      to: i >= 2 && i < 10 ? null : day(2 * i),
    }));
    const lacking = isMissing(days("from", "to"));
    for (const node of [lacking.node, not(lacking).node])
      expect(code(await siteOf(hospital, dated).ask({ filter: node }))).toBe("DIFFERENCE_TOO_SMALL");
    expect(
      code(await siteOf(hospital, dated).ask({ filter: not(isMissing(days("start", "to"))).node })),
    ).toBe("answers");
  });

  it("are not told by a level that is named without a column, and not with it", async () => {
    // Of the seven of stage III three lack z: four are left.
    const lacking = rows.map((row, i) => ({ ...row, z: i >= 90 && i < 93 ? null : i }));
    const namesOf = async (policy: Policy, columns: readonly string[]) => {
      const reply = await siteOf(policy, lacking).ask({}, columns, "test.named");
      return reply.ok && "output" in reply ? JSON.stringify(reply.output) : code(reply);
    };
    expect(await namesOf(hospital, ["stage"])).toContain("III");
    expect(await namesOf(parsePolicy({ fewIncomplete: "permit" }), ["stage", "z"])).not.toContain("III");
    expect(await namesOf(hospital, ["stage", "z"])).toBe("DIFFERENCE_TOO_SMALL");
  });

  it("do not keep a step from telling types, which shows rows as intervals", async () => {
    expect(await siteOf(hospital).ask({}, ["x"], "test.types")).toMatchObject({
      ok: true,
      rows: { read: 100, selected: 100, used: { lower: 96, upper: 99 } },
    });
  });
});

describe("event times under a policy", () => {
  it.each<[string, Expression, string]>([
    ["days() of two measured dates", days("start", "end"), "answers"],
    ["a column by another name", column("age"), "EVENT_TIMES_NOT_PERMITTED"],
    ["arithmetic", arithmetic("age", "*", 30), "EVENT_TIMES_NOT_PERMITTED"],
    ["days since a day of the researcher's", daysSince("2019-12-25"), "EVENT_TIMES_NOT_PERMITTED"],
    ["days() of a date by another name", days("e", "end"), "EVENT_TIMES_NOT_PERMITTED"],
    ["days() since a day by a name", days("l", "end"), "EVENT_TIMES_NOT_PERMITTED"],
  ])("are not shifted by %s", async (_what, expression, expected) => {
    const derive = [
      { name: "d", expression: expression.node },
      { name: "e", expression: col("start") },
      { name: "l", expression: { op: "literal" as const, value: { date: "2019-12-25" } } },
    ];
    expect(code(await siteOf(hospital).ask({ derive }, ["d"], "test.times"))).toBe(expected);
  });
});

describe("any specification", () => {
  const names: Readonly<Record<string, string>> = { x: "age", y: "code", p: "sex", q: "odd", grade: "stage" };
  const renamed = (node: ExpressionNode): ExpressionNode =>
    JSON.parse(
      JSON.stringify(node, (key, value: unknown) =>
        key === "name" && typeof value === "string" ? (names[value] ?? value) : value,
      ),
    ) as ExpressionNode;
  const name = fc.constantFrom("d", "e", "constructor", "toString", "hasOwnProperty", "age", "site", "f");
  const any = fc
    .constantFrom("numeric", "boolean", "category", "date")
    .chain((type) => expressions(type as "numeric", 4));
  const specification = fc.record({
    derive: fc.uniqueArray(fc.tuple(name, any), { maxLength: 4, selector: ([own]) => own }).chain((derive) =>
      // Columns that rest on one another, in circles too.
      fc.constantFrom(undefined, ...derive.map(([own]) => own)).map((inner) =>
        derive.map(([own, expression]) => ({
          name: own,
          expression:
            inner === undefined
              ? renamed(expression)
              : (JSON.parse(
                  JSON.stringify(renamed(expression)).replaceAll('"age"', JSON.stringify(inner)),
                ) as ExpressionNode),
        })),
      ),
    ),
    filter: fc.option(expressions("boolean", 5).map(renamed)),
  });
  const policy = fc
    .record({
      minimumCell: fc.integer({ min: 2, max: 12 }),
      lattices: fc.dictionary(
        fc.constantFrom("age", "code", "start", "constructor", "d"),
        fc.constantFrom<number | "month" | "year">(1e-9, 0.1, 1, 7, 1e300, "month", "year"),
      ),
      resolution: fc.constantFrom(1e-6, 30, 1e9),
    })
    .map((written) => parsePolicy(written));

  it("has a typed answer, without a defect and without a value", async () => {
    const secret = "Nordmann";
    const own = rows.map((row, i) => ({ ...row, stage: i === 7 ? secret : row.stage }));
    await fc.assert(
      fc.asyncProperty(specification, policy, async ({ derive, filter }, written) => {
        const { ask, defects } = siteOf(written, own);
        for (const step of ["test.people", "test.types"]) {
          const reply = await ask(
            { derive, filter },
            ["stage", ...derive.map((one) => one.name)].slice(0, 3),
            step,
          );
          expect(JSON.stringify(reply)).not.toContain(secret);
        }
        expect(defects).toEqual([]);
      }),
      { seed: 7, numRuns: 400 },
    );
  });

  it("is answered in time when it is as large as it can be", async () => {
    const { ask, defects } = siteOf(hospital);
    const at = Array.from({ length: 999 }, (_, i) => 5 * i);
    const many = derived(cut("age", at));
    expect(code(await ask(many, ["d"]))).toBe("answers");
    const pair = (inner: string) => or(column<"boolean">(inner), not(column<"boolean">(inner)));
    const shared = Array.from({ length: 500 }, (_, i) => ({
      name: `s${i}`,
      expression: i === 0 ? compare("age", ">=", 60).node : pair(`s${i - 1}`).node,
    }));
    expect(code(await ask({ derive: shared, filter: col("s499") }))).toBe("EXPRESSION_NOT_PERMITTED");
    const chain = Array.from({ length: 500 }, (_, i) => ({
      name: `s${i}`,
      expression: col(i === 0 ? "age" : `s${i - 1}`),
    }));
    expect(code(await ask({ derive: chain, filter: compare("s499", ">=", 60).node }))).toBe("answers");
    const products = Array.from({ length: 500 }, (_, i) => ({
      name: `s${i}`,
      expression: arithmetic(i === 0 ? "age" : `s${i - 1}`, "*", column(i === 0 ? "age" : `s${i - 1}`)).node,
    }));
    expect(code(await ask({ derive: products }, ["s499"]))).toBe("EXPRESSION_NOT_PERMITTED");
    expect(defects).toEqual([]);
  });
});
