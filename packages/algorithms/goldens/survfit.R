# Kaplan-Meier curves, their intervals, medians, quantiles and restricted means.
# One case is one call; its intervals are listed for each curve by conf.type and conf.int.

source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))

every_interval <- list(list("log", 0.95), list("plain", 0.95), list("log-log", 0.95), list("log", 0.9), list("log-log", 0.9))

curve_case <- function(name, file, formula, weights = NULL, robust = NULL, intervals = every_interval, times = NULL,
                       tau = NULL, curve = TRUE) {
  data <- golden_data(file)
  options <- list(formula = as.formula(formula), data = data)
  if (!is.null(weights)) options$weights <- data[[weights]]
  if (!is.null(robust)) options$robust <- robust
  fit_with <- function(type, level) do.call(survfit, c(options, list(conf.type = type, conf.int = level)))
  fits <- lapply(intervals, function(interval) fit_with(interval[[1]], interval[[2]]))
  call <- paste0(
    "survfit(", formula, if (!is.null(weights)) paste0(", weights = ", weights),
    if (!is.null(robust)) paste0(", robust = ", robust), ")"
  )
  list(
    name = name, data = file, call = call,
    arguments = c(
      list(formula = formula), if (!is.null(weights)) list(weights = weights), if (!is.null(robust)) list(robust = robust),
      if (!is.null(times)) list(times = I(times))
    ),
    expected = curves_result(fits, intervals, nrow(data), times, tau, curve)
  )
}

log_only <- list(list("log", 0.95))
log_and_loglog <- list(list("log", 0.95), list("log-log", 0.95))
years <- 365.25 * 1:7

cases <- list(
  curve_case("lung, one curve", "lung.csv", "Surv(time, status) ~ 1", times = c(0, 100, 200, 365.25, 500, 1000, 1100), tau = 365),
  curve_case("lung by sex", "lung.csv", "Surv(time, status) ~ sex", times = c(0, 180, 360, 720, 2000), tau = 500),
  curve_case("lung by sex and performance, two grouping variables", "lung.csv", "Surv(time, status) ~ sex + ph.ecog", intervals = log_only),
  curve_case("lung by strata() of performance", "lung.csv", "Surv(time, status) ~ sex + strata(ph.ecog)", intervals = log_only),
  curve_case("lung, whole weights", "lung.csv", "Surv(time, status) ~ sex", weights = "copies", intervals = log_and_loglog, tau = 500),
  curve_case("lung, weights not whole, robust by R's default", "lung.csv", "Surv(time, status) ~ sex", weights = "weight", intervals = log_only),
  curve_case("lung, weights not whole, robust = FALSE", "lung.csv", "Surv(time, status) ~ sex", weights = "weight", robust = FALSE, intervals = log_only),
  curve_case("lung, whole weights, robust = TRUE", "lung.csv", "Surv(time, status) ~ 1", weights = "copies", robust = TRUE, intervals = log_only),
  curve_case("lung, time to censoring (reverse Kaplan-Meier)", "lung.csv", "Surv(time, status == 0) ~ 1", intervals = log_only),
  curve_case("veteran by cell type", "veteran.csv", "Surv(time, status) ~ celltype", times = c(0, 30, 90, 180, 365), tau = 365),
  curve_case("ovarian by treatment", "ovarian.csv", "Surv(futime, fustat) ~ rx", tau = 700),
  curve_case("colon by treatment", "colon.csv", "Surv(time, status) ~ rx", intervals = log_and_loglog, times = years, tau = 1826, curve = FALSE),
  curve_case("gbsg by hormonal treatment", "gbsg.csv", "Surv(rfstime, status) ~ hormon", intervals = log_and_loglog, times = years, tau = 1826, curve = FALSE),
  curve_case("rotterdam by size", "rotterdam.csv", "Surv(days, event) ~ size", intervals = log_and_loglog, times = years, tau = 3650, curve = FALSE),
  curve_case("survival of exactly one half", "half.csv", "Surv(time, status) ~ group"),
  curve_case("survival of one half, all rows in one curve", "half.csv", "Surv(time, status) ~ 1"),
  curve_case("zero times, nothing but censoring, single rows, ties", "edge.csv", "Surv(time, status) ~ group"),
  curve_case("zero times and ties, all rows in one curve", "edge.csv", "Surv(time, status) ~ 1")
)
write_golden("survfit", cases, depth = 9)
