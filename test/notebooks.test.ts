import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Notebook, runNotebook } from "@konsil/notebook";
import { afterAll, describe, expect, it } from "vitest";
import { shown } from "./notebook-outputs.ts";

const folder = fileURLToPath(new URL("../notebooks/", import.meta.url));
const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
/** Runs at a real server only: test/vantage6/notebook.real.ts. */
const atServer = ["vantage6.ipynb"];
/** `npm run notebooks`: what differs is written, in the place of an error. */
const writes = process.env["KONSIL_NOTEBOOKS"] === "write";

const written = mkdtempSync(join(tmpdir(), "konsil-notebooks-"));
afterAll(() => rmSync(written, { recursive: true, force: true }));

const read = (file: string): Notebook => JSON.parse(readFileSync(file, "utf8")) as Notebook;
const sourceOf = (source: unknown): string => (Array.isArray(source) ? source.join("") : String(source));

// Two at a time, as long as one waits for its kernel.
const lanes: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];

/** Does `work` when the one before it on the same lane is done, whether it succeeded or not. */
function inTurn(lane: number, work: () => Promise<void>): Promise<void> {
  const turn = (lanes[lane] ?? Promise.resolve()).then(work);
  lanes[lane] = turn.catch(() => undefined);
  return turn;
}

describe("the notebooks", () => {
  it.concurrent.each(names.filter((name) => !atServer.includes(name)))(
    "%s shows what it showed when it was written (else: npm run notebooks)",
    { timeout: 600_000 },
    (name) =>
      inTurn(names.indexOf(name) % lanes.length, async () => {
        const committed = join(folder, name);
        const fresh = join(written, name);
        await runNotebook(committed, { output: fresh, timeout: 120_000 });
        const now = shown(read(fresh));
        const before = shown(read(committed));
        if (!writes) expect(now).toEqual(before);
        else if (JSON.stringify(now) !== JSON.stringify(before)) copyFileSync(fresh, committed);
      }),
  );

  describe.each(names)("%s", (name) => {
    const content = (): Notebook => read(join(folder, name));
    const codeCells = (): Notebook["cells"] =>
      content().cells.filter(({ cell_type }) => cell_type === "code");

    it("is of nbformat 4.5, for the kernel TypeScript (Konsil)", () => {
      const { nbformat, nbformat_minor, metadata } = content();
      expect([nbformat, nbformat_minor]).toEqual([4, 5]);
      expect(metadata.kernelspec).toEqual({
        name: "konsil",
        display_name: "TypeScript (Konsil)",
        language: "typescript",
      });
    });

    it("begins with what the sites have", () => {
      const code = codeCells();
      const first = code.find(({ source }) => /\bdescribe\(\)/.test(sourceOf(source)));
      expect(code.slice(0, 4)).toContain(first);
    });

    it("fails where it says so, and nowhere else", () => {
      for (const { metadata: own, outputs = [] } of codeCells()) {
        const failed = outputs.some(({ output_type }) => output_type === "error");
        expect(failed).toBe(own.tags?.includes("raises-exception") === true);
      }
    });

    it("is written as every kernel for TypeScript takes it", () => {
      for (const { source } of codeCells()) {
        // tslab's compiler and its search for `await` know less than today's TypeScript.
        expect(sourceOf(source)).not.toMatch(/^\s*(export|using|namespace|for await)\b|\bawait \(/m);
      }
    });
  });
});
