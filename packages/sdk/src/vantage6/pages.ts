import { ServerError } from "@konsil/core";
import type { Page } from "./dialect/index.ts";

/** A list of a server, which gives it page by page. Every way of reading it reads all pages that are needed. */
export interface Pages<T> extends AsyncIterable<T> {
  all(): Promise<readonly T[]>;
  /** The first in the server's order, or undefined where there is none. */
  first(): Promise<T | undefined>;
}

interface Numbered {
  readonly id: number;
}

/** What is asked for at once. */
const usualSize = 100;

/** How often a list is read that changes while it is read. */
const mostPasses = 3;

/** More things than any list is read to, whatever the server counts. */
const ceiling = 1_000_000;

/** How many things a list may come to that the server counts at so many: it may grow while it is read. */
function mostOf(total: number | undefined): number {
  return total === undefined ? ceiling : Math.min(ceiling, 2 * total + 1000);
}

function endless(given: number): ServerError {
  return new ServerError(
    "SERVER_ANSWER_INVALID",
    `The server gave ${given} things of a list, far more than it counts or than are ever read, and goes on. Ask for less by a filter, and check whether something between answers in the server's place.`,
  );
}

function notWhole(given: number, total: number): ServerError {
  return new ServerError(
    "SERVER_FAILED",
    `The server counts ${total} things of a list, and gives ${given} of them, however often it is read. Try again in a while; if it stays so, ask for less by a filter, or tell the server's administrator.`,
  );
}

/**
 * Things of a server by page. A list may change while its pages are read: what moves to the next page is given once,
 * and what moved to one that was read already is read again. One that the server never gives whole is an error.
 */
export function makePages<T extends Numbered>(
  read: (page: number, size: number) => Promise<Page<T>>,
): Pages<T> {
  async function* each(): AsyncGenerator<T, void, undefined> {
    const given = new Set<number>();
    for (let pass = 1; ; pass++) {
      const totals = new Set<number>();
      const seen = new Set<number>();
      let rows = 0;
      for (let page = 1; ; page++) {
        const { items, isLast, total } = await read(page, usualSize);
        totals.add(total ?? 0);
        rows += items.length;
        const before = seen.size;
        for (const item of items) {
          seen.add(item.id);
          if (given.has(item.id)) continue;
          given.add(item.id);
          yield item;
        }
        // A server that links from its last page to another one would be read for ever.
        if (isLast || seen.size === before) break;
        if (seen.size > mostOf(total)) throw endless(seen.size);
      }
      const total = Math.min(...totals);
      if (totals.size === 1 && seen.size >= total) return;
      if (pass < mostPasses) continue;
      // A row that comes twice was counted twice, or took the place of one that was given in another pass.
      const most = Math.max(rows, given.size);
      if (most < total) throw notWhole(most, total);
      return;
    }
  }
  return {
    [Symbol.asyncIterator]: () => each(),
    async all() {
      const items: T[] = [];
      for await (const item of each()) items.push(item);
      return items;
    },
    async first() {
      return (await read(1, 1)).items[0];
    },
  };
}

/** The same things, each with what is made of it. */
export function mapPages<T, U>(pages: Pages<T>, make: (item: T) => Promise<U>): Pages<U> {
  async function* each(): AsyncGenerator<U, void, undefined> {
    for await (const item of pages) yield await make(item);
  }
  return {
    [Symbol.asyncIterator]: each,
    async all() {
      const items: U[] = [];
      for await (const item of each()) items.push(item);
      return items;
    },
    async first() {
      const item = await pages.first();
      return item === undefined ? undefined : await make(item);
    },
  };
}
