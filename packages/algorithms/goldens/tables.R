# Tables and tests between groups: cross tabulations, moments, t tests, analysis of variance, standardised differences.
# Levels sort by code point; rows with a missing value in a case's columns are left out and counted as dropped.

source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))

cases <- list()
add <- function(name, file, call, arguments, expected) {
  cases[[length(cases) + 1]] <<- list(name = paste0(arguments$kind, ": ", name), data = file, call = call, arguments = arguments, expected = expected)
}
complete <- function(file, columns) {
  data <- golden_data(file)[columns]
  list(rows = nrow(data), data = data[stats::complete.cases(data), , drop = FALSE])
}

# Cross tabulations: rows x columns -------------------------------------------------------------------------------------

crosstab <- function(name, file, row, column) {
  kept <- complete(file, c(row, column))
  counts <- table(kept$data[[row]], kept$data[[column]])
  add(name, file, paste0("chisq.test(", row, ", ", column, ")"), list(kind = "crosstab", row = row, column = column),
    crosstab_result(counts, kept$rows))
}
crosstab("colon: sex by treatment", "colon.csv", "sex", "rx")
crosstab("colon: obstruction by death, two by two", "colon.csv", "obstruct", "status")
crosstab("colon: differentiation by extent, missing values, small expected counts", "colon.csv", "differ", "extent")
crosstab("lung: sex by performance, missing values", "lung.csv", "sex", "ph.ecog")
crosstab("infert: education by case, no association", "infert.csv", "education", "case")
crosstab("gbsg: grade by hormonal treatment", "gbsg.csv", "grade", "hormon")
crosstab("rotterdam: size by grade", "rotterdam.csv", "size", "grade")
crosstab("rotterdam: chemotherapy by hormonal treatment, two by two", "rotterdam.csv", "chemo", "hormon")
crosstab("ovarian: few patients, two by two", "ovarian.csv", "rx", "fustat")
crosstab("separation: an empty cell, two by two", "separation.csv", "arm", "status")

# Two by two tables over strata -----------------------------------------------------------------------------------------

mantel_haenszel <- function(name, file, row, column, stratum) {
  kept <- complete(file, c(row, column, stratum))
  counts <- table(kept$data[[row]], kept$data[[column]], kept$data[[stratum]])
  run <- function(correct) suppressWarnings(mantelhaen.test(counts, correct = correct))
  plain <- run(FALSE)
  corrected <- run(TRUE)
  square <- all(dim(counts)[1:2] == 2)
  add(name, file, paste0("mantelhaen.test(", row, ", ", column, ", ", stratum, ")"),
    list(kind = "mantel-haenszel", row = row, column = column, stratum = stratum), list(
      rows = kept$rows, n = sum(counts), row_levels = I(dimnames(counts)[[1]]), column_levels = I(dimnames(counts)[[2]]),
      strata = I(dimnames(counts)[[3]]), counts = lapply(seq_len(dim(counts)[3]), function(k) unname(unclass(counts[, , k]))),
      statistic = unname(plain$statistic), df = unname(plain$parameter), p = plain$p.value,
      corrected = if (square) list(statistic = unname(corrected$statistic), p = corrected$p.value) else NULL,
      odds_ratio = if (square) unname(plain$estimate) else NULL,
      lower = if (square) plain$conf.int[1] else NULL, upper = if (square) plain$conf.int[2] else NULL
    ))
}
mantel_haenszel("colon: obstruction and death over treatments", "colon.csv", "obstruct", "status", "rx")
mantel_haenszel("veteran: treatment and death over cell types, few censored", "veteran.csv", "trt", "status", "celltype")
mantel_haenszel("colon: treatment and death over extent, three rows", "colon.csv", "rx", "status", "extent")

# Moments, two groups, many groups --------------------------------------------------------------------------------------

moments <- function(x) {
  list(n = length(x), missing = NULL, sum = sum(x), mean = mean(x), variance = var(x), sd = sd(x), minimum = min(x), maximum = max(x))
}
summary_case <- function(name, file, value, group = NULL) {
  data <- golden_data(file)
  by <- if (is.null(group)) rep("all", nrow(data)) else as.character(data[[group]])
  levels <- sort(unique(by[!is.na(by)]))
  add(name, file, paste0("mean(", value, "), var(", value, ")", if (!is.null(group)) paste0(" by ", group)),
    c(list(kind = "summary", value = value), if (!is.null(group)) list(group = group)),
    list(
      rows = nrow(data), group_missing = sum(is.na(by)),
      groups = lapply(levels, function(level) {
        x <- data[[value]][!is.na(by) & by == level]
        m <- moments(x[!is.na(x)])
        m$missing <- sum(is.na(x))
        c(list(level = level), m)
      })
    ))
}
summary_case("lung: age", "lung.csv", "age")
summary_case("lung: calories by sex, missing values", "lung.csv", "meal.cal", "sex")
summary_case("lung: weight loss by performance", "lung.csv", "wt.loss", "ph.ecog")
summary_case("rotterdam: progesterone receptors by size, heavy tails", "rotterdam.csv", "pgr", "size")
summary_case("longley: year", "longley.csv", "Year")

