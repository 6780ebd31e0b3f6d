import { ServerError } from "@konsil/core";
import type { Dialect } from "./dialect/index.ts";
import type { Requests } from "./http/index.ts";

/**
 * Makes sure that what answers is a server, before it is told a password or a key. An algorithm store tells its version
 * in the same words; but only a server has organizations, and it tells nobody of them who is not logged in.
 * @throws ServerError SERVER_VERSION
 */
export async function checkServer(requests: Requests, { organizations }: Dialect): Promise<void> {
  const call = organizations.list({}, { page: 1, size: 1 });
  const answer = await requests.ask(call);
  const { status } = answer;
  // What stands before a server may refuse in its place.
  if (status === 401 || status === 403) return;
  if (status >= 300 && status !== 404 && status !== 405) requests.read(call, answer);
  throw new ServerError(
    "SERVER_VERSION",
    `What answers at ${requests.base} is no vantage6 server: it ${status < 300 ? "shows its organizations to anybody" : "has no organizations. An algorithm store answers like that"}. Nobody was logged in, and no password or key was sent. Give the address of the server, which often ends in "/api". (${call.method} ${requests.base}${call.path}: ${status})`,
    { status },
  );
}
