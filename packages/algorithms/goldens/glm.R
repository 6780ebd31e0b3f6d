# Linear, logistic and Poisson models. Control "R" is R's own stopping rule; otherwise converged as `results.R` says.
# `iterations` are those of the first fit.

source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))

families <- list(gaussian = gaussian(), binomial = binomial(), poisson = poisson())

glm_case <- function(name, file, formula, family, weights = NULL, levels = NULL, control = list(epsilon = 1e-10, maxit = 100, restarts = 3),
                     certified = NULL) {
  data <- golden_data(file)
  for (column in names(levels)) data[[column]] <- factor(data[[column]], levels[[column]])
  call <- list(formula = as.formula(formula), data = data, family = families[[family]])
  if (!is.null(weights)) call$weights <- data[[weights]]
  fitted <- if (identical(control, "R")) {
    caught <- with_warnings(do.call(glm, call))
    list(fit = caught$value, iterations = caught$value$iter, warnings = caught$warnings)
  } else {
    do.call(converged_glm, c(list(call), control))
  }
  options <- c(
    list(formula = formula, family = family), if (!is.null(weights)) list(weights = weights),
    if (!is.null(levels)) list(levels = lapply(levels, I)),
    list(control = control)
  )
  list(
    name = name, data = file,
    call = paste0(
      "glm(", formula, ", family = ", family, if (!is.null(weights)) paste0(", weights = ", weights),
      if (!identical(control, "R")) paste0(", epsilon = ", control$epsilon, ", maxit = ", control$maxit), ")",
      if (!identical(control, "R") && control$restarts > 0) ", again from its coefficients"
    ),
    arguments = options,
    expected = c(
      glm_result(fitted$fit, nrow(data), fitted$iterations, fitted$warnings),
      if (!is.null(certified)) list(certified = certified)
    )
  )
}

runaway <- list(epsilon = 1e-13, maxit = 100, restarts = 0)
cases <- list()
add <- function(...) cases[[length(cases) + 1]] <<- glm_case(...)
both <- function(name, ...) {
  add(name, ...)
  add(paste0(name, ", control of R"), ..., control = "R")
}

# Logistic
both("infert, two numbers", "infert.csv", "case ~ spontaneous + induced", "binomial")
both("infert, education", "infert.csv", "case ~ age + parity + education + spontaneous + induced", "binomial",
  levels = list(education = c("0-5yrs", "6-11yrs", "12+ yrs")))
add("infert, factor of numbers and interaction", "infert.csv", "case ~ factor(spontaneous) * factor(induced) + age", "binomial")
add("infert, without an intercept", "infert.csv", "case ~ education + spontaneous - 1", "binomial")
add("infert, no covariate", "infert.csv", "case ~ 1", "binomial")
add("infert, whole weights", "infert.csv", "case ~ spontaneous + induced", "binomial", weights = "copies")
add("infert, weights not whole", "infert.csv", "case ~ spontaneous + induced", "binomial", weights = "weight")
add("infert, offset", "infert.csv", "case ~ spontaneous + offset(log(age))", "binomial")
add("infert, a column twice the other", "infert.csv", "case ~ spontaneous + I(2 * spontaneous) + induced", "binomial")
add("lung, missing values", "lung.csv", "status ~ age + sex + ph.ecog + wt.loss", "binomial")
add("lung, death and transformed numbers", "lung.csv", "status ~ log(age) + sqrt(ph.karno) + I(age^2)", "binomial")
both("rotterdam, death or recurrence", "rotterdam.csv", "event ~ age + size + factor(grade) + nodes + hormon", "binomial",
  levels = list(size = c("<=20", "20-50", ">50")))
