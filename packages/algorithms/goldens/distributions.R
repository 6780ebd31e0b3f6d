# Distribution functions on grids that reach far into both tails.
# Each case is one function at one tail and scale: parallel arrays of arguments, and R's values.
# Every value was compared with 60-digit arithmetic: p functions agree to 1.4e-13, quantiles to 1e-12, relatively;
# lgamma to 1e-14, but beside its zeros at 1 and 2 to 1e-16 absolutely.

source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))

# Probabilities: from 1e-300 to the last doubles below one.
p_tail <- c(1e-300, 1e-200, 1e-100, 1e-50, 1e-30, 1e-20, 1e-16, 1e-12, 1e-10, 1e-8, 1e-6, 1e-5, 1e-4, 0.001)
p_middle <- c(0.005, 0.01, 0.02, 0.025, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.45, 0.49, 0.5, 0.51, 0.6, 0.7, 0.75, 0.8,
  0.9, 0.95, 0.975, 0.99, 0.995, 0.999)
p_top <- 1 - c(1e-4, 1e-6, 1e-8, 1e-10, 1e-12, 2^-50, 2^-53)
p_all <- c(p_tail, p_middle, p_top)

x_normal <- sort(unique(c(seq(-8, 8, by = 0.5), -40, -38, -37.5, -37, -30, -25, -20, -15, -12, -10, -9, 9, 10, 12, 15, 20,
  30, 38, -1.96, 1.96, qnorm(0.975), -1.2816, 0.67448975, -0.67448975, 1e-10, -1e-10, 1e-300, 1e-3, -1e-3, 0.1, -0.1,
  5.656854249492381, -5.656854249492381)))

df_t <- c(0.5, 1, 2, 3, 4, 5, 10, 13.7, 29, 30, 100, 225, 1000, 2981, 1e5, 1e7)
x_t <- c(-1e10, -1e5, -1000, -100, -40, -20, -10, -8, -5, -4, -3, -2.5, -2, -1.96, -1.5, -1, -0.5, -0.1, -1e-3, -1e-10, 0,
  1e-10, 1e-3, 0.1, 0.5, 1, 1.5, 1.96, 2, 2.5, 3, 4, 5, 8, 10, 20, 40, 100, 1000)

df_chisq <- c(0.5, 1, 2, 3, 4, 5, 7, 10, 12.5, 20, 50, 100, 500, 2981)
x_chisq <- c(0, 1e-300, 1e-100, 1e-20, 1e-10, 1e-5, 0.001, 0.01, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 3.841458820694124, 4, 5,
  5.991464547107979, 7.5, 10, 12.5, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300, 500, 700, 1000, 1400, 2500, 2981, 3000, 4000)

df_f <- list(c(1, 1), c(1, 2), c(1, 10), c(1, 3666), c(2, 2), c(2, 5), c(2, 51), c(2, 3665), c(3, 7), c(3.5, 20.25), c(4, 4),
  c(5, 48), c(6, 9), c(10, 10), c(10, 1000), c(40, 3), c(100, 200), c(1000, 1000))
x_f <- c(0, 1e-20, 1e-10, 1e-5, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.5, 2, 2.5, 3, 3.84, 4, 5, 7.5, 10, 15, 20,
  30, 50, 100, 330.28, 1000, 1e5)

x_lgamma <- c(1e-300, 1e-100, 1e-10, 1e-5, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999999, 1, 1.000001, 1.01, 1.25, 1.4616321,
  1.5, 1.75, 1.99, 1.999999, 2, 2.000001, 2.01, 2.5, 3, 4, 5.5, 7, 10, 12, 15, 20.25, 30, 50, 100, 171, 171.5, 500, 1490.5,
  1e4, 1e5, 1e6, 1e10, 1e15, 1e100, 1e300)

cases <- list()
add <- function(name, call, arguments, expected) {
  keep <- is.finite(expected)
  cases[[length(cases) + 1]] <<- list(
    name = name, call = call, arguments = lapply(arguments, function(a) I(a[keep])), expected = I(expected[keep])
  )
}
tails <- list(lower = TRUE, upper = FALSE)

