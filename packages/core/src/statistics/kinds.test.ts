import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Policy, parsePolicy, tighten, Withholding } from "../policy/index.ts";
import { count, counts } from "./counts.ts";
import { distribution, type PooledDistribution, type Positions } from "./distribution.ts";
import { ExactSum } from "./exact-sum.ts";
import { flags } from "./flags.ts";
import { kindOf } from "./kinds.ts";
import { levels } from "./levels.ts";
import { maskedCounts } from "./masked-counts.ts";
import { perSite } from "./per-site.ts";
import { range } from "./range.ts";
import type { AnyStatistic, Dimensions } from "./statistic.ts";
import { sums } from "./sums.ts";

const open = parsePolicy("open", "numbers made up by a test");
const hospital = parsePolicy({ minimumCell: 5 });
const lattice = parsePolicy({ eventTimes: "lattice", reason: "times made up by a test" });
const dimensions: Dimensions = { group: ["a", "b"], stage: ["i", "ii"] };

function releaseOf(
  statistic: AnyStatistic,
  value: unknown,
  policy: Policy,
  others: Record<string, unknown> = {},
  own: Policy = policy,
) {
  const kind = kindOf(statistic);
  expect(kind.problem(statistic, value, dimensions)).toBeUndefined();
  const context = {
    policy,
    own,
    field: "f",
    rows: 100,
    dimensions,
    other: (name: string) => others[name],
    columnName: (key: string) => key,
    measured: () => ({ values: (value as Partial<Positions>)?.at ?? new Float64Array(0), isMeasured: true }),
  };
  return kind.release(statistic, value, context);
}

/** What a value becomes at the desk: released, serialised, read and pooled with others. */
function pooled(
  statistic: AnyStatistic,
  values: readonly unknown[],
  policy = open,
  others: Record<string, unknown> = {},
  minimumOrganizations = 1,
): unknown {
  const kind = kindOf(statistic);
  const parts = values.map((value, i) => {
    const wire: unknown = JSON.parse(JSON.stringify(releaseOf(statistic, value, policy, others).wire));
    const read = kind.read(statistic, wire, dimensions);
    expect(read).toBeDefined();
    return { site: `s${i}`, wire: read };
  });
  return kind.pool(statistic, parts, { dimensions, minimumOrganizations, minimumCell: policy.minimumCell });
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(Withholding);
    return (error as Withholding).code;
  }
  return "released";
}

describe("a count", () => {
  it("is released from k people on, and zero passes", () => {
    const results = [0, 1, 4, 5, 60].map((people) => refusal(() => releaseOf(count(), people, hospital)));
    expect(results).toEqual(["released", "CELL_TOO_SMALL", "CELL_TOO_SMALL", "released", "released"]);
    expect(refusal(() => releaseOf(count(), 1, open))).toBe("released");
  });

  it.each([-1, 1.5, Number.NaN, "3", null])("is never %s", (value) => {
    expect(kindOf(count()).problem(count(), value, dimensions)).toBeDefined();
    expect(kindOf(count()).read(count(), value, dimensions)).toBeUndefined();
  });

  it("adds up by cell", () => {
    expect(
      pooled(counts(["group"]), [
        [5, 0],
        [6, 7],
      ]),
    ).toEqual(Float64Array.of(11, 7));
    expect(refusal(() => releaseOf(counts(["group"]), [5, 4], hospital))).toBe("CELL_TOO_SMALL");
  });

  it.each([5, 10, 11])("refuses or abstains below k = %i, as the step says", (minimumCell) => {
    const policy = parsePolicy({ minimumCell });
    const abstains = (small: "refuse" | "abstain", cell: number): boolean | undefined => {
      try {
        releaseOf(counts(["group"], { small }), [0, cell], policy);
        return undefined;
      } catch (error) {
        return (error as Withholding).abstains;
      }
    };
    for (const cell of [1, minimumCell - 1])
      expect([abstains("refuse", cell), abstains("abstain", cell)]).toEqual([false, true]);
    for (const cell of [0, minimumCell]) expect(abstains("abstain", cell)).toBeUndefined();
  });
});

