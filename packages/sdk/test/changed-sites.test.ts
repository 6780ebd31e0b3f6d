import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Algorithm,
  type AnalysisEvent,
  count,
  createSite,
  defineAlgorithm,
  defineStep,
  type JournalEntry,
  memoryJournal,
  numeric,
  parsePolicy,
  type Row,
  rowsSource,
  type Site,
  sums,
  tighten,
} from "@konsil/core";
import fc from "fast-check";
import { afterAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { makeFederation } from "../src/federation/federation.ts";
import { fileJournal, localFederation } from "../src/index.ts";
import { LocalTransport } from "../src/local/local-transport.ts";

const folder = mkdtempSync(join(tmpdir(), "konsil-changed-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let journals = 0;
const freshPath = (): string => join(folder, `${journals++}.jsonl`);

/** Tells rows apart, and their order: any change of the column that is read changes it. */
const sumsStep = defineStep({
  name: "test.sums",
  arguments: z.strictObject({ columns: z.array(z.string()), round: z.int() }),
  columns: ({ columns }) => ({ values: columns.map((name) => numeric(name)) }),
  dimensions: ({ columns }) => ({ column: columns }),
  output: { n: count(), total: sums(["column"], { people: "n" }) },
  run: (table) => ({
    n: table.rows,
    total: table.values.map((values) => values.reduce((sum, value, i) => sum + value * (i + 1), 0)),
  }),
});

interface Told {
  readonly rounds: readonly (readonly number[])[];
}

/** Tells what each round came to, so that a mixture of two sets of rows is seen. */
const told: Algorithm<{ rounds: readonly (readonly string[])[] }, Told> = defineAlgorithm({
  name: "test-told",
  title: "Told",
  arguments: z.strictObject({ rounds: z.array(z.array(z.string())) }),
  steps: [sumsStep],
  central: async (args, context): Promise<Told> => {
    const rounds: number[][] = [];
    for (const [round, columns] of args.rounds.entries()) {
      const { n, total } = await context.pool(sumsStep, { columns: [...columns], round });
      rounds.push([n, ...total]);
    }
    return { rounds };
  },
});

const open = parsePolicy("open", "rows made up by a test");

/** A site whose rows and policy may be others at each question, as in containers: each reads the database anew. */
class Hospital implements Site {
  readonly name: string;
  readonly secret: string;
  rows: Row[];
  policy = open;
  answered = 0;
  /** Called before each answer. */
  before: (answered: number) => void = () => undefined;

  constructor(name: string, secret = `the secret of ${name}`) {
    this.name = name;
    this.secret = secret;
    this.rows = Array.from({ length: 12 }, (_, i) => ({ x: i + 1, y: (i * 7) % 5 }));
  }

  answer(request: Uint8Array): Promise<Uint8Array> {
    this.before(this.answered++);
    return createSite({
      name: this.name,
      policy: this.policy,
      databases: { default: rowsSource(this.rows) },
      algorithms: [told],
      secret: async () => this.secret,
    }).answer(request);
  }

  register(): void {}

  release(): void {}

  sums(columns: readonly string[]): number[] {
    return [
      this.rows.length,
      ...columns.map((name) => this.rows.reduce((sum, row, i) => sum + (row[name] as number) * (i + 1), 0)),
    ];
  }
}

function federationOf(sites: readonly Site[]) {
  const transport = new LocalTransport(sites);
  return makeFederation({ transport, register() {}, release() {} });
}

/** What all rounds are of, when they are of the rows that the sites have now. */
function expected(sites: readonly Hospital[], rounds: readonly (readonly string[])[]): number[][] {
  return rounds.map((columns) => {
    const all = sites.map((site) => site.sums(columns));
    return ["n", ...columns].map((_, i) => all.reduce((sum, one) => sum + (one[i] as number), 0));
  });
}

const x3 = [["x"], ["x"], ["x"]];

/** One change of rows: another value, two values exchanged, a row more, a row fewer. */
const change: fc.Arbitrary<(rows: readonly Row[]) => Row[]> = fc
  .record({
    kind: fc.constantFrom("value", "exchange", "more", "fewer"),
    at: fc.nat({ max: 9 }),
    column: fc.constantFrom("x", "y"),
  })
  .map(({ kind, at, column }) => (rows) => {
    const copy = rows.map((row) => ({ ...row }));
    const [one, other] = [copy[at], copy[at + 1]] as [Row, Row];
    if (kind === "more") copy.push({ x: 100, y: 3 });
    else if (kind === "fewer") copy.splice(at, 1);
    else if (kind === "value") copy[at] = { ...one, [column]: (one[column] as number) + 1 };
    else {
      copy[at] = other;
      copy[at + 1] = one;
    }
    return copy;
  });

describe("a site whose rows change between two rounds", () => {
  it("makes the analysis begin anew, with all sites, and the report says so", async () => {
    const sites = ["a", "b", "c"].map((name) => new Hospital(name));
    const [, b] = sites as [Hospital, Hospital, Hospital];
    b.before = (answered) => {
      if (answered === 2) b.rows.push({ x: 1000, y: 1 });
    };
    const events: AnalysisEvent[] = [];
    const result = await federationOf(sites).run(
      told,
      { rounds: x3 },
      { onProgress: (event) => events.push(event) },
    );
    expect(result.rounds).toEqual(expected(sites, x3));
    expect(events).toContainEqual({ type: "restarted", without: [], why: "SITE_CHANGED" });
    expect(result.report.warnings).toEqual([
      "The rows at b changed between two rounds, so the analysis began anew: all of it is of what was there then.",
    ]);
    expect(result.report.sites.map(({ state }) => state)).toEqual(["answered", "answered", "answered"]);
    // What left is counted for the attempt that gave the result.
    expect(result.report.released.every(({ rounds }) => rounds === 3)).toBe(true);
  });

  it("is a failure when it never stands still, which the others can go on without", async () => {
    const make = () => {
      const sites = ["a", "b", "c"].map((name) => new Hospital(name));
      const [, b] = sites as [Hospital, Hospital, Hospital];
      b.before = () => b.rows.push({ x: 1, y: 1 });
      return sites;
    };
    const failing = federationOf(make()).run(told, { rounds: x3 });
    await expect(failing).rejects.toMatchObject({
      name: "SiteError",
      code: "SITE_CHANGED",
      site: "b",
      message: expect.stringMatching(/^The rows at b changed again and again.*Ask its steward/) as string,
    });
    const sites = make();
    const result = await federationOf(sites).run(
      told,
      { rounds: x3 },
      { whenSiteFails: { continueWith: 2 } },
    );
    expect(result.rounds).toEqual(expected([sites[0], sites[2]] as Hospital[], x3));
    expect(result.report.sites[1]).toMatchObject({ state: "failed", code: "SITE_CHANGED" });
  });

  it("is noticed in whichever column two rounds have in common, and by its number of rows otherwise", async () => {
    for (const rounds of [
      [["x"], ["y", "x"]],
      [["x"], ["y"]],
    ]) {
      const sites = [new Hospital("a")];
      const [a] = sites as [Hospital];
      a.before = (answered) => {
        if (answered === 1) a.rows.push({ x: 5, y: 5 });
      };
      const result = await federationOf(sites).run(told, { rounds });
      expect(result.rounds).toEqual(expected(sites, rounds));
    }
  });

  it("never mixes two sets of rows, whatever changes when", async () => {
    const events = fc.array(fc.record({ site: fc.nat({ max: 2 }), at: fc.nat({ max: 5 }), change }), {
      maxLength: 2,
    });
    await fc.assert(
      fc.asyncProperty(events, async (changes) => {
        const sites = ["a", "b", "c"].map((name) => new Hospital(name));
        for (const [index, site] of sites.entries())
          site.before = (answered) => {
            for (const one of changes)
              if (one.site === index && one.at === answered) site.rows = one.change(site.rows);
          };
        const rounds = [
          ["x", "y"],
          ["x", "y"],
          ["x", "y"],
          ["x", "y"],
        ];
        const result = await federationOf(sites).run(told, { rounds });
        expect(result.rounds).toEqual(rounds.map(() => result.rounds[0]));
        expect(new Set(result.rounds.map(String)).size).toBe(1);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it("is left alone where what changed is not read", async () => {
    const sites = [new Hospital("a")];
    const [a] = sites as [Hospital];
    a.before = () => {
      a.rows = a.rows.map((row) => ({ ...row, y: (row["y"] as number) + 1 }));
    };
    const result = await federationOf(sites).run(told, { rounds: x3 });
    expect(result.report.warnings).toEqual([]);
    expect(a.answered).toBe(3);
  });
});

describe("a site whose policy changes between two rounds", () => {
  it("makes the analysis begin anew under the policy that is in force", async () => {
    const sites = ["a", "b"].map((name) => new Hospital(name));
    const [, b] = sites as [Hospital, Hospital];
    b.before = (answered) => {
      if (answered === 1) b.policy = tighten(open, { minimumCell: 7 });
    };
    const result = await federationOf(sites).run(told, { rounds: x3 });
    expect(b.answered).toBe(5);
    expect(result.report.warnings[0]).toMatch(/^The policy of b changed between two rounds/);
    expect(result.rounds).toEqual(expected(sites, x3));
  });
});

describe("a journal that is resumed after a change", () => {
  it("never mixes what it holds with new rows, wherever it broke off", async () => {
    const whole = memoryJournal();
    const before = ["a", "b"].map((name) => new Hospital(name));
    const first = await federationOf(before).run(told, { rounds: x3 }, { journal: whole });
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: whole.entries.length - 1 }),
        fc.nat({ max: 1 }),
        change,
        async (kept, which, changed) => {
          const sites = ["a", "b"].map((name) => new Hospital(name));
          const site = sites[which] as Hospital;
          site.rows = changed(site.rows);
          const journal = memoryJournal(whole.entries.slice(0, kept));
          const resumed = await federationOf(sites).run(told, { rounds: x3 }, { journal });
          const now = expected(sites, x3);
          expect([JSON.stringify(first.rounds), JSON.stringify(now)]).toContain(
            JSON.stringify(resumed.rounds),
          );
          // The same again from what it holds now: what was set apart stays so, and nobody is asked.
          const asked = sites.map(({ answered }) => answered);
          const again = await federationOf(sites).run(told, { rounds: x3 }, { journal });
          expect(again.rounds).toEqual(resumed.rounds);
          expect(again.report.warnings).toEqual(resumed.report.warnings);
          expect(sites.map(({ answered }) => answered)).toEqual(asked);
        },
      ),
      { numRuns: 80, seed: 2 },
    );
  });

  it("can be broken off again after it began anew, at any entry", async () => {
    const before = ["a", "b"].map((name) => new Hospital(name));
    const whole = memoryJournal();
    await federationOf(before).run(told, { rounds: x3 }, { journal: whole });
    const half = whole.entries.slice(0, whole.entries.length - 1);
    const changed = () => {
      const sites = ["a", "b"].map((name) => new Hospital(name));
      for (const site of sites) site.rows.push({ x: 50, y: 1 });
      return sites;
    };
    const anew = memoryJournal(half);
    await federationOf(changed()).run(told, { rounds: x3 }, { journal: anew });
    for (let kept = half.length; kept <= anew.entries.length; kept++) {
      const sites = changed();
      const journal = memoryJournal(anew.entries.slice(0, kept));
      const result = await federationOf(sites).run(told, { rounds: x3 }, { journal });
      expect(result.rounds).toEqual(expected(sites, x3));
    }
    // No question after the change has the key of one before it: its old task is not taken for the new one.
    const intents = anew.entries.flatMap((entry) => (entry.entry === "intent" ? [entry.round] : []));
    expect(new Set(intents).size).toBe(intents.length);
  });

  it("of a release before this is read as it is", async () => {
    const whole = memoryJournal();
    const sites = ["a", "b"].map((name) => new Hospital(name));
    const first = await federationOf(sites).run(told, { rounds: x3 }, { journal: whole });
    const old = whole.entries.map((entry): JournalEntry => {
      if (entry.entry !== "delivery") return entry;
      const { fingerprint, ...reply } = JSON.parse(entry.reply) as Record<string, unknown>;
      expect(fingerprint).toBeDefined();
      return { ...entry, reply: JSON.stringify(reply) };
    });
    const journal = memoryJournal(old.slice(0, -1));
    const again = await federationOf(sites).run(told, { rounds: x3 }, { journal });
    expect(again.rounds).toEqual(first.rounds);
    expect(again.report.warnings).toEqual([]);
  });

  it("of local sites tells of the file whose answers are set apart, in another process too", async () => {
    const path = freshPath();
    const rows = () => Array.from({ length: 20 }, (_, i) => ({ x: i }));
    const policy = { policy: "open", reason: "rows made up by a test" } as const;
    const site = (data: readonly Row[]) => localFederation([{ name: "a", rows: data, ...policy }]);
    const args = { rounds: x3 };
    await (await site(rows())).run(told, args, { journal: fileJournal(path) });
    expect(statSync(`${path}.secret`).mode & 0o077).toBe(0);
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    const broken = (): void => writeFileSync(path, `${lines.slice(0, -1).join("\n")}\n`);

    broken();
    const same = await (await site(rows())).run(told, args, { journal: fileJournal(path) });
    expect(same.report.warnings).toEqual([]);
    expect(same.report.rounds.filter(({ replayed }) => replayed)).toHaveLength(2);

    broken();
    const other = await (await site([...rows(), { x: 99 }])).run(told, args, { journal: fileJournal(path) });
    expect(other.rounds.map(([n]) => n)).toEqual([21, 21, 21]);
    expect(other.report.warnings).toEqual([
      `The rows at a changed between two rounds, so the analysis began anew: all of it is of what was there then. What "${path}" held before is set apart.`,
    ]);

    // Without the secret nobody can tell, so all is asked anew.
    broken();
    rmSync(`${path}.secret`);
    const lost = await resumedElsewhere(path, rows());
    expect(lost).toMatch(/^The rows at a and its policy changed, or it was set up anew, between two rounds/);
  });

  it("has its secret beside it, for the processes that come after", async () => {
    const path = freshPath();
    const inNewProcess = async (): Promise<string> => {
      vi.resetModules();
      const { localSecret, rememberJournal } = await import("../src/journal/journal-secret.ts");
      const before = await localSecret("an analysis");
      rememberJournal("an analysis", path);
      const [secret, again] = await Promise.all([localSecret("an analysis"), localSecret("an analysis")]);
      expect(again).toBe(secret);
      expect(before).not.toBe(secret);
      return secret;
    };
    const secret = await inNewProcess();
    expect(await inNewProcess()).toBe(secret);
    writeFileSync(`${path}.secret`, secret.slice(1));
    expect(await inNewProcess()).not.toBe(secret);
  });

  it("makes no file of a secret where there is no journal", async () => {
    const path = freshPath();
    await federationOf([new Hospital("a")]).run(told, { rounds: x3 }, { journal: fileJournal(path) });
    // Sites that have a secret of their own.
    expect(existsSync(`${path}.secret`)).toBe(false);
  });
});

/** Resumes a journal as a process would that knows of no secret yet: under another path, and with its first warning. */
async function resumedElsewhere(path: string, rows: readonly Row[]): Promise<string | undefined> {
  const elsewhere = freshPath();
  writeFileSync(elsewhere, readFileSync(path));
  const federation = await localFederation([
    { name: "a", rows, policy: "open", reason: "rows made up by a test" },
  ]);
  const result = await federation.run(told, { rounds: x3 }, { journal: fileJournal(elsewhere) });
  return result.report.warnings[0];
}
