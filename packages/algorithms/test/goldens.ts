import { readFileSync } from "node:fs";

const folder = new URL("../goldens/", import.meta.url);

export type GoldenRow = Readonly<Record<string, number | string | boolean | null>>;

/** One call of R: what it was given and what it returned. */
export interface GoldenCase<E> {
  readonly name: string;
  readonly data: string;
  readonly call: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly expected: E;
}

/** The rows of a golden data set: numbers where all cells of a column are numbers, true and false, empty cells missing. */
export function goldenRows(name: string): GoldenRow[] {
  const [header, ...lines] = readFileSync(new URL(`data/${name}`, folder), "utf8")
    .trimEnd()
    .split("\n");
  const names = (header ?? "").split(",");
  const cells = lines.map((line) => line.split(","));
  const numeric = names.map((_, j) => cells.every((row) => row[j] === "" || Number.isFinite(Number(row[j]))));
  return cells.map((row) =>
    Object.fromEntries(
      names.map((column, j) => {
        const cell = row[j] ?? "";
        if (cell === "" || cell === "true" || cell === "false")
          return [column, cell === "" ? null : cell === "true"];
        return [column, numeric[j] === true ? Number(cell) : cell];
      }),
    ),
  );
}

/** The cases of a golden file, such as `goldenCases("coxph")`. */
export function goldenCases<E>(name: string): readonly GoldenCase<E>[] {
  const text = readFileSync(new URL(`${name}.json`, folder), "utf8");
  return (JSON.parse(text) as { readonly cases: readonly GoldenCase<E>[] }).cases;
}

/** Numbers from 0 to 1, the same on every machine (mulberry32, Ettinger 2017). */
export function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const open = { policy: "open", reason: "public data, read by a test" } as const;

/** Rows cut at random over `parts` sites with the open policy, some of which may stay empty. */
export function splitSites<R>(rows: readonly R[], parts: number, seed: number) {
  const random = uniform(seed);
  const cut: R[][] = Array.from({ length: parts }, () => []);
  for (const row of rows) cut[Math.floor(random() * parts)]?.push(row);
  return cut.map((part, i) => ({ name: `site-${i + 1}`, rows: part, ...open }));
}