describe("masked counts", () => {
  it("become intervals that hold the truth", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(12), fc.nat(12)), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 2, max: 11 }),
        (sites, minimumCell) => {
          const bounds = pooled(maskedCounts(["group"]), sites, parsePolicy({ minimumCell })) as {
            lower: Float64Array;
            upper: Float64Array;
          };
          for (const cell of [0, 1] as const) {
            const truth = sites.reduce((total, site) => total + site[cell], 0);
            expect(bounds.lower[cell]).toBeLessThanOrEqual(truth);
            expect(bounds.upper[cell]).toBeGreaterThanOrEqual(truth);
            if (sites.flat().every((people) => people === 0 || people >= minimumCell))
              expect(bounds.lower[cell]).toBe(bounds.upper[cell]);
          }
        },
      ),
    );
  });
});

describe("masked counts for a researcher who wishes for more people", () => {
  const table = maskedCounts(["group", "stage"]);
  const told = (people: readonly number[], own: Policy, wish: number) =>
    releaseOf(table, people, tighten(own, { minimumCell: wish }), {}, own).wire as {
      readonly lower: readonly number[];
      readonly upper: readonly number[];
    };

  it("follow from what is told without a wish, and from nothing else", () => {
    const own = parsePolicy({ minimumCell: 4 });
    const wishes = [5, 6, 9];
    const byAnswer = new Map<string, string>();
    for (let n = 0; n < 7 ** 4; n++) {
      const people = [0, 1, 2, 3].map((cell) => Math.floor(n / 7 ** cell) % 7);
      const answer = JSON.stringify(told(people, own, 1));
      const wished = JSON.stringify(wishes.map((wish) => told(people, own, wish)));
      expect(byAnswer.get(answer) ?? wished).toBe(wished);
      byAnswer.set(answer, wished);
    }
    // Several tables have the same answer, or nothing was compared.
    expect(byAnswer.size).toBeLessThan(0.8 * 7 ** 4);
  });

  it("are never narrower, and mask what is wished for", () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.nat(40), fc.nat(40), fc.nat(12), fc.nat(12)),
        fc.integer({ min: 2, max: 11 }),
        fc.integer({ min: 2, max: 30 }),
        fc.constantFrom(1, 5, 10),
        (people, minimumCell, wish, rounding) => {
          const own = parsePolicy({ minimumCell, rounding });
          const [without, wished] = [told(people, own, 1), told(people, own, wish)];
          for (const cell of people.keys()) {
            expect(wished.lower[cell]).toBeLessThanOrEqual(without.lower[cell] as number);
            expect(wished.upper[cell]).toBeGreaterThanOrEqual(without.upper[cell] as number);
            const count = people[cell] as number;
            // Fewer than two are one.
            if (count > 0 && count < wish && wish > 2)
              expect(wished.upper[cell]).toBeGreaterThan(wished.lower[cell] ?? 0);
          }
        },
      ),
    );
  });
});

describe("masked counts with a rounding policy", () => {
  it("are the whole numbers that round to the same multiple, on top of masking", () => {
    const told = (people: number[], rounding: number): unknown =>
      releaseOf(maskedCounts(["group"]), people, parsePolicy({ rounding })).wire;
    expect(told([30, 42], 1)).toEqual({ lower: [30, 42], upper: [30, 42] });
    expect(told([30, 42], 10)).toEqual({ lower: [25, 35], upper: [34, 44] });
    // 1…4 becomes 0…7 in multiples of 5, and 40 people, widened to 38…41, become 38…42.
    expect(told([2, 40], 5)).toEqual({ lower: [0, 38], upper: [7, 42] });
    expect(told([0, 40], 5)).toEqual({ lower: [0, 38], upper: [2, 42] });
  });

  it("hold the truth whatever the rounding", () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.nat(90), fc.nat(90)),
        fc.integer({ min: 1, max: 25 }),
        fc.integer({ min: 2, max: 11 }),
        (people, rounding, minimumCell) => {
          const policy = parsePolicy({ rounding, minimumCell });
          const { lower, upper } = releaseOf(maskedCounts(["group"]), people, policy).wire as {
            lower: number[];
            upper: number[];
          };
          for (const [i, count] of people.entries()) {
            expect(lower[i]).toBeLessThanOrEqual(count);
            expect(upper[i]).toBeGreaterThanOrEqual(count);
            if (rounding === 1) continue;
            const multiple = (n: number): number => Math.floor(n / rounding + 0.5);
            if (lower[i] !== 0)
              expect(multiple(lower[i] as number)).not.toBe(multiple((lower[i] as number) - 1));
            expect(multiple(upper[i] as number)).not.toBe(multiple((upper[i] as number) + 1));
          }
        },
      ),
    );
  });
});

