import { checkOptionNames } from "@konsil/core";
import type { Changed, Deleted, Found, Grouped, Listed, Made } from "../dialect/index.ts";
import type { Call } from "../http/index.ts";
import { makePages, type Pages } from "../pages.ts";

/** Asks the server as its user. */
export type Send = <T>(call: Call<T>) => Promise<T>;

interface Numbered {
  readonly id: number;
}

/** Things of a server that can be listed. */
export interface Listing<T, Filter> {
  /**
   * All that the user may see, or those of a filter. Texts of filters are compared as SQL's LIKE does.
   * @throws ServerError
   */
  list(filter?: Filter): Pages<T>;
}

export interface Resource<T, Filter> extends Listing<T, Filter> {
  /** @throws ServerError NOT_FOUND and others */
  get(id: number): Promise<T>;
}

export interface Creatable<New, T> {
  /**
   * Sent once: where its answer is lost, nobody knows whether the server did it. List before you try again.
   * @throws ServerError
   */
  create(one: New): Promise<T>;
}

export interface Updatable<Fields, T> {
  /**
   * Changes the fields that are given.
   * @throws ServerError
   */
  update(id: number, fields: Fields): Promise<T>;
}

export interface DeleteOptions {
  /** Delete what depends on it too: of an organization its users, tasks and nodes, say. Default false. */
  readonly dependents?: boolean | undefined;
}

export interface Deletable {
  /** @throws ServerError */
  delete(id: number, options?: DeleteOptions): Promise<void>;
}

/** Things that have organizations. */
export interface WithOrganizations {
  addOrganization(id: number, organization: number): Promise<void>;
  removeOrganization(id: number, organization: number): Promise<void>;
}

export function listing<T extends Numbered, Filter extends object>(
  send: Send,
  kind: Listed<T, Filter>,
): Listing<T, Filter> {
  return {
    list: (filter) => makePages((page, size) => send(kind.list(filter ?? ({} as Filter), { page, size }))),
  };
}

export function resource<T extends Numbered, Filter extends object>(
  send: Send,
  kind: Listed<T, Filter> & Found<T>,
): Resource<T, Filter> {
  // `async` turns what a dialect refuses to ask into a rejection.
  return { ...listing(send, kind), get: async (id) => send(kind.get(id)) };
}

export function creatable<New, T>(send: Send, kind: Made<New, T>): Creatable<New, T> {
  return { create: async (one) => send(kind.create(one)) };
}

export function updatable<Fields, T>(send: Send, kind: Changed<Fields, T>): Updatable<Fields, T> {
  return { update: async (id, fields) => send(kind.update(id, fields)) };
}

export function deletable(send: Send, kind: Deleted): Deletable {
  return {
    async delete(id, options = {}) {
      checkOptionNames("delete()", options, ["dependents"]);
      await send(kind.delete(id, options.dependents === true));
    },
  };
}

export function withOrganizations(send: Send, kind: Grouped): WithOrganizations {
  return {
    addOrganization: async (id, organization) => send(kind.addOrganization(id, organization)),
    removeOrganization: async (id, organization) => send(kind.removeOrganization(id, organization)),
  };
}
