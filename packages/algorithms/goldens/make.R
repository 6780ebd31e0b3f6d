# Makes every golden file again: Rscript packages/algorithms/goldens/make.R
# Each script runs in an R of its own, so that none depends on what another left behind.

folder <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])))
scripts <- c("data", "distributions", "formula", "survfit", "survdiff", "coxph", "glm", "tables")
for (script in scripts) {
  status <- system2(file.path(R.home("bin"), "Rscript"), c("--vanilla", shQuote(file.path(folder, paste0(script, ".R")))))
  if (status != 0) stop(script, ".R failed")
}
