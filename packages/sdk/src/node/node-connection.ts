import type { PrivateKey } from "../crypto/index.ts";
import { checkServer } from "../vantage6/check-server.ts";
import { v4 } from "../vantage6/dialect/v4/index.ts";
import { nodeCall, nodeList } from "../vantage6/dialect/v4/node-calls.ts";
import { type Call, Requests } from "../vantage6/http/index.ts";
import { ownKeys } from "../vantage6/own-keys.ts";
import { makePages } from "../vantage6/pages.ts";
import { Session } from "../vantage6/session.ts";

/** A node's session at a 4.x server, which nodes ask what users do not. Printing it shows neither key nor token. */
export interface NodeConnection {
  readonly address: string;
  /** Its number. */
  readonly node: number;
  /** @param refused one that the server does not take */
  accessToken(refused?: string): Promise<string>;
  /** JSON as the server sends it. @throws ServerError */
  get(path: string): Promise<unknown>;
  /** Every item of a list, over all its pages. @throws ServerError */
  list(path: string): Promise<readonly unknown[]>;
  /** Sent once. @throws ServerError */
  post(path: string, body: object): Promise<unknown>;
  /** Sent once. @throws ServerError */
  patch(path: string, body: object): Promise<unknown>;
  /**
   * Publishes the key of this organization where there is none, and never replaces another one.
   * @throws EncryptionError KEY_CHANGED
   */
  publishKey(organization: number, key: PrivateKey): Promise<"published" | "known">;
}

/** @throws ServerError LOGIN_FAILED, SERVER_VERSION and others */
export async function connectNode(address: string, apiKey: string): Promise<NodeConnection> {
  const requests = new Requests(address);
  await checkServer(requests, v4);
  const session = await Session.open(requests, v4, { apiKey });
  const send = <T>(call: Call<T>): Promise<T> => session.send(call);
  return {
    address,
    node: session.user,
    accessToken: (refused) => session.accessToken(refused),
    get: (path) => send(nodeCall("GET", path)),
    list: (path) => makePages((page, size) => send(nodeList(path, { page, size }))).all(),
    post: (path, body) => send(nodeCall("POST", path, body)),
    patch: (path, body) => send(nodeCall("PATCH", path, body)),
    publishKey: (organization, key) => ownKeys(send, v4, key, organization).publishKey(),
  };
}
