import { counted, type ForestFigure, type ForestRow, type TableView, type View } from "@konsil/core";
import type { FittedTerm } from "../../formula/index.ts";
import { ratioColumns } from "../../model/index.ts";
import { normalQuantile } from "../../numeric/index.ts";
import type { CoxphValue } from "./coxph-value.ts";
import { heterogeneityOf, heterogeneityWords } from "./heterogeneity.ts";

function rowsOf(value: CoxphValue, effect: FittedTerm): readonly ForestRow[] {
  const estimates = effect.coefficients.map(
    (at, i): ForestRow => ({
      kind: "estimate",
      label: effect.labels[i] ?? "",
      estimate: value.hazardRatios[at] ?? null,
      lower: value.hazardRatioLower[at] ?? null,
      upper: value.hazardRatioUpper[at] ?? null,
      p: value.p[at] ?? null,
    }),
  );
  if (effect.reference !== null)
    return [
      { kind: "heading", label: effect.term },
      { kind: "reference", label: effect.reference },
      ...estimates,
    ];
  return estimates.length > 1 ? [{ kind: "heading", label: effect.term }, ...estimates] : estimates;
}

function title({ stratifiedBySite, strata }: CoxphValue): string {
  const others = strata.terms.join(", ");
  if (stratifiedBySite) return `Cox model, stratified by site${others === "" ? "" : ` and ${others}`}`;
  return `Cox model, ${others === "" ? "" : `stratified by ${others}, `}pooled over sites`;
}

/** One forest for each coefficient: every site's own hazard ratio, and that of all. */
function siteFigures(value: CoxphValue): readonly ForestFigure[] {
  const { sites } = value;
  if (sites === null) return [];
  const quantile = normalQuantile((1 - value.confidenceLevel) / 2, { tail: "upper" });
  return value.terms.map((term, j): ForestFigure => {
    const rows = sites.map((own): ForestRow => {
      const [estimate, error] = [own.coefficients[j] ?? null, own.standardErrors[j] ?? null];
      const isKnown = estimate !== null && error !== null;
      return {
        kind: "estimate",
        label: own.site,
        estimate: isKnown ? Math.exp(estimate) : null,
        lower: isKnown ? Math.exp(estimate - quantile * error) : null,
        upper: isKnown ? Math.exp(estimate + quantile * error) : null,
        ...(isKnown && error > 0 ? { weight: 1 / (error * error) } : {}),
        cells: [own.events, own.n],
      };
    });
    const heterogeneity = heterogeneityOf(sites, j);
    const all: ForestRow = {
      kind: "pooled",
      label: "All sites",
      estimate: value.hazardRatios[j] ?? null,
      lower: value.hazardRatioLower[j] ?? null,
      upper: value.hazardRatioUpper[j] ?? null,
      p: value.p[j] ?? null,
      cells: [value.events, value.n],
      ...(heterogeneity === null ? {} : { note: heterogeneityWords(heterogeneity) }),
    };
    return {
      kind: "forest",
      title: `${term} by site`,
      label: "Hazard ratio",
      scale: "log",
      confidenceLevel: value.confidenceLevel,
      columns: ["Events", "People"],
      rows: [...rows, all],
      notes: [
        "Each site's model is fitted by itself; the last row is the model of all sites, and not their average.",
      ],
    };
  });
}

/** A forest of hazard ratios, and the coefficients as broom's tidy() and glance() have them. */
export function coxphView(value: CoxphValue): View {
  const percent = `${Number((100 * value.confidenceLevel).toPrecision(6))} %`;
  const ratios = ratioColumns("Hazard ratio", {
    ratios: value.hazardRatios,
    lower: value.hazardRatioLower,
    upper: value.hazardRatioUpper,
  });
  const coefficients: TableView = {
    title: "Coefficients",
    columns: [
      { name: "term", label: "Term", format: "text" },
      { name: "estimate", label: "Log hazard ratio" },
      { name: "std.error", label: "Standard error" },
      { name: "statistic", label: "z" },
      { name: "p.value", label: "p", format: "p" },
      { name: "conf.low", label: "Lower", group: `${percent} interval` },
      { name: "conf.high", label: "Upper", group: `${percent} interval` },
      ...ratios.columns,
    ],
    values: {
      term: value.terms,
      estimate: value.coefficients,
      "std.error": value.standardErrors,
      statistic: value.z,
      "p.value": value.p,
      "conf.low": value.lower,
      "conf.high": value.upper,
      ...ratios.values,
    },
  };
  const tests = [value.likelihoodRatioTest, value.scoreTest, value.waldTest];
  const testTable: TableView = {
    title: "Tests of the model",
    columns: [
      { name: "test", label: "Test", format: "text" },
      { name: "statistic", label: "Statistic" },
      { name: "df", label: "df", format: "integer" },
      { name: "p.value", label: "p", format: "p" },
    ],
    values: {
      test: ["Likelihood ratio", "Score", "Wald"],
      statistic: tests.map((test) => test?.statistic ?? null),
      df: tests.map((test) => test?.df ?? null),
      "p.value": tests.map((test) => test?.p ?? null),
    },
  };
  const people = `${counted(value.n, "person", "people")}, ${counted(value.events, "event")}`;
  return {
    title: title(value),
    subtitle: `${people}, ties by ${value.ties === "efron" ? "Efron" : "Breslow"}'s method`,
    notes: value.warnings,
    tables: value.terms.length === 0 ? [] : [coefficients, testTable],
    figures:
      value.terms.length === 0
        ? []
        : [
            {
              kind: "forest",
              title: "Hazard ratios",
              label: "Hazard ratio",
              scale: "log",
              confidenceLevel: value.confidenceLevel,
              rows: value.effects.flatMap((effect) => rowsOf(value, effect)),
              notes: [`${people}.`],
            },
            ...siteFigures(value),
          ],
  };
}
