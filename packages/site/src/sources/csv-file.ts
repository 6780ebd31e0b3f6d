import { stat } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Source } from "@konsil/core";
import { csvFault } from "./csv-fault.ts";
import { csvNotes } from "./csv-notes.ts";
import { csvRelation } from "./csv-relation.ts";
import type { CsvOptions } from "./csv-source.ts";
import type { Relation } from "./relation.ts";
import { relationSource } from "./relation-source.ts";

/** The source of the CSV file at an absolute path. */
export function csvFile(file: string, options: CsvOptions): Source {
  const label = options.label ?? "default";
  const { missing = ["", "NA"], types = {}, delimiter, decimal = "." } = options;
  const described = { file, label, missing, types, delimiter, decimal };
  let known: { readonly version: string; readonly relation: Relation } | undefined;
  // Types are read off all rows, which takes as long as reading them: once for each state of the file.
  const relation = async (connection: DuckDBConnection): Promise<Relation> => {
    const { ino, size, mtimeNs } = await stat(file, { bigint: true });
    const version = `${ino} ${size} ${mtimeNs}`;
    if (known?.version !== version) {
      known = { version, relation: await csvRelation(connection, described) };
    }
    return known.relation;
  };
  return relationSource({
    label,
    file: { kind: "read", path: file },
    fault: csvFault,
    advice: "Check that it is UTF-8, and that each row has as many cells as the header.",
    relation,
    notes: (connection, opened) => csvNotes(connection, described, opened),
  });
}
