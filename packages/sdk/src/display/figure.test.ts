import type {
  BarsFigure,
  FigureView,
  FlowFigure,
  ForestFigure,
  HeatFigure,
  RoundsFigure,
  SurvivalFigure,
} from "@konsil/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { all, misplaced, parse, textBoxes } from "../../test/display/markup.ts";
import * as samples from "../../test/display/samples.ts";
import { figureSvg } from "./figure.ts";
import { widerFonts } from "./text-width.ts";

const widths = [720, 340] as const;
const named = Object.entries(samples.figures);

describe("every figure", () => {
  for (const [name, figure] of named) {
    for (const width of widths) {
      it(`${name} at ${width} is drawn as when it was last looked at`, async () => {
        await expect(figureSvg(figure, { width })).toMatchFileSnapshot(`__snapshots__/${name}-${width}.svg`);
      });
    }

    it(`${name} has no text over another, outside, or below 11 pixels`, () => {
      for (const width of widths) {
        const svg = figureSvg(figure, { width });
        expect(misplaced(svg)).toEqual([]);
        expect(misplaced(svg, widerFonts)).toEqual([]);
        expect(Math.min(...textBoxes(svg).map((box) => box.size))).toBeGreaterThanOrEqual(11);
      }
    });

    it(`${name} tells a screen reader what it is and what it shows`, () => {
      const svg = all(parse(figureSvg(figure))).find((element) => element.name === "svg");
      const [title, description] = svg?.children ?? [];
      expect(svg?.attributes.role).toBe("img");
      expect(svg?.attributes["aria-labelledby"]).toBe(
        `${title?.attributes.id} ${description?.attributes.id}`,
      );
      expect(title?.name).toBe("title");
      expect(title?.text).toBe(figure.title);
      expect(description?.name).toBe("desc");
      expect(description?.text.length).toBeGreaterThan(40);
    });

    it(`${name} takes the page's colours where it has no card of its own`, () => {
      const svg = figureSvg(figure, { background: "none", words: false });
      expect(svg).not.toMatch(/#fff|color="#/);
      expect(svg).toContain('fill="currentColor"');
    });

    it(`${name} survives JSON`, () => {
      expect(figureSvg(JSON.parse(JSON.stringify(figure)) as FigureView)).toBe(figureSvg(figure));
    });
  }

  it("has its own identifiers at each width", () => {
    const ids = widths.map((width) => /id="([^"]+)-title"/.exec(figureSvg(samples.hazards, { width }))?.[1]);
    expect(new Set(ids).size).toBe(2);
  });
});

/** Labels as sites may send them, up to much too long. */
const label = fc.oneof(
  fc.string({ minLength: 1, maxLength: 60, unit: "binary" }),
  fc.lorem({ maxCount: 12 }),
  fc.constantFrom(
    "</text><script>alert(1)</script>",
    '" onload="alert(1)',
    "&lt;b&gt; & <b>",
    "]]>",
    "\u001b[31mred",
    "\u202egnp.exe",
    "\ud800",
    "Ærøskøbing ≥ 50 µm",
  ),
);
const labels = (most: number): fc.Arbitrary<string[]> => fc.array(label, { minLength: 1, maxLength: most });
const count = fc.oneof(
  fc.nat({ max: 99_999 }),
  fc.constant(null),
  fc.constant({ lower: 1, upper: 4 }),
  fc.constant({ lower: null, upper: null }),
);
const ratio = fc.double({ min: 0.01, max: 100, noNaN: true });

const survival: fc.Arbitrary<FigureView> = fc
  .record({
    names: labels(7),
    years: fc.integer({ min: 1, max: 25 }),
    seed: fc.nat(),
    title: label,
    test: label,
  })
  .map(({ names, years, seed, title, test }): SurvivalFigure => {
    const groups = names.map((name, i) => ({
      label: name,
      patients: 30,
      rate: 0.02 + 0.07 * ((seed + i) % 9),
    }));
    const figure = samples.survivalOf(groups, years, seed);
    return {
      ...figure,
      title,
      label: title,
      time: { label: test, unit: "days" },
      test: { name: test, p: 0.2 },
      exactness: "binned 30 d",
    };
  });
const forest: fc.Arbitrary<FigureView> = fc
  .record({
    title: label,
    effect: label,
    headings: fc.array(label, { maxLength: 2 }),
    favours: fc.record({ lower: label, upper: label }),
    rows: fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant("heading" as const), label }),
        fc.record({
          kind: fc.constant("reference" as const),
          label,
          cells: fc.array(label, { maxLength: 2 }),
        }),
        fc
          .record({
            kind: fc.constantFrom("estimate" as const, "pooled" as const),
            label,
            estimate: fc.option(ratio),
            note: label,
            cells: fc.array(label, { maxLength: 2 }),
            p: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
          })
          .map((row) => ({
            ...row,
            lower: row.estimate === null ? null : row.estimate / 2,
            upper: row.estimate === null ? null : row.estimate * 3,
          })),
      ),
      { minLength: 1, maxLength: 8 },
    ),
  })
  .map(
    ({ title, effect, headings, favours, rows }): ForestFigure => ({
      kind: "forest",
      title,
      label: effect,
      scale: "log",
      columns: headings,
      favours,
      rows,
    }),
  );
