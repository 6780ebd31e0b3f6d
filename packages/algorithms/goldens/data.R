# Writes the data sets of R's packages as CSV. Missing values are empty cells; codes that stand for words become words.
# The files "small", "half", "edge", "separation" are made by hand and not written here.

source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))

save_csv <- function(data, name) {
  for (column in names(data)) {
    if (is.factor(data[[column]])) data[[column]] <- as.character(data[[column]])
    if (is.numeric(data[[column]])) {
      data[[column]] <- ifelse(is.na(data[[column]]), NA, vapply(as.numeric(data[[column]]), json_number, ""))
    }
  }
  connection <- file(file.path(folder, "data", paste0(name, ".csv")), open = "wb")
  write.table(data, connection, sep = ",", quote = FALSE, row.names = FALSE, na = "", eol = "\n")
  close(connection)
}

words <- function(codes, ...) {
  dictionary <- c(...)
  unname(dictionary[as.character(codes)])
}
# Weights without meaning, to test weighting: whole and not whole.
weighted <- function(data) {
  row <- seq_len(nrow(data))
  transform(data, copies = 1 + row %% 3, weight = 0.5 + (row * 7) %% 11 / 10)
}
sex <- function(codes) words(codes, "1" = "male", "2" = "female")
yes <- function(codes) words(codes, "0" = "no", "1" = "yes")

save_csv(weighted(transform(lung, status = status - 1, sex = sex(sex))), "lung")
save_csv(
  transform(veteran, trt = words(trt, "1" = "standard", "2" = "test"), prior = words(prior, "0" = "no", "10" = "yes")),
  "veteran"
)
save_csv(
  weighted(transform(
    subset(colon, etype == 2, -c(id, study, etype)),
    sex = words(sex, "0" = "female", "1" = "male"), obstruct = yes(obstruct), perfor = yes(perfor), adhere = yes(adhere)
  )),
  "colon"
)
save_csv(
  transform(
    rotterdam[setdiff(names(rotterdam), "pid")],
    meno = words(meno, "0" = "pre", "1" = "post"), hormon = yes(hormon), chemo = yes(chemo),
    days = ifelse(recur == 1, rtime, dtime), event = pmax(recur, death)
  ),
  "rotterdam"
)
save_csv(
  transform(gbsg[setdiff(names(gbsg), "pid")], meno = words(meno, "0" = "pre", "1" = "post"), hormon = yes(hormon)),
  "gbsg"
)
save_csv(ovarian, "ovarian")
save_csv(transform(kidney, sex = sex(sex)), "kidney")
save_csv(weighted(infert), "infert")
save_csv(Insurance, "Insurance")
save_csv(warpbreaks, "warpbreaks")
save_csv(longley, "longley")
