import {
  type Cell,
  counted,
  exactnessPhrase,
  type Interval,
  narrowed,
  type SurvivalFigure,
  type TableColumn,
  type TableView,
  timeUnitOf,
  type View,
} from "@konsil/core";
import { stepAt } from "../step-at.ts";
import type { Curve } from "./curve.ts";
import { flatBeyond } from "./flat-beyond.ts";
import type { KaplanMeierValue, SurvivalGroup } from "./kaplan-meier.central.ts";
import { withoutWords } from "./without.ts";

type Unit = SurvivalFigure["time"]["unit"];

/** What the data declare, or what the time is called. */
function unitOf(value: KaplanMeierValue): Unit {
  const named = /^Surv\(\s*(\w+)\s*,/.exec(value.formula)?.[1];
  return timeUnitOf(value.timeUnit) ?? timeUnitOf(named) ?? "units";
}

const inDays: Readonly<Record<Unit, number>> = {
  days: 1,
  weeks: 7,
  months: 30.4375,
  years: 365.25,
  units: 1,
};

function lastTime({ groups }: KaplanMeierValue): number {
  return Math.max(0, ...groups.map(({ curve }) => curve.time.at(-1) ?? 0));
}

/**
 * Decimals of medians: those that times have and, where these are exact, one more for the middle of two; of times with many as
 * make four digits of the last.
 */
function decimalsOf(value: KaplanMeierValue): number {
  const middle = value.exactness === "exact" ? 1 : 0;
  const most = Math.max(middle, 3 - Math.floor(Math.log10(lastTime(value))));
  const haveNoMore = (decimals: number): boolean =>
    value.groups.every(({ curve }) => curve.time.every((time) => Number(time.toFixed(decimals)) === time));
  let decimals = 0;
  while (decimals < most && !haveNoMore(decimals)) decimals++;
  return Math.min(most, decimals + middle);
}

/** About six times that a reader knows, from 0 on, until the last one at which somebody is at risk. */
function riskTimes(value: KaplanMeierValue): readonly number[] {
  const unit = unitOf(value);
  const last = lastTime(value);
  const year = inDays.years / inDays[unit];
  const widths =
    last > 2 * year
      ? [1, 2, 5, 10, 20].map((years) => years * year)
      : [1, 2, 5, 7, 10, 14, 30, 60, 90, 180].map((days) => days / inDays[unit]);
  const plain = [1, 2, 5, 10].map((one) => one * 10 ** Math.floor(Math.log10(last / 8)));
  const width = (unit === "units" ? plain : widths).find((candidate) => last / candidate <= 8) ?? last / 6;
  return width > 0 ? Array.from({ length: Math.floor(last / width) + 1 }, (_, i) => i * width) : [0];
}

/** Just before a time: what it is at the next step. Where times are not exact, what it can be. */
function atRiskAt({ n, curve, within }: SurvivalGroup, time: number): number | Interval {
  const step = stepAt(curve.time, time);
  const isStep = step >= 0 && curve.time[step] === time;
  const next = isStep ? step : step + 1;
  if (within === null) return curve.atRisk[next] ?? 0;
  if (time <= 0) return n;
  const { least, most } = within.atRisk;
  const lower = least[next] ?? 0;
  const upper = isStep ? (most[step] as number) : (most[step] ?? n);
  return narrowed({ lower, upper });
}

function name({ label }: SurvivalGroup): string {
  return label === "" ? "All" : label;
}

function figure(value: KaplanMeierValue): SurvivalFigure {
  const times = riskTimes(value);
  const exact = value.exactness === "exact";
  const notes = withoutWords(value);
  return {
    kind: "survival",
    measure: "survival",
    // Whoever is sent the figure alone must not miss who is not in it.
    ...(notes.length === 0 ? {} : { notes }),
    title:
      value.groups.length === 0
        ? `Survival: ${peopleWords(value)}`
        : value.groups.length > 1
          ? `Survival by ${Object.keys(value.groups[0]?.levels ?? {}).join(" and ")}`
          : "Survival",
    label: "Survival",
    time: { label: "Time", unit: unitOf(value) },
    confidenceLevel: value.confidenceLevel,
    curves: value.groups.map((group) => {
      const { time, events, censored, survival, lower, upper } = group.curve;
      // Between times that are not exact the curve is a line, which needs the flat parts too.
      const steps = time.flatMap((_, i) => (!exact || (events[i] as number) > 0 ? [i] : []));
      const pick = <T>(values: readonly T[]): T[] => steps.map((i) => values[i] as T);
      return {
        label: name(group),
        times: pick(time),
        estimate: pick(survival),
        median: group.median.estimate,
        ...(value.confidenceType === "none" ? {} : { lower: pick(lower), upper: pick(upper) }),
        ...(exact ? { censored: time.filter((_, i) => (censored[i] as number) > 0) } : {}),
        ...(group.within === null ? {} : { bounds: { times: time, ...group.within.survival } }),
        end: time.at(-1) ?? 0,
      };
    }),
    atRisk: { times, counts: value.groups.map((group) => times.map((time) => atRiskAt(group, time))) },
    ...(exact ? {} : { exactness: value.exactness }),
  };
}

function table(value: KaplanMeierValue): TableView {
  const { groups } = value;
  const isExact = value.exactness === "exact";
  const level = Math.round(value.confidenceLevel * 100);
  const unit = unitOf(value);
  const printed = unit === "units" ? "" : `, ${unit}`;
  const time = { format: "time", digits: decimalsOf(value) } as const;
  // Means of times that are not exact have no fourth digit.
  const digits = isExact ? 4 : 3;
  /** Beside an estimate: between which values it would lie if times were exact. */
  const fromExact = (name: string, format: Pick<TableColumn, "format" | "digits">): readonly TableColumn[] =>
    isExact ? [] : [{ name, label: "From exact times", ...format }];
  return {
    title: "Median survival",
    columns: [
      { name: "strata", label: "Group", format: "text" },
      { name: "records", label: "n", format: "integer" },
      { name: "events", label: "Events", format: "integer" },
      { name: "median", label: `Median${printed}`, ...time },
      { name: "conf", label: `${level} % CI`, ...time },
      ...fromExact("median.bounds", time),
      {
        name: "rmean",
        label: `Restricted mean${value.groups[0]?.restrictedMean == null ? "" : ` to ${Number(value.groups[0].restrictedMean.tau.toPrecision(5))}`}${printed}`,
        format: "number",
        digits,
      },
      { name: "rmean.std.error", label: "SE", format: "number" },
      ...fromExact("rmean.bounds", { format: "interval", digits }),
    ],
    values: {
      strata: groups.map(name),
      records: groups.map(({ n }) => n),
      events: groups.map(({ events }) => events),
      median: groups.map(({ median }) => median.estimate),
      conf: groups.map(({ median }): Cell => ({ lower: median.lower, upper: median.upper })),
      rmean: groups.map(({ restrictedMean }) => restrictedMean?.estimate ?? null),
      "rmean.std.error": groups.map(({ restrictedMean }) => restrictedMean?.standardError ?? null),
      ...(isExact
        ? {}
        : {
            "median.bounds": groups.map(({ within }): Cell => within?.median ?? null),
            "rmean.bounds": groups.map(({ within }): Cell => within?.restrictedMean ?? null),
          }),
    },
  };
}

function timesTable({ groups, exactness }: KaplanMeierValue): readonly TableView[] {
  const rows = groups.flatMap((group) => (group.atTimes?.time ?? []).map((time, i) => ({ group, time, i })));
  if (rows.length === 0) return [];
  const isExact = exactness === "exact";
  return [
    {
      title: "Survival at times",
      columns: [
        { name: "strata", label: "Group", format: "text" },
        { name: "time", label: "Time", format: "time", digits: 5 },
        { name: "n.risk", label: "At risk", format: "integer" },
        { name: "estimate", label: "Survival", format: "percent" },
        { name: "conf", label: "CI", format: "percent" },
        ...(isExact ? [] : [{ name: "bounds", label: "From exact times", format: "percent" } as const]),
      ],
      values: {
        strata: rows.map(({ group }) => name(group)),
        time: rows.map(({ time }) => time),
        "n.risk": rows.map(
          ({ group, time, i }): Cell =>
            group.within === null ? (group.atTimes?.atRisk[i] ?? null) : atRiskAt(group, time),
        ),
        estimate: rows.map(({ group, i }) => group.atTimes?.survival[i] ?? null),
        conf: rows.map(
          ({ group, i }): Cell => ({
            lower: group.atTimes?.lower[i] ?? null,
            upper: group.atTimes?.upper[i] ?? null,
          }),
        ),
        ...(isExact
          ? {}
          : {
              bounds: rows.map(
                ({ group, i }): Cell => ({
                  lower: group.within?.atTimes?.least[i] ?? null,
                  upper: group.within?.atTimes?.most[i] ?? null,
                }),
              ),
            }),
      },
      rowGroup: "strata",
    },
  ];
}

/**
 * People as whole numbers where batches make them fractions: rounded after they are summed, so that each group's add up to its
 * people, and n.risk falls by n.event and n.censor.
 */
function wholePeople({ n, curve, within }: SurvivalGroup): Pick<Curve, "atRisk" | "events" | "censored"> {
  if (within === null) return curve;
  const whole = (people: readonly number[]): number[] => {
    let [sum, told] = [0, 0];
    return people.map((here) => {
      sum += here;
      const more = Math.round(sum) - told;
      told += more;
      return more;
    });
  };
  const [events, censored] = [whole(curve.events), whole(curve.censored)];
  let left = n;
  const atRisk = events.map((here, i) => {
    const before = left;
    left -= here + (censored[i] as number);
    return before;
  });
  return { atRisk, events, censored };
}

/**
 * Every curve at every time at which somebody leaves, as broom's tidy() of a survfit. Where times are not exact each row says
 * so first: a file of it goes where no note goes.
 */
function curves({ groups, exactness }: KaplanMeierValue): TableView {
  const isExact = exactness === "exact";
  // Not flatMap, which takes ten times as long for the hundred thousands of times of large data.
  const all = <T>(values: (group: SurvivalGroup) => readonly T[]): T[] =>
    ([] as T[]).concat(...groups.map(values));
  const people = groups.map(wholePeople);
  return {
    title: "Survival curves",
    columns: [
      ...(isExact ? [] : [{ name: "exactness", label: "Times known", format: "text" } as const]),
      { name: "time", label: "Time" },
      { name: "n.risk", label: "At risk" },
      { name: "n.event", label: "Events" },
      { name: "n.censor", label: "Censored" },
      { name: "estimate", label: "Survival" },
      { name: "conf.low", label: "Lower" },
      { name: "conf.high", label: "Upper" },
      { name: "strata", label: "Group", format: "text" },
      ...(isExact
        ? []
        : [
            { name: "estimate.least", label: "Least" },
            { name: "estimate.most", label: "Most" },
          ]),
    ],
    values: {
      ...(isExact ? {} : { exactness: all(({ curve }) => curve.time.map(() => exactness)) }),
      time: all(({ curve }) => curve.time),
      "n.risk": people.flatMap(({ atRisk }) => atRisk),
      "n.event": people.flatMap(({ events }) => events),
      "n.censor": people.flatMap(({ censored }) => censored),
      estimate: all(({ curve }) => curve.survival),
      "conf.low": all(({ curve }) => curve.lower),
      "conf.high": all(({ curve }) => curve.upper),
      strata: all((group) => group.curve.time.map(() => name(group))),
      ...(isExact
        ? {}
        : {
            "estimate.least": all(({ within }) => within?.survival.least ?? []),
            "estimate.most": all(({ within }) => within?.survival.most ?? []),
          }),
    },
  };
}

function exactnessNotes({ exactness }: KaplanMeierValue): readonly string[] {
  if (exactness === "exact") return [];
  return [
    `Times are known ${exactnessPhrase(exactness)}: estimates are approximate. "From exact times" says between which values each would lie if times were exact, dotted lines bound the curve, and confidence limits are as wide as those from exact times can be. Standard errors are of sampling alone.`,
  ];
}

/** People and events of the curves; where there is none, that there is none, and not that nobody was there. */
function peopleWords({ n, events, groups, withheld }: KaplanMeierValue): string {
  if (groups.length === 0) return withheld.length === 1 ? "the curve is withheld" : "all curves are withheld";
  const some = `${counted(n, "person", "people")}, ${counted(events, "event")}`;
  if (withheld.length === 0) return some;
  return `${some}, without ${withheld.length === 1 ? "1 group whose curve is" : `${withheld.length} groups whose curves are`} withheld`;
}

export function kaplanMeierView(value: KaplanMeierValue): View {
  const beyond = flatBeyond(value.groups);
  const without = withoutWords(value);
  const isDrawn = value.groups.length > 0;
  // Without a curve nothing is approximate.
  const notes = [...without, ...(isDrawn ? exactnessNotes(value) : []), ...(beyond === null ? [] : [beyond])];
  return {
    title: "Kaplan–Meier estimate",
    subtitle: `${value.formula}: ${peopleWords(value)}`,
    ...(notes.length === 0 ? {} : { notes }),
    data: curves(value),
    tables: isDrawn ? [table(value), ...timesTable(value)] : [],
    figures: [figure(value)],
  };
}