const bars: fc.Arbitrary<FigureView> = fc
  .record({
    title: label,
    categories: labels(8),
    names: labels(4),
    arrangement: fc.constantFrom("grouped" as const, "stacked" as const),
    values: fc.array(count, { minLength: 32, maxLength: 32 }),
  })
  .map(
    ({ title, categories, names, arrangement, values }): BarsFigure => ({
      kind: "bars",
      title,
      arrangement,
      label: title,
      categories,
      series: names.map((name, k) => ({
        label: name,
        values: categories.map((_, i) => values[k * 8 + i] ?? null),
      })),
      value: { label: title, format: "integer" },
    }),
  );
const heat: fc.Arbitrary<FigureView> = fc
  .record({
    title: label,
    rows: labels(6),
    columns: labels(6),
    values: fc.array(count, { minLength: 36, maxLength: 36 }),
  })
  .map(
    ({ title, rows, columns, values }): HeatFigure => ({
      kind: "heat",
      title,
      rows: { label: title, levels: rows },
      columns: { label: title, levels: columns },
      values: rows.map((_, r) => columns.map((_, c) => values[r * 6 + c] ?? null)),
      format: "integer",
    }),
  );
const box = fc.record({ label, count });
const flow: fc.Arbitrary<FigureView> = fc
  .record({
    title: label,
    stages: fc.array(fc.record({ label, count, left: fc.array(box, { maxLength: 3 }) }), {
      minLength: 1,
      maxLength: 4,
    }),
    groups: fc.array(box, { maxLength: 6 }),
  })
  .map(({ title, stages, groups }): FlowFigure => ({ kind: "flow", title, stages, groups }));
const rounds: fc.Arbitrary<FigureView> = fc
  .record({
    title: label,
    sites: labels(11),
    names: labels(5),
    reply: fc.record({
      state: fc.constantFrom("answered" as const, "refused" as const, "waiting" as const),
      seconds: fc.double({ min: 0, max: 5000, noNaN: true }),
    }),
  })
  .map(
    ({ title, sites, names, reply }): RoundsFigure => ({
      kind: "rounds",
      title,
      sites,
      rounds: names.map((name) => ({ label: name })),
      replies: sites.map(() => names.map(() => reply)),
    }),
  );

describe("a figure with labels from elsewhere", () => {
  const allowed = ["svg", "title", "desc", "g", "path", "rect", "circle", "text"];
  for (const [name, figures] of Object.entries({ survival, forest, bars, heat, flow, rounds })) {
    it(`${name} stays well-formed, keeps its texts apart and gains no element`, { timeout: 60_000 }, () => {
      fc.assert(
        fc.property(figures, fc.constantFrom(720, 340), (figure, width) => {
          const svg = figureSvg(figure, { width });
          const elements = all(parse(svg)).slice(1);
          expect(elements.filter((element) => !allowed.includes(element.name))).toEqual([]);
          expect(
            elements
              .flatMap((element) => Object.keys(element.attributes))
              .filter((key) => /^on|href/.test(key)),
          ).toEqual([]);
          expect(svg).not.toMatch(/NaN|Infinity|undefined/);
          expect(misplaced(svg)).toEqual([]);
        }),
        { numRuns: 150, seed: 20_240_131 },
      );
    });
  }
});

it("names rounds below their columns where these have no room, and those of one name once", () => {
  const names = ["variables", "cox-moments", "cox-strata", "cox-strata", "cox-strata", "levels"];
  const figure = (count: number): RoundsFigure => ({
    kind: "rounds",
    title: "Rounds",
    sites: ["oslo"],
    rounds: names.slice(0, count).map((name, r) => ({ label: `${r + 1} ${name}` })),
    replies: [names.slice(0, count).map(() => ({ state: "answered" }))],
  });
  const narrow = figureSvg(figure(6), { width: 340 });
  expect(narrow).toContain(">1 variables, 2 cox-moments, 3–5 cox-strata, 6 levels<");
  expect(narrow).not.toContain("…");
  expect(misplaced(narrow)).toEqual([]);
  expect(figureSvg(figure(2), { width: 720 })).toContain(">2 cox-moments<");
});

describe("what is not known", () => {
  it("has no end in a stack", () => {
    const series = [null, 20].map((value, i) => ({ label: `s${i}`, values: [value] }));
    const value = { label: "Patients", format: "integer" } as const;
    const stack = {
      kind: "bars",
      title: "x",
      arrangement: "stacked",
      categories: ["a"],
      series,
      value,
    } as const;
    expect(figureSvg(stack)).toContain(">≥ 20<");
  });

  it("is an arrow at the end of the axis, of a pooled interval and of a prediction too", () => {
    const sites = [1.4, 1.5, 1.6].map(
      (estimate) => ({ kind: "estimate", label: "s", estimate, lower: 1.1, upper: 2.1 }) as const,
    );
    const arrows = (row: object): number => {
      const pooled = {
        kind: "pooled",
        label: "Pooled",
        estimate: 1.5,
        lower: 1.2,
        upper: 1.9,
        ...row,
      } as const;
      const rows = [...sites, pooled];
      const svg = figureSvg({ kind: "forest", title: "x", label: "Hazard ratio", scale: "log", rows });
      return [...svg.matchAll(/l-?5,4l-?5,4/g)].length;
    };
    expect(arrows({})).toBe(0);
    expect(arrows({ prediction: { lower: 1, upper: 2.2 } })).toBe(0);
    expect(arrows({ prediction: { lower: 0.01, upper: 400 } })).toBe(2);
    expect(arrows({ lower: null })).toBe(1);
  });
});

