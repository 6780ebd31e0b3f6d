import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineAlgorithm } from "../algorithm/index.ts";
import { compare, cut, defineData } from "../data/index.ts";
import { encodeJson } from "../encoding/index.ts";
import { type Policy, parsePolicy } from "../policy/index.ts";
import { count } from "../statistics/index.ts";
import { defineStep } from "../step/index.ts";
import { type Row, rowsSource, type Source, variable } from "../table/index.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { KeptColumns } from "./kept-columns.ts";
import { type Reply, type Request, readReply } from "./message.ts";
import { createSite, type SiteOptions } from "./site.ts";

const counting = defineStep({
  name: "test.count",
  arguments: z.strictObject({ columns: z.array(z.string()) }),
  columns: ({ columns }) => ({ values: columns.map((name) => variable(name, { missing: "keep" })) }),
  leavesOut: { lacking: [], kept: ["values"], unlisted: [] },
  output: { n: count() },
  run: (table) => ({ n: table.rows }),
});

const algorithm = defineAlgorithm({
  name: "test-count",
  arguments: z.strictObject({}),
  steps: [counting],
  central: async () => ({}),
});

const rows: Row[] = Array.from({ length: 60 }, (_, i) => ({ x: i, same: i, g: i % 2 === 0 ? "a" : "b" }));

async function answerOf(options: Partial<SiteOptions>, request: Partial<Request> = {}): Promise<Reply> {
  const site = createSite({
    name: "oslo",
    databases: { default: rowsSource(rows), copy: rowsSource(rows) },
    policy: parsePolicy(),
    algorithms: [algorithm],
    secret: async () => "a secret",
    ...options,
  });
  const reply = await site.answer(
    encodeJson({
      format: "konsil.request/1",
      analysis: "a",
      round: "r",
      algorithm: { name: "test-count", version: 1 },
      step: { name: "test.count", version: 1 },
      arguments: { columns: ["x", "same"] },
      data: defineData({}),
      roster: [options.name ?? "oslo", "leeds", "tartu"],
      policy: {},
      ...request,
    }),
  );
  const read = readReply(reply);
  if (read === undefined) throw new Error("the reply cannot be read");
  return read;
}

async function fingerprintOf(...given: Parameters<typeof answerOf>): Promise<Fingerprint> {
  const reply = await answerOf(...given);
  if (!reply.ok || !("output" in reply) || reply.fingerprint === undefined)
    throw new Error(`no fingerprint: ${JSON.stringify(reply)}`);
  return reply.fingerprint;
}

const marksOf = ({ policy, rows: all, columns }: Fingerprint): readonly string[] => [
  policy,
  all,
  ...columns.map(([, mark]) => mark),
];

const withRows = (changed: readonly Row[]) => ({ databases: { default: rowsSource(changed) } });