describe("masked counts of few organizations", () => {
  it("are told by their order of magnitude", () => {
    const told = (sites: number[][], minimumOrganizations: number): unknown =>
      pooled(maskedCounts(["group"]), sites, hospital, {}, minimumOrganizations);
    const bounds = (lower: number[], upper: number[]) => ({
      lower: Float64Array.from(lower),
      upper: Float64Array.from(upper),
    });
    const sites = [
      [30, 0],
      [12, 0],
      [0, 23],
    ];
    expect(told(sites, 3)).toEqual(bounds([1, 1], [80, 40]));
    expect(told(sites, 2)).toEqual(bounds([42, 1], [42, 40]));
    expect(told([[0, 7]], 3)).toEqual(bounds([0, 1], [0, 10]));
    // A site by itself is one organization: how many it has is told as its own policy says.
    const bySite = pooled(perSite(maskedCounts(["group"])), [[12, 30]], hospital, {}, 3);
    expect((bySite as ReadonlyMap<string, unknown>).get("s0")).toEqual(bounds([12, 30], [12, 30]));
  });
});

describe("sums", () => {
  const statistic = sums(["group"], { people: "n" });

  it("rest on enough people in every cell", () => {
    const release = (people: number[]) =>
      refusal(() => releaseOf(statistic, [1.5, 2.5], hospital, { n: people }));
    expect([release([5, 5]), release([5, 4]), release([0, 5])]).toEqual([
      "released",
      "CELL_TOO_SMALL",
      "released",
    ]);
  });

  it("are refused when they are not finite, and never send -0", () => {
    expect(refusal(() => releaseOf(statistic, [Number.POSITIVE_INFINITY, 0], open, { n: [9, 9] }))).toBe(
      "NOT_FINITE",
    );
    expect(refusal(() => releaseOf(statistic, [Number.NaN, 0], open, { n: [9, 9] }))).toBe("NOT_FINITE");
    expect(Object.is((releaseOf(statistic, [-0, 1], open, { n: [9, 9] }).wire as number[])[0], 0)).toBe(true);
  });

  it("are the same bits in any order of sites", () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e150, max: 1e150 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(finite, finite), { minLength: 1, maxLength: 12 }),
        fc.infiniteStream(fc.double({ noNaN: true })),
        (sites, order) => {
          const shuffled = sites
            .map((site) => ({ site, key: order.next().value as number }))
            .sort((a, b) => a.key - b.key);
          const forward = pooled(statistic, sites, open, { n: [9, 9] });
          expect(
            pooled(
              statistic,
              shuffled.map(({ site }) => site),
              open,
              { n: [9, 9] },
            ),
          ).toEqual(forward);
        },
      ),
    );
  });

  it("are correctly rounded where plain addition is not", () => {
    const sum = new ExactSum();
    for (const term of [1e100, 1, -1e100, 2 ** -60]) sum.add(term);
    expect(sum.value).toBe(1 + 2 ** -60);
    const tenths = new ExactSum();
    for (let i = 0; i < 10; i++) tenths.add(0.1);
    expect(tenths.value).toBe(1);
  });
});

