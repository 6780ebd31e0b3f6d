// The report: one page that needs neither a script nor a network.
import { figureHtml, formatInteger, type PageSection, page, tableHtml } from "konsil";
import type { Agreement } from "./agreement.ts";
import type { Analyses } from "./analyses.ts";
import { characteristicsTable, crossTable } from "./characteristics.ts";
import type { Expected } from "./expected.ts";
import { crossTables, intervalTableOne } from "./hospital-counts.ts";
import {
  costText,
  curvesTable,
  estimatesTable,
  hospitalReports,
  outcomesTable,
  survivalOverlay,
  treatmentBySite,
} from "./hospital-tables.ts";
import { inSentence, oneRatio } from "./ratios.ts";
import type { Run } from "./run.ts";
import { agreementInShort, agreementText, pText } from "./sentences.ts";
import {
  agreementTable,
  allReports,
  besideR,
  coefficientsOfR,
  columnsTable,
  digitsTable,
  hazardForest,
  inYears,
  logRankTable,
  medianText,
  modelsTable,
  oddsForest,
  patientFlow,
  releasedTable,
  rowsTable,
  sitesTable,
  survivalFigure,
  survivalTable,
  survivalText,
  workTable,
} from "./tables.ts";
import {
  allotment,
  endpoint,
  fiveYearRule,
  gaps,
  gradeCaution,
  guardedIntroduction,
  hazardsCaution,
  hospitalIntroduction,
  notInModels,
  pooledLeaves,
  provenance,
  references,
  singleSites,
  skewCaution,
  title,
  treatmentCaution,
} from "./words.ts";

function abstract({ results }: Analyses, agreement: Agreement): PageSection {
  const { survival, survivalByGrade, followUp, logRankBySite, coxBySite, logistic, characteristics } =
    results;
  const all = survival.groups[0];
  const follow = followUp.groups[0]?.median.estimate ?? null;
  const grade = (level: string) => survivalByGrade.groups.find(({ levels }) => levels["grade"] === level);
  const treated = characteristics.by?.n[1];
  const five = (level: string): string => `${survivalText(grade(level), 5).split(" ")[0]}% in grade ${level}`;
  const paragraphs = [
    `${formatInteger(survival.n)} patients with primary breast cancer had ${formatInteger(survival.events)} recurrences or deaths in a median follow-up of ${inYears(follow)} years. Recurrence-free survival at five years was ${inSentence(survivalText(all, 5), "%")}; its median was ${all === undefined ? "–" : inSentence(medianText(all.median), " years")}. At five years it was ${five("1")}, ${five("2")} and ${five("3")} (log-rank test stratified by site, ${pText(logRankBySite.p)}).`,
    `In a Cox model stratified by site, the hazard of recurrence or death rose with grade (grade 3 against 1: hazard ratio ${oneRatio(coxBySite, "grade3")}), tumour size (over 50 mm against up to 20 mm: ${oneRatio(coxBySite, "size>50")}) and positive nodes (for each doubling of nodes + 1: ${oneRatio(coxBySite, "log(nodes + 1)")}). It was lower in the ${formatInteger(typeof treated === "number" ? treated : 0)} patients with hormonal treatment (${oneRatio(coxBySite, "hormonyes")}), most of whom were not randomized to it.`,
    `Logistic regression of recurrence or death within five years (${formatInteger(logistic.n)} patients) points the same way for size (over 50 mm: odds ratio ${oneRatio(logistic, "size>50")}), nodes (${oneRatio(logistic, "log(nodes + 1)")}) and treatment (${oneRatio(logistic, "hormonyes")}).`,
    `The patients, from two public data sets, were allotted to eleven local sites by a fixed rule, and their rows stayed there: every estimate was computed from declared statistics that the sites sent. ${agreementInShort(agreement)}`,
  ];
  return { title: "Summary", paragraphs };
}

/** R's numbers of some analyses beside those from the sites, to be unfolded. */
function besideRFolded(agreement: Agreement, names: readonly string[]): NonNullable<PageSection["folded"]> {
  const rows = agreement.rows.filter(({ analysis }) => names.includes(analysis));
  return { summary: "Beside R with fifteen digits", html: tableHtml(digitsTable(rows)) };
}

function list(items: readonly string[]): readonly string[] {
  return items.map((item) => `– ${item}`);
}

