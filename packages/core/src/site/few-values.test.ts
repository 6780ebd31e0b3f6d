import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineAlgorithm } from "../algorithm/index.ts";
import { arithmetic, column, type DataDeclaration, defineData } from "../data/index.ts";
import { parsePolicy, type Tightening } from "../policy/index.ts";
import { counts, sums } from "../statistics/index.ts";
import { defineStep } from "../step/index.ts";
import { category, numeric, rowsSource } from "../table/index.ts";
import { readReply } from "./message.ts";
import { createSite } from "./site.ts";

const request = z.strictObject({
  name: z.string(),
  computed: z.array(z.string()).default([]),
  added: z.array(z.string()).default([]),
  within: z.array(z.array(z.string())).default([]),
  summed: z.boolean().default(true),
  weighs: z.boolean().default(false),
});

const args = z.strictObject({
  numbers: z.array(request),
  categories: z.array(z.string()).default([]),
});

const stepOf = (name: string, within?: "categories", added?: readonly string[]) =>
  defineStep({
    name,
    arguments: args,
    columns: ({ numbers, categories }) => ({
      numbers: numbers.map(({ name: one, ...options }) => numeric(one, options)),
      categories: categories.map((one) => category(one)),
    }),
    dimensions: () => ({ one: ["all"] }),
    output: {
      people: counts(["one"]),
      total: sums(["one"], {
        people: "people",
        ...(within !== undefined && { within }),
        ...(added !== undefined && { added }),
      }),
    },
    run: ({ rows }) => ({ people: [rows], total: [1] }),
  });

const [whole, grouped] = [stepOf("test.sums"), stepOf("test.grouped", "categories")];
const spared = stepOf("test.spared", undefined, ["numbers"]);
const other = stepOf("test.other", undefined, ["categories"]);

/** 120 people: `x` and `three` have a value that two people have, `four` one that one has. */
const rows = Array.from({ length: 120 }, (_, i) => ({
  three: i < 2 ? 9 : i % 2,
  four: i < 1 ? 9 : i % 3,
  often: i % 3,
  many: i,
  yes: i % 4 === 0 ? 1 : 0,
  /** Of its values three people have the last, in group b. */
  apart: i % 2 === 0 ? i % 8 : i < 6 ? 100 : i % 8,
  group: i % 2 === 0 ? "a" : "b",
  /** Of many values, but of three in group b. */
  rare: i % 2 === 0 ? i % 16 : i < 4 ? 2 : i % 3 === 0 ? 0 : 4,
  /** Weights of group b alone, and of b and a. */
  odd: i % 2,
  heavy: i % 2 === 0 ? 0 : 1 + (i % 5),
  /** Twenty values, of which one person has the last. */
  twenty: i < 1 ? 20 : 1 + (i % 19),
  each: i + 1,
  uneven: 1 + (i % 2),
}));

function site(policy: unknown = { maximumTransforms: 10 }, reason?: string) {
  const steps = [whole, grouped, spared, other];
  const algorithm = defineAlgorithm({
    name: "test",
    arguments: z.strictObject({}),
    steps,
    central: () => Promise.resolve({}),
  });
  const here = createSite({
    name: "oslo",
    databases: { default: rowsSource(rows) },
    policy: parsePolicy(policy, reason),
    algorithms: [algorithm],
  });
  return async (
    numbers: readonly (string | z.input<typeof request>)[],
    categories: readonly string[] = [],
    {
      step = whole,
      data = {},
      wish = {},
    }: { readonly step?: typeof whole; readonly data?: DataDeclaration; readonly wish?: Tightening } = {},
  ): Promise<string> => {
    const reply = readReply(
      await here.answer(
        new TextEncoder().encode(
          JSON.stringify({
            format: "konsil.request/1",
            analysis: "a",
            round: "r",
            algorithm: { name: "test", version: 1 },
            step: { name: step.name, version: 1 },
            arguments: {
              numbers: numbers.map((one) => (typeof one === "string" ? { name: one } : one)),
              categories,
            },
            data: defineData(data),
            roster: ["oslo", "leeds", "tartu"],
            policy: wish,
          }),
        ),
      ),
    );
    if (reply?.ok !== false)
      return reply !== undefined && "output" in reply && reply.output["total"] === null
        ? "answered without it"
        : "answered";
    return reply.abstains ? reply.message : `refuses: ${reply.message}`;
  };
}

