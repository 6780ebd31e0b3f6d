# Writes the eleven CSV files and sites.json of this folder from two data sets of R's survival package.
# Run:  Rscript packages/konsil/data/breast-cancer/export.R
# The README beside this file says where the data come from and why each rule is as it is.

suppressPackageStartupMessages(library(survival))

script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])
folder <- dirname(normalizePath(script))

sizes <- c("<=20", "20-50", ">50")

# Recurrence-free survival: the earlier of recurrence and death (help page of `rotterdam`).
rotterdam_rows <- with(rotterdam, data.frame(
  number = pid,
  days = ifelse(recur == 1, rtime, dtime),
  event = pmax(recur, death),
  age = age,
  menopause = ifelse(meno == 1, "post", "pre"),
  size = as.character(size),
  grade = grade,
  nodes = nodes,
  pgr = pgr,
  er = er,
  hormon = ifelse(hormon == 1, "yes", "no")
))

# `gbsg` has recurrence-free survival already; its millimetres are cut as `rotterdam` has them.
gbsg_rows <- with(gbsg, data.frame(
  number = pid,
  days = rfstime,
  event = status,
  age = age,
  menopause = ifelse(meno == 1, "post", "pre"),
  size = as.character(cut(size, c(0, 20, 50, Inf), labels = sizes)),
  grade = grade,
  nodes = nodes,
  pgr = pgr,
  er = er,
  hormon = ifelse(hormon == 1, "yes", "no")
))

# How many of every hundred patient numbers a site gets, by the number's last two digits, in this order.
rotterdam_shares <- c(
  oslo = 12, leeds = 18, dublin = 7, amsterdam = 22, leuven = 10, milan = 14, tartu = 3, vilnius = 5, krakow = 9
)
gbsg_shares <- c(heidelberg = 60, prague = 40)

allot <- function(number, shares) {
  stopifnot(sum(shares) == 100)
  names(shares)[findInterval(number %% 100, c(0, cumsum(shares)))]
}

write_site <- function(rows, name) {
  columns <- setdiff(names(rows), "number")
  path <- file.path(folder, paste0(name, ".csv"))
  connection <- file(path, open = "wb")
  write.table(rows[columns], connection, sep = ",", quote = FALSE, row.names = FALSE, eol = "\n")
  close(connection)
}

export <- function(rows, shares) {
  stopifnot(!anyNA(rows), rows$days > 0, rows$size %in% sizes)
  site <- allot(rows$number, shares)
  for (name in names(shares)) write_site(rows[site == name, ], name)
  table(factor(site, names(shares)))
}

counts <- c(export(rotterdam_rows, rotterdam_shares), export(gbsg_rows, gbsg_shares))
stopifnot(sum(counts) == nrow(rotterdam) + nrow(gbsg))

origin <- c(
  setNames(rep("rotterdam", length(rotterdam_shares)), names(rotterdam_shares)),
  setNames(rep("gbsg", length(gbsg_shares)), names(gbsg_shares))
)
site_lines <- sprintf(
  paste0(
    "    {\n",
    "      \"name\": \"%s\",\n",
    "      \"databases\": { \"default\": { \"type\": \"csv\", \"uri\": \"%s.csv\" } },\n",
    "      \"policy\": \"open\",\n",
    "      \"reason\": \"public data: %s of R's survival package\"\n",
    "    }"
  ),
  names(origin), names(origin), origin
)
connection <- file(file.path(folder, "sites.json"), open = "wb")
writeLines(c("{", "  \"sites\": [", paste(site_lines, collapse = ",\n"), "  ]", "}"), connection)
close(connection)

print(counts)
