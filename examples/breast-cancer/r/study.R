# The breast cancer study by R, on all rows in one place: what the federated study has to give too.
# Run:  Rscript examples/breast-cancer/r/study.R     (writes expected.json beside this file, byte for byte the same)

suppressPackageStartupMessages(library(survival))
invisible(Sys.setlocale("LC_ALL", "C"))
options(contrasts = c("contr.treatment", "contr.treatment"), warn = 1)

folder <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])))
repository <- normalizePath(file.path(folder, "..", "..", ".."))
source(file.path(repository, "packages", "algorithms", "goldens", "json.R"))
source(file.path(repository, "packages", "algorithms", "goldens", "results.R"))

# Eleven sites' files, stacked in alphabetical order ----------------------------------------------------------------------

files <- sort(Sys.glob(file.path(repository, "packages", "konsil", "data", "breast-cancer", "*.csv")))
patients <- do.call(rbind, lapply(files, function(file) {
  cbind(site = sub("\\.csv$", "", basename(file)), read.csv(file, stringsAsFactors = FALSE))
}))
stopifnot(length(files) == 11, nrow(patients) == 3668)

levels <- list(
  menopause = c("pre", "post"), size = c("<=20", "20-50", ">50"), grade = c("1", "2", "3"), hormon = c("no", "yes")
)
for (column in names(levels)) patients[[column]] <- factor(as.character(patients[[column]]), levels[[column]])
numbers <- c("age", "nodes", "pgr", "er")
years <- c(1:7, 10)
# On the lattice of numbers (multiples of 5) on which a hospital's default policy lets columns be cut.
five_years <- 1825

covariates <- "age + size + grade + log(nodes + 1) + log(pgr + 1) + hormon"
without_grade <- "age + size + log(nodes + 1) + log(pgr + 1) + hormon"
formulas <- list(
  curve_of_all = "Surv(days, event) ~ 1",
  curves_by_grade = "Surv(days, event) ~ grade",
  log_rank = "Surv(days, event) ~ grade",
  log_rank_by_site = "Surv(days, event) ~ grade + strata(site)",
  cox_by_site = paste("Surv(days, event) ~", covariates, "+ strata(site)"),
  cox_pooled = paste("Surv(days, event) ~", covariates),
  cox_by_grade = paste("Surv(days, event) ~", without_grade, "+ strata(grade)"),
  logistic = paste("recurrence ~", covariates)
)

# Table 1: by hormonal treatment ------------------------------------------------------------------------------------------

number_by_treatment <- function(column) {
  x <- split(patients[[column]], patients$hormon)
  c(
    list(variable = column, missing = I(vapply(x, function(v) sum(is.na(v)), 0L)),
      overall = list(n = nrow(patients), mean = mean(patients[[column]]), sd = sd(patients[[column]]))),
    two_groups_result(x)
  )
}
category_by_treatment <- function(column) {
  counts <- table(patients[[column]], patients$hormon)
  c(
    list(variable = column, missing = 0),
    crosstab_result(counts, nrow(patients)),
    list(standardised_difference = categorical_difference(t(counts)))
  )
}

# Survival ------------------------------------------------------------------------------------------------------------------

intervals <- list(list("log", 0.95), list("log-log", 0.95))
curves <- function(formula) {
  fits <- lapply(intervals, function(i) {
    do.call(survfit, list(formula = as.formula(formula), data = patients, conf.type = i[[1]], conf.int = i[[2]]))
  })
  result <- curves_result(fits, intervals, nrow(patients), times = 365.25 * years, tau = five_years)
  # Thousands of steps: the limits at every one follow from S and its standard error, and are kept at the years only.
  result$groups <- lapply(result$groups, function(group) {
    group$curve$standard_error_log <- NULL
    group$intervals <- lapply(group$intervals, function(interval) interval[setdiff(names(interval), c("lower", "upper"))])
    group
  })
  result
}
log_rank <- function(formula) survdiff_result(survdiff(as.formula(formula), patients), nrow(patients))
cox <- function(formula, ties) {
  caught <- with_warnings(coxph(as.formula(formula), patients, ties = ties, control = tight_coxph()))
  c(list(formula = formula, ties = ties), cox_result(caught$value, nrow(patients), caught$warnings))
}

# Recurrence or death within five years: patients censored before that cannot be told and are left out.
known <- patients$event == 1 | patients$days >= five_years
told <- transform(patients[known, ], recurrence = as.integer(event == 1 & days < five_years))
logistic <- converged_glm(list(formula = as.formula(formulas$logistic), data = told, family = binomial()))

by_site <- function(rows, count) {
  sites <- sort(unique(patients$site))
  setNames(as.list(vapply(sites, function(site) sum(count[rows$site == site]), 0)), sites)
}

expected <- list(
  about = list(
    title = "Breast cancer at eleven sites: recurrence-free survival of 3,668 patients",
    made_by = "examples/breast-cancer/r/study.R",
    software = list(R = paste(R.version$major, R.version$minor, sep = "."), survival = as.character(packageVersion("survival"))),
    data = "packages/konsil/data/breast-cancer/*.csv, stacked, with a column `site` from the file's name",
    endpoint = "days (time to the first of recurrence, death and end of follow-up), event (0, 1)",
    formulas = formulas,
    levels = lapply(levels, I),
    reference = "the first of each variable's levels; coefficients are named variable and level, as R names them",
    five_years = list(
      days = five_years, keep = "event == 1 or days >= 1825", recurrence = "event == 1 and days < 1825"
    ),
    years = I(years), days_in_a_year = 365.25,
    numbers = "17 significant digits; null is not available; fits are converged further than R's defaults (packages/algorithms/goldens/README.md)"
  ),
  counts = list(
    n = nrow(patients), events = sum(patients$event),
    n_by_site = by_site(patients, rep(1, nrow(patients))), events_by_site = by_site(patients, patients$event),
    levels = lapply(names(levels), function(column) {
      list(variable = column, levels = I(levels[[column]]), n = I(as.integer(table(patients[[column]]))))
    })
  ),
  by_treatment = list(
    numbers = lapply(numbers, number_by_treatment),
    categories = lapply(c("menopause", "size", "grade"), category_by_treatment)
  ),
  crosstabs = list(
    grade_by_hormon = crosstab_result(table(patients$grade, patients$hormon), nrow(patients)),
    size_by_grade = crosstab_result(table(patients$size, patients$grade), nrow(patients))
  ),
  curves = list(all = curves(formulas$curve_of_all), by_grade = curves(formulas$curves_by_grade)),
  log_rank = list(pooled = log_rank(formulas$log_rank), by_site = log_rank(formulas$log_rank_by_site)),
  cox = list(
    by_site = cox(formulas$cox_by_site, "efron"),
    by_site_breslow = cox(formulas$cox_by_site, "breslow"),
    pooled_efron = cox(formulas$cox_pooled, "efron"),
    pooled_breslow = cox(formulas$cox_pooled, "breslow"),
    by_grade = cox(formulas$cox_by_grade, "efron")
  ),
  logistic = c(
    list(
      formula = formulas$logistic, censored_before_five_years = sum(!known), within_five_years = sum(told$recurrence),
      n_by_site = by_site(told, rep(1, nrow(told))), within_five_years_by_site = by_site(told, told$recurrence)
    ),
    glm_result(logistic$fit, nrow(told), logistic$iterations, logistic$warnings)
  )
)
write_json(expected, file.path(folder, "expected.json"), depth = 7)
