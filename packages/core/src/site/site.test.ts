import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type AnyAlgorithm, defineAlgorithm } from "../algorithm/index.ts";
import { compare, cut, defineData, isMissing, not } from "../data/index.ts";
import { encodeJson } from "../encoding/index.ts";
import { DataError, defectText } from "../errors/index.ts";
import { type Policy, parsePolicy } from "../policy/index.ts";
import { count, counts, levels, maskedCounts } from "../statistics/index.ts";
import { defineStep, StepRefusal } from "../step/index.ts";
import { category, type Row, rowsSource, type Source, variable } from "../table/index.ts";
import { type Reply, type Request, readReply } from "./message.ts";
import { createSite } from "./site.ts";

const groups = defineStep({
  name: "test.groups",
  version: 2,
  arguments: z.strictObject({
    column: z.string(),
    levels: z.array(z.string()),
    others: z.enum(["refuse", "missing"]).default("missing"),
  }),
  columns: (args) => ({ group: category(args.column, { levels: args.levels, others: args.others }) }),
  dimensions: (args) => ({ group: args.levels }),
  output: { people: maskedCounts(["group"]) },
  run: (table, args) => ({
    people: args.levels.map((_, i) => table.group.codes.reduce((n, code) => n + (code === i ? 1 : 0), 0)),
  }),
});

const names = defineStep({
  name: "test.names",
  arguments: z.strictObject({ column: z.string() }),
  columns: (args) => ({ group: category(args.column) }),
  dimensions: () => ({ one: ["all"] }),
  output: { names: levels(["one"]) },
  run: (table) => ({
    names: [
      {
        levels: table.group.levels,
        people: table.group.levels.map((_, i) =>
          table.group.codes.reduce((n, code) => n + (code === i ? 1 : 0), 0),
        ),
      },
    ],
  }),
});

const grid = defineStep({
  name: "test.grid",
  arguments: z.strictObject({ size: z.int() }),
  columns: () => ({ x: variable("x") }),
  dimensions: ({ size }) => ({
    row: Array.from({ length: size }, (_, i) => i),
    column: Array.from({ length: size }, (_, i) => i),
  }),
  output: { people: maskedCounts(["row", "column"]) },
  run: () => {
    throw new Error("it computes");
  },
});

const secret = "Kari Nordmann, 17 May 1931";

const crash = defineStep({
  name: "test.crash",
  arguments: z.strictObject({ how: z.enum(["throw", "refuse", "invent"]) }),
  columns: () => ({ x: variable("x") }),
  output: { n: count() },
  refusals: { shy: "the step is shy" },
  run: (_table, args) => {
    if (args.how === "throw") throw new Error(secret);
    throw new StepRefusal(args.how === "refuse" ? "shy" : secret);
  },
});

/** Cells that a researcher chose, and then those of which each site's part means something by itself. */
const parts = defineStep({
  name: "test.parts",
  arguments: z.strictObject({ chosen: z.int(), own: z.int() }),
  columns: () => ({ x: variable("x") }),
  dimensions: () => ({ one: ["all"] }),
  output: { chosen: counts(["one"]), own: counts(["one"], { small: "abstain" }) },
  words: {
    asks: "how many people there are",
    reads: "one column",
    fields: { chosen: "people of a choice", own: "people of this site" },
  },
  run: (_table, { chosen, own }) => ({ chosen: [chosen], own: [own] }),
});

const algorithm: AnyAlgorithm = defineAlgorithm({
  name: "test-groups",
  version: 3,
  arguments: z.strictObject({}),
  steps: [groups, names, grid, crash, parts],
  central: async () => ({}),
});

const rows: readonly Row[] = Array.from({ length: 40 }, (_, i) => ({
  x: i,
  age: 20 + i,
  flag: i % 2 === 0,
  g: i < 20 ? "a" : i < 37 ? "b" : "c",
  h: i === 7 ? null : "h",
}));

function siteOf(
  policy: Policy = parsePolicy("open", "rows made up by a test"),
  source: Source = rowsSource(rows),
) {
  const defects: unknown[] = [];
  const site = createSite({
    name: "oslo",
    databases: { default: source },
    policy,
    algorithms: [algorithm],
    onDefect: (error) => defects.push(error),
  });
  const ask = async (change: Partial<Request> = {}): Promise<Reply> => {
    const request: Request = {
      format: "konsil.request/1",
      analysis: "a",
      round: "r",
      algorithm: { name: "test-groups", version: 3 },
      step: { name: "test.groups", version: 2 },
      arguments: { column: "g", levels: ["a", "b", "c"] },
      data: defineData({}),
      roster: ["oslo", "leeds", "tartu"],
      policy: {},
      ...change,
    };
    const reply = readReply(await site.answer(encodeJson(request)));
    if (reply === undefined) throw new Error("the reply cannot be read");
    return reply;
  };
  return { site, ask, defects };
}

