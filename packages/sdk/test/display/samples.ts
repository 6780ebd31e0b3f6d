// Made-up data for looking at figures: three thousand patients by grade, drawn with a fixed seed.
import type {
  BarsFigure,
  FigureView,
  FlowFigure,
  ForestFigure,
  HeatFigure,
  RoundState,
  RoundsFigure,
  SurvivalFigure,
  TableView,
  View,
} from "@konsil/core";
import type { Page } from "../../src/display/index.ts";

/** Numbers from 0 to 1, the same on every machine (mulberry32, Ettinger 2017). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

interface Group {
  readonly label: string;
  readonly patients: number;
  /** Deaths a year. */
  readonly rate: number;
}

const year = 365.25;

/** Kaplan–Meier curves of groups with constant rates, followed for up to `years`, with log-log bounds. */
export function survivalOf(groups: readonly Group[], years: number, seed = 1): SurvivalFigure {
  const random = uniform(seed);
  const riskTimes = Array.from({ length: Math.floor(years / 2) + 1 }, (_, i) => i * 2 * year);
  const counts: number[][] = [];
  const curves = groups.map(({ label, patients, rate }) => {
    const people = Array.from({ length: patients }, () => {
      const death = (-Math.log(1 - random()) / rate) * year;
      const leave = (0.35 + 0.65 * random()) * years * year;
      return { time: Math.max(1, Math.round(Math.min(death, leave))), event: death <= leave };
    }).sort((a, b) => a.time - b.time);
    counts.push(riskTimes.map((time) => people.filter((person) => person.time >= time).length));
    const [times, estimate, lower, upper]: [number[], number[], (number | null)[], (number | null)[]] = [
      [],
      [],
      [],
      [],
    ];
    let [survival, variance, atRisk] = [1, 0, patients];
    for (let i = 0; i < people.length; ) {
      const time = people[i]?.time ?? 0;
      let [deaths, leaving] = [0, 0];
      for (; people[i]?.time === time; i++) {
        leaving += 1;
        if (people[i]?.event) deaths += 1;
      }
      if (deaths > 0) {
        survival *= 1 - deaths / atRisk;
        variance += deaths / (atRisk * (atRisk - deaths));
        const width = (1.96 * Math.sqrt(variance)) / Math.log(survival);
        times.push(time);
        estimate.push(survival);
        lower.push(survival > 0 ? survival ** Math.exp(-width) : null);
        upper.push(survival > 0 ? survival ** Math.exp(width) : null);
      }
      atRisk -= leaving;
    }
    const censored = people.filter((person) => !person.event).map((person) => person.time);
    return { label, times, estimate, lower, upper, censored };
  });
  return {
    kind: "survival",
    measure: "survival",
    title: "Overall survival by grade",
    label: "Overall survival",
    time: { label: "Time since surgery", unit: "days" },
    curves,
    atRisk: { times: riskTimes, counts },
    test: { name: "Log-rank", p: 2.3e-9 },
  };
}

export const byGrade: SurvivalFigure = survivalOf(
  [
    { label: "Grade 1", patients: 412, rate: 0.03 },
    { label: "Grade 2", patients: 1203, rate: 0.06 },
    { label: "Grade 3", patients: 1385, rate: 0.105 },
  ],
  12,
);

/** Five curves that end close together or early, on a lattice, so that labels have to go into a legend. */
const crowded: SurvivalFigure = {
  ...survivalOf(
    [
      { label: "Chemotherapy and hormone therapy", patients: 480, rate: 0.05 },
      { label: "Chemotherapy only", patients: 700, rate: 0.052 },
      { label: "Hormone therapy only", patients: 640, rate: 0.055 },
      { label: "Surgery only", patients: 900, rate: 0.058 },
      { label: "Unknown", patients: 280, rate: 0.2 },
    ],
    10,
    7,
  ),
  title: "Recurrence-free survival by treatment",
  label: "Recurrence-free survival",
  exactness: "binned 30 d",
  test: { name: "Log-rank, stratified by site", p: 0.0312 },
  notes: ["Numbers at risk of 1 to 4 people are shown as intervals."],
};

