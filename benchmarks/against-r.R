# The R side of against-r.ts: reads the same patients, then times one fit for each line that it is sent.
suppressPackageStartupMessages(library(survival))
arguments <- commandArgs(TRUE)
read_patients <- function(file, rows) {
  connection <- file(file, "rb")
  on.exit(close(connection))
  column <- function() readBin(connection, "double", rows)
  x <- sapply(1:10, function(j) column())
  colnames(x) <- paste0("x", 1:10)
  data.frame(x, days = column(), event = column(), group = column(), outcome = column())
}
large <- read_patients(arguments[1], as.integer(arguments[2]))
many <- read_patients(arguments[3], as.integer(arguments[4]))
many$site <- rep(1:11, each = nrow(many) / 11)
x <- as.matrix(cbind(1, large[paste0("x", 1:10)]))
cox <- as.formula(paste("Surv(days, event) ~", paste0("x", 1:10, collapse = " + "), "+ strata(site)"))
fits <- list(
  km = function() length(survfit(Surv(days, event) ~ group, large)$time),
  cox = function() coef(coxph(cox, many))[1],
  glm = function() coef(glm.fit(x, large$outcome, family = binomial()))[2]
)
input <- file("stdin", "r")
cat("ready\n")
while (length(name <- readLines(input, 1)) == 1) {
  seconds <- system.time(value <- fits[[name]]())[["elapsed"]]
  cat(seconds, format(value, digits = 15), "\n")
}
