// Coefficients as ratios that a reader can picture: ten years of age, a doubling of nodes.

import type { ForestRow } from "konsil";
import { formatEstimate } from "konsil";

/** A ratio with its confidence limits. */
export interface Ratio {
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

interface Characteristic {
  readonly label: string;
  /** The column of Table 1 whose levels these are. */
  readonly column?: string;
  /** The level that the others are compared with. */
  readonly reference?: string;
  readonly coefficients: readonly {
    readonly term: string;
    readonly label: string;
    /** The ratio is for so many units of the coefficient. */
    readonly units: number;
  }[];
}

// log(x + 1) rises by log 2 when x + 1 doubles.
const doubling = Math.LN2;

const characteristics: readonly Characteristic[] = [
  { label: "Age", coefficients: [{ term: "age", label: "Age, per 10 years", units: 10 }] },
  {
    label: "Positive nodes",
    coefficients: [{ term: "log(nodes + 1)", label: "Positive nodes, per doubling*", units: doubling }],
  },
  {
    label: "Progesterone receptors",
    coefficients: [{ term: "log(pgr + 1)", label: "PgR, per doubling*", units: doubling }],
  },
  {
    label: "Tumour size",
    column: "size",
    reference: "≤ 20 mm",
    coefficients: [
      { term: "size20-50", label: "> 20–50 mm", units: 1 },
      { term: "size>50", label: "> 50 mm", units: 1 },
    ],
  },
  {
    label: "Grade",
    column: "grade",
    reference: "1",
    coefficients: [
      { term: "grade2", label: "2", units: 1 },
      { term: "grade3", label: "3", units: 1 },
    ],
  },
  {
    label: "Hormonal treatment",
    column: "hormon",
    reference: "no",
    coefficients: [{ term: "hormonyes", label: "yes", units: 1 }],
  },
];

/** The same where grades 1 and 2 are one level. */
const withGradesTogether = characteristics.map((one) =>
  one.column === "grade"
    ? { ...one, reference: "1–2", coefficients: [{ term: "gradeGroup3", label: "3", units: 1 }] }
    : one,
);

export const doublingNote = "* Per doubling of nodes + 1, and of progesterone receptors (PgR, fmol/l) + 1.";

/** What a model gives, whichever it is: on the scale of its coefficients. */
export interface Coefficients {
  readonly terms: readonly string[];
  readonly coefficients: readonly (number | null)[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
  readonly p: readonly (number | null)[];
}

function ratioOf(model: Coefficients, term: string, units: number): Ratio {
  const at = model.terms.indexOf(term);
  const scaled = (values: readonly (number | null)[]): number | null => {
    const value = values[at];
    return value === null || value === undefined ? null : Math.exp(units * value);
  };
  return { estimate: scaled(model.coefficients), lower: scaled(model.lower), upper: scaled(model.upper) };
}

/** "1.28 (1.16–1.41)"; a dash where the model has no such term. */
export function ratioText({ estimate, lower, upper }: Ratio): string {
  return estimate === null ? "–" : formatEstimate(estimate, lower, upper);
}

export interface RatioLine {
  /** With its heading, for tables: "Grade 3 v 1", "Tumour size > 50 v ≤ 20 mm". */
  readonly label: string;
  readonly term: string;
  readonly ratio: Ratio;
  readonly p: number | null;
}

/** The ratios of a model, one a line. */
export function ratioLines(model: Coefficients): readonly RatioLine[] {
  const told = model.terms.includes("gradeGroup3") ? withGradesTogether : characteristics;
  return told.flatMap(({ label: heading, reference, coefficients }) =>
    coefficients.map(({ term, label, units }) => ({
      label: reference === undefined ? label : `${heading} ${label} v ${reference}`.replace("mm v", "v"),
      term,
      ratio: ratioOf(model, term, units),
      p: model.p[model.terms.indexOf(term)] ?? null,
    })),
  );
}

/** Rows of a forest; `patients` gives how many have a level, by column and position. */
export function forestRows(
  model: Coefficients,
  patients: (column: string, level: number) => number | null,
): readonly ForestRow[] {
  return characteristics.flatMap(({ label: heading, column, reference, coefficients }): ForestRow[] => {
    const rows = coefficients.map(({ term, label, units }, i): ForestRow => {
      const cells = [column === undefined ? "" : patients(column, i + 1)];
      const p = model.p[model.terms.indexOf(term)] ?? null;
      return { kind: "estimate", label, ...ratioOf(model, term, units), p, cells };
    });
    if (reference === undefined || column === undefined) return rows;
    return [
      { kind: "heading", label: heading },
      { kind: "reference", label: reference, cells: [patients(column, 0)] },
      ...rows,
    ];
  });
}

/** The ratio of one coefficient, for a sentence: "2.59, 95% CI 1.60–4.21". */
export function oneRatio(model: Coefficients, term: string): string {
  return ratioLines(model)
    .filter((line) => line.term === term)
    .map(({ ratio }) => inSentence(ratioText(ratio)))
    .join();
}

/** An estimate with its interval in brackets, for inside other brackets. */
export function inSentence(text: string, unit = ""): string {
  return text.replace(" (", `${unit}, 95% CI `).replace(")", "");
}
