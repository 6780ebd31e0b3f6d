import { describe, expect, it } from "vitest";
import type { Page } from "../../src/vantage6/dialect/index.ts";
import { makePages } from "../../src/vantage6/pages.ts";
import { withServer } from "./fake-server.ts";
import { golden } from "./golden.ts";

interface Item {
  readonly id: number;
}

const items = (from: number, to: number): Item[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ id: from + i }));

/** A list of a server that changes before some of the reads. */
function changing(rows: Item[], changes: Readonly<Record<number, () => void>> = {}) {
  let reads = 0;
  const pages = makePages(async (page: number, size: number): Promise<Page<Item>> => {
    changes[++reads]?.();
    const from = (page - 1) * size;
    return { items: rows.slice(from, from + size), isLast: from + size >= rows.length, total: rows.length };
  });
  return { pages, reads: () => reads };
}

const idsOf = (list: readonly Item[]): number[] => list.map(({ id }) => id).sort((a, b) => a - b);

describe("a list of many pages", () => {
  it("is read whole, in each way", async () => {
    const { pages } = changing(items(1, 250));
    expect(idsOf(await pages.all())).toEqual(idsOf(items(1, 250)));
    const each: Item[] = [];
    for await (const item of pages) each.push(item);
    expect(each).toHaveLength(250);
    expect(await pages.first()).toEqual({ id: 1 });
    expect(await changing([]).pages.all()).toEqual([]);
    expect(await changing([]).pages.first()).toBeUndefined();
  });

  it("is read no further than is asked for", async () => {
    const { pages, reads } = changing(items(1, 1000));
    for await (const { id } of pages) if (id === 150) break;
    expect(reads()).toBe(2);
  });

  it("gives what moved to the next page once", async () => {
    const rows = items(1, 250);
    const { pages } = changing(rows, { 2: () => rows.unshift({ id: 1000 }) });
    const all = await pages.all();
    expect(new Set(idsOf(all)).size).toBe(all.length);
    expect(idsOf(all)).toEqual(idsOf(rows));
  });

  it("gives what moved to a page that was read already", async () => {
    const rows = items(1, 250);
    // The first of page 2 moves to page 1.
    const { pages } = changing(rows, { 2: () => rows.splice(0, 1) });
    expect(idsOf(await pages.all())).toEqual(idsOf(items(1, 250)));
  });

  it("fails where the server never gives as many as it counts, or more without end", async () => {
    let reads = 0;
    const boasting = makePages(async () => {
      reads++;
      return { items: items(1, 3), isLast: true, total: 10 };
    });
    await expect(boasting.all()).rejects.toMatchObject({
      code: "SERVER_FAILED",
      message: expect.stringContaining("counts 10 things of a list, and gives 3 of them"),
    });
    expect(reads).toBe(3);
    for (const [total, most] of [
      [3, 2000],
      [undefined, 1_001_000],
      [9e15, 1_001_000],
    ] as const) {
      const endless = makePages(async (page: number, size: number) => ({
        items: page * size > most ? [] : items(page * size, (page + 1) * size - 1),
        isLast: false,
        total,
      }));
      await expect(endless.all()).rejects.toMatchObject({ code: "SERVER_ANSWER_INVALID" });
    }
  });

  it("is whole where rows are counted twice, or each pass misses another one", async () => {
    const twice = makePages(async () => ({
      items: [...items(1, 3), ...items(2, 3)],
      isLast: true,
      total: 5,
    }));
    expect(idsOf(await twice.all())).toEqual([1, 2, 3]);
    let pass = 0;
    const missing = makePages(async () => {
      const missed = ++pass;
      return { items: items(1, 3).filter(({ id }) => id !== missed), isLast: true, total: 3 };
    });
    expect(idsOf(await missing.all())).toEqual([1, 2, 3]);
  });

  it("ends where a server sends the same page without end", async () => {
    const same = makePages(async () => ({ items: items(1, 3), isLast: false, total: undefined }));
    expect(await same.all()).toHaveLength(3);
    const always = makePages(async (page: number) => {
      if (page > 500) throw new Error("read for ever");
      return { items: page > 3 ? [] : items(page * 10, page * 10 + 9), isLast: false, total: undefined };
    });
    expect(await always.all()).toHaveLength(30);
  });

  it("is asked for by page and size, whatever the server's links say", async () => {
    await withServer(
      ({ path, query }) => {
        if (path !== "/organization") return undefined;
        const page = Number(query.get("page"));
        const [one] = (golden("organization/list").body as { data: object[] }).data;
        return {
          body: {
            data: [{ ...one, id: page }],
            // Below another path, as behind a proxy, and on another machine.
            links: page < 12 ? { next: "https://elsewhere.example/deep/api/organization?page=99" } : {},
          },
        };
      },
      async (client, server) => {
        const found = await client.organizations.list({ name: "a%", collaboration: 3 }).all();
        expect(found.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        const asked = server.asked.filter(({ path }) => path === "/organization");
        expect(asked.map(({ query }) => query.get("page"))).toEqual([..."123456789", "10", "11", "12"]);
        expect(Object.fromEntries(asked[4]?.query ?? [])).toEqual({
          name: "a%",
          collaboration_id: "3",
          page: "5",
          per_page: "100",
          sort: "id",
        });
      },
    );
  });
});
