# What every script of this folder begins with: the same R everywhere, the folder, and how JSON is written.

suppressPackageStartupMessages({
  library(survival)
  library(MASS)
})
invisible(Sys.setlocale("LC_ALL", "C")) # levels sort by code point
options(contrasts = c("contr.treatment", "contr.treatment"), warn = 1, stringsAsFactors = FALSE)

folder <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])))
source(file.path(folder, "json.R"))
source(file.path(folder, "results.R"))

# Every data set is read from the CSV that the tests read, never from a package. Empty cells are missing.
golden_data <- function(name) {
  read.csv(file.path(folder, "data", name), na.strings = "", stringsAsFactors = FALSE, check.names = FALSE)
}

write_golden <- function(name, cases, depth = 4) {
  names <- vapply(cases, function(case) case$name, "")
  stopifnot(!anyDuplicated(names))
  golden <- list(made_by = paste0(name, ".R"), software = software(), cases = unname(cases))
  write_json(golden, file.path(folder, paste0(name, ".json")), depth)
  cat(name, ": ", length(cases), " cases\n", sep = "")
}