describe("levels", () => {
  it("are named from k people on, and by enough organizations", () => {
    const site = (people: number[]) => [
      { levels: ["z", "é", "a"], people },
      { levels: [], people: [] },
    ];
    const named = (...sites: number[][]) =>
      (pooled(levels(["group"]), sites.map(site), hospital, {}, 2) as unknown[])[0];
    expect(named([5, 9, 4], [5, 0, 0])).toEqual({
      names: ["z"],
      fewOrganizations: ["é"],
      rareAt: ["s0"],
      sites: 2,
      namedAt: [2],
      perhapsRareAt: [0],
    });
    // Where a site has a rare level, whatever it does not name may be it; where none is, nobody has the level.
    expect(named([5, 0, 0], [5, 0, 0], [2, 7, 0], [0, 7, 0])).toMatchObject({
      names: ["z", "é"],
      sites: 4,
      namedAt: [2, 2],
      perhapsRareAt: [1, 0],
    });
  });

  it("sort by code point in whatever order sites come", () => {
    const one = [
      { levels: ["b", "a"], people: [1, 1] },
      { levels: [], people: [] },
    ];
    const other = [
      { levels: ["ä", "B"], people: [1, 1] },
      { levels: [], people: [] },
    ];
    const [named] = pooled(levels(["group"]), [one, other]) as { names: string[] }[];
    expect(named?.names).toEqual(["B", "a", "b", "ä"]);
  });
});

describe("a range", () => {
  it("leaves only on the column's lattice", () => {
    const value = { lower: 43, upper: 87, at: Float64Array.of(43, 60, 87) };
    expect(refusal(() => releaseOf(range("age"), value, hospital))).toBe("RANGE_NOT_PERMITTED");
    expect(() => releaseOf(range("age"), value, hospital)).toThrow(/ask the steward \(lattices\.age\)/);
    const by = (age: number) => parsePolicy({ lattices: { age } });
    expect(releaseOf(range("age"), value, by(5)).wire).toEqual([40, 90, 5]);
    // Multiples of 1 would be the ages themselves.
    expect(refusal(() => releaseOf(range("age"), value, by(1)))).toBe("RANGE_NOT_PERMITTED");
    expect(pooled(range("age"), [value, null, { lower: 20, upper: 60 }])).toEqual({ lower: 20, upper: 87 });
    expect(pooled(range("age"), [value, null], by(5))).toEqual({ lower: 40, upper: 90, roundedTo: [5] });
  });
});

describe("flags", () => {
  it("say any and all", () => {
    expect(
      pooled(flags(["group"]), [
        [true, true],
        [false, true],
      ]),
    ).toEqual({ any: [true, true], all: [false, true] });
  });
});

describe("a statistic per site", () => {
  it("keeps the inner rule, and sites apart", () => {
    expect(refusal(() => releaseOf(perSite(count()), 3, hospital))).toBe("CELL_TOO_SMALL");
    expect(pooled(perSite(count()), [7, 9])).toEqual(
      new Map([
        ["s0", 7],
        ["s1", 9],
      ]),
    );
    expect(perSite(count()).visibility).toBe("site");
  });
});

