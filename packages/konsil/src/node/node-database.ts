import { existsSync } from "node:fs";
import { extname, resolve } from "node:path";
import { ArgumentError } from "@konsil/core";

/** A database of a development node. */
export interface NodeDatabase {
  readonly label: string;
  /** vantage6's word for its kind, by the ending of its file. */
  readonly type: string;
  readonly uri: string;
  /** What a hospital's node has as `env` beside it: { table: "patients" }. */
  readonly parameters: Readonly<Record<string, string>>;
}

const types: Readonly<Record<string, string>> = {
  ".csv": "csv",
  ".tsv": "csv",
  ".txt": "csv",
  ".parquet": "parquet",
  ".xlsx": "excel",
};

const written = "Write it like default=patients.csv, or default=registry.duckdb,table=patients";

/**
 * Reads "default=patients.csv" or "default=registry.duckdb,table=patients". Of a kind that vantage6 has no word for the
 * type is "other", and an image knows it by its ending.
 * @throws ArgumentError ARGUMENT_INVALID
 */
export function readNodeDatabase(text: string): NodeDatabase {
  const [, label, rest] = /^([A-Za-z_][A-Za-z0-9_]*)=(.+)$/s.exec(text) ?? [];
  if (label === undefined || rest === undefined)
    throw new ArgumentError("ARGUMENT_INVALID", `The database "${text}" has no label and file. ${written}.`);
  const [file = "", ...settings] = rest.split(/,(?=[A-Za-z_]+=)/);
  const isAddress = /^[a-z][a-z0-9+.-]+:\/\//i.test(file);
  if (!isAddress && !existsSync(file))
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `The file "${file}" of the database "${label}" does not exist.`,
    );
  return {
    label,
    type: isAddress ? "sql" : (types[extname(file).toLowerCase()] ?? "other"),
    uri: isAddress ? file : resolve(file),
    parameters: Object.fromEntries(
      settings.map((setting) => {
        const at = setting.indexOf("=");
        return [setting.slice(0, at).toUpperCase(), setting.slice(at + 1)];
      }),
    ),
  };
}
