// The questions of the study, written as a researcher writes them: the data once, then question after question.
import {
  and,
  boolean,
  category,
  column,
  compare,
  coxph,
  crosstab,
  type Federation,
  glm,
  kaplanMeier,
  logRank,
  not,
  number,
  or,
  recode,
  tableOne,
  terminalProgress,
} from "konsil";

/**
 * The day before which a recurrence or death counts as one within five years. A hospital's policy permits numbers to be
 * cut at multiples of 5, by >= and <.
 */
export const fiveYears = 1825;

/** The ends of the years at which survival is tabulated, in days. */
const years = [1, 2, 3, 4, 5, 6, 7, 10].map((year) => 365.25 * year);

const withoutGrade = "age + size + log(nodes + 1) + log(pgr + 1) + hormon";

/** The columns at every site. The first level of each category is the reference of the models. */
export const columns = {
  days: number("days"),
  event: boolean(),
  age: number("years"),
  menopause: category(["pre", "post"]),
  size: category(["<=20", "20-50", ">50"]),
  grade: category(["1", "2", "3"]),
  nodes: number(),
  pgr: number("fmol/l"),
  er: number("fmol/l"),
  hormon: category(["no", "yes"]),
};

/** Grade as it is, or 1 and 2 as one level. */
export type Grade = "grade" | "gradeGroup";

export interface QuestionOptions {
  readonly grade?: Grade;
  /** No progress on the terminal. */
  readonly quiet: boolean;
  /** What is said beside a question's title on the terminal. */
  readonly beside?: string;
}

/** All questions to all sites of a federation, whatever the policies of its sites. */
export function questions(federation: Federation, { grade = "grade", quiet, beside = "" }: QuestionOptions) {
  const covariates = `age + size + ${grade} + log(nodes + 1) + log(pgr + 1) + hormon`;
  const patients = federation.data({
    columns,
    derive: {
      recurrence: and(compare("event", "==", true), compare("days", "<", fiveYears)),
      censored: not(column<"boolean">("event")),
      gradeGroup: recode("grade", { 1: "1-2", 2: "1-2", 3: "3" }, { others: "error" }),
    },
  });
  // Whoever was censored within five years is left out: nobody knows what became of them.
  const knownAtFiveYears = patients.where(or(compare("event", "==", true), compare("days", ">=", fiveYears)));
  const shown = (title: string) => ({ onProgress: terminalProgress(`${title}${beside}`, quiet) });

  return {
    description: () => patients.describe(shown("Description")),

    characteristics: () =>
      patients.run(
        tableOne,
        { columns: ["age", "menopause", "size", grade, "nodes", "pgr", "er"], by: "hormon" },
        shown("Table 1"),
      ),
    gradeByTreatment: () =>
      patients.run(crosstab, { rows: grade, columns: "hormon" }, shown("Grade by treatment")),
    sizeByGrade: () =>
      patients.run(crosstab, { rows: "size", columns: grade }, shown("Tumour size by grade")),

    survival: () =>
      patients.run(
        kaplanMeier,
        { formula: "Surv(days, event) ~ 1", times: years, tau: fiveYears },
        shown("Kaplan–Meier, all"),
      ),
    survivalByGrade: () =>
      patients.run(
        kaplanMeier,
        { formula: `Surv(days, event) ~ ${grade}`, times: years, tau: fiveYears },
        shown("Kaplan–Meier by grade"),
      ),
    // Censoring as the event (reverse Kaplan–Meier; Schemper and Smith 1996).
    followUp: () =>
      patients.run(kaplanMeier, { formula: "Surv(days, censored) ~ 1" }, shown("Length of follow-up")),
    siteBySite: () =>
      Promise.all(
        federation.sites.map(async (site) => ({
          site,
          curve: await patients.run(
            kaplanMeier,
            { formula: "Surv(days, event) ~ 1", times: years },
            { sites: [site] },
          ),
        })),
      ),

    // Tests and models are stratified by site unless asked otherwise. The data are public, so sites can be pooled as well.
    logRankBySite: () =>
      patients.run(
        logRank,
        { formula: `Surv(days, event) ~ ${grade}` },
        shown("Log-rank test, stratified by site"),
      ),
    logRankPooled: () =>
      patients.run(
        logRank,
        { formula: `Surv(days, event) ~ ${grade}`, stratifyBySite: false },
        shown("Log-rank test, pooled"),
      ),

    coxBySite: () =>
      patients.run(
        coxph,
        { formula: `Surv(days, event) ~ ${covariates}` },
        shown("Cox model, stratified by site"),
      ),
    coxBySiteBreslow: () =>
      patients.run(
        coxph,
        { formula: `Surv(days, event) ~ ${covariates}`, ties: "breslow" },
        shown("Cox model, stratified by site, Breslow"),
      ),
    // Each site's own fit, in rounds of all sites: nobody has to be asked alone.
    coxEachSite: () =>
      patients.run(
        coxph,
        { formula: `Surv(days, event) ~ ${covariates}`, perSite: true },
        shown("Cox model, and each site's own"),
      ),
    coxPooledEfron: () =>
      patients.run(
        coxph,
        { formula: `Surv(days, event) ~ ${covariates}`, stratifyBySite: false },
        shown("Cox model, pooled, Efron"),
      ),
    coxPooledBreslow: () =>
      patients.run(
        coxph,
        { formula: `Surv(days, event) ~ ${covariates}`, ties: "breslow", stratifyBySite: false },
        shown("Cox model, pooled, Breslow"),
      ),
    coxByGrade: () =>
      patients.run(
        coxph,
        { formula: `Surv(days, event) ~ ${withoutGrade} + strata(${grade})`, stratifyBySite: false },
        shown("Cox model, stratified by grade, pooled"),
      ),

    logistic: () =>
      knownAtFiveYears.run(
        glm,
        { formula: `recurrence ~ ${covariates}`, family: "binomial" },
        shown("Logistic regression"),
      ),
  };
}

export type Questions = ReturnType<typeof questions>;

/** What a question is answered with. */
export type AnswerTo<Name extends keyof Questions> = Awaited<ReturnType<Questions[Name]>>;

/** Asks all questions, one after the other. */
export async function runAnalyses(federation: Federation, quiet: boolean) {
  const began = performance.now();
  const answers: Partial<Record<keyof Questions, unknown>> = {};
  for (const [name, ask] of Object.entries(questions(federation, { quiet })))
    answers[name as keyof Questions] = await ask();
  const { siteBySite, ...results } = answers as { readonly [Name in keyof Questions]: AnswerTo<Name> };
  return { seconds: (performance.now() - began) / 1000, sites: federation.sites, siteBySite, results };
}

export type Analyses = Awaited<ReturnType<typeof runAnalyses>>;