describe("a distribution", () => {
  const statistic = distribution({ axis: "time", by: ["group"], streams: ["event", "censored"] });
  const positions = (at: number[], stream: number[], cell: number[]): Positions => ({
    at: Float64Array.from(at),
    stream,
    cell,
  });
  type Pool = { exactness: object; cells: { at: Float64Array; people: Record<string, Float64Array> }[] };

  it("counts people at each position, exactly where the data are public", () => {
    const { exactness, cells } = pooled(statistic, [
      positions([3, 1, 3], [0, 1, 1], [0, 0, 0]),
      positions([3, 2.5], [0, 0], [0, 1]),
    ]) as Pool;
    expect(exactness).toEqual({ mode: "exact" });
    expect(cells[0]?.at).toEqual(Float64Array.of(1, 3));
    expect(cells[0]?.people).toEqual({ event: Float64Array.of(0, 2), censored: Float64Array.of(1, 1) });
    expect(cells[1]?.people["event"]).toEqual(Float64Array.of(1));
  });

  it("leaves in batches under the default: nothing of fewer than k, and every person within the span of a batch", () => {
    const row = fc.record({ at: fc.integer({ min: 0, max: 400 }), stream: fc.nat(1), cell: fc.nat(1) });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), fc.constantFrom(5, 10, 11), (rows, minimumCell) => {
        const value = positions(
          rows.map(({ at }) => at),
          rows.map(({ stream }) => stream),
          rows.map(({ cell }) => cell),
        );
        const policy = parsePolicy({ minimumCell });
        const { wire } = releaseOf(statistic, value, policy) as unknown as {
          wire: { cells: { batches?: { ends: number[]; people: number[] }[]; abstains?: unknown }[] };
        };
        wire.cells.forEach((cell, c) => {
          const streams = [0, 1].map((s) =>
            rows.filter((own) => own.cell === c && own.stream === s).map(({ at }) => at),
          );
          const few = streams.some(({ length }) => length > 0 && length < minimumCell);
          expect(cell.batches === undefined).toBe(few);
          cell.batches?.forEach(({ ends, people }, s) => {
            let before = -30;
            ends.forEach((end, i) => {
              expect(people[i]).toBeGreaterThanOrEqual(minimumCell);
              expect(end % 30).toBe(0);
              expect(streams[s]?.filter((at) => at > before && at <= end)).toHaveLength(people[i] as number);
              before = end;
            });
            expect(people.reduce((sum, count) => sum + count, 0)).toBe(streams[s]?.length);
          });
        });
      }),
    );
  });

  it("puts batches together for a researcher who wishes for more people, and ends them nowhere else", () => {
    const at = Array.from({ length: 90 }, (_, i) => (i * 37) % 900);
    const value = positions(
      at,
      at.map(() => 0),
      at.map(() => 0),
    );
    const endsFor = (minimumCell: number): number[] => {
      const { wire } = kindOf(statistic).release(statistic, value, {
        policy: parsePolicy({ minimumCell }),
        own: hospital,
        field: "f",
        rows: 90,
        dimensions,
        other: () => undefined,
        columnName: (key) => key,
        measured: () => ({ values: value.at, isMeasured: true }),
      }) as { wire: { cells: { batches: { ends: number[]; people: number[] }[] }[] } };
      const [batches] = wire.cells[0]?.batches ?? [];
      expect(batches?.people.every((people) => people >= minimumCell)).toBe(true);
      return batches?.ends ?? [];
    };
    const own = endsFor(5);
    for (let k = 6; k < 40; k++) expect(own).toEqual(expect.arrayContaining(endsFor(k)));
  });

  it("spreads batches over their cells, and says who abstains and what is withheld", () => {
    const people = (stream: number, cell: number, times: readonly number[]) =>
      times.map((at) => ({ at, stream, cell }));
    const from0to = (n: number) => Array.from({ length: n }, (_, i) => i * 30 + 1);
    const site = (rows: { at: number; stream: number; cell: number }[]) =>
      positions(
        rows.map(({ at }) => at),
        rows.map(({ stream }) => stream),
        rows.map(({ cell }) => cell),
      );
    const full = site([...people(0, 0, from0to(50)), ...people(1, 0, from0to(50))]);
    const few = site([...people(0, 0, from0to(3)), ...people(1, 0, from0to(5))]);
    const found = pooled(statistic, [full, full, few], hospital) as PooledDistribution<string>;
    expect(found.exactness).toEqual({ mode: "batches", resolution: 30, size: 5 });
    const [cell] = found.cells;
    expect(cell?.withheld).toBeNull();
    expect(cell?.abstained).toEqual({ sites: ["s2"], people: 8 });
    expect(cell?.total).toEqual({ event: 100, censored: 100 });
    // Two sites, each with one person in each of five cells; one of a batch is known to be in its last cell.
    for (const count of cell?.people["event"] ?? []) expect(Math.abs(count - 2)).toBeLessThan(1.1);
    expect(cell?.spans?.["event"]?.from.slice(0, 4)).toEqual([-30, 120, 150, 270]);
    expect(cell?.spans?.["event"]?.people.slice(0, 4)).toEqual([4, 1, 4, 1]);
    // Another site of three and five would be no tenth of the people here; of five people without a batch it is.
    const most = pooled(statistic, [few, few, full], hospital) as PooledDistribution<string>;
    expect(most.cells[0]?.withheld).toBe("abstentions");
    expect(most.cells[0]?.at).toHaveLength(0);
    const short = site([...people(0, 0, from0to(10)), ...people(1, 0, from0to(10))]);
    const rough = pooled(statistic, [short, short, short], hospital) as PooledDistribution<string>;
    expect(rough.cells[0]?.withheld).toBe("batches");
    const alone = pooled(
      statistic,
      [full, site([]), site([])],
      hospital,
      {},
      3,
    ) as PooledDistribution<string>;
    expect(alone.cells[0]?.withheld).toBe("organizations");
  });

  it("moves times up to the lattice", () => {
    const at = [0, 1, 30, 31, 60, 61];
    const value = positions(
      at,
      at.map(() => 0),
      at.map(() => 0),
    );
    const { exactness, cells } = pooled(statistic, [value], lattice) as Pool;
    expect(exactness).toEqual({ mode: "lattice", resolution: 30 });
    expect(cells[0]?.at).toEqual(Float64Array.of(0, 30, 60, 90));
    expect(cells[0]?.people["event"]).toEqual(Float64Array.of(1, 2, 2, 1));
  });

  it("is refused on a lattice where times were stretched, or people have weights", () => {
    const kind = kindOf(statistic);
    const value = positions([30, 60], [0, 0], [0, 0]);
    const context = {
      policy: lattice,
      field: "f",
      rows: 2,
      dimensions,
      other: () => undefined,
      columnName: (key: string) => key,
    };
    const axis = (values: number[], isMeasured = true) => ({
      ...context,
      measured: () => ({ values: Float64Array.from(values), isMeasured }),
    });
    expect(refusal(() => kind.release(statistic, value, axis([30, 60])))).toBe("released");
    expect(refusal(() => kind.release(statistic, value, axis([1, 2])))).toBe("EVENT_TIMES_NOT_PERMITTED");
    expect(refusal(() => kind.release(statistic, value, axis([30, 60], false)))).toBe(
      "EVENT_TIMES_NOT_PERMITTED",
    );
    expect(() => kind.release(statistic, value, axis([30, 60], false))).toThrow(
      /^\{site\} does not release event times exactly \(eventTimes "lattice"\)\. Times that are computed, .* on a lattice either: use/,
    );
    const weighted = { ...value, weight: Float64Array.of(59, 61) };
    expect(refusal(() => kind.release(statistic, weighted, axis([30, 60])))).toBe(
      "EVENT_TIMES_NOT_PERMITTED",
    );
  });

  it("is the same however the rows are cut into sites", () => {
    const row = fc.record({
      at: fc.integer({ min: 0, max: 20 }),
      stream: fc.nat(1),
      cell: fc.nat(1),
      site: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        const of = (part: typeof rows) =>
          positions(
            part.map(({ at }) => at),
            part.map(({ stream }) => stream),
            part.map(({ cell }) => cell),
          );
        const cut = [0, 1, 2, 3].map((site) => of(rows.filter((one) => one.site === site)));
        expect(pooled(statistic, cut)).toEqual(pooled(statistic, [of(rows)]));
      }),
    );
  });
});

