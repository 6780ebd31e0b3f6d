import { counted, type ForestRow, type TableView, type View } from "@konsil/core";
import type { FittedTerm } from "../../formula/index.ts";
import { ratioColumns } from "../../model/index.ts";
import { ratioName } from "./family.ts";
import type { GlmValue } from "./glm-value.ts";

function rowsOf(value: GlmValue, effect: FittedTerm): readonly ForestRow[] {
  const estimates = effect.coefficients.map(
    (at, i): ForestRow => ({
      kind: "estimate",
      label: effect.labels[i] ?? "",
      estimate: value.expCoefficients?.[at] ?? null,
      lower: value.expLower?.[at] ?? null,
      upper: value.expUpper?.[at] ?? null,
      p: value.p[at] ?? null,
    }),
  );
  const heading: ForestRow = { kind: "heading", label: effect.term };
  if (effect.reference !== null)
    return [heading, { kind: "reference", label: effect.reference }, ...estimates];
  return estimates.length > 1 ? [heading, ...estimates] : estimates;
}

const titles = { gaussian: "Linear model", binomial: "Binomial model", poisson: "Poisson model" } as const;

/** A forest of ratios, and the coefficients as broom's tidy() and glance() have them. */
export function glmView(value: GlmValue): View {
  const ratio = ratioName(value.family, value.link);
  const percent = `${Number((100 * value.confidenceLevel).toPrecision(6))} %`;
  const isLogistic = value.link === "logit";
  const people = `${counted(value.n, "row")}${value.events === null ? "" : `, ${counted(value.events, "event")}`}`;
  const ratios =
    ratio === null
      ? null
      : ratioColumns(ratio, {
          ratios: value.expCoefficients ?? [],
          lower: value.expLower ?? [],
          upper: value.expUpper ?? [],
        });
  const coefficients: TableView = {
    title: "Coefficients",
    columns: [
      { name: "term", label: "Term", format: "text" },
      { name: "estimate", label: ratio === null ? "Estimate" : `Log ${ratio.toLowerCase()}` },
      { name: "std.error", label: "Standard error" },
      { name: "statistic", label: value.statisticName },
      { name: "p.value", label: "p", format: "p" },
      { name: "conf.low", label: "Lower", group: `${percent} interval` },
      { name: "conf.high", label: "Upper", group: `${percent} interval` },
      ...(ratios?.columns ?? []),
    ],
    values: {
      term: value.terms,
      estimate: value.coefficients,
      "std.error": value.standardErrors,
      statistic: value.statistics,
      "p.value": value.p,
      "conf.low": value.lower,
      "conf.high": value.upper,
      ...ratios?.values,
    },
  };
  const whole: TableView = {
    title: "Model",
    columns: [
      { name: "null.deviance", label: "Null deviance", digits: 6 },
      { name: "df.null", label: "df", format: "integer" },
      { name: "deviance", label: "Deviance", digits: 6 },
      { name: "df.residual", label: "Residual df", format: "integer" },
      { name: "logLik", label: "Log-likelihood", digits: 6 },
      { name: "AIC", label: "AIC", digits: 6 },
      { name: "BIC", label: "BIC", digits: 6 },
      { name: "dispersion", label: "Dispersion" },
      { name: "nobs", label: "n", format: "integer" },
    ],
    values: {
      "null.deviance": [value.nullDeviance],
      "df.null": [value.dfNull],
      deviance: [value.deviance],
      "df.residual": [value.dfResidual],
      logLik: [value.logLikelihood],
      AIC: [value.aic],
      BIC: [value.bic],
      dispersion: [value.dispersion],
      nobs: [value.n],
    },
  };
  const rows = value.effects.flatMap((effect) => rowsOf(value, effect));
  const event = value.event === null ? "" : ` = ${value.event}`;
  return {
    title: isLogistic ? "Logistic model" : titles[value.family],
    subtitle: `${value.outcome}${event}: ${people}, ${value.link} link`,
    notes: value.warnings,
    tables: [coefficients, whole],
    figures:
      ratio === null || rows.length === 0
        ? []
        : [
            {
              kind: "forest",
              title: `${ratio}s`,
              label: ratio,
              scale: "log",
              confidenceLevel: value.confidenceLevel,
              rows,
              notes: [`${people}.`],
            },
          ],
  };
}