const abstains = (name: string) => expect.stringContaining(`abstains: "${name}" has so few different values`);

describe("a number of few values", () => {
  it("is of k people in each, where it has no more than three, or the site abstains", async () => {
    const ask = site();
    expect(await ask(["three"])).toEqual(abstains("three"));
    expect(await ask(["three"])).toContain("(minimumCell 5)");
    for (const name of ["four", "often", "many"]) expect(await ask([name])).toBe("answered");
    expect(await site("open", "made up by a test")(["three"])).toBe("answered");
    expect(await site({ minimumCell: 2 })(["three"])).toBe("answered");
  });

  it("is judged by the site's own policy, or wishes would find out how many have each value", async () => {
    // 40 people have each value of `often`, and 30 and 90 those of `yes`.
    for (const minimumCell of [25, 35, 45, 100])
      for (const name of ["often", "yes"])
        expect(await site()([name], [], { wish: { minimumCell } }), `${name} ${minimumCell}`).toBe(
          "answered",
        );
    expect(await site({ minimumCell: 45 })(["often"])).toEqual(abstains("often"));
  });

  it("is no matter where it is only compared", async () => {
    expect(await site()([{ name: "three", summed: false }])).toBe("answered");
  });

  it("may have more with each form of arithmetic that was ever asked for", async () => {
    const ask = site();
    expect(await ask(["four"])).toBe("answered");
    expect(await ask([{ name: "often", computed: ["often^2"] }])).toBe("answered");
    expect(await ask([{ name: "four", computed: ["four^2"] }])).toEqual(abstains("four"));
    // What was refused was not asked for.
    expect(await ask(["four"])).toBe("answered");
    expect(await ask([{ name: "many", computed: ["many^2"] }])).toBe("answered");
  });

  it("counts forms of other analyses, since nobody keeps answers apart", async () => {
    const ask = site();
    const data = { derive: { half: arithmetic(arithmetic("four", "*", column<"numeric">("four")), "/", 2) } };
    expect(await ask(["half"], [], { data })).toEqual(abstains("half"));
    expect(await site({ minimumCell: 2, maximumTransforms: 0 })(["four"])).toBe("answered");
  });

  it("is looked at through derived columns, and in what they are made of", async () => {
    const ask = site();
    const derive = {
      moved: arithmetic("three", "-", 60),
      both: arithmetic("yes", "+", column<"numeric">("often")),
      hidden: arithmetic("many", "+", column<"numeric">("three")),
    };
    expect(await ask(["moved"], [], { data: { derive } })).toEqual(abstains("moved"));
    expect(await ask(["hidden"], [], { data: { derive } })).toEqual(abstains("three"));
    // Six combinations of at least ten people each.
    expect(await ask(["both"], [], { data: { derive } })).toBe("answered");
    expect(await site({ minimumCell: 11 })(["both"], [], { data: { derive } })).toEqual(abstains("both"));
  });
});

describe("rows of a level", () => {
  it("are looked at by themselves where sums are by group", async () => {
    const ask = site();
    expect(await ask(["apart"], ["group"])).toBe("answered");
    // In group b: 1, 3, 5, 7 and, of three people, 100.
    expect(await ask(["apart"], ["group"], { step: grouped })).toBe("answered");
    const form = { name: "apart", computed: ["apart^2"] };
    expect(await ask([form], ["group"], { step: grouped })).toEqual(abstains("apart"));
  });

  it("are where a column is multiplied with it, and where there are forms", async () => {
    const form = { name: "apart", computed: ["f1"] };
    // Nine values over all rows, and five in b: more than the three sums of a level.
    expect(await site()([form], ["group"])).toBe("answered");
    expect(await site()([{ ...form, within: [["group"]] }], ["group"])).toEqual(abstains("apart"));
    expect(await site()([{ name: "apart", computed: ["f1", "f2", "f3", "f4"] }])).toEqual(abstains("apart"));
    expect(await site()([{ name: "apart", within: [["group"]] }], ["group"])).toBe("answered");
  });
});

