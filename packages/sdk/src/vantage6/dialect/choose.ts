import { ServerError } from "@konsil/core";
import type { Call } from "../http/index.ts";
import type { Dialect } from "./dialect.ts";
import { v4 } from "./v4/index.ts";

/** What every version answers, before one knows which it is. */
export const versionCall: Call<string> = v4.version();

/**
 * The dialect of a server of this version.
 * @throws ServerError SERVER_VERSION
 */
export function dialectFor(version: string, base: string): Dialect {
  if (/^4\.\d/.test(version)) return v4;
  throw new ServerError(
    "SERVER_VERSION",
    `The server at ${base} is vantage6 ${version.slice(0, 40)}, and this version of Konsil speaks with 4.x. Use a version of Konsil that fits the server.`,
  );
}