/** Incidence from few events: a short axis, no medians, masked counts. */
const incidence: SurvivalFigure = {
  kind: "survival",
  measure: "incidence",
  title: "Death from other causes",
  label: "Cumulative incidence",
  time: { label: "Time since diagnosis", unit: "days" },
  exactness: "approximate",
  curves: [
    {
      label: "Aged under 65",
      times: [60, 150, 270, 420, 540, 660],
      estimate: [0.004, 0.011, 0.019, 0.028, 0.034, 0.041],
      lower: [0.001, 0.005, 0.011, 0.017, 0.021, 0.026],
      upper: [0.012, 0.022, 0.032, 0.044, 0.052, 0.061],
      end: 700,
    },
    {
      label: "Aged 65 and over",
      times: [30, 90, 180, 300, 450, 600],
      estimate: [0.012, 0.031, 0.058, 0.079, 0.104, 0.118],
      lower: [0.006, 0.02, 0.042, 0.06, 0.081, 0.093],
      upper: [0.022, 0.045, 0.077, 0.101, 0.13, 0.147],
      end: 690,
    },
  ],
  atRisk: {
    times: [0, 180, 360, 540],
    counts: [
      [812, 640, 301, { lower: 1, upper: 4 }],
      [540, 388, 190, 12],
    ],
  },
};

export const hazards: ForestFigure = {
  kind: "forest",
  title: "Hazard ratios of recurrence or death",
  label: "Hazard ratio",
  scale: "log",
  columns: ["Events / n"],
  rows: [
    { kind: "estimate", label: "Age, per 10 years", estimate: 1.084, lower: 1.021, upper: 1.151, p: 0.0081 },
    { kind: "heading", label: "Grade" },
    { kind: "reference", label: "1", cells: ["41 / 412"] },
    {
      kind: "estimate",
      label: "2",
      estimate: 1.612,
      lower: 1.163,
      upper: 2.234,
      p: 0.0041,
      cells: ["402 / 1203"],
    },
    {
      kind: "estimate",
      label: "3",
      estimate: 2.274,
      lower: 1.652,
      upper: 3.13,
      p: 4.8e-7,
      cells: ["689 / 1385"],
    },
    { kind: "heading", label: "Hormone therapy" },
    { kind: "reference", label: "no", cells: ["871 / 2102"] },
    {
      kind: "estimate",
      label: "yes",
      estimate: 0.731,
      lower: 0.642,
      upper: 0.832,
      p: 2.1e-6,
      cells: ["261 / 898"],
    },
    { kind: "heading", label: "Tumour size" },
    { kind: "reference", label: "up to 20 mm", cells: ["402 / 1387"] },
    {
      kind: "estimate",
      label: "over 50 mm",
      estimate: 2.96,
      lower: 0.31,
      upper: 51.2,
      p: 0.24,
      cells: ["9 / 24"],
    },
    {
      kind: "estimate",
      label: "not recorded",
      estimate: null,
      lower: null,
      upper: null,
      p: null,
      cells: ["0 / 11"],
    },
  ],
  favours: { lower: "lower hazard", upper: "higher hazard" },
  notes: ["Cox model stratified by site, ties by Efron's approximation."],
};

const cities = [
  ["Oslo", 0.78, 0.61, 1],
  ["Leeds", 0.69, 0.5, 0.95],
  ["Dublin", 0.91, 0.58, 1.43],
  ["Amsterdam", 0.7, 0.55, 0.89],
  ["Leuven", 0.64, 0.38, 1.08],
  ["Milan", 0.83, 0.62, 1.11],
  ["Tartu", 0.52, 0.22, 1.23],
  ["Vilnius", 0.88, 0.49, 1.58],
  ["Kraków", 0.74, 0.53, 1.03],
  ["Heidelberg", 0.67, 0.52, 0.86],
  ["Prague", 1.12, 0.6, 2.09],
] as const;

