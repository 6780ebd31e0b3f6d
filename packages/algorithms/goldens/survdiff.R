# Log-rank tests and their Fleming-Harrington G(rho) relatives, plain and stratified, pairwise or for many groups.
# Groups are in code point order.

source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))

test_case <- function(name, file, formula, rho = 0) {
  data <- golden_data(file)
  fit <- survdiff(as.formula(formula), data, rho = rho)
  list(
    name = name, data = file,
    call = paste0("survdiff(", formula, if (rho != 0) paste0(", rho = ", rho), ")"),
    arguments = list(formula = formula, rho = rho),
    expected = survdiff_result(fit, nrow(data))
  )
}

cases <- list()
add <- function(...) cases[[length(cases) + 1]] <<- test_case(...)
both <- function(name, file, formula) {
  add(name, file, formula)
  add(paste0(name, ", rho = 1"), file, formula, 1)
}
both("lung by sex", "lung.csv", "Surv(time, status) ~ sex")
both("lung by sex, strata of performance", "lung.csv", "Surv(time, status) ~ sex + strata(ph.ecog)")
both("lung by performance, four groups", "lung.csv", "Surv(time, status) ~ ph.ecog")
add("lung by sex and performance together", "lung.csv", "Surv(time, status) ~ sex + ph.ecog")
add("lung by sex, strata of institution", "lung.csv", "Surv(time, status) ~ sex + strata(inst)")
both("veteran by cell type", "veteran.csv", "Surv(time, status) ~ celltype")
both("veteran by cell type, strata of treatment and prior therapy", "veteran.csv", "Surv(time, status) ~ celltype + strata(trt, prior)")
both("colon by treatment", "colon.csv", "Surv(time, status) ~ rx")
both("colon by treatment, strata of extent", "colon.csv", "Surv(time, status) ~ rx + strata(extent)")
both("ovarian by treatment", "ovarian.csv", "Surv(futime, fustat) ~ rx")
both("gbsg by grade", "gbsg.csv", "Surv(rfstime, status) ~ grade")
both("gbsg by grade, strata of menopause", "gbsg.csv", "Surv(rfstime, status) ~ grade + strata(meno)")
both("rotterdam by size", "rotterdam.csv", "Surv(days, event) ~ size")
both("rotterdam by size, strata of year", "rotterdam.csv", "Surv(days, event) ~ size + strata(year)")
add("kidney by disease", "kidney.csv", "Surv(time, status) ~ disease")
add("groups without events, zero times", "edge.csv", "Surv(time, status) ~ group")
add("a group that is never at risk when somebody dies", "half.csv", "Surv(time, status) ~ group")
add("lung, rho = -1", "lung.csv", "Surv(time, status) ~ sex", -1)
add("lung, rho = 0.5", "lung.csv", "Surv(time, status) ~ sex", 0.5)

write_golden("survdiff", cases)