describe("the fingerprint of an answer", () => {
  it("is the same in every process that has the secret, whatever is asked of these columns", async () => {
    const one = await fingerprintOf({});
    expect(await fingerprintOf({})).toEqual(one);
    // It is of what the database has: no filter and no derived column makes it tell of some rows, or of sums of them.
    for (const data of [
      defineData({ filter: compare("x", ">=", 20) }),
      defineData({ filter: compare("x", "<", 30), derive: { old: cut("x", [30]) } }),
      defineData({ columns: { x: { type: "numeric" }, same: { type: "numeric" } } }),
    ])
      expect(await fingerprintOf({}, { data })).toEqual(one);
    const derived = await fingerprintOf(
      {},
      { data: defineData({ derive: { old: cut("x", [30]) } }), arguments: { columns: ["old"] } },
    );
    expect(derived.columns).toEqual(one.columns.filter(([name]) => name === "x"));
  });

  it("tells of a change, and what changed: rows or policy", async () => {
    const one = await fingerprintOf({});
    const more = await fingerprintOf(withRows([...rows, { x: 1, same: 1, g: "a" }]));
    expect(more.policy).toBe(one.policy);
    for (const [i, mark] of marksOf(more).entries()) expect(mark === marksOf(one)[i]).toBe(i === 0);
    const other = await fingerprintOf(withRows(rows.with(7, { x: 7.5, same: 7, g: "a" })));
    expect(other.rows).toBe(one.rows);
    expect(other.columns[0]).not.toEqual(one.columns[0]);
    expect(other.columns[1]).toEqual(one.columns[1]);
    const policies: Policy[] = [
      { ...parsePolicy(), lattices: { x: 10 } },
      parsePolicy({ minimumCell: 6 }),
      parsePolicy({ columns: { deny: ["g"] } }),
    ];
    for (const policy of policies) {
      const stricter = await fingerprintOf({ policy });
      expect(stricter).toEqual({ ...one, policy: stricter.policy });
      expect(stricter.policy).not.toBe(one.policy);
    }
  });

  it("cannot be compared over analyses, sites, databases, columns or secrets, though all hold the same", async () => {
    const all = await Promise.all([
      fingerprintOf({}),
      fingerprintOf({}, { analysis: "b" }),
      fingerprintOf({ name: "bergen" }),
      fingerprintOf({ secret: async () => "another" }),
    ]);
    const copy = await fingerprintOf({}, { data: defineData({ database: "copy" }) });
    // The policy of a site is one, whichever database is asked.
    const marks = [...all.flatMap(marksOf), ...marksOf(copy).slice(1)];
    expect(new Set(marks).size).toBe(marks.length);
  });

  it("holds nothing but marks of one length, under names that were asked for", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })), async (values) => {
        const made = [...rows, ...values.map((x) => ({ x, same: x, g: "a" }))];
        const { columns, ...others } = await fingerprintOf(withRows(made));
        expect(Object.keys(others).sort()).toEqual(["policy", "rows"]);
        expect(columns.map(([name]) => name)).toEqual(["x", "same"]);
        for (const mark of [...Object.values(others), ...columns.map(([, one]) => one)])
          expect(mark).toMatch(/^[0-9a-f]{16}$/);
      }),
      { seed: 3, numRuns: 50 },
    );
  });

  it("is absent where a site has no secret, and from everything but an answer", async () => {
    for (const secret of [undefined, async () => undefined])
      expect(await answerOf({ secret })).not.toHaveProperty("fingerprint");
    for (const request of [{ step: null }, { arguments: { columns: ["none"] } }, { roster: ["oslo"] }])
      expect(await answerOf({}, request)).not.toHaveProperty("fingerprint");
    expect(await answerOf(withRows(rows.slice(0, 5)))).toMatchObject({ ok: false, code: "ROWS_TOO_FEW" });
    expect(await answerOf(withRows(rows.slice(0, 5)))).not.toHaveProperty("fingerprint");
  });

  it("that holds more is no reply", async () => {
    const reply = await answerOf({});
    const print = (reply as { fingerprint: Fingerprint }).fingerprint;
    const read = (fingerprint: unknown) => readReply(encodeJson({ ...reply, fingerprint }));
    expect(read(print)).toEqual(reply);
    for (const spoiled of [
      { ...print, policy: `${print.policy}0` },
      { ...print, rows: 60 },
      { ...print, more: print.rows },
      { ...print, columns: [["x", "Kari"]] },
    ])
      expect(read(spoiled)).toBeUndefined();
  });
});

/** A source whose rows change after each read. */
function restless(): { readonly source: Source; readonly reads: string[][] } {
  const reads: string[][] = [];
  const columns = ["x", "same", "g"];
  return {
    reads,
    source: {
      describe: () => rowsSource(rows).describe(),
      read: async (names) => {
        reads.push([...names]);
        const state = reads.length;
        return rowsSource(
          rows.map((row) => ({ ...row, x: state, same: state })),
          columns,
        ).read(names);
      },
    },
  };
}

describe("columns that are kept", () => {
  it("are of one read in each answer, though others of them were read before", async () => {
    const names = fc.uniqueArray(fc.constantFrom("x", "same"), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(names, { minLength: 1, maxLength: 6 }), async (asked) => {
        const { source } = restless();
        const kept = new KeptColumns(source);
        for (const one of asked) {
          const frame = await kept.read(one);
          expect([...frame.columns.keys()]).toEqual(one);
          const states = [...frame.columns.values()].map((column) =>
            "values" in column ? column.values[0] : 0,
          );
          expect(new Set(states).size).toBe(1);
        }
      }),
      { seed: 4 },
    );
  });

  it("are read once while the same are asked for", async () => {
    const { source, reads } = restless();
    const kept = new KeptColumns(source);
    for (const names of [["x", "same"], ["x"], ["same"], ["same", "x"]]) await kept.read(names);
    expect(reads).toEqual([["x", "same"]]);
  });

  it("are let go, and tables of them, once others are found to have changed", async () => {
    let state = 0;
    const source: Source = {
      describe: () => rowsSource(rows).describe(),
      read: (names) =>
        rowsSource(rows.map((row) => ({ ...row, x: (row["x"] as number) + state }))).read(names),
    };
    const site = createSite({
      name: "oslo",
      databases: { default: source },
      policy: parsePolicy(),
      algorithms: [algorithm],
      secret: async () => "a secret",
    });
    const ask = async (...columns: string[]): Promise<Fingerprint["columns"]> => {
      const bytes = encodeJson({
        format: "konsil.request/1",
        analysis: "a",
        round: "r",
        algorithm: { name: "test-count", version: 1 },
        step: { name: "test.count", version: 1 },
        arguments: { columns },
        data: defineData({}),
        roster: ["oslo", "leeds", "tartu"],
        policy: {},
      });
      const reply = readReply(await site.answer(bytes)) as { fingerprint: Fingerprint };
      return reply.fingerprint.columns;
    };
    const [before] = await ask("x");
    state = 1;
    expect((await ask("x"))[0]).toEqual(before);
    const [changed] = await ask("x", "g");
    expect(changed).not.toEqual(before);
    expect((await ask("x"))[0]).toEqual(changed);
  });
});