describe("a site", () => {
  it("answers with what its step declares", async () => {
    const reply = await siteOf().ask();
    expect(reply).toMatchObject({
      ok: true,
      site: "oslo",
      round: "r",
      output: { people: { lower: [20, 17, 3], upper: [20, 17, 3] } },
      rows: { read: 40, selected: 40, used: 40 },
    });
  });

  it("masks under a hospital's policy, so that the number of rows undoes no masking", async () => {
    const { ask } = siteOf(parsePolicy());
    // Three people of level c are an interval, and would be what is left of the rows if no other level were one.
    expect(await ask()).toMatchObject({
      output: { people: { lower: [19, 17, 1], upper: [22, 17, 4] } },
      rows: { read: 40, selected: 40, used: 40 },
    });
    const names = { step: { name: "test.names", version: 1 }, arguments: { column: "h" } };
    expect(await ask(names)).toMatchObject({ code: "DIFFERENCE_TOO_SMALL" });
    const permitting = siteOf(parsePolicy({ fewIncomplete: "permit" }));
    expect(await permitting.ask(names)).toMatchObject({
      rows: { read: 40, selected: 40, used: { lower: 36, upper: 39 } },
    });
  });

  it("abstains before anything that looks at values, when few rows are asked about", async () => {
    const { ask } = siteOf(parsePolicy());
    const data = defineData({ filter: compare("x", "<", 5) });
    for (const level of ["a", "b", "none"]) {
      expect(
        await ask({ data, arguments: { column: "g", levels: [level], others: "refuse" } }),
      ).toMatchObject({ code: "ROWS_TOO_FEW" });
    }
  });

  it("abstains where so few rows have a level that was not asked for that a refusal would tell of them", async () => {
    const { ask } = siteOf(parsePolicy());
    for (const others of ["refuse", "missing"])
      expect(await ask({ arguments: { column: "g", levels: ["a", "b"], others } })).toMatchObject({
        code: "DIFFERENCE_TOO_SMALL",
        abstains: true,
      });
    expect(await ask({ arguments: { column: "g", levels: ["a", "c"], others: "refuse" } })).toMatchObject({
      code: "LEVEL_RARE",
    });
  });

  it("does not let a wish for more rows measure what it masks", async () => {
    const { ask } = siteOf(parsePolicy());
    const answers: boolean[] = [];
    for (const minimumRows of [37, 38, 39, 40, 41]) answers.push((await ask({ policy: { minimumRows } })).ok);
    // Decided by the lower end of the interval that the reply shows in any case.
    expect(answers).toEqual([true, true, true, true, false]);
  });

  it("does not let a wish for more people measure what its own policy does not tell", async () => {
    const { ask } = siteOf(parsePolicy());
    const step = { name: "test.parts", version: 1 };
    const answers = async (own: number) => {
      const replies: Reply[] = [];
      for (const minimumCell of [1, 10, 19, 20, 21, 40])
        replies.push(await ask({ step, arguments: { chosen: 20, own }, policy: { minimumCell } }));
      return replies;
    };
    expect((await answers(30)).map(({ ok }) => ok)).toEqual([true, true, true, true, false, false]);
    const [first, ...others] = await answers(3);
    expect(first).toMatchObject({ code: "CELL_TOO_SMALL", abstains: true });
    for (const reply of others) expect(reply).toEqual(first);
  });

  it("never gives a derived column the name of a column, and looks at shared derivations once", async () => {
    const { ask } = siteOf();
    const taken = {
      ...defineData({}),
      derive: [{ name: "age", expression: { op: "literal" as const, value: 1 } }],
    };
    expect(await ask({ data: taken })).toMatchObject({ code: "EXPRESSION_INVALID" });
    const column = (name: string) => ({ op: "column" as const, name });
    const derive = Array.from({ length: 80 }, (_, i) => ({
      name: `d${i}`,
      expression: {
        op: "+" as const,
        left: column(i < 2 ? "x" : `d${i - 1}`),
        right: column(i < 2 ? "x" : `d${i - 2}`),
      },
    }));
    expect(
      await ask({ data: { ...defineData({}), derive }, arguments: { column: "d79", levels: ["0"] } }),
    ).toMatchObject({ ok: true });
  });

  it("refuses an output of many millions of cells before it computes anything", async () => {
    const reply = await siteOf().ask({ step: { name: "test.grid", version: 1 }, arguments: { size: 2500 } });
    expect(reply).toMatchObject({ ok: false, code: "ARGUMENT_INVALID" });
  });

  it("answers whatever its steward's hooks do", async () => {
    const fail = () => {
      throw new Error(`disk full at /var/log/${secret}`);
    };
    const site = createSite({
      name: "oslo",
      databases: { default: rowsSource(rows) },
      policy: parsePolicy(),
      onAnswer: fail,
      onDefect: fail,
    });
    const reply = readReply(await site.answer(new Uint8Array()));
    expect(reply).toMatchObject({ ok: false, code: "SITE_FAILED" });
    expect(JSON.stringify(reply)).not.toContain("Nordmann");
  });

  it("tells its owner, and nobody else, of the cause for which its data cannot be read", async () => {
    const cause = new Error(`/var/data/oslo.csv, line 3: ${secret}`);
    const fail = async () => {
      throw new DataError("DATA_UNREADABLE", "It cannot be read.", { cause });
    };
    const site = siteOf(parsePolicy(), { describe: fail, read: fail });
    const reply = await site.ask();
    expect(reply).toMatchObject({ ok: false, code: "DATA_UNREADABLE", message: "It cannot be read." });
    expect(JSON.stringify(reply)).not.toMatch(/oslo\.csv|Nordmann/);
    expect(site.defects.map(defectText)).toEqual([`DATA_UNREADABLE: ${cause.message}`]);
  });

  it("names a level only when it has enough people, and says that there is another", async () => {
    const reply = await siteOf(parsePolicy()).ask({
      step: { name: "test.names", version: 1 },
      arguments: { column: "g" },
    });
    expect(reply).toMatchObject({ output: { names: [{ names: ["a", "b"], rare: true }] } });
  });

  it("derives, filters and cuts as the specification says", async () => {
    const data = defineData({ derive: { young: cut("age", [30, 50]) }, filter: not(isMissing("h")) });
    const reply = await siteOf().ask({
      data,
      arguments: { column: "young", levels: ["<30", "30–<50", "≥50"] },
    });
    expect(reply).toMatchObject({
      output: { people: { lower: [9, 20, 10] } },
      rows: { read: 40, selected: 39, used: 39 },
    });
  });

  it("knows where a row is, without a column for it", async () => {
    const reply = await siteOf().ask({ arguments: { column: "site", levels: ["leeds", "oslo"] } });
    expect(reply).toMatchObject({ output: { people: { lower: [0, 40] } } });
  });

  it.each<[string, Partial<Request>, string]>([
    ["an unknown algorithm", { algorithm: { name: "test-group", version: 3 } }, "ALGORITHM_UNKNOWN"],
    [
      "another version of the algorithm",
      { algorithm: { name: "test-groups", version: 2 } },
      "VERSION_MISMATCH",
    ],
    [
      "a step that the algorithm does not have",
      { step: { name: "test.group", version: 2 } },
      "ALGORITHM_UNKNOWN",
    ],
    ["another version of the step", { step: { name: "test.groups", version: 1 } }, "VERSION_MISMATCH"],
    ["a database that it does not have", { data: defineData({ database: "omop" }) }, "DATABASE_UNKNOWN"],
    ["a column that it does not have", { arguments: { column: "q", levels: ["a"] } }, "COLUMN_UNKNOWN"],
    [
      "a level that was not asked for, unless told to leave it out",
      { arguments: { column: "g", levels: ["a"], others: "refuse" } },
      "LEVEL_RARE",
    ],
    ["malformed arguments", { arguments: { column: 3 } }, "ARGUMENT_INVALID"],
    ["a round without itself", { roster: ["leeds", "tartu", "milan"] }, "ORGANIZATIONS_TOO_FEW"],
    [
      "a filter that is no condition",
      { data: { ...defineData({}), filter: { op: "column", name: "x" } } },
      "EXPRESSION_INVALID",
    ],
  ])("refuses %s", async (_what, change, code) => {
    const { ask, defects } = siteOf();
    expect(await ask(change)).toMatchObject({ ok: false, code });
    expect(defects).toEqual([]);
  });

  it("says which columns it has where one does not exist, though others were declared", async () => {
    const data = defineData({ columns: { agee: { type: "numeric" }, g: { type: "category" } } });
    expect(await siteOf().ask({ data, arguments: { column: "agee", levels: ["a"] } })).toMatchObject({
      code: "COLUMN_UNKNOWN",
      message: expect.stringContaining(
        '"agee" is not at {site}. Did you mean "age"? Columns there: x, age, flag, g, h.',
      ),
    });
    expect(await siteOf().ask({ data, arguments: { column: "age", levels: ["a"] } })).toMatchObject({
      code: "COLUMN_UNKNOWN",
      message: expect.stringContaining("Declare it in data({ columns }) as well. Declared columns: g."),
    });
  });

  it("refuses a round of too few organizations, counting each once", async () => {
    const { ask } = siteOf(parsePolicy());
    expect(await ask({ roster: ["oslo", "leeds"] })).toMatchObject({ code: "ORGANIZATIONS_TOO_FEW" });
    expect(await ask({ roster: ["oslo", "oslo", "leeds", "leeds"] })).toMatchObject({
      code: "ORGANIZATIONS_TOO_FEW",
    });
  });

  it.each([
    [5, 5, { ok: true }],
    [4, 5, { ok: false, abstains: false }],
    [
      5,
      4,
      {
        ok: false,
        abstains: true,
        message: expect.stringContaining(
          "the policy there permits (minimumCell 5): people of this site. Ask",
        ),
      },
    ],
    // Whoever is not in the analysis has nothing to end.
    [4, 4, { ok: false, abstains: true }],
  ])("refuses or abstains for small cells as the step declares: %i, %i", async (chosen, own, reply) => {
    const step = { name: "test.parts", version: 1 };
    expect(await siteOf(parsePolicy()).ask({ step, arguments: { chosen, own } })).toMatchObject(reply);
  });

  it("says nothing of what a step's error says", async () => {
    const { ask, defects } = siteOf();
    const step = { name: "test.crash", version: 1 };
    const failed = await ask({ step, arguments: { how: "throw" } });
    expect(failed).toMatchObject({ ok: false, code: "SITE_FAILED" });
    expect(await ask({ step, arguments: { how: "refuse" } })).toMatchObject({
      code: "STEP_REFUSED",
      abstains: true,
      message: expect.stringContaining("shy"),
    });
    const invented = await ask({ step, arguments: { how: "invent" } });
    expect(JSON.stringify([failed, invented])).not.toContain("Nordmann");
    expect(defects).toHaveLength(1);
  });

  it("says nothing of what its database's error says", async () => {
    const failing: Source = {
      describe: async () => [{ name: "g", type: "category" }],
      read: () => Promise.reject(new Error(`no file /data/${secret}`)),
    };
    const reply = await siteOf(undefined, failing).ask();
    expect(reply).toMatchObject({ ok: false, code: "SITE_FAILED" });
    expect(JSON.stringify(reply)).not.toContain("Nordmann");
  });

  it("reads its rows once for the rounds of an analysis", async () => {
    let read = 0;
    const inner = rowsSource(rows);
    const counting: Source = {
      describe: () => inner.describe(),
      read: (columns) => inner.read(columns).finally(() => read++),
    };
    const { ask, site } = siteOf(undefined, counting);
    for (let round = 0; round < 3; round++) await ask({ round: `r${round}` });
    expect(read).toBe(1);
    site.release();
    await ask();
    expect(read).toBe(2);
  });

  it("answers any bytes with a typed reply", async () => {
    const { site } = siteOf();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(readReply(await site.answer(bytes))).toMatchObject({ ok: false, code: "REQUEST_INVALID" });
      }),
    );
  });

  it("answers any request with a typed reply that holds no value of a row", async () => {
    const { ask, defects } = siteOf(parsePolicy());
    const part = fc.oneof(
      fc.anything({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value ?? null)) as never),
      fc.constant(undefined),
    );
    const change = fc.record(
      {
        arguments: part,
        data: part,
        roster: part,
        policy: part,
        step: part,
        algorithm: part,
        analysis: part,
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(change, async (changed) => {
        const given = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined));
        const reply = await ask(given as Partial<Request>);
        expect(reply.ok ? true : reply.code.length > 0).toBe(true);
      }),
      { numRuns: 300 },
    );
    expect(defects).toEqual([]);
  });
});
