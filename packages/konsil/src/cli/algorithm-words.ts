/** What the page of an algorithm says in words. */
export interface AlgorithmWords {
  readonly does: string;
  /** The arguments of its example on the breast cancer study, as the command line takes them; none where it is not run by name. */
  readonly example?: readonly string[];
  /** What its arguments mean, where that is not what it is elsewhere. */
  readonly arguments?: Readonly<Record<string, string>>;
}

/** What an argument means in every algorithm that has it, unless the algorithm says otherwise. */
export const commonArguments: Readonly<Record<string, string>> = {
  formula: 'the model in R\'s notation, such as "Surv(days, event) ~ grade"; or the fields below instead',
  time: "column of the time to the event or to the end of observation",
  event: "yes/no column: whether the event happened",
  group: "columns whose levels are the groups",
  strata: "columns whose levels are strata, besides sites",
  stratifyBySite:
    "whether each site is a stratum of its own, and no event time leaves it; false pools over sites: public data only",
  terms: "terms as a formula writes them: age, log(nodes + 1), age:grade",
  weights: "column of weights",
  confidenceLevel: "of the confidence limits",
  levels: "order of levels by column; rows with other levels are left out",
  rareLevels:
    "levels that too few organizations or people have: error names them, exclude leaves their rows out, merge puts them into one level of that name, site by site: levels counts the same ones everywhere",
  columns: "columns that are described",
  by: "a category: its levels are the groups",
  significance: "the level at which a test of masked counts has to decide alike for all that they can be",
  correct: "whether tables of two by two levels have Yates' correction",
  control: "konsil goes on until nothing changes; R stops where R does by default",
  tolerance: "when to stop",
  iterations: "the most steps",
};

export const algorithmWords: Readonly<Record<string, AlgorithmWords>> = {
  attrition: {
    does: "Counts the rows that a filter keeps at each site, for ready(), before an analysis is asked.",
  },
  coxph: {
    does: "Fits Cox's proportional hazards model as R's coxph with strata(site): only sums of the sites' likelihoods leave.",
    example: ["--formula", "Surv(days, event) ~ age + hormon"],
    arguments: {
      formula:
        'the model in R\'s notation, such as "Surv(days, event) ~ age + strata(stage)"; or the fields below',
      levels: "order of levels by column, the first is the reference; rows with other levels are left out",
      strata: "columns whose levels have baseline hazards of their own, besides sites",
      ties: "how events at the same time are handled",
      perSite: "whether to fit the model at each site by itself as well",
      tolerance:
        "when to stop: standard errors that the next step is long; with control R, change of log-likelihood",
      iterations: "the most steps: 40 unless given, 20 with control R",
    },
  },
  crosstab: {
    does: "Counts people by the levels of one, two or three variables, and tests whether rows and columns are independent.",
    example: ["rows=grade", "columns=hormon"],
    arguments: {
      formula:
        'the variables as R\'s xtabs takes them, such as "~ grade + hormon"; or rows, columns and by instead',
      rows: "variable whose levels are the rows",
      columns: "variable whose levels are the columns; without it the table has one column",
      by: "third variable: one table for each of its levels",
      missing: "whether a missing value leaves its row out, or is a level",
      fisher: "whether to test tables of two by two levels by Fisher's exact test as well",
    },
  },
  describe: {
    does: "Tells which columns each site has and of which type, as every site does of those that it permits, with which levels, and how many values are missing: for describe(), and for the levels that a filter names.",
  },
  glm: {
    does: "Fits linear, logistic and Poisson regression as R's glm.",
    example: ["--formula", "event ~ age + factor(grade) + hormon", "family=binomial"],
    arguments: {
      formula:
        'the model in R\'s notation, such as "event ~ age + hormon"; or outcome, terms and offset instead',
      outcome: "column that is explained",
      offset: "what is added to the linear predictor with coefficient 1: log(days)",
      family: "gaussian for linear regression, binomial for a yes/no outcome, poisson for counts",
      link: "the family's own unless given; log for binomial, identity and sqrt for poisson as well",
      weights: "column of prior weights; rows of weight zero are left out",
      levels: "order of levels by column, the first is the reference; rows with other levels are left out",
      tolerance:
        "when to stop: standard errors that the next step is long; with control R, change of deviance",
      iterations: "the most steps: 50 unless given, 25 with control R",
    },
  },
  "kaplan-meier": {
    does: "Estimates the probability of surviving beyond each time, by group: medians, restricted means, numbers at risk.",
    example: ["--formula", "Surv(days, event) ~ grade", "times=365,1825"],
    arguments: {
      group: "columns whose levels have a curve each",
      weights: "column of case weights",
      confidenceType: "the scale on which confidence limits are made; none makes none",
      times: "times at which survival is tabulated, in the unit of the time column",
      tau: "restricted means end here; unless given, at the last time of all curves",
    },
  },
  "log-rank": {
    does: "Tests whether survival differs between groups within sites: observed against expected events.",
    example: ["--formula", "Surv(days, event) ~ grade"],
    arguments: {
      group: "columns whose levels are compared",
      rho: "weights S(t)^rho: 0 is the log-rank test, 1 that of Peto and Peto",
    },
  },
  summary: {
    does: "Describes columns, of all rows and by group: n, missing, mean and standard deviation, or counts and percentages.",
    example: ["columns=age,nodes,menopause", "by=hormon"],
    arguments: {
      by: "a category: one summary for each of its levels besides the one of all",
      levels: "order of levels by column; a column that is named here is a category, whatever its type",
      range: "whether to ask for the smallest and largest values, which sites release rounded only",
    },
  },
  "table-one": {
    does: "Compares the characteristics of groups beside each other: Table 1, with standardized differences and tests.",
    example: ["columns=age,size,grade,nodes", "by=hormon"],
    arguments: {
      columns: "characteristics that are compared",
      levels: "order of levels by column; a column that is named here is a category, whatever its type",
      equalVariances: "whether groups vary equally; unless given, no for two groups (Welch), yes for more",
    },
  },
};