describe("rows of a weight", () => {
  it.each(["odd", "heavy", "uneven"])("are looked at as those of a level: %s", async (name) => {
    const form = { name: "apart", computed: ["f1"] };
    expect(await site()([form, { name }])).toBe("answered");
    expect(await site()([form, { name, weighs: true }])).toEqual(abstains("apart"));
  });

  it("make one more power of a number that is its own weight", async () => {
    expect(await site()(["four", "four"])).toBe("answered");
    expect(await site()(["four", { name: "four", weighs: true }])).toEqual(abstains("four"));
  });
});

describe("what is added up besides products", () => {
  const ask = (
    here: ReturnType<typeof site>,
    number: z.input<typeof request>,
    categories: readonly string[] = [],
  ) => here([number], categories, { step: spared });

  it("is left out where it would tell of few people, and kept where nobody is told apart", async () => {
    const here = site();
    expect(await ask(here, { name: "four" })).toBe("answered");
    expect(await ask(here, { name: "four", added: ["f"] })).toBe("answered without it");
    for (const name of ["often", "many", "yes"])
      expect(await ask(here, { name, added: ["f"] })).toBe("answered");
    expect(await ask(site("open", "made up by a test"), { name: "four", added: ["f"] })).toBe("answered");
  });

  it("makes the site abstain where it was told before", async () => {
    const here = site();
    const few = { name: "apart", added: ["f1", "f2", "f3"] };
    expect(await ask(here, few)).toBe("answered");
    // Nine values, and six products with one form.
    expect(await ask(here, { ...few, computed: ["f"] })).toEqual(abstains("apart"));
    expect(await here([{ name: "apart", computed: ["f"] }])).toEqual(abstains("apart"));
    expect(await site()([{ name: "apart", computed: ["f"] }])).toBe("answered");
  });

  it("is left out of weights wherever these have few values", async () => {
    const here = site();
    expect(await ask(here, { name: "twenty", added: ["f"] })).toBe("answered");
    expect(await ask(here, { name: "twenty", weighs: true })).toBe("answered");
    expect(await ask(here, { name: "twenty", weighs: true, added: ["f"] })).toBe("answered without it");
    for (const name of ["often", "heavy", "each", "odd"])
      expect(await ask(here, { name, weighs: true, added: ["f"] }), name).toBe("answered");
    const all = site("open", "made up by a test");
    expect(await ask(all, { name: "twenty", weighs: true, added: ["f"] })).toBe("answered");
  });

  it("makes the site abstain where it is of weights, and the step cannot do without", async () => {
    const here = site();
    expect(await ask(here, { name: "twenty", computed: ["f"] })).toBe("answered");
    expect(await ask(here, { name: "twenty", weighs: true, computed: ["f"] })).toEqual(abstains("twenty"));
    for (const name of ["often", "heavy", "each", "odd"])
      expect(await ask(here, { name, weighs: true, computed: ["f"] }), name).toBe("answered");
  });

  it("leaves sums of other columns", async () => {
    const few = { name: "four", added: ["f"] };
    expect(await site()([few], [], { step: spared })).toBe("answered without it");
    expect(await site()([few], [], { step: other })).toBe("answered");
  });

  it("is looked at in levels, where a column has more than two values", async () => {
    const rare = { name: "rare", added: ["f"] };
    expect(await ask(site(), rare)).toBe("answered");
    expect(await ask(site(), rare, ["group"])).toBe("answered without it");
  });
});
