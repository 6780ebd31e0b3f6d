# Model frames and design matrices: which rows a formula keeps, which columns it makes, how they are named and coded.
# `matrix` is by rows, `assign` says to which term (from 1; 0 is the intercept) each column belongs.

source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))

small <- golden_data("small.csv")
small$b <- small$b == "true"

describe <- function(frame, matrix) {
  terms <- terms(frame)
  offset <- model.offset(frame)
  list(
    terms = I(attr(terms, "term.labels")),
    order = I(as.integer(attr(terms, "order"))),
    rows = I(as.integer(rownames(frame))),
    columns = I(as.character(colnames(matrix))),
    assign = I(as.integer(attr(matrix, "assign"))),
    matrix = unname(matrix),
    offset = if (is.null(offset)) NULL else I(offset)
  )
}

design <- function(formula) {
  f <- as.formula(formula)
  frame <- suppressWarnings(model.frame(f, small)) # the root of a negative number is missing
  expected <- describe(frame, model.matrix(f, frame))
  c(expected[1:3], list(response = I(as.numeric(model.response(frame))), intercept = attr(terms(f), "intercept") == 1), expected[4:7])
}

# coxph leaves the intercept and the strata out after coding; the factors keep their treatment contrasts.
cox_design <- function(formula) {
  fit <- suppressWarnings(coxph(as.formula(formula), small, model = TRUE, x = TRUE, iter.max = 0))
  frame <- model.frame(fit)
  matrix <- model.matrix(fit)
  response <- model.response(frame)
  c(describe(frame, matrix)[c("terms", "rows", "columns", "assign", "matrix", "offset")], list(
    time = I(unname(response[, "time"])),
    status = I(unname(response[, "status"])),
    strata = if (is.null(fit$strata)) NULL else I(as.character(fit$strata))
  ))
}

designs <- c(
  "y ~ 1", "y ~ 0", "y ~ x", "y ~ x - 1", "y ~ 0 + x + z", "y ~ g", "y ~ g - 1", "y ~ g + h", "y ~ g + h - 1", "y ~ h + g + 0",
  "y ~ b", "y ~ b - 1", "y ~ x + b + g", "y ~ factor(k)", "y ~ k", "y ~ factor(k) + x", "y ~ factor(g)",
  "y ~ log(z)", "y ~ log(z + 1) + sqrt(z)", "y ~ I(x^2)", "y ~ x + I(x^2) + I(x + z)", "y ~ exp(x)", "y ~ I(x * z) + I(x/z)",
  "y ~ sqrt(x)", "y ~ I(-x)", "y ~ log2(z) + log10(z)", "y ~ abs(x)", "y ~ I((x - 1) * 2)", "y ~ I(x > 1)",
  "log(y) ~ x", "I(y^2) ~ x", "b ~ x", "event ~ x + g",
  "y ~ x * z", "y ~ x:z", "y ~ x * g", "y ~ g * x", "y ~ x:g", "y ~ x + x:g", "y ~ g + x:g", "y ~ g * h", "y ~ h * g", "y ~ g:h",
  "y ~ g + g:h", "y ~ h + g:h", "y ~ g/h", "y ~ g/x", "y ~ g * h - h", "y ~ g * h - g:h", "y ~ g * h - 1", "y ~ g:h - 1", "y ~ x:g - 1",
  "y ~ x + g:h", "y ~ g * b", "y ~ x:b", "y ~ b * x", "y ~ b:h", "y ~ log(z) * g", "y ~ I(x^2):g + x",
  "y ~ (x + z)^2", "y ~ (g + h + x)^2", "y ~ g * h * x", "y ~ x * z * h", "y ~ g:h:x", "y ~ x:g + x:h", "y ~ x * g + z * h",
  "y ~ g + h + g:h:x", "y ~ x + x", "y ~ h:x + x", "y ~ z:x + x", "y ~ x + z + g - z",
  "y ~ x + offset(log(z))", "y ~ offset(z) + offset(x) + g", "y ~ offset(z)"
)
cox_designs <- c(
  "Surv(days, event) ~ x", "Surv(days, event) ~ g + x", "Surv(days, event) ~ g * h", "Surv(days, event) ~ x:g",
  "Surv(days, event) ~ g:h", "Surv(days, event) ~ x + strata(h)", "Surv(days, event) ~ g + x + strata(h)",
  "Surv(days, event) ~ strata(h) + g", "Surv(days, event) ~ x + strata(h, b)", "Surv(days, event) ~ x + strata(h) + strata(b)",
  "Surv(days, event) ~ x * strata(h)", "Surv(days, event) ~ g + x + x:strata(h)", "Surv(days, event) ~ g * strata(h)",
  "Surv(days, event) ~ x + offset(z)", "Surv(days, event) ~ log(z) + I(x^2) + strata(h)", "Surv(days, event) ~ b",
  "Surv(days, event) ~ x - 1", "Surv(days, event) ~ g - 1", "Surv(days, event) ~ strata(g) + x + z",
  "Surv(days/365.25, event) ~ x", "Surv(days, event == 1) ~ x", "Surv(days, event == 0) ~ x", "Surv(days, b) ~ x"
)

case <- function(call) function(formula, expected) {
  list(
    name = paste0(call, ": ", formula), data = "small.csv", call = paste0(call, "(", formula, ")"),
    arguments = list(formula = formula), expected = expected
  )
}
cases <- c(
  lapply(designs, function(f) case("model.matrix")(f, design(f))),
  lapply(cox_designs, function(f) case("coxph")(f, cox_design(f)))
)
write_golden("formula", cases)
