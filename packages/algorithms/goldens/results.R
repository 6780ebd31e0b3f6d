# R's results as plain lists with our names: what the golden files and the reference of the example study hold alike.

# Confidence limits are Wald's at 95 %. An aliased coefficient is NA and has a variance of zero.
# summary() rounds the Wald statistic to two decimals, so it is taken from the fit.
cox_result <- function(fit, rows, warnings = character()) {
  s <- summary(fit)
  estimate <- unname(coef(fit))
  se <- unname(sqrt(diag(fit$var)))
  se[is.na(estimate)] <- NA
  half <- qnorm(0.975) * se
  parameters <- sum(!is.na(estimate))
  wald <- unname(fit$wald.test)
  test <- function(x) list(statistic = x[["test"]], df = x[["df"]], p = x[["pvalue"]])
  list(
    rows = rows, n = fit$n, events = fit$nevent, dropped = length(fit$na.action),
    terms = I(names(coef(fit))), coefficients = I(estimate), standard_errors = I(se),
    z = I(estimate / se), p = I(2 * pnorm(-abs(estimate / se))), lower = I(estimate - half), upper = I(estimate + half),
    exp_coefficients = I(exp(estimate)), exp_lower = I(exp(estimate - half)), exp_upper = I(exp(estimate + half)),
    variance = unname(fit$var),
    naive_variance = if (is.null(fit$naive.var)) NULL else unname(fit$naive.var),
    log_likelihood = I(fit$loglik),
    likelihood_ratio_test = test(s$logtest), score_test = test(s$sctest),
    wald_test = list(statistic = wald, df = parameters, p = pchisq(wald, parameters, lower.tail = FALSE)),
    robust_score_test = if (is.null(s$robscore)) NULL else test(s$robscore),
    concordance = list(
      estimate = fit$concordance[["concordance"]], standard_error = fit$concordance[["std"]],
      concordant = fit$concordance[["concordant"]], discordant = fit$concordance[["discordant"]],
      tied_x = fit$concordance[["tied.x"]], tied_y = fit$concordance[["tied.y"]], tied_xy = fit$concordance[["tied.xy"]]
    ),
    aic = AIC(fit), bic = BIC(fit), means = I(unname(fit$means)), iterations = fit$iter,
    warnings = I(as.character(warnings))
  )
}

# With eps = 1e-11 some fits stop 2e-9 of a standard error short; below 1e-13 rounding of the log-likelihood of large data
# makes R halve steps and end further off. R warns that its tolerance for aliasing is larger than that.
# With separation the last steps would turn the runaway coefficient into NA: those fits need eps = 1e-11.
tight_coxph <- function(eps = 1e-13) suppressWarnings(coxph.control(eps = eps, iter.max = 50))

# glm takes the variance from the weights before the last step, and was measured to be off by up to 2e-7 even at
# epsilon = 1e-13: so the fit is begun again from its own coefficients. Epsilon must not be that small anyway: it sets the
# tolerance of the QR decomposition to a thousandth of itself, and aliased columns are then missed.
# `call` is a list of glm's arguments. Gives the fit, the iterations of the first one, and its warnings.
converged_glm <- function(call, epsilon = 1e-10, maxit = 100, restarts = 3) {
  call$control <- glm.control(epsilon = epsilon, maxit = maxit)
  first <- with_warnings(do.call(glm, call))
  fit <- first$value
  for (again in seq_len(restarts)) {
    call$start <- ifelse(is.na(coef(fit)), 0, coef(fit))
    fit <- suppressWarnings(do.call(glm, call))
  }
  list(fit = fit, iterations = first$value$iter, warnings = first$warnings)
}