add("rotterdam, heavy tails as they are", "rotterdam.csv", "recur ~ age + nodes + pgr + er", "binomial")
add("gbsg, interaction of number and factor", "gbsg.csv", "status ~ nodes * hormon + log(pgr + 1)", "binomial")
add("colon, two factors", "colon.csv", "status ~ rx * sex + nodes", "binomial", levels = list(rx = c("Obs", "Lev", "Lev+5FU")))
add("separation: x tells y completely", "separation.csv", "y ~ x", "binomial", control = runaway)
add("separation: x tells y completely, control of R", "separation.csv", "y ~ x", "binomial", control = "R")
add("separation: one arm has no event", "separation.csv", "status ~ arm + x", "binomial", control = runaway)
add("separation: one arm has no event, control of R", "separation.csv", "status ~ arm + x", "binomial", control = "R")
add("separation: one arm has only events", "separation.csv", "q ~ arm", "binomial", control = runaway)

# Poisson
both("warpbreaks", "warpbreaks.csv", "breaks ~ wool * tension", "poisson", levels = list(tension = c("L", "M", "H")))
add("warpbreaks, levels by code point", "warpbreaks.csv", "breaks ~ wool + tension", "poisson")
insurance <- list(Group = c("<1l", "1-1.5l", "1.5-2l", ">2l"), Age = c("<25", "25-29", "30-35", ">35"))
both("Insurance, levels in order", "Insurance.csv", "Claims ~ factor(District) + Group + Age + offset(log(Holders))", "poisson", levels = insurance)
add("Insurance, levels by code point", "Insurance.csv", "Claims ~ factor(District) + Group + Age + offset(log(Holders))", "poisson")
add("Insurance, interaction", "Insurance.csv", "Claims ~ Group * Age + offset(log(Holders))", "poisson", levels = insurance)
add("Insurance, weights", "Insurance.csv", "Claims ~ Age + offset(log(Holders))", "poisson", weights = "District", levels = insurance)
add("colon, number of nodes", "colon.csv", "nodes ~ age + sex + obstruct", "poisson")
add("infert, number of births without an intercept", "infert.csv", "parity ~ 0 + education + age", "poisson")
add("poisson: a level without counts", "separation.csv", "status ~ arm", "poisson", control = runaway)

# Linear
add("warpbreaks, gaussian", "warpbreaks.csv", "breaks ~ wool * tension", "gaussian", levels = list(tension = c("L", "M", "H")))
add("lung, gaussian with missing values", "lung.csv", "wt.loss ~ age + sex + factor(ph.ecog)", "gaussian")
add("lung, gaussian with whole weights", "lung.csv", "time ~ age + sex", "gaussian", weights = "copies")
add("lung, gaussian with weights not whole", "lung.csv", "time ~ age + sex", "gaussian", weights = "weight")
add("lung, gaussian with an offset", "lung.csv", "time ~ sex + offset(age)", "gaussian")
add("lung, gaussian without an intercept", "lung.csv", "log(time) ~ age:sex - 1", "gaussian")
add("lung, gaussian with a sum of columns", "lung.csv", "time ~ age + ph.karno + I(age - ph.karno) + sex", "gaussian")
add("rotterdam, gaussian", "rotterdam.csv", "log(pgr + 1) ~ age + meno + log(er + 1)", "gaussian")
add("gbsg, gaussian with one covariate", "gbsg.csv", "size ~ nodes", "gaussian")

# Longley: the certified values of NIST's Statistical Reference Datasets (15 digits), moved to the units of R's data by
# powers of ten. Their certified standard errors and residual standard deviation likewise.
add("longley", "longley.csv", "Employed ~ GNP.deflator + GNP + Unemployed + Armed.Forces + Population + Year", "gaussian",
  certified = list(
    source = "NIST Statistical Reference Datasets, Longley (linear regression, higher difficulty)",
    coefficients = I(c(-3482.25863459582, 0.0150618722713733, -0.0358191792925910, -0.0202022980381683, -0.0103322686717359,
      -0.0511041056535807, 1.82915146461355)),
    standard_errors = I(c(890.420383607373, 0.0849149257747669, 0.0334910077722432, 0.00488399681651699, 0.00214274163161675,
      0.226073200069370, 0.455478499142212)),
    residual_standard_deviation = 0.304854073561965,
    r_squared = 0.995479004577296
  ))

write_golden("glm", cases)