/** What the arguments of steps mean: what a central part tells sites between rounds. */
const stepArguments: Readonly<Record<string, string>> = {
  formula: "the model in R's notation",
  model: "the model: formula, variables with their levels, what becomes of other levels, column of weights",
  variables: "the variables, each with its type and, for a category, its levels in order",
  others: "what becomes of rows with other levels: refuse, exclude, missing, or merge into a level",
  columns: "columns that are asked for",
  factors: "columns that are read as categories, whatever their type",
  complete: "columns that a row must have as well, such as the outcome",
  levels: "order of levels by column, where it is known",
  numbers: "columns of numbers",
  dates: "columns of dates",
  column: "the column that is asked for",
  type: "the type of that column",
  by: "the variables of the groups",
  centre: "where columns are centred, for each column and group",
  beta: "the coefficients at which the model is evaluated",
  design: "the model, or its intercept alone",
  hazard: "the pooled increments of the baseline hazard, by stratum and time",
  tiedHazard: "the same of tied events, as Efron's method weighs them",
  scaling: "where columns of the design are centred, and what they are multiplied by",
  times: "times of events, by stratum",
  ties: "how events at the same time are handled",
  weights: "column of weights",
  rho: "weights S(t)^rho: 0 is the log-rank test, 1 that of Peto and Peto",
  missingLevel: "whether a missing value is a level, the last one",
  iterations: "the most steps",
  tolerance: "when to stop",
  family: "gaussian, binomial or poisson",
  link: "the link between the mean and the linear predictor",
};

/** What an argument of an algorithm or of one of its steps means; nothing where its developer has to say it. */
export function argumentMeaning(type: "central" | "federated", algorithm: string, argument: string): string {
  if (type === "federated") return stepArguments[argument] ?? "";
  return algorithmWords[algorithm]?.arguments?.[argument] ?? commonArguments[argument] ?? "";
}
