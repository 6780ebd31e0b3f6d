# Writes R values as JSON that gives back the same doubles, and the same bytes on every run.
# A number with at most 15 digits that R reads back as itself is written short; any other has 17 digits.
# NA and NaN become null; infinite values become the strings "Infinity" and "-Infinity".
# A vector inside I() is an array even if it has one member or none; otherwise one member is a scalar.

json_number <- function(x) {
  if (is.na(x)) return("null")
  if (is.infinite(x)) return(if (x > 0) "\"Infinity\"" else "\"-Infinity\"")
  if (x == 0) return("0")
  short <- sprintf("%.15g", x)
  if (abs(x) >= 1e-5 && abs(x) < 1e15 && as.numeric(short) == x) short else sprintf("%.17g", x)
}

json_string <- function(x) {
  if (is.na(x)) return("null")
  x <- gsub("\\", "\\\\", x, fixed = TRUE)
  x <- gsub("\"", "\\\"", x, fixed = TRUE)
  x <- gsub("\n", "\\n", x, fixed = TRUE)
  paste0("\"", x, "\"")
}

json_scalars <- function(x) {
  if (is.factor(x)) x <- as.character(x)
  if (is.logical(x)) return(ifelse(is.na(x), "null", ifelse(x, "true", "false")))
  if (is.numeric(x)) return(vapply(unname(x), json_number, ""))
  if (is.character(x)) return(vapply(unname(x), json_string, ""))
  stop("no JSON for ", class(x)[1])
}

# Arrays of scalars stay on one line; objects and arrays of them take a line for each member down to `depth`.
json <- function(x, indent = "", depth = 4) {
  if (is.null(x)) return("null")
  inner <- paste0(indent, "  ")
  lines <- function(parts, open, close) {
    if (length(parts) == 0) return(paste0(open, close))
    if (depth <= 0) return(paste0(open, paste(parts, collapse = ", "), close))
    paste0(open, "\n", paste0(inner, parts, collapse = ",\n"), "\n", indent, close)
  }
  if (is.matrix(x)) x <- lapply(seq_len(nrow(x)), function(i) I(unname(x[i, ])))
  if (is.data.frame(x)) x <- lapply(as.list(x), I)
  if (is.list(x)) {
    parts <- vapply(x, function(member) json(member, inner, depth - 1), "")
    if (is.null(names(x))) return(lines(parts, "[", "]"))
    if (length(x) == 0) return("{}")
    stopifnot(names(x) != "", !anyDuplicated(names(x)))
    return(lines(paste0(vapply(names(x), json_string, ""), ": ", parts), "{", "}"))
  }
  scalars <- json_scalars(unclass_as_is(x))
  if (length(x) == 1 && !inherits(x, "AsIs")) scalars else paste0("[", paste(scalars, collapse = ", "), "]")
}

unclass_as_is <- function(x) {
  class(x) <- setdiff(class(x), "AsIs")
  x
}

write_json <- function(x, path, depth = 4) {
  connection <- file(path, open = "wb", encoding = "UTF-8")
  on.exit(close(connection))
  writeLines(json(x, depth = depth), connection, useBytes = TRUE)
}

software <- function() {
  list(
    R = paste(R.version$major, R.version$minor, sep = "."),
    survival = as.character(packageVersion("survival")),
    MASS = as.character(packageVersion("MASS"))
  )
}
