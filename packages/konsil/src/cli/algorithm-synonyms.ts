interface Meant {
  readonly algorithm: string;
  /** The arguments that make it what was asked for. */
  readonly with?: string;
}

const glm: Meant = { algorithm: "glm" };
const logistic: Meant = { algorithm: "glm", with: "family=binomial" };
const poisson: Meant = { algorithm: "glm", with: "family=poisson" };
const coxph: Meant = { algorithm: "coxph" };
const curves: Meant = { algorithm: "kaplan-meier" };
const logRank: Meant = { algorithm: "log-rank" };
const tableOne: Meant = { algorithm: "table-one" };
const crosstab: Meant = { algorithm: "crosstab" };

/** What algorithms are called elsewhere, in R above all, without signs between words. */
const synonyms: Readonly<Record<string, Meant>> = {
  cox: coxph,
  coxregression: coxph,
  coxmodel: coxph,
  phreg: coxph,
  proportionalhazards: coxph,
  km: curves,
  survfit: curves,
  lifetest: curves,
  logistic,
  logisticregression: logistic,
  logit: logistic,
  poisson,
  poissonregression: poisson,
  lm: glm,
  linear: glm,
  linearregression: glm,
  ols: glm,
  table1: tableOne,
  tableone: tableOne,
  chisq: crosstab,
  chisqtest: crosstab,
  chisquared: crosstab,
  table: crosstab,
  xtabs: crosstab,
  crosstable: crosstab,
  crosstabs: crosstab,
  fisher: crosstab,
  fishertest: crosstab,
  contingency: crosstab,
  logrank: logRank,
  logranktest: logRank,
  survdiff: logRank,
};

/** The algorithm that a name means elsewhere, and with which arguments. */
export function algorithmCalled(name: string): Meant | undefined {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  return Object.hasOwn(synonyms, plain) ? synonyms[plain] : undefined;
}
