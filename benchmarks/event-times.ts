// npm run bench -- event-times: how far curves from a lattice and from batches are from the exact ones, on real data.
import { type KaplanMeierValue, kaplanMeier, type LocalSite, localFederation, logRank } from "konsil";
import { type GoldenRow, goldenRows } from "../packages/algorithms/test/goldens.ts";
import { uniform } from "./data.ts";

const sites = 11;

interface Study {
  readonly name: string;
  readonly formula: string;
  readonly rows: readonly GoldenRow[];
}

const studies: readonly Study[] = [
  { name: "rotterdam", formula: "Surv(dtime, death) ~ grade", rows: goldenRows("rotterdam.csv") },
  { name: "colon", formula: "Surv(time, status) ~ rx", rows: goldenRows("colon.csv") },
  { name: "gbsg", formula: "Surv(rfstime, status) ~ hormon", rows: goldenRows("gbsg.csv") },
  {
    name: "lung",
    formula: "Surv(time, status) ~ sex",
    rows: goldenRows("lung.csv"),
  },
];

/** Sites of 5 to 15 parts of the rows each, which are shuffled first. */
function unevenly(rows: readonly GoldenRow[], policy: Partial<LocalSite>): LocalSite[] {
  const random = uniform(11);
  const shuffled = rows
    .map((row) => ({ row, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ row }) => row);
  const parts = Array.from({ length: sites }, (_, i) => i + 5);
  const all = parts.reduce((sum, part) => sum + part, 0);
  let from = 0;
  return parts.map((part, i) => {
    const to = i === sites - 1 ? shuffled.length : from + Math.round((part / all) * shuffled.length);
    const own = shuffled.slice(from, to);
    from = to;
    return { name: `site-${i + 1}`, rows: own, ...policy } as LocalSite;
  });
}

const reason = "public data of R's survival package";

type Group = KaplanMeierValue["groups"][number];

function survivalAt({ curve }: Group, time: number): number {
  const step = curve.time.findLastIndex((t) => t <= time);
  return step < 0 ? 1 : (curve.survival[step] as number);
}

/** The largest difference over all groups of the two curves. */
function worst(
  { exact, found }: { readonly exact: KaplanMeierValue; readonly found: KaplanMeierValue },
  differences: (truth: Group, group: Group) => readonly number[],
): string {
  if (found.withheld.length > 0) return "withheld";
  const all = found.groups.flatMap((group) => {
    const truth = exact.groups.find(({ label }) => label === group.label);
    return truth === undefined ? [] : differences(truth, group);
  });
  return Math.max(0, ...all.map(Math.abs)).toFixed(3);
}

/** At every point of the lattice at which a tenth of the group are at risk: beyond, a curve is that of a few. */
const everywhere = (truth: Group, group: Group): readonly number[] => {
  const last = truth.curve.time[truth.curve.atRisk.findLastIndex((n) => n >= truth.n / 10)] ?? 0;
  return Array.from({ length: Math.floor(last / 30) }, (_, i) => (i + 1) * 30).map(
    (time) => survivalAt(group, time) - survivalAt(truth, time),
  );
};

const years = [365, 1095, 1825];
const atYears = (truth: Group, group: Group): readonly number[] =>
  (group.atTimes?.survival ?? []).map((survival, i) => survival - (truth.atTimes?.survival[i] as number));

/** The mean difference by year, over groups: what is off in one direction. */
function bias({
  exact,
  found,
}: {
  readonly exact: KaplanMeierValue;
  readonly found: KaplanMeierValue;
}): string {
  if (found.withheld.length > 0) return "withheld";
  const byGroup = found.groups.map((group) => {
    const truth = exact.groups.find(({ label }) => label === group.label);
    return truth === undefined ? [] : atYears(truth, group);
  });
  return years
    .map((_, i) => byGroup.reduce((sum, own) => sum + (own[i] ?? 0), 0) / byGroup.length)
    .map((mean) => (mean < 0 ? "-" : "+") + Math.abs(mean).toFixed(3).slice(1))
    .join(" ");
}

const line = (cells: readonly string[]): void => {
  process.stdout.write(
    `${cells.map((cell, i) => (i === 0 ? cell.padEnd(36) : cell.padStart(18))).join("")}\n`,
  );
};

line(["eleven uneven sites, k = 5", ...studies.map(({ name }) => name)]);
const results = await Promise.all(
  studies.map(async ({ formula, rows }) => {
    // Named here, because few people at a site have some of them.
    const group = formula.slice(formula.lastIndexOf(" ") + 1);
    const levels = { [group]: [...new Set(rows.map((row) => String(row[group])))].sort() };
    const run = async (policy: Partial<LocalSite>) =>
      (await localFederation(unevenly(rows, policy))).run(kaplanMeier, { formula, levels, times: years });
    const open = { policy: "open", reason } as const;
    const exact = await run(open);
    const test = async (policy: Partial<LocalSite>) =>
      (await localFederation(unevenly(rows, policy))).run(logRank, {
        formula,
        levels,
        stratifyBySite: false,
      });
    const onLattice = { policy: { eventTimes: "lattice", reason } } as const;
    return {
      exact,
      lattice: await run(onLattice),
      batches: await run({}),
      chisq: [(await test(open)).chisq, (await test(onLattice)).chisq],
    };
  }),
);
const row = (name: string, of: (result: (typeof results)[number]) => string): void =>
  line([name, ...results.map(of)]);
row("lattice: largest error of S(t)", ({ exact, lattice: found }) => worst({ exact, found }, everywhere));
row("lattice: at 1, 3 and 5 years", ({ exact, lattice: found }) => worst({ exact, found }, atYears));
row("lattice: log-rank, exact → here", ({ chisq }) => chisq.map((value) => value?.toFixed(2)).join(" → "));
row("batches: largest error of S(t)", ({ exact, batches: found }) => worst({ exact, found }, everywhere));
row("batches: at 1, 3 and 5 years", ({ exact, batches: found }) => worst({ exact, found }, atYears));
row("batches: mean error, with its sign", ({ exact, batches: found }) => bias({ exact, found }));
row("batches: rows left out", ({ exact, batches: { n, withheld } }) =>
  withheld.length > 0 ? "withheld" : String(exact.n - n),
);