it("keeps the sample of a line off the label before it, in a wide font too", () => {
  const label = (name: string): string => `Chemotherapy then hormones ${name}`;
  const curves = ["a", "b"].map((name) => ({ label: label(name), times: [3], estimate: [0.5] }));
  const time = { label: "Time", unit: "days" } as const;
  const svg = figureSvg({
    kind: "survival",
    title: "x",
    measure: "survival",
    label: "Survival",
    time,
    curves,
  });
  const [first, second] = textBoxes(svg, widerFonts).filter((box) => box.text.startsWith("Chemotherapy"));
  expect(second?.top).toBe(first?.top);
  const samples = [...svg.matchAll(/d="M([\d.]+),[\d.]+h24"/g)].map(([, x]) => 16 + Number(x));
  expect(samples).toHaveLength(2);
  expect(samples[1]).toBeGreaterThan(first?.right ?? Number.NaN);
});

it("draws survival over any time at once, in a unit that nobody said too", () => {
  for (const unit of ["units", "days", "months"] as const)
    for (const last of [1e-3, 1, 730, 87_600, 320_000, 5.26e6, 3.15e8]) {
      const curve = { label: "all", times: [last / 2], estimate: [0.5], end: last };
      const atRisk = {
        times: [0, 0.25, 0.5, 0.75, 1].map((share) => share * last),
        counts: [[5, 4, 3, 2, 1]],
      };
      for (const risk of [{}, { atRisk }])
        for (const width of widths) {
          const time = { label: "Time", unit };
          const figure = {
            kind: "survival",
            title: "x",
            measure: "survival",
            label: "Survival",
            time,
          } as const;
          const began = performance.now();
          expect(misplaced(figureSvg({ ...figure, ...risk, curves: [curve] }, { width }))).toEqual([]);
          expect(performance.now() - began).toBeLessThan(500);
        }
    }
});

describe("a figure of nothing, or of what cannot be drawn", () => {
  const title = "x";
  const time = { label: "Time", unit: "days" } as const;
  const survivalOf = { kind: "survival", title, measure: "survival", label: "Survival", time } as const;
  const value = { label: "Patients", format: "number" } as const;
  const edges: Readonly<Record<string, FigureView>> = {
    "no curves": { ...survivalOf, curves: [] },
    "a curve without steps": {
      ...survivalOf,
      curves: [{ label: "a", times: [], estimate: [] }],
      atRisk: { times: [], counts: [] },
    },
    "a curve of one moment": {
      ...survivalOf,
      curves: [{ label: "a", times: [0], estimate: [1] }],
      atRisk: { times: [0], counts: [[3]] },
    },
    "no rows": { kind: "forest", title, label: "Hazard ratio", scale: "log", rows: [] },
    "a fit that ran away": {
      kind: "forest",
      title,
      label: "Hazard ratio",
      scale: "log",
      rows: [
        { kind: "estimate", label: "a", estimate: 3e9, lower: 0, upper: null },
        { kind: "estimate", label: "b", estimate: 0, lower: 0, upper: 1 },
        { kind: "pooled", label: "c", estimate: 1e-9, lower: null, upper: 1 },
      ],
    },
    "a difference of nothing": {
      kind: "forest",
      title,
      label: "Difference",
      scale: "linear",
      rows: [{ kind: "estimate", label: "a", estimate: 0, lower: 0, upper: 0 }],
    },
    "no bars": { kind: "bars", title, arrangement: "grouped", categories: [], series: [], value },
    "bars of zero": {
      kind: "bars",
      title,
      arrangement: "stacked",
      categories: ["a"],
      series: [{ label: "s", values: [0] }],
      value,
    },
    "no cells": {
      kind: "heat",
      title,
      rows: { label: "r", levels: [] },
      columns: { label: "c", levels: [] },
      values: [],
      format: "integer",
    },
    "no stages": { kind: "flow", title, stages: [] },
    "no sites": { kind: "rounds", title, sites: [], rounds: [], replies: [] },
  };
  for (const [name, figure] of Object.entries(edges)) {
    it(`${name} is drawn without nonsense`, () => {
      for (const width of widths) {
        const svg = figureSvg(figure, { width });
        parse(svg);
        expect(svg).not.toMatch(/NaN|Infinity|undefined|(?:width|height)="-/);
        expect(misplaced(svg)).toEqual([]);
      }
    });
  }
});