const bySite: ForestFigure = {
  kind: "forest",
  title: "Hormone therapy by site",
  label: "Hazard ratio",
  scale: "log",
  columns: ["Weight"],
  rows: [
    ...cities.map(([label, estimate, lower, upper]) => {
      const weight = 1 / (Math.log(upper / lower) / 3.92) ** 2;
      return {
        kind: "estimate" as const,
        label,
        estimate,
        lower,
        upper,
        weight,
        cells: [`${(weight / 4).toFixed(1)}%`],
      };
    }),
    {
      kind: "pooled",
      label: "Pooled, random effects",
      estimate: 0.731,
      lower: 0.652,
      upper: 0.82,
      prediction: { lower: 0.6, upper: 0.89 },
      note: "Heterogeneity: I² 4.1%, τ² 0.003, Q 10.4 on 10 degrees of freedom, p 0.40. Line: prediction interval.",
    },
  ],
  favours: { lower: "favours hormone therapy", upper: "favours none" },
};

const patientsByYear: BarsFigure = {
  kind: "bars",
  arrangement: "grouped",
  title: "Patients by year of diagnosis",
  label: "Year of diagnosis",
  categories: ["2019", "2020", "2021", "2022", "2023", "2024"],
  series: [
    { label: "Surgery first", values: [812, 640, 702, 788, 801, 395] },
    { label: "Systemic therapy first", values: [301, 288, 341, 397, 431, 228] },
    { label: "No treatment recorded", values: [12, 41, 22, { lower: 1, upper: 4 }, 15, null] },
  ],
  value: { label: "Patients", format: "integer" },
};

const stagesBySite: BarsFigure = {
  kind: "bars",
  arrangement: "stacked",
  title: "Stage at diagnosis by hospital",
  categories: ["Oslo University Hospital", "St. James's Hospital, Dublin", "Tartu", "Kraków"],
  series: [
    { label: "I", values: [120, 88, 12, 40] },
    { label: "II", values: [140, 92, 18, 61] },
    { label: "III", values: [66, 51, { lower: 1, upper: 9 }, 38] },
    { label: "IV", values: [31, 29, { lower: 1, upper: 4 }, 22] },
  ],
  value: { label: "Patients", format: "integer" },
};

const gradeByStage: HeatFigure = {
  kind: "heat",
  title: "Grade by stage",
  rows: { label: "Grade", levels: ["1", "2", "3", "not recorded"] },
  columns: { label: "Stage", levels: ["I", "II", "III", "IV", "unknown"] },
  values: [
    [212, 151, 38, 11, { lower: 1, upper: 4 }],
    [389, 521, 214, 66, 13],
    [201, 602, 431, 130, 21],
    [0, 12, { lower: 1, upper: 4 }, null, 9],
  ],
  format: "integer",
};

const attrition: FlowFigure = {
  kind: "flow",
  title: "From records to patients analysed",
  stages: [
    { label: "Cancer records, 2019 to 2024, at 11 hospitals", count: 14203 },
    {
      label: "Adults with a first primary",
      count: 12811,
      left: [
        { label: "Under 18 years at diagnosis", count: 118 },
        { label: "An earlier primary cancer", count: 1274 },
      ],
    },
    {
      label: "Complete for the analysis",
      count: { lower: 11920, upper: 11926 },
      left: [
        { label: "No date of diagnosis", count: { lower: 2, upper: 8 } },
        { label: "Grade not recorded", count: 883 },
      ],
    },
  ],
  groups: [
    { label: "Grade 1", count: 1840 },
    { label: "Grade 2", count: 5203 },
    { label: "Grade 3", count: { lower: 4877, upper: 4883 } },
  ],
};

const states: Readonly<Record<string, readonly RoundState[]>> = {
  Tartu: ["answered", "abstained"],
  Vilnius: ["answered", "refused"],
  Prague: ["answered", "waiting"],
  Milan: ["failed"],
};

const rounds: RoundsFigure = {
  kind: "rounds",
  title: "Replies by site",
  sites: cities.map(([city]) => city),
  rounds: [{ label: "levels of grade" }, { label: "event times" }, { label: "numbers at risk" }],
  replies: cities.map(([city], i) => {
    const known = states[city] ?? ["answered", "answered", "answered"];
    return [0, 1, 2].map((round) => {
      const state = known[round] ?? "not asked";
      return state === "not asked" ? { state } : { state, seconds: 1.2 + ((i * 7 + round * 5) % 9) * 0.9 };
    });
  }),
};

