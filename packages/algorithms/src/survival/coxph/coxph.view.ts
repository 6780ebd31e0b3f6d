import type { ForestRow, TableView, View } from "@konsil/core";
import type { CoxphTerm, CoxphValue } from "./coxph-value.ts";

function rowsOf(value: CoxphValue, effect: CoxphTerm): readonly ForestRow[] {
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

function title({ strata }: CoxphValue): string {
  const others = strata.terms.length > 0 ? ` and ${strata.terms.join(", ")}` : "";
  if (strata.bySite) return `Cox model, stratified by site${others}`;
  return strata.terms.length > 0 ? `Cox model, stratified by ${strata.terms.join(", ")}` : "Cox model";
}

/** A forest of hazard ratios, and the coefficients as broom's tidy() and glance() have them. */
export function coxphView(value: CoxphValue): View {
  const percent = `${Number((100 * value.confidenceLevel).toPrecision(6))} %`;
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
      { name: "hazard.ratio", label: "Hazard ratio" },
    ],
    values: {
      term: value.terms,
      estimate: value.coefficients,
      "std.error": value.standardErrors,
      statistic: value.z,
      "p.value": value.p,
      "conf.low": value.lower,
      "conf.high": value.upper,
      "hazard.ratio": value.hazardRatios,
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
  const people = `${value.n} people, ${value.events} events`;
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
          ],
  };
}