two_groups <- function(name, file, value, group) {
  kept <- complete(file, c(value, group))
  x <- split(kept$data[[value]], as.character(kept$data[[group]]))
  add(name, file, paste0("t.test(", value, " ~ ", group, ")"), list(kind = "two groups", value = value, group = group),
    c(list(rows = kept$rows, dropped = kept$rows - nrow(kept$data)), two_groups_result(x)))
}
two_groups("lung: age by sex", "lung.csv", "age", "sex")
two_groups("lung: calories by sex, missing values", "lung.csv", "meal.cal", "sex")
two_groups("colon: nodes by obstruction", "colon.csv", "nodes", "obstruct")
two_groups("gbsg: age by hormonal treatment", "gbsg.csv", "age", "hormon")
two_groups("rotterdam: oestrogen receptors by menopause", "rotterdam.csv", "er", "meno")

many_groups <- function(name, file, value, group) {
  kept <- complete(file, c(value, group))
  kept$data[[group]] <- factor(as.character(kept$data[[group]]))
  formula <- as.formula(paste(value, "~", group))
  table <- summary(aov(formula, kept$data))[[1]]
  classic <- oneway.test(formula, kept$data, var.equal = TRUE)
  welch <- oneway.test(formula, kept$data)
  rank <- kruskal.test(formula, kept$data)
  bartlett <- bartlett.test(formula, kept$data)
  x <- split(kept$data[[value]], kept$data[[group]])
  add(name, file, paste0("aov(", value, " ~ ", group, "), oneway.test"), list(kind = "many groups", value = value, group = group), list(
    rows = kept$rows, dropped = kept$rows - nrow(kept$data), levels = I(names(x)), n = I(unname(lengths(x))),
    means = I(vapply(x, mean, 0)), sds = I(vapply(x, sd, 0)),
    anova = list(
      df = I(as.integer(table[["Df"]])), sum_of_squares = I(table[["Sum Sq"]]), mean_square = I(table[["Mean Sq"]]),
      f = table[["F value"]][1], p = classic$p.value,
      eta_squared = table[["Sum Sq"]][1] / sum(table[["Sum Sq"]])
    ),
    welch = list(f = unname(welch$statistic), df1 = unname(welch$parameter[1]), df2 = unname(welch$parameter[2]), p = welch$p.value),
    kruskal = list(statistic = unname(rank$statistic), df = unname(rank$parameter), p = rank$p.value),
    bartlett = list(statistic = unname(bartlett$statistic), df = unname(bartlett$parameter), p = bartlett$p.value)
  ))
}
many_groups("warpbreaks: breaks by tension", "warpbreaks.csv", "breaks", "tension")
many_groups("veteran: Karnofsky score by cell type", "veteran.csv", "karno", "celltype")
many_groups("colon: age by treatment", "colon.csv", "age", "rx")
many_groups("rotterdam: nodes by size", "rotterdam.csv", "nodes", "size")
many_groups("lung: age by sex, two groups", "lung.csv", "age", "sex")
many_groups("gbsg: size by grade", "gbsg.csv", "size", "grade")

# Standardised difference of a category between two groups -----------------------------------------------------------------

two_shares <- function(name, file, value, group) {
  kept <- complete(file, c(value, group))
  counts <- table(kept$data[[group]], kept$data[[value]])
  add(name, file, paste0("sqrt(mahalanobis(", value, " between ", group, "))"),
    list(kind = "standardised difference", value = value, group = group), list(
      rows = kept$rows, dropped = kept$rows - nrow(kept$data), groups = I(rownames(counts)), levels = I(colnames(counts)),
      counts = unname(unclass(counts)), standardised_difference = categorical_difference(counts)
    ))
}
two_shares("gbsg: grade between hormonal treatments", "gbsg.csv", "grade", "hormon")
two_shares("gbsg: menopause between hormonal treatments, two levels", "gbsg.csv", "meno", "hormon")
two_shares("rotterdam: size between hormonal treatments", "rotterdam.csv", "size", "hormon")
two_shares("lung: performance between sexes, missing values", "lung.csv", "ph.ecog", "sex")

write_golden("tables", cases)