export const coefficients: TableView = {
  title: "Coefficients",
  columns: [
    { name: "variable", label: "Variable", format: "text" },
    { name: "term", label: "Term", format: "text" },
    { name: "n", label: "Patients", format: "integer" },
    { name: "estimate", label: "Hazard ratio", format: "number" },
    { name: "conf", label: "95% CI", format: "interval" },
    { name: "std.error", label: "SE of log", format: "number", group: "Wald test" },
    { name: "statistic", label: "z", format: "number", group: "Wald test" },
    { name: "p.value", label: "p", format: "p", group: "Wald test" },
  ],
  values: {
    variable: ["Age", "Grade", "Grade", "Grade", "Hormone therapy"],
    term: ["per 10 years", "1 (reference)", "2", "3", "yes"],
    n: [12811, 412, 1203, { lower: 1, upper: 4 }, 898],
    estimate: [1.084, null, 1.612, 12.274, 0.731],
    conf: [
      { lower: 1.021, upper: 1.151 },
      null,
      { lower: 1.163, upper: 2.234 },
      { lower: 1.652, upper: null },
      { lower: 0.642, upper: 0.832 },
    ],
    "std.error": [0.0306, null, 0.1665, 0.163, 0.0661],
    statistic: [2.636, null, 2.867, 5.04, -4.738],
    "p.value": [0.0084, null, 0.0041, 4.7e-7, 0.0000022],
  },
  rowGroup: "variable",
  notes: ["Patients of 1 to 4 are shown as intervals: the hospital does not release smaller numbers."],
};

export const siteTable: TableView = {
  title: "Sites",
  columns: [
    { name: "site", label: "Site", format: "text" },
    { name: "took part", label: "Took part", align: "center" },
    { name: "read", label: "Read", format: "integer", group: "Rows" },
    { name: "used", label: "Used", format: "integer", group: "Rows" },
    { name: "share", label: "Used, share", format: "percent", group: "Rows" },
  ],
  values: {
    site: ["Oslo", "Leeds", "Tartu"],
    "took part": [true, true, false],
    read: [2982, 686, { lower: 1, upper: 4 }],
    used: [2975, 686, null],
    share: [0.99765, 1, null],
  },
};

export const coxView: View = {
  title: "Recurrence-free survival, Cox model",
  subtitle: "Surv(days, event) ~ age + grade + hormone therapy + strata(site)",
  notes: ["Eleven sites, 3,000 patients, 1,132 events; seven rounds."],
  tables: [coefficients],
  figures: [hazards, bySite],
};

const curvesView: View = {
  title: "Overall survival by grade",
  subtitle: "Kaplan–Meier estimates from eleven hospitals",
  notes: ["Curves were pooled from counts on a 30-day lattice; no patient's time left a hospital."],
  tables: [siteTable],
  figures: [byGrade, crowded, incidence],
};

export const figures: Readonly<Record<string, FigureView>> = {
  byGrade,
  crowded,
  incidence,
  hazards,
  bySite,
  patientsByYear,
  stagesBySite,
  gradeByStage,
  attrition,
  rounds,
};

/** One page with everything on it. */
export const samplePage: Page = {
  title: "Breast cancer in eleven hospitals",
  subtitle: "A federated study of grade, treatment and survival: supplementary report",
  sections: [
    {
      title: "Methods in short",
      paragraphs: [
        "Each hospital answered the same questions about its own patients; only counts and sums that its policy allows left it. The curves and models below were computed from their totals.",
      ],
    },
    { view: curvesView },
    { view: coxView },
    {
      view: {
        title: "Who was studied",
        figures: [attrition, patientsByYear, stagesBySite, gradeByStage],
      },
    },
    { view: { title: "How it was run", figures: [rounds], tables: [siteTable] } },
  ],
  footer: "Konsil 0.1.0 · kaplan-meier 1, coxph 1",
};
