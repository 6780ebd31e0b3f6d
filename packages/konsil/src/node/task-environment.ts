import { encodeBase32 } from "./base32.ts";
import type { NodeDatabase } from "./node-database.ts";

/** What a run needs to know. */
export interface TaskPlace {
  readonly input: string;
  readonly output: string;
  readonly token: string;
  /** Shared by the tasks of a job. */
  readonly temporary: string;
  readonly proxy: { readonly host: string; readonly port: number };
  /** Labels of the databases that the task names. */
  readonly requested: readonly string[];
  readonly databases: readonly NodeDatabase[];
  /** What a hospital's node has as `algorithm_env`. */
  readonly settings: Readonly<Record<string, string>>;
}

/** The environment of a container of a 4.x node, encoded as it is there. */
export function taskEnvironment(place: TaskPlace): Readonly<Record<string, string>> {
  const { proxy, databases, requested, settings } = place;
  const plain: Record<string, string> = {
    INPUT_FILE: place.input,
    OUTPUT_FILE: place.output,
    TOKEN_FILE: place.token,
    TEMPORARY_FOLDER: place.temporary,
    HOST: proxy.host,
    PORT: String(proxy.port),
    API_PATH: "",
    USER_REQUESTED_DATABASE_LABELS: requested.join(","),
    DB_LABELS: databases.map(({ label }) => label).join(","),
  };
  for (const { label, type, uri, parameters } of databases) {
    const prefix = label.toUpperCase();
    plain[`${prefix}_DATABASE_URI`] = uri;
    plain[`${prefix}_DATABASE_TYPE`] = type;
    for (const [name, value] of Object.entries(parameters)) plain[`${prefix}_DB_PARAM_${name}`] = value;
  }
  return Object.fromEntries(
    Object.entries({ ...plain, ...settings }).map(([name, value]) => [name, encodeBase32(value)]),
  );
}
