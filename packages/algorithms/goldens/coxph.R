# Cox models, converged until the log-likelihood changes by less than 1e-13 of itself; control "R" is R's own stopping rule.
# variance is what the standard errors come from: the robust one if R uses it (cluster, or weights that are not whole);
# naive_variance is then the inverse information. Levels sort by code point unless the case gives `levels`.

source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))

cox_case <- function(name, file, formula, ties = "efron", weights = NULL, cluster = NULL, robust = NULL, levels = NULL,
                     control = "tight", eps = 1e-13) {
  data <- golden_data(file)
  for (column in names(levels)) data[[column]] <- factor(data[[column]], levels[[column]])
  call <- list(formula = as.formula(formula), data = data, ties = ties)
  if (!is.null(weights)) call$weights <- data[[weights]]
  if (!is.null(cluster)) call$cluster <- data[[cluster]]
  if (!is.null(robust)) call$robust <- robust
  if (control == "tight") call$control <- tight_coxph(eps)
  caught <- with_warnings(do.call(coxph, call))
  options <- c(
    list(formula = formula, ties = ties),
    if (!is.null(weights)) list(weights = weights), if (!is.null(cluster)) list(cluster = cluster),
    if (!is.null(robust)) list(robust = robust), if (!is.null(levels)) list(levels = lapply(levels, I)),
    list(control = if (control == "tight") list(eps = eps, iter.max = 50) else "R")
  )
  shown <- vapply(options[setdiff(names(options), c("formula", "levels", "control"))], as.character, "")
  shown["ties"] <- json_string(shown["ties"])
  named <- paste0(", ", names(shown), " = ", shown)
  list(
    name = name, data = file,
    call = paste0("coxph(", formula, paste(named, collapse = ""), if (control == "tight") paste0(", eps = ", eps, ", iter.max = 50"), ")"),
    arguments = options,
    expected = cox_result(caught$value, nrow(data), caught$warnings)
  )
}

cases <- list()
add <- function(...) cases[[length(cases) + 1]] <<- cox_case(...)
each_tie <- function(name, ...) {
  add(paste0(name, ", Efron"), ...)
  add(paste0(name, ", Breslow"), ..., ties = "breslow")
}

lung <- function(terms) paste("Surv(time, status) ~", terms)
each_tie("lung, one covariate", "lung.csv", lung("age"))
each_tie("lung, age, sex and performance, missing values", "lung.csv", lung("age + sex + ph.ecog"))
add("lung, age, sex and performance, Efron, control of R", "lung.csv", lung("age + sex + ph.ecog"), control = "R")
add("lung, age, sex and performance, Breslow, control of R", "lung.csv", lung("age + sex + ph.ecog"), ties = "breslow", control = "R")
add("lung, many missing values", "lung.csv", lung("age + sex + ph.karno + pat.karno + meal.cal + wt.loss"))
add("lung, factor of numbers", "lung.csv", lung("factor(ph.ecog) + age"))
add("lung, interaction of number and factor", "lung.csv", lung("age * sex"))
add("lung, interaction of two factors", "lung.csv", lung("sex * factor(ph.ecog)"))
add("lung, interaction of two numbers", "lung.csv", lung("age * ph.karno"))
add("lung, slopes by group without their main effects", "lung.csv", lung("sex:age"))
each_tie("lung, strata", "lung.csv", lung("age + ph.ecog + strata(sex)"))
each_tie("lung, two strata", "lung.csv", lung("age + strata(sex, ph.ecog)"))
add("lung, strata twice", "lung.csv", lung("age + strata(sex) + strata(ph.ecog)"))
add("lung, covariate by stratum", "lung.csv", lung("age * strata(sex)"))
add("lung, strata of many institutions", "lung.csv", lung("age + sex + strata(inst)"))
add("lung, transformed numbers", "lung.csv", lung("log(age) + sqrt(ph.karno) + I(wt.loss^2)"))
add("lung, offset", "lung.csv", lung("sex + offset(log(age))"))
each_tie("lung, offset that is a column", "lung.csv", lung("sex + age + offset(ph.ecog)"))
add("lung, a reference level that is not the first", "lung.csv", lung("sex + age"), levels = list(sex = c("male", "female")))
each_tie("lung, whole weights", "lung.csv", lung("age + sex"), weights = "copies")
each_tie("lung, weights not whole: R turns the robust variance on", "lung.csv", lung("age + sex"), weights = "weight")
add("lung, weights not whole, robust = FALSE", "lung.csv", lung("age + sex"), weights = "weight", robust = FALSE)
add("lung, robust variance without weights", "lung.csv", lung("age + sex"), robust = TRUE)
add("lung, clusters of institutions", "lung.csv", lung("age + sex"), cluster = "inst")
add("lung, weights and strata", "lung.csv", lung("age + strata(sex)"), weights = "copies", ties = "breslow")
each_tie("kidney, clusters of two", "kidney.csv", lung("age + sex + disease"), cluster = "id")
each_tie("veteran, all covariates", "veteran.csv", lung("trt + celltype + karno + diagtime + age + prior"))
add("veteran, cell type by treatment", "veteran.csv", lung("celltype * trt + karno"))
add("veteran, a column that others add up to", "veteran.csv", lung("karno + age + I(karno + age) + trt"))
add("lung, a column twice the other", "lung.csv", lung("age + I(2 * age) + sex"))
add("ovarian, few events", "ovarian.csv", "Surv(futime, fustat) ~ age + rx")
add("ovarian, control of R", "ovarian.csv", "Surv(futime, fustat) ~ age + rx", control = "R")
each_tie("colon, treatment", "colon.csv", lung("rx + sex + age + obstruct + nodes"), levels = list(rx = c("Obs", "Lev", "Lev+5FU")))
add("colon, strata of treatment", "colon.csv", lung("factor(extent) + log(age) + node4 + strata(rx)"))
add("gbsg", "gbsg.csv", "Surv(rfstime, status) ~ age + meno + size + factor(grade) + nodes + log(pgr + 1) + hormon")
each_tie("rotterdam", "rotterdam.csv", "Surv(days, event) ~ age + size + factor(grade) + log(nodes + 1) + hormon + chemo",
  levels = list(size = c("<=20", "20-50", ">50")))
add("rotterdam, heavy tails as they are", "rotterdam.csv", "Surv(dtime, death) ~ age + nodes + pgr + er")
add("rotterdam, strata of year", "rotterdam.csv", "Surv(days, event) ~ age + size + nodes + strata(year)",
  levels = list(size = c("<=20", "20-50", ">50")))
each_tie("separation: no event in one arm", "separation.csv", "Surv(time, status) ~ arm + x", eps = 1e-11)
add("separation: no event in one arm, control of R", "separation.csv", "Surv(time, status) ~ arm + x", control = "R")
add("zero times and ties", "edge.csv", "Surv(time, status) ~ group", levels = list(group = c("ties", "zero", "ends with an event")))

write_golden("coxph", cases)
