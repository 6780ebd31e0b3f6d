// What is the same in every report of this study.
export const title = "Recurrence-free survival in breast cancer: 3668 patients at eleven sites";

export const allotment =
  "The patients are real and their data have been public for years, but their allotment to sites is made up. Nine local sites share the 2982 patients of the Rotterdam tumour bank (operated 1978–1993) and two share the 686 of a trial of the German Breast Cancer Study Group in node-positive disease (1984–1989), by the last two digits of the patient's number. No chance is involved, and nobody listed under Oslo was treated in Oslo. All sites ran in one process on one computer, as local sites; every message between desk and site was the bytes that would cross a network.";

export const provenance =
  "The rows are the data sets rotterdam and gbsg of the R package survival (Therneau), which is licensed under the LGPL, version 2 or later; so are the CSV files made of them. Columns that only one of the two has, and the patients' numbers, were left out; no row was.";

export const endpoint =
  "The endpoint is recurrence-free survival: the time from surgery (Rotterdam) or entry into the trial (German patients) to the first of recurrence and death. The trial's data give that time directly. For Rotterdam it is built as the help page of R's data set does: the time to recurrence where there was one, otherwise to death or to the end of follow-up.";

export const gaps =
  "Of the Rotterdam events, 195 are deaths without a recorded recurrence. 43 of these patients died after their follow-up for recurrence had ended, 21 to 1811 days later (median 521). They count as events on the day of death, which takes for granted that they had no recurrence in between. Censoring them at their last follow-up would leave 1969 events instead of 2012.";

export const pooledLeaves =
  "No table of rows left a site. The analyses over all sites at once (Kaplan–Meier, the pooled log-rank test and the pooled Cox models) did need the exact times of events and censoring, and the pooled Cox models also sums over the few patients, often one, who leave between two events. That says much about single patients, and only public data may say it. The analyses stratified by site need nothing of the kind.";

export const fiveYearRule =
  "The outcome is recurrence or death before day 1825, after five years of 365 days. Patients who were censored before that day are left out, for nobody knows what became of them; patients with an event on any day, or followed to day 1825, are kept.";

export const treatmentCaution =
  "Hormonal treatment was given to selected patients, by randomization only within part of the German trial. Its ratios describe an association after adjustment, not the effect of treatment.";

export const gradeCaution =
  "Grade 1 occurs only at the two sites of the German trial, where all patients had positive nodes and nobody was followed longer than 2659 days. The curve of grade 1 is therefore of other patients than most of grades 2 and 3; tests and models stratified by site compare grade 1 within those two sites only.";

export const hazardsCaution =
  "Proportional hazards were assumed and not tested: this version has no test of Schoenfeld residuals.";

export const skewCaution =
  "Nodes and receptors are skewed: their means and t tests describe totals rather than a typical patient. Medians over all sites are not in this version.";

export const notInModels = "Menopausal status and oestrogen receptors are described and not in the models.";

export const guardedIntroduction =
  "Under the open policy nothing is guarded, and nothing needs to be. Under a hospital's, this is not guarded yet (docs/explanation/disclosure.md):";

export const hospitalIntroduction =
  "The same questions were asked at the same sites once more, each site with the policy that a hospital has unless it says otherwise. Grade 1 is known at two sites only, and a level needs three; it is therefore asked together with grade 2, here and in the exact answers beside. Confidence intervals say what chance can do, those of curves also what the policy leaves unknown; every other interval, and the dotted bounds, hold the exact number for certain.";

export const singleSites =
  "What is refused is a round of one site, as for its curve under “Sites and data”. Sites are compared all the same: coxph with perSite fits each site's own model in rounds of all sites, and its hazard ratios are those of the open policy.";

export const references: readonly string[] = [
  "Foekens JA, Peters HA, Look MP, et al. The urokinase system of plasminogen activation and prognosis in 2780 breast cancer patients. Cancer Research 2000; 60: 636–643.",
  "Royston P, Altman DG. External validation of a Cox prognostic model: principles and methods. BMC Medical Research Methodology 2013; 13: 33.",
  "Schumacher M, Bastert G, Bojar H, et al. Randomized 2 × 2 trial evaluating hormonal treatment and the duration of chemotherapy in node-positive breast cancer patients. Journal of Clinical Oncology 1994; 12: 2086–2093.",
  "Therneau TM. survival: a package for survival analysis in R (data sets rotterdam and gbsg).",
];

/** The columns at the sites. */
export const meanings: Readonly<Record<string, string>> = {
  days: "days to event or end of follow-up",
  event: "recurrence or death",
  age: "completed years",
  menopause: "menopausal status",
  size: "tumour diameter, mm",
  grade: "differentiation grade",
  nodes: "positive lymph nodes",
  pgr: "progesterone receptors, fmol/l",
  er: "oestrogen receptors, fmol/l",
  hormon: "hormonal treatment",
};