# lower and upper are Wald limits by the normal distribution, lower_t and upper_t by t (gaussian only).
# The variance leaves aliased coefficients out; variance_terms names the rest.
glm_result <- function(fit, rows, iterations = fit$iter, warnings = character()) {
  s <- summary(fit)
  terms <- names(coef(fit))
  column <- function(i) unname(s$coefficients[match(terms, rownames(s$coefficients)), i])
  estimate <- unname(coef(fit))
  se <- column(2)
  half <- qnorm(0.975) * se
  half_t <- qt(0.975, fit$df.residual) * se
  gaussian <- fit$family$family == "gaussian"
  list(
    rows = rows, n = length(fit$y), dropped = length(fit$na.action), observations = nobs(fit),
    terms = I(terms), coefficients = I(estimate), standard_errors = I(se),
    statistic_name = if (gaussian) "t" else "z", statistics = I(column(3)), p = I(column(4)),
    lower = I(estimate - half), upper = I(estimate + half),
    lower_t = if (gaussian) I(estimate - half_t) else NULL, upper_t = if (gaussian) I(estimate + half_t) else NULL,
    variance_terms = I(rownames(s$cov.scaled)), variance = unname(s$cov.scaled),
    dispersion = s$dispersion, deviance = fit$deviance, null_deviance = fit$null.deviance,
    df_residual = fit$df.residual, df_null = fit$df.null, rank = fit$rank,
    log_likelihood = as.numeric(logLik(fit)), aic = AIC(fit), bic = BIC(fit),
    pearson_chisq = sum(residuals(fit, "pearson")^2),
    iterations = iterations, converged = fit$converged, fitted_range = I(range(fit$fitted.values)),
    warnings = I(as.character(warnings))
  )
}

# observed and expected are summed over strata; by_stratum holds their parts, groups by strata.
survdiff_result <- function(fit, rows) {
  sums <- function(x) if (is.matrix(x)) rowSums(x) else x
  list(
    rows = rows, dropped = length(fit$na.action),
    groups = I(names(fit$n)), n = I(as.integer(fit$n)),
    observed = I(unname(sums(fit$obs))), expected = I(unname(sums(fit$exp))),
    variance = unname(fit$var),
    by_stratum = if (is.null(fit$strata)) NULL else
      list(strata = I(names(fit$strata)), observed = unname(fit$obs), expected = unname(fit$exp)),
    chisq = fit$chisq, df = sum(sums(fit$exp) > 0) - 1, p = fit$pvalue
  )
}

