# Kaplan-Meier curves, their intervals, medians, quantiles and restricted means.
# One case is one call; its intervals are listed for each curve by conf.type and conf.int.
# `median` and its limits are those that summary() prints, `quantile` those of quantile(): where a curve stays at one half
# to its end, summary() gives the first time and quantile() the midpoint to the last.
# standard_error is of S(t), standard_error_log of log S(t) (R's fit$std.err). Levels of groups sort by code point.

source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))

every_interval <- list(list("log", 0.95), list("plain", 0.95), list("log-log", 0.95), list("log", 0.9), list("log-log", 0.9))
probabilities <- c(0.25, 0.5, 0.75)

# "sex=male, ph.ecog=1" to list(sex = "male", ph.ecog = "1")
levels_of <- function(label) {
  if (is.na(label)) return(setNames(list(), character()))
  parts <- trimws(strsplit(label, ", ", fixed = TRUE)[[1]])
  setNames(as.list(sub("^[^=]*=", "", parts)), sub("=.*$", "", parts))
}

row_of <- function(x, i) if (is.matrix(x)) x[i, ] else x

curve_case <- function(name, file, formula, weights = NULL, robust = NULL, intervals = every_interval, times = NULL,
                       tau = NULL, curve = TRUE) {
  data <- golden_data(file)
  options <- list(formula = as.formula(formula), data = data)
  if (!is.null(weights)) options$weights <- data[[weights]]
  if (!is.null(robust)) options$robust <- robust
  fit_with <- function(type, level) do.call(survfit, c(options, list(conf.type = type, conf.int = level)))
  fits <- lapply(intervals, function(interval) fit_with(interval[[1]], interval[[2]]))
  fit <- fits[[1]]
  labels <- if (is.null(fit$strata)) NA_character_ else names(fit$strata)
  sizes <- if (is.null(fit$strata)) length(fit$time) else unname(fit$strata)
  curve_of <- rep(seq_along(sizes), sizes)
  at <- if (is.null(times)) NULL else lapply(fits, summary, times = times, extend = TRUE)

  groups <- lapply(seq_along(labels), function(i) {
    rows <- which(curve_of == i)
    table <- row_of(summary(fit, rmean = "common")$table, i)
    restricted <- if (is.null(tau)) NULL else row_of(summary(fit, rmean = tau)$table, i)
    here <- if (is.null(at)) NULL else if (is.na(labels[i])) seq_along(times) else which(at[[1]]$strata == labels[i])
    steps <- list(
      time = I(fit$time[rows]), n_risk = I(fit$n.risk[rows]), n_event = I(fit$n.event[rows]),
      n_censor = I(fit$n.censor[rows]), survival = I(fit$surv[rows]),
      standard_error = I((fit$surv * fit$std.err)[rows]), standard_error_log = I(fit$std.err[rows])
    )
    at_times <- if (is.null(at)) NULL else list(
      time = I(at[[1]]$time[here]), n_risk = I(at[[1]]$n.risk[here]), n_event = I(at[[1]]$n.event[here]),
      survival = I(at[[1]]$surv[here]), standard_error = I(at[[1]]$std.err[here])
    )
    list(
      label = labels[i],
      levels = levels_of(labels[i]),
      records = table[["records"]], n = fit$n[i], events = table[["events"]],
      curve = if (curve) steps else NULL,
      at_times = at_times,
      rmean_common = list(estimate = table[["rmean"]], standard_error = table[["se(rmean)"]]),
      rmean_tau = if (is.null(tau)) NULL else list(tau = tau, estimate = restricted[["rmean"]], standard_error = restricted[["se(rmean)"]]),
      intervals = lapply(seq_along(fits), function(j) {
        q <- quantile(fits[[j]], probs = probabilities)
        part <- list(conf.type = intervals[[j]][[1]], conf.int = intervals[[j]][[2]])
        if (curve) part <- c(part, list(lower = I(fits[[j]]$lower[rows]), upper = I(fits[[j]]$upper[rows])))
        if (!is.null(at)) part <- c(part, list(lower_at_times = I(at[[j]]$lower[here]), upper_at_times = I(at[[j]]$upper[here])))
        median <- row_of(summary(fits[[j]])$table, i)[c("median", paste0(as.character(intervals[[j]][[2]]), c("LCL", "UCL")))]
        c(part, list(
          median = median[[1]], median_lower = median[[2]], median_upper = median[[3]],
          probabilities = I(probabilities), quantile = I(row_of(q$quantile, i)),
          quantile_lower = I(row_of(q$lower, i)), quantile_upper = I(row_of(q$upper, i))
        ))
      })
    )
  })
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
    expected = list(
      rows = nrow(data), used = sum(fit$n), dropped = nrow(data) - sum(fit$n),
      rmean_common_tau = rmean_end(fit), groups = groups
    )
  )
}

# Where R ends the common restricted mean: the last time of any curve.
rmean_end <- function(fit) max(fit$time)

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
