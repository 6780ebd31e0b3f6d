import {
  type AnyAlgorithm,
  attrition,
  createSite,
  defineData,
  isKonsilError,
  type Policy,
  parsePolicy,
  policyFromEnvironment,
  type Reply,
  type Row,
  readReply,
  readRequest,
  rowsSource,
} from "@konsil/core";
import fc from "fast-check";
import { coxph, crosstab, glm, kaplanMeier, localFederation, logRank, summary, tableOne } from "konsil";
import { describe, expect, it } from "vitest";
import { honestRequests, patients, secretNumber, secrets, secretText } from "./fuzz-corpus.ts";

const everything: readonly AnyAlgorithm[] = [
  attrition,
  coxph,
  crosstab,
  glm,
  kaplanMeier,
  logRank,
  summary,
  tableOne,
];
const hospital = parsePolicy({});
/** Whose site answers although the person with secrets lacks a level that is asked for. */
const permitting = parsePolicy({ fewIncomplete: "permit" });
/** KONSIL_FUZZ=20 tries twenty times as much, from other seeds. */
const times = Number(process.env["KONSIL_FUZZ"] ?? 1);
const corpus = await honestRequests();

interface Heard {
  readonly reply: Reply;
  readonly text: string;
  readonly defects: readonly unknown[];
}

/** Asks a fresh site, and holds whatever comes back to what is true of every reply. */
async function ask(bytes: Uint8Array, rows: readonly Row[], policy: Policy = hospital): Promise<Heard> {
  const defects: unknown[] = [];
  const site = createSite({
    name: "one",
    databases: { default: rowsSource(rows) },
    policy,
    algorithms: everything,
    onDefect: (error) => defects.push(error),
  });
  const answer = await site.answer(bytes);
  const reply = readReply(answer);
  const text = new TextDecoder().decode(answer);
  if (reply === undefined) throw new Error(`no reply: ${text}`);
  if (defects.length > 0) throw defects[0];
  if (!policy.open) for (const secret of secrets) expect(text).not.toContain(secret);
  return { reply, text, defects };
}

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** Values that break what was not meant for them. */
const hostileValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1,
  0.5,
  -0.5,
  1e308,
  -1e308,
  5e-324,
  2 ** 53,
  "",
  "__proto__",
  "constructor",
  "toString",
  "site",
  "nodes",
  "grade",
  "visit",
  "er",
  "NaN",
  "x".repeat(3000),
  "{site}",
  [],
  [[]],
  {},
  JSON.parse('{"__proto__":{"admin":true}}'),
  Array.from({ length: 300 }, (_, i) => i),
  { op: "column", name: "nodes" },
  { op: "literal", value: 1e300 },
  { type: "numeric" },
  { type: "category", levels: ["I"] },
  { merge: "x" },
  "days ~ nodes",
  "Surv(days, event) ~ nodes + strata(grade)",
  "event ~ I(1/(nodes - 7)) + grade:hormon",
  "nodes ~ log(er) + offset(nodes) + factor(grade)",
];

interface Mutation {
  readonly at: number;
  readonly how: "replace" | "remove" | "double" | "transplant";
  readonly value: unknown;
  readonly other: number;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(),
  how: fc.constantFrom("replace", "replace", "remove", "double", "transplant"),
  value: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...hostileValues) }, fc.jsonValue({ maxDepth: 3 })),
  other: fc.nat(),
});

type Holder = Record<string, unknown> | unknown[];

function places(value: unknown): (readonly [Holder, string])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[value as Holder, key] as const, ...places(inner)]);
}

function mutated(request: unknown, { at, how, value, other }: Mutation): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(request));
  // Mostly in what a step and the data are told: an unknown step is soon refused.
  const within = copy as Readonly<Record<string, unknown>>;
  const all = at % 6 === 0 ? places(copy) : [...places(within["arguments"]), ...places(within["data"])];
  const [holder, key] = all[at % Math.max(1, all.length)] ?? [{} as Holder, ""];
  const set = (inner: unknown): void => {
    (holder as Record<string, unknown>)[key] = inner;
  };
  if (how === "replace") set(value);
  else if (how === "remove") {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  } else if (how === "double") {
    const inner = (holder as Record<string, unknown>)[key];
    set(Array.isArray(inner) ? [...(inner as unknown[]), ...(inner as unknown[])] : [inner, inner]);
  } else {
    const donors = places(corpus[other % corpus.length]);
    const [from, name] = donors[other % donors.length] ?? [{} as Holder, ""];
    set((from as Record<string, unknown>)[name]);
  }
  return copy;
}

const hostileRequest: fc.Arbitrary<unknown> = fc
  .tuple(fc.nat(corpus.length - 1), fc.array(mutation, { minLength: 1, maxLength: 2 }))
  .map(([i, mutations]) => mutations.reduce(mutated, corpus[i] as unknown));

const people = patients(150, 0);