/** The whole page. */
export function reportPage(run: Run, expected: Expected): string {
  const { analyses, agreement, versions } = run;
  const { results } = analyses;
  const curves = survivalFigure(results);
  const coxAnalyses = agreement.analyses
    .map(({ analysis }) => analysis)
    .filter((name) => name.startsWith("Cox"));
  const sections: readonly PageSection[] = [
    abstract(analyses, agreement),
    {
      title: "Recurrence-free survival",
      paragraphs: [gradeCaution],
      html:
        (curves === undefined ? "" : figureHtml(curves)) +
        tableHtml(survivalTable(results, expected)) +
        tableHtml(logRankTable(results, expected)),
      folded: besideRFolded(agreement, [
        "Kaplan–Meier, all",
        "Kaplan–Meier by grade",
        "Log-rank, by site",
        "Log-rank, pooled",
      ]),
    },
    {
      title: "Cox models",
      paragraphs: [
        `The main model lets every site have its own baseline hazard; the pooled models have one for all sites. ${hazardsCaution}`,
      ],
      html:
        figureHtml(hazardForest(results)) +
        tableHtml(
          besideR(
            "The model stratified by site",
            "Hazard ratio",
            results.coxBySite,
            coefficientsOfR(expected.cox.by_site),
          ),
        ) +
        tableHtml(modelsTable(results)),
      folded: besideRFolded(agreement, coxAnalyses),
    },
    {
      title: "Recurrence or death within five years",
      paragraphs: [
        `${fiveYearRule} ${formatInteger(results.survival.n - results.logistic.n)} patients are left out by this rule; of the ${formatInteger(results.logistic.n)} others ${formatInteger(results.logistic.events ?? 0)} had the outcome. Logistic regression, pooled over the sites.`,
      ],
      html:
        figureHtml(oddsForest(results)) +
        tableHtml(
          besideR("Logistic regression", "Odds ratio", results.logistic, coefficientsOfR(expected.logistic)),
        ),
      folded: besideRFolded(agreement, ["Logistic regression"]),
    },
    {
      title: "Patients",
      paragraphs: [skewCaution],
      html:
        tableHtml(characteristicsTable(results.characteristics.view, expected)) +
        figureHtml(patientFlow(analyses)) +
        tableHtml(
          crossTable(
            results.gradeByTreatment,
            "Grade by hormonal treatment",
            expected.crosstabs.grade_by_hormon,
          ),
        ) +
        tableHtml(crossTable(results.sizeByGrade, "Tumour size by grade", expected.crosstabs.size_by_grade)),
      folded: besideRFolded(agreement, ["Table 1", "Grade by treatment", "Size by grade"]),
    },
    underHospitalPolicy(run),
    {
      title: "Limits",
      paragraphs: [treatmentCaution, leftOut(analyses), notInModels],
    },
    {
      title: "Sites and data",
      paragraphs: [allotment, provenance, endpoint, gaps],
      html: tableHtml(sitesTable(analyses)) + tableHtml(columnsTable(analyses)),
      folded: besideRFolded(agreement, ["Patients and events"]),
    },
    {
      title: "How it was done",
      paragraphs: [
        `Survival curves are Kaplan–Meier estimates over all sites, exact in time, with pointwise 95% confidence intervals (Greenwood's variance, on the log scale as R has it); the median follow-up of ${medianText(results.followUp.groups[0]?.median ?? { estimate: null, lower: null, upper: null })} years is the same estimate with censoring as the event. In the models stratified by site each site computes its share of the likelihood, and the shares are added. The risk sets of the pooled models reach over the sites, and their answer is that of all rows in one place.`,
        `All sites ran under the open policy, which only public data may have; the reason each gave: ${reasons(analyses)}. Under it numbers are exact and no cell is masked. A hospital's own data never get that policy; what its default policy makes of the same questions is shown above.`,
        pooledLeaves,
        `${analyses.sites.length} sites answered ${rounds(analyses)} rounds in ${analyses.seconds.toFixed(1)} s; ${masked(analyses)} cells were masked. The statistics of single sites were seen by ${results.coxBySite.report.seenBy}.`,
      ],
      html: tableHtml(rowsTable(analyses)),
      folded: {
        summary: "Rounds, time and what left the sites, by analysis",
        html: tableHtml(workTable(analyses)) + tableHtml(releasedTable(allReports(analyses))),
      },
    },
    {
      title: "What is not yet guarded",
      paragraphs: guards(run),
    },
    ...warnings(analyses),
    {
      title: "Agreement with R",
      paragraphs: [
        `R ${versions.R} with survival ${versions.survival} computed the same models on the ${formatInteger(expected.counts.n)} rows in one table (examples/breast-cancer/r/study.R), its fits converged further than by default. ${agreementText(agreement)} The study fails if one exceeds 10⁻⁶. Median follow-up and the curves of single sites are not among R's results.`,
      ],
      html: tableHtml(agreementTable(agreement)),
    },
    { title: "Sources", paragraphs: references },
  ];
  return page({
    title,
    subtitle: `A federated study with Konsil ${versions.konsil}. ${run.ranAt.slice(0, 10)}.`,
    sections,
    footer: `Konsil ${versions.konsil}, Node ${versions.node}, compared with R ${versions.R} and survival ${versions.survival}. Run ${run.ranAt}: analyses ${analyses.seconds.toFixed(1)} s, under a hospital's policy ${run.hospital.seconds.toFixed(1)} s, peak memory ${run.peakMegabytes.toFixed(0)} MB. On paper the tables that this file unfolds are left out; every number is in results.json.`,
  });
}