# `fits` are one call of survfit with each of `intervals`, pairs of conf.type and conf.int. `times` are read off the curves,
# where n_event counts those since the time before;
# `tau` ends a restricted mean. Without `curve` the steps are left out.
# `median` and its limits are those that summary() prints, `quantile` those of quantile(): where a curve stays at one half
# to its end, summary() gives the first time and quantile() the midpoint to the last.
# standard_error is of S(t), standard_error_log of log S(t) (R's fit$std.err). Levels of groups sort by code point.
# A common restricted mean ends at the last time of any curve.
curves_result <- function(fits, intervals, rows, times = NULL, tau = NULL, curve = TRUE) {
  probabilities <- c(0.25, 0.5, 0.75)
  fit <- fits[[1]]
  labels <- if (is.null(fit$strata)) NA_character_ else names(fit$strata)
  sizes <- if (is.null(fit$strata)) length(fit$time) else unname(fit$strata)
  curve_of <- rep(seq_along(sizes), sizes)
  at <- if (is.null(times)) NULL else lapply(fits, summary, times = times, extend = TRUE)

  groups <- lapply(seq_along(labels), function(i) {
    steps_of <- which(curve_of == i)
    table <- row_of(summary(fit, rmean = "common")$table, i)
    restricted <- if (is.null(tau)) NULL else row_of(summary(fit, rmean = tau)$table, i)
    here <- if (is.null(at)) NULL else if (is.na(labels[i])) seq_along(times) else which(at[[1]]$strata == labels[i])
    steps <- list(
      time = I(fit$time[steps_of]), n_risk = I(fit$n.risk[steps_of]), n_event = I(fit$n.event[steps_of]),
      n_censor = I(fit$n.censor[steps_of]), survival = I(fit$surv[steps_of]),
      standard_error = I((fit$surv * fit$std.err)[steps_of]), standard_error_log = I(fit$std.err[steps_of])
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
        if (curve) part <- c(part, list(lower = I(fits[[j]]$lower[steps_of]), upper = I(fits[[j]]$upper[steps_of])))
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
  list(
    rows = rows, used = sum(fit$n), dropped = rows - sum(fit$n), rmean_common_tau = max(fit$time), groups = groups
  )
}

# "sex=male, ph.ecog=1" to list(sex = "male", ph.ecog = "1")
levels_of <- function(label) {
  if (is.na(label)) return(setNames(list(), character()))
  parts <- trimws(strsplit(label, ", ", fixed = TRUE)[[1]])
  setNames(as.list(sub("^[^=]*=", "", parts)), sub("=.*$", "", parts))
}

row_of <- function(x, i) if (is.matrix(x)) x[i, ] else x

# `counts` is a two-way table. Fisher's test only below 1,000 people, where it is quick.
crosstab_result <- function(counts, rows) {
  shape <- function(x) unname(unclass(x))
  caught <- with_warnings(chisq.test(counts, correct = FALSE))
  test <- caught$value
  as_test <- function(t) list(statistic = unname(t$statistic), df = unname(t$parameter), p = t$p.value)
  square <- all(dim(counts) == 2)
  total <- sum(counts)
  fisher <- if (total < 1000) fisher.test(counts, workspace = 2e7) else NULL
  list(
    rows = rows, n = total, dropped = rows - total,
    row_levels = I(rownames(counts)), column_levels = I(colnames(counts)),
    counts = shape(counts),
    row_percent = shape(100 * prop.table(counts, 1)), column_percent = shape(100 * prop.table(counts, 2)),
    total_percent = shape(100 * prop.table(counts)),
    expected = shape(test$expected), residuals = shape(test$residuals), standardised_residuals = shape(test$stdres),
    chisq = as_test(test),
    chisq_corrected = if (square) as_test(suppressWarnings(chisq.test(counts, correct = TRUE))) else NULL,
    cramers_v = sqrt(unname(test$statistic) / (total * (min(dim(counts)) - 1))),
    phi = if (square) sqrt(unname(test$statistic) / total) else NULL,
    fisher = if (is.null(fisher)) NULL else list(
      p = fisher$p.value, odds_ratio = if (square) unname(fisher$estimate) else NULL,
      lower = if (square) fisher$conf.int[1] else NULL, upper = if (square) fisher$conf.int[2] else NULL
    ),
    warnings = I(caught$warnings)
  )
}

# `x` is a list of two vectors without missing values. The standardised difference is the difference of means over
# sqrt((variance 1 + variance 2) / 2).
two_groups_result <- function(x) {
  as_test <- function(t) list(
    statistic = unname(t$statistic), df = unname(t$parameter), p = t$p.value,
    difference = unname(t$estimate[1] - t$estimate[2]), standard_error = t$stderr, lower = t$conf.int[1], upper = t$conf.int[2]
  )
  rank <- function(correct) suppressWarnings(wilcox.test(x[[1]], x[[2]], exact = FALSE, correct = correct))
  list(
    levels = I(names(x)), n = I(unname(lengths(x))), means = I(vapply(x, mean, 0)), sds = I(vapply(x, sd, 0)),
    welch = as_test(t.test(x[[1]], x[[2]])), pooled = as_test(t.test(x[[1]], x[[2]], var.equal = TRUE)),
    standardised_difference = (mean(x[[1]]) - mean(x[[2]])) / sqrt((var(x[[1]]) + var(x[[2]])) / 2),
    variance_ratio = as.numeric(var.test(x[[1]], x[[2]])$statistic),
    wilcoxon = list(w = unname(rank(TRUE)$statistic), p_corrected = rank(TRUE)$p.value, p = rank(FALSE)$p.value)
  )
}

# `counts` has two rows (groups) and a column for each level. Yang & Dalton (2012): T and C hold the shares of all levels
# but the first in the two groups, S = (Cov T + Cov C) / 2 of the multinomial; the difference is sqrt((T - C)' S^-1 (T - C)).
categorical_difference <- function(counts) {
  stopifnot(nrow(counts) == 2)
  shares <- unclass(prop.table(counts, 1))[, -1, drop = FALSE]
  covariance <- function(p) diag(p, length(p)) - outer(p, p)
  s <- (covariance(shares[1, ]) + covariance(shares[2, ])) / 2
  d <- shares[1, ] - shares[2, ]
  sqrt(drop(d %*% solve(s, d)))
}

# Runs an expression and keeps the texts of its warnings.
with_warnings <- function(expression) {
  warnings <- character()
  value <- withCallingHandlers(expression, warning = function(w) {
    warnings <<- c(warnings, conditionMessage(w))
    invokeRestart("muffleWarning")
  })
  list(value = value, warnings = warnings)
}
