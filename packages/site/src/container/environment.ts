import { DataError } from "@konsil/core";
import { decodeBase32 } from "./base32.ts";
import { readRunContext } from "./run-context.ts";

/** A database as a node offers it to a container. */
export interface OfferedDatabase {
  readonly label: string;
  /** vantage6's word for its kind: csv, parquet, excel, sql, sparql, omop, other. */
  readonly type: string;
  /** A path, or the address of a database server. */
  readonly uri: string;
  /** What the node's administrator set beside it, by name in capitals; none that a task could set as well. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What a task asks the node to do with it that Konsil does not do: "query", "preprocessing", "sheet_name". */
  readonly wishes: readonly string[];
}

/** What a node of vantage6 4.x tells a container. */
export interface TaskEnvironment {
  /** Where the task's input is, or what it is. */
  readonly input: { readonly file: string } | { readonly content: unknown };
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

type Read = (name: string) => string | undefined;

/**
 * Reads the environment of a 4.x container, and the run-context file where a node writes one. Only names that are known
 * are decoded: an image's own variables are plain, and some text is base32 by accident.
 * @param readFile gives the text of a file
 * @throws DataError where the node did not tell what it has to
 */
export function readEnvironment(
  variables: Variables,
  readFile: (path: string) => string = () => "",
): TaskEnvironment {
  const read: Read = (name) => {
    const text = variables[name];
    return text === undefined ? undefined : decodeBase32(text);
  };
  const databases = labels(read("DB_LABELS")).flatMap((label) => offered(label, read, variables));
  // Plain, by the node's intent; the environment says the same where its schema is not the one that is known.
  const file = variables["RUN_CONTEXT_FILE"];
  const context = file === undefined ? undefined : readRunContext(readFile(file));
  if (context !== undefined) {
    const { input, outputFile, tokenFile, temporaryFolder, proxy } = context;
    const named = context.databases.map((one) => ({
      ...(databases.find(({ label }) => label === one.label) ?? { parameters: {}, wishes: [] }),
      ...one,
    }));
    const requested = named.map(({ label }) => label);
    const others = databases.filter(({ label }) => !requested.includes(label));
    return {
      input: { content: input },
      outputFile,
      tokenFile,
      temporaryFolder,
      proxy,
      requested,
      databases: [...named, ...others],
      settings: settings(variables),
    };
  }
  const need = (name: string): string => {
    const value = read(name);
    if (value === undefined || value === "")
      throw new DataError(
        "DATA_UNREADABLE",
        `The environment has no ${name} as a node of vantage6 4.x sets it. This program is started by a node; without one, use \`konsil node --dev\`.`,
      );
    return value;
  };
  const [host, port] = [read("HOST"), read("PORT")];
  return {
    input: { file: need("INPUT_FILE") },
    outputFile: need("OUTPUT_FILE"),
    tokenFile: need("TOKEN_FILE"),
    temporaryFolder: read("TEMPORARY_FOLDER"),
    proxy: host === undefined || port === undefined ? undefined : `${host}:${port}${read("API_PATH") ?? ""}`,
    requested: labels(read("USER_REQUESTED_DATABASE_LABELS")),
    databases,
    settings: settings(variables),
  };
}

function labels(text: string | undefined): readonly string[] {
  return text === undefined || text === "" ? [] : text.split(",");
}

/** What a task can have a node put into the environment, after the name of a database that the task makes up. */
const namesOfWishes: readonly string[] = ["QUERY", "PREPROCESSING", "SHEET_NAME"];

function offered(label: string, read: Read, variables: Variables): readonly OfferedDatabase[] {
  const prefix = label.toUpperCase();
  const [uri, type] = [read(`${prefix}_DATABASE_URI`), read(`${prefix}_DATABASE_TYPE`)];
  if (uri === undefined || type === undefined) return [];
  const start = `${prefix}_DB_PARAM_`;
  // A task that names a database "default_db_param" with a query makes a variable that looks like an administrator's.
  const parameters = Object.fromEntries(
    Object.keys(variables)
      .filter((name) => name.startsWith(start) && !namesOfWishes.includes(name.slice(start.length)))
      .map((name) => [name.slice(start.length), read(name) ?? ""]),
  );
  const wishes = namesOfWishes
    .filter((wish) => variables[`${prefix}_${wish}`] !== undefined)
    .map((wish) => wish.toLowerCase());
  return [{ label, type, uri, parameters, wishes }];
}

/** A node encodes what its administrator sets (`algorithm_env`); an image, or a test, sets it plainly. */
function settings(variables: Variables): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, text]) =>
      name.startsWith("KONSIL_") &&
      text !== undefined &&
      !namesOfWishes.some((wish) => name.endsWith(`_${wish}`))
        ? [[name, decodeBase32(text) ?? text]]
        : [],
    ),
  );
}
