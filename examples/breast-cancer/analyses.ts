// The analyses of the study, written as a researcher writes them: the data once, then question after question.
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
  tableOne,
  terminalProgress,
} from "konsil";

/** The last day on which a recurrence or death counts as one within five years. */
export const fiveYears = 1826;

/** The ends of the years at which survival is tabulated, in days. */
const years = [1, 2, 3, 4, 5, 6, 7].map((year) => 365.25 * year);

const covariates = "age + size + grade + log(nodes + 1) + log(pgr + 1) + hormon";
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

/** All analyses at all sites of a federation, whatever the policies of its sites. */
export async function runAnalyses(federation: Federation, quiet: boolean) {
  const patients = federation.data({
    columns,
    derive: {
      recurrence: and(compare("event", "==", true), compare("days", "<=", fiveYears)),
      censored: not(column<"boolean">("event")),
    },
  });
  // Whoever was censored within five years is left out: nobody knows what became of them.
  const knownAtFiveYears = patients.where(or(compare("event", "==", true), compare("days", ">=", fiveYears)));
  const shown = (title: string) => ({ onProgress: terminalProgress(title, quiet) });
  const began = performance.now();

  const description = await patients.describe(shown("Description"));

  const characteristics = await patients.run(
    tableOne,
    { columns: ["age", "menopause", "size", "grade", "nodes", "pgr", "er"], by: "hormon" },
    shown("Table 1"),
  );

  const gradeByTreatment = await patients.run(
    crosstab,
    { rows: "grade", columns: "hormon" },
    shown("Grade by treatment"),
  );
  const sizeByGrade = await patients.run(
    crosstab,
    { rows: "size", columns: "grade" },
    shown("Tumour size by grade"),
  );

  const survival = await patients.run(
    kaplanMeier,
    { formula: "Surv(days, event) ~ 1", times: years, tau: fiveYears },
    shown("Kaplan–Meier, all"),
  );
  const survivalByGrade = await patients.run(
    kaplanMeier,
    { formula: "Surv(days, event) ~ grade", times: years, tau: fiveYears },
    shown("Kaplan–Meier by grade"),
  );
  // Censoring as the event (reverse Kaplan–Meier; Schemper and Smith 1996).
  const followUp = await patients.run(
    kaplanMeier,
    { formula: "Surv(days, censored) ~ 1" },
    shown("Length of follow-up"),
  );
  const siteBySite = await Promise.all(
    federation.sites.map(async (site) => ({
      site,
      curve: await patients.run(
        kaplanMeier,
        { formula: "Surv(days, event) ~ 1", times: years },
        { sites: [site] },
      ),
    })),
  );

  // Tests and models are stratified by site unless asked otherwise. The data are public, so sites can be pooled as well.
  const logRankBySite = await patients.run(
    logRank,
    { formula: "Surv(days, event) ~ grade" },
    shown("Log-rank test, stratified by site"),
  );
  const logRankPooled = await patients.run(
    logRank,
    { formula: "Surv(days, event) ~ grade", stratifyBySite: false },
    shown("Log-rank test, pooled"),
  );

  const coxBySite = await patients.run(
    coxph,
    { formula: `Surv(days, event) ~ ${covariates}` },
    shown("Cox model, stratified by site"),
  );
  const coxBySiteBreslow = await patients.run(
    coxph,
    { formula: `Surv(days, event) ~ ${covariates}`, ties: "breslow" },
    shown("Cox model, stratified by site, Breslow"),
  );
  const coxPooledEfron = await patients.run(
    coxph,
    { formula: `Surv(days, event) ~ ${covariates}`, stratifyBySite: false },
    shown("Cox model, pooled, Efron"),
  );
  const coxPooledBreslow = await patients.run(
    coxph,
    { formula: `Surv(days, event) ~ ${covariates}`, ties: "breslow", stratifyBySite: false },
    shown("Cox model, pooled, Breslow"),
  );
  const coxByGrade = await patients.run(
    coxph,
    { formula: `Surv(days, event) ~ ${withoutGrade} + strata(grade)`, stratifyBySite: false },
    shown("Cox model, stratified by grade, pooled"),
  );

  const logistic = await knownAtFiveYears.run(
    glm,
    { formula: `recurrence ~ ${covariates}`, family: "binomial" },
    shown("Logistic regression"),
  );

  return {
    seconds: (performance.now() - began) / 1000,
    sites: federation.sites,
    siteBySite,
    results: {
      description,
      characteristics,
      gradeByTreatment,
      sizeByGrade,
      survival,
      survivalByGrade,
      followUp,
      logRankBySite,
      logRankPooled,
      coxBySite,
      coxBySiteBreslow,
      coxPooledEfron,
      coxPooledBreslow,
      coxByGrade,
      logistic,
    },
  };
}

export type Analyses = Awaited<ReturnType<typeof runAnalyses>>;