describe("sums that are mostly zero", () => {
  const wide: Dimensions = { cell: Array.from({ length: 40 }, (_, i) => String(i)) };
  const statistic = sums(["cell"], { people: "n" });
  const kind = kindOf(statistic);
  const context = {
    policy: open,
    field: "f",
    rows: 100,
    dimensions: wide,
    other: () => [9],
    columnName: (key: string) => key,
    measured: () => undefined,
  };

  it("are sent by position, and pool as if they were not", () => {
    const value = fc.array(
      fc.oneof(
        { weight: 5, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
      ),
      { minLength: 40, maxLength: 40 },
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), (sites) => {
        const parts = sites.map((cells, i) => {
          const wire: unknown = JSON.parse(JSON.stringify(kind.release(statistic, cells, context).wire));
          return { site: `s${i}`, wire: kind.read(statistic, wire, wide) };
        });
        const total = kind.pool(statistic, parts, {
          dimensions: wide,
          minimumOrganizations: 1,
          minimumCell: 1,
        }) as Float64Array;
        for (let cell = 0; cell < 40; cell++) {
          const exact = new ExactSum();
          for (const cells of sites) exact.add(cells[cell] as number);
          expect(total[cell]).toBe(exact.value);
        }
      }),
    );
  });

  it.each([
    { at: [3, 2], values: [1, 1] },
    { at: [40], values: [1] },
    { at: [1], values: [] },
    { at: [0.5], values: [1] },
    { at: [1], values: [null] },
    { at: "1" },
  ])("are refused as %o", (wire) => {
    expect(kind.read(statistic, wire, wide)).toBeUndefined();
  });
});