describe("a site", () => {
  it("answers what honest analyses ask, of every step that there is", async () => {
    const steps = new Set(corpus.map(({ step }) => step?.name));
    for (const { steps: own } of everything) for (const { name } of own) expect(steps).toContain(name);
    for (const request of corpus) await ask(bytesOf(request), people);
  });

  it("reads any bytes without failing", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => new TextEncoder().encode(text)),
        ),
        async (bytes) => {
          const { reply } = await ask(bytes, people);
          expect(reply.ok).toBe(false);
        },
      ),
      { seed: 1 + 10 * times, numRuns: 200 * times },
    );
  });

  it("reads bytes that are cut, turned or nested beyond any depth", async () => {
    const [request] = corpus;
    const bytes = bytesOf(request);
    for (let end = 0; end < bytes.length; end += 7) await ask(bytes.slice(0, end), people);
    for (let i = 0; i < bytes.length; i += 11)
      await ask(
        bytes.map((byte, at) => (at === i ? byte ^ 0x55 : byte)),
        people,
      );
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
    ] as const) {
      const deep = `${open.repeat(100_000)}0${close.repeat(100_000)}`;
      const text = JSON.stringify({ ...request, arguments: "DEEP" }).replace('"DEEP"', deep);
      const { reply } = await ask(new TextEncoder().encode(text), people);
      expect(reply.ok).toBe(false);
    }
  });

  it("says yes or no to requests that are nearly honest, and nothing of a person", async () => {
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(hostileRequest, async (request) => {
        for (const policy of [hospital, permitting]) {
          const { reply } = await ask(bytesOf(request), people, policy);
          if (reply.ok) answered++;
        }
      }),
      { seed: 2 + 10 * times, numRuns: 1500 * times },
    );
    // So near that many are answered: else nothing would be tried but the reading of requests.
    expect(answered).toBeGreaterThan(60 * times);
  });

  it("is not filled by combinations of levels that are in no database", async () => {
    const levels = (count: number): string[] => Array.from({ length: count }, (_, i) => `l${i}`);
    const known = (counts: Readonly<Record<string, number>>) =>
      Object.fromEntries(
        Object.entries(counts).map(([name, count]) => [name, { type: "category", levels: levels(count) }]),
      );
    const survival = { others: "missing", weights: null };
    const glmModel = { outcomeLevels: null, family: "gaussian", link: "identity", ...survival };
    const three = known({ grade: 300, hormon: 300, visit: 300 });
    const cox = { ties: "efron", scaling: { centre: [0], factor: [1], offset: 0 }, beta: [0] };
    const bombs: readonly (readonly [string, string, unknown])[] = [
      [
        "kaplan-meier",
        "survival.departures",
        {
          formula: "Surv(days, event) ~ hormon",
          variables: three,
          by: Array.from({ length: 40 }, () => 0),
          ...survival,
        },
      ],
      [
        "kaplan-meier",
        "survival.departures",
        {
          formula: "Surv(days, event) ~ grade + hormon + visit",
          variables: three,
          by: [0, 1, 2],
          ...survival,
        },
      ],
      [
        "kaplan-meier",
        "survival.departures",
        { formula: "Surv(days, event) ~ grade", variables: three, by: [7], ...survival },
      ],
      [
        "log-rank",
        "survival.log-rank",
        {
          formula: "Surv(days, event) ~ grade + hormon + visit",
          variables: three,
          others: "missing",
          rho: 0,
        },
      ],
      [
        "log-rank",
        "survival.log-rank",
        {
          formula: "Surv(days, event) ~ grade + strata(hormon)",
          variables: known({ grade: 1900, hormon: 90_000 }),
          others: "missing",
          rho: 0,
        },
      ],
      [
        "glm",
        "regression.moments",
        { model: { formula: "days ~ grade:hormon:visit", variables: three, ...glmModel } },
      ],
      [
        "coxph",
        "survival.cox-strata",
        {
          model: {
            formula: "Surv(days, event) ~ age + strata(grade, hormon, visit)",
            variables: { age: { type: "numeric" }, ...three },
            ...survival,
          },
          ...cox,
        },
      ],
    ];
    for (const [algorithm, step, args] of bombs) {
      const request = {
        ...corpus[0],
        algorithm: { name: algorithm, version: 1 },
        step: { name: step, version: 1 },
        arguments: args,
        data: { database: "default", columns: null, derive: [], filter: null },
      };
      const { reply } = await ask(bytesOf(request), people);
      expect(reply).toMatchObject({
        ok: false,
        code: expect.stringMatching(/FORMULA_UNSUPPORTED|ARGUMENT_INVALID/),
      });
    }
  });

  it("does so under any policy", async () => {
    const policies = [
      parsePolicy({ minimumCell: 2, minimumRows: 1, minimumOrganizations: 1, minimumEffectiveShare: 0 }),
      parsePolicy({ rounding: 10, minimumCell: 10 }),
      parsePolicy({ eventTimes: "lattice", reason: "rows made up by a test", resolution: 1 }),
      parsePolicy({ columns: { deny: ["nodes", "grade", "visit"] }, algorithms: ["glm", "coxph"] }),
      parsePolicy("open", "rows made up by a test"),
    ];
    await fc.assert(
      fc.asyncProperty(hostileRequest, fc.constantFrom(...policies), async (request, policy) => {
        await ask(bytesOf(request), people, policy);
      }),
      { seed: 3 + 10 * times, numRuns: 600 * times },
    );
  });

  it("whatever is in its database", async () => {
    const cell = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(0, 1, 2, 30, 60, "I", "II", "yes", "no", null) },
      fc.constantFrom(
        Number.NaN,
        Infinity,
        -Infinity,
        1e308,
        -1e308,
        5e-324,
        -0,
        "",
        "__proto__",
        true,
        false,
      ),
      fc.constantFrom(
        "2020-02-29",
        "9999-12-31",
        "TRUE",
        "0",
        new Date(Number.NaN),
        12n,
        secretText,
        secretNumber,
      ),
    );
    const row = fc.record(Object.fromEntries(Object.keys(people[0] as Row).map((name) => [name, cell])));
    // Without secrets: of several people they are none.
    const common = cell.filter((value) => value !== secretText && value !== secretNumber);
    const uniform = fc
      .tuple(
        fc.nat(40),
        fc.record(
          Object.fromEntries(
            Object.keys(people[0] as Row).map((name) => [
              name,
              fc.array(common, { minLength: 1, maxLength: 3 }),
            ]),
          ),
        ),
      )
      .map(([count, values]) =>
        Array.from({ length: count }, (_, i) =>
          Object.fromEntries(Object.entries(values).map(([name, list]) => [name, list[i % list.length]])),
        ),
      );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.array(row, { maxLength: 20 }), uniform),
        fc.nat(corpus.length - 1),
        async (rows, i) => {
          await ask(bytesOf(corpus[i]), rows as Row[], parsePolicy({ minimumRows: 1 }));
        },
      ),
      { seed: 4 + 10 * times, numRuns: 500 * times },
    );
  });
});