/** What a hospital's default policy makes of the same questions, beside the exact answers. */
function underHospitalPolicy(run: Run): PageSection {
  const curves = survivalOverlay(run);
  const tableOne = intervalTableOne(run);
  const bySite = treatmentBySite(run);
  return {
    title: "The same study under a hospital's policy",
    paragraphs: [hospitalIntroduction, costText(run), singleSites],
    html:
      tableHtml(outcomesTable(run)) +
      (curves === undefined ? "" : figureHtml(curves)) +
      tableHtml(curvesTable(run)) +
      tableHtml(estimatesTable(run)) +
      (bySite === undefined ? "" : figureHtml(bySite)) +
      (tableOne === undefined ? "" : tableHtml(tableOne)) +
      tableHtml(crossTables(run)),
    folded: {
      summary: "What left the sites under this policy",
      html: tableHtml(releasedTable(hospitalReports(run.hospital))),
    },
  };
}

/** What the reports under a hospital's policy say that this version does not guard. */
function guards({ hospital }: Run): readonly string[] {
  const rules = new Set(hospitalReports(hospital).flatMap((report) => report.notGuarded));
  return [guardedIntroduction, ...list([...rules])];
}

/** Who is left out of the logistic regression, and what that does to grade. */
function leftOut({ results }: Analyses): string {
  const trial = results.logistic.report.sites.filter(
    ({ policy }) => policy?.reason?.includes("gbsg") === true,
  );
  const early = trial.map(({ rows }) => Number(rows?.read) - Number(rows?.selected));
  const all = results.survival.n - results.logistic.n;
  return `Leaving out who was censored early keeps more of those who had an event within five years than of those who had none, so risks that the logistic regression predicts are too high. Its odds ratios are undisturbed only where patients are left out equally often whatever their covariates. That does not hold for grade: ${formatInteger(early.reduce((sum, n) => sum + n, 0))} of the ${formatInteger(all)} left out are of the German trial, where alone grade 1 occurs. The odds of grade 1 are therefore too high, and the odds ratios of grades 2 and 3 against it too small. The Cox models use every patient up to the last day known and need no such rule.`;
}

function rounds(analyses: Analyses): number {
  return allReports(analyses).reduce((sum, report) => sum + report.rounds.length, 0);
}

function masked(analyses: Analyses): number {
  return allReports(analyses).reduce((sum, { cellsMasked }) => sum + cellsMasked, 0);
}

function reasons({ results }: Analyses): string {
  const given = results.coxBySite.report.sites.flatMap(({ policy }) =>
    policy?.reason === null || policy?.reason === undefined ? [] : [policy.reason],
  );
  return [...new Set(given)].map((reason) => `“${reason}”`).join(" or ");
}

function warnings({ results }: Analyses): readonly PageSection[] {
  const said = [...new Set(Object.values(results).flatMap(({ report }) => report.warnings))];
  return said.length === 0 ? [] : [{ title: "Warnings of the analyses", paragraphs: list(said) }];
}