# R 4.2.2's quantiles lose digits far out: against 60-digit arithmetic qf and qt were off by up to half their value there,
# while the p functions are right to 1.4e-13. So a quantile is kept as R's only if R's p function gives p back to 1e-12 of
# the quantile; the others are solved to that by Newton steps of log p on log q, and listed apart as "polished".
add_quantile <- function(name, call, distribution, p, parameters, lower) {
  probability <- get(paste0("p", distribution))
  density <- get(paste0("d", distribution))
  evaluate <- function(f, q, ...) do.call(f, c(list(unname(q)), unname(parameters), list(...)))
  r <- do.call(paste0("q", distribution), c(list(p), unname(parameters), list(lower.tail = lower)))
  near_one <- p > 0.5
  target <- ifelse(near_one, 1 - p, p)
  lower_used <- ifelse(near_one, !lower, lower)
  # The step that log |q| still lacks, taken in the tail that holds less than half.
  step <- function(q) {
    at <- ifelse(lower_used, evaluate(probability, q), evaluate(probability, q, lower.tail = FALSE))
    slope <- ifelse(lower_used, 1, -1) * evaluate(density, q) * q / at
    ifelse(q == 0, 0, (log(target) - log(at)) / slope)
  }
  usable <- is.finite(r) & abs(r) > 1e-290 & abs(r) < 1e290
  error <- suppressWarnings(step(r))
  confirmed <- usable & is.finite(error) & abs(error) <= 1e-12 | r == 0 & p == 0.5
  polished <- r
  for (i in 1:100) {
    s <- suppressWarnings(step(polished))
    polished <- polished * exp(ifelse(is.finite(s), pmax(pmin(s, 2), -2), 0))
  }
  last <- suppressWarnings(step(polished))
  solved <- usable & !confirmed & is.finite(last) & abs(last) <= 1e-13
  inputs <- c(list(p = p), parameters)
  add(name, call, lapply(inputs, `[`, confirmed), r[confirmed])
  if (any(solved)) add(paste(name, "polished"), call, lapply(inputs, `[`, solved), polished[solved])
}

# Every combination of a value and its degrees of freedom, value fastest.
with_df <- function(x, df) list(x = rep(x, length(df)), df = rep(df, each = length(x)))
with_df2 <- function(x, df) {
  list(x = rep(x, length(df)), df1 = rep(sapply(df, `[`, 1), each = length(x)), df2 = rep(sapply(df, `[`, 2), each = length(x)))
}
log_suffix <- function(log) if (log) ", log.p = TRUE" else ""
log_name <- function(log) if (log) " log" else ""

for (tail in names(tails)) {
  lower <- tails[[tail]]
  for (log in c(FALSE, TRUE)) {
    options <- paste0(", lower.tail = ", lower, log_suffix(log), ")")
    title <- function(f) paste0(f, " ", tail, log_name(log))
    x <- if (log) c(x_normal, -1e5, -1000, -100, 100) else x_normal
    add(title("pnorm"), paste0("pnorm(x", options), list(x = x), pnorm(x, lower.tail = lower, log.p = log))
    g <- with_df(x_t, df_t)
    add(title("pt"), paste0("pt(x, df", options), g, pt(g$x, g$df, lower.tail = lower, log.p = log))
    g <- with_df(x_chisq, df_chisq)
    add(title("pchisq"), paste0("pchisq(x, df", options), g, pchisq(g$x, g$df, lower.tail = lower, log.p = log))
    g <- with_df2(x_f, df_f)
    add(title("pf"), paste0("pf(x, df1, df2", options), g, pf(g$x, g$df1, g$df2, lower.tail = lower, log.p = log))
  }
  options <- paste0(", lower.tail = ", lower, ")")
  title <- function(f) paste0(f, " ", tail)
  add_quantile(title("qnorm"), paste0("qnorm(p", options), "norm", p_all, list(), lower)
  g <- with_df(p_all, df_t)
  add_quantile(title("qt"), paste0("qt(p, df", options), "t", g$x, g["df"], lower)
  g <- with_df(p_all, df_chisq)
  add_quantile(title("qchisq"), paste0("qchisq(p, df", options), "chisq", g$x, g["df"], lower)
  g <- with_df2(p_all, df_f)
  add_quantile(title("qf"), paste0("qf(p, df1, df2", options), "f", g$x, g[c("df1", "df2")], lower)
}
add("lgamma", "lgamma(x)", list(x = x_lgamma), lgamma(x_lgamma))

write_golden("distributions", cases)
