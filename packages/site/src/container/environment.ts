import { DataError } from "@konsil/core";
import { decodeBase32 } from "./base32.ts";

/** A database as a node offers it to a container. */
export interface OfferedDatabase {
  readonly label: string;
  /** vantage6's word for its kind: csv, parquet, excel, sql, sparql, omop, other. */
  readonly type: string;
  /** A path, or the address of a database server. */
  readonly uri: string;
  /** What the node's administrator set beside it, by name in capitals. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** What a node of vantage6 4.x tells a container. */
export interface TaskEnvironment {
  readonly inputFile: string;
  readonly outputFile: string;
  readonly tokenFile: string;
  readonly temporaryFolder: string | undefined;
  /** Where the node's proxy answers. */
  readonly proxy: string | undefined;
  /** Labels that the task names, in its order. */
  readonly requested: readonly string[];
  readonly databases: readonly OfferedDatabase[];
  /** What the node's administrator set for algorithms: Konsil's own variables. */
  readonly settings: Readonly<Record<string, string>>;
}

export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment of a 4.x container. Only names that are known are decoded: an image's own variables are plain,
 * and some text is base32 by accident.
 * @throws DataError where the node did not tell what it has to
 */
export function readEnvironment(variables: Variables): TaskEnvironment {
  const read = (name: string): string | undefined => {
    const text = variables[name];
    return text === undefined ? undefined : decodeBase32(text);
  };
  const need = (name: string): string => {
    const value = read(name);
    if (value === undefined)
      throw new DataError(
        "DATA_UNREADABLE",
        `The environment has no ${name} as a node of vantage6 4.x sets it. This program is started by a node; without one, use \`konsil node --dev\`.`,
      );
    return value;
  };
  const [host, port] = [read("HOST"), read("PORT")];
  return {
    inputFile: need("INPUT_FILE"),
    outputFile: need("OUTPUT_FILE"),
    tokenFile: need("TOKEN_FILE"),
    temporaryFolder: read("TEMPORARY_FOLDER"),
    proxy: host === undefined || port === undefined ? undefined : `${host}:${port}${read("API_PATH") ?? ""}`,
    requested: labels(read("USER_REQUESTED_DATABASE_LABELS")),
    databases: labels(read("DB_LABELS")).flatMap((label) => offered(label, read, variables)),
    settings: settings(variables),
  };
}

function labels(text: string | undefined): readonly string[] {
  return text === undefined || text === "" ? [] : text.split(",");
}

function offered(
  label: string,
  read: (name: string) => string | undefined,
  variables: Variables,
): readonly OfferedDatabase[] {
  const prefix = label.toUpperCase();
  const [uri, type] = [read(`${prefix}_DATABASE_URI`), read(`${prefix}_DATABASE_TYPE`)];
  if (uri === undefined || type === undefined) return [];
  const start = `${prefix}_DB_PARAM_`;
  const parameters = Object.fromEntries(
    Object.keys(variables)
      .filter((name) => name.startsWith(start))
      .map((name) => [name.slice(start.length), read(name) ?? ""]),
  );
  return [{ label, type, uri, parameters }];
}

/** A node encodes what its administrator sets (`algorithm_env`); an image, or a test, sets it plainly. */
function settings(variables: Variables): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, text]) =>
      name.startsWith("KONSIL_") && text !== undefined ? [[name, decodeBase32(text) ?? text]] : [],
    ),
  );
}