describe("the desk", () => {
  it("reads any bytes as a reply or as none", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => new TextEncoder().encode(text)),
        ),
        (bytes) => {
          expect(readReply(bytes)).toBeUndefined();
          expect(readRequest(bytes)).toBeUndefined();
        },
      ),
      { seed: 5 + 10 * times, numRuns: 300 * times },
    );
  });

  const typed = (work: () => unknown): void => {
    try {
      work();
    } catch (error) {
      if (!isKonsilError(error)) throw error;
    }
  };
  const anything = fc.oneof(
    fc.anything({ maxDepth: 3, withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
    fc.constantFrom(...hostileValues),
  );

  it("says of any policy what is wrong with it", () => {
    const names = [
      "minimumCell",
      "rounding",
      "lattices",
      "columns",
      "eventTimes",
      "reason",
      "maximumEvaluations",
    ];
    fc.assert(
      fc.property(
        fc.oneof(anything, fc.dictionary(fc.constantFrom(...names), anything)),
        anything,
        (written, reason) => {
          typed(() => parsePolicy(written, reason));
          typed(() => policyFromEnvironment({ KONSIL_POLICY: fc.stringify(written) }));
        },
      ),
      { seed: 6 + 10 * times, numRuns: 500 * times },
    );
  });

  it("says of any declaration of data what is wrong with it", () => {
    const part = fc.oneof(anything, fc.dictionary(fc.constantFrom("a", "nodes", "__proto__"), anything));
    fc.assert(
      fc.property(part, part, part, (columns, derive, filter) => {
        typed(() => defineData({ columns, derive, filter } as never));
      }),
      { seed: 7 + 10 * times, numRuns: 500 * times },
    );
  });

  it("says of any arguments what is wrong with them, and ends with a value or a typed error", async () => {
    const federation = await localFederation(
      [0, 1, 2].map((i) => ({ name: `site${i}`, rows: patients(60, 100 * i) })),
      {
        onDefect: (_site, error) => {
          throw error;
        },
      },
    );
    const fields = [
      "formula",
      "columns",
      "rows",
      "by",
      "family",
      "terms",
      "time",
      "event",
      "levels",
      "rareLevels",
      "weights",
      "iterations",
      "tolerance",
    ];
    const values = fc.oneof(
      anything,
      fc.constantFrom(
        "nodes",
        ["nodes"],
        ["grade", "nodes"],
        "grade",
        "hormon",
        "days",
        "event",
        "gaussian",
        "poisson",
        "exclude",
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...everything),
        fc.oneof(anything, fc.dictionary(fc.constantFrom(...fields), values)),
        async (algorithm, args) => {
          let text: string;
          try {
            const result = await federation.run(algorithm, args as never);
            text = JSON.stringify(result) + JSON.stringify((result as { report?: unknown }).report ?? "");
          } catch (error) {
            if (!isKonsilError(error)) throw error;
            expect(["SITE_FAILED", "OUTPUT_INVALID", "REPLY_INVALID", "VALUE_INVALID"]).not.toContain(
              error.code,
            );
            text = error.message;
          }
          for (const secret of secrets) expect(text).not.toContain(secret);
        },
      ),
      { seed: 8 + 10 * times, numRuns: 400 * times },
    );
  });
});
