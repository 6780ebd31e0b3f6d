import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Executed, type StartedKernel, startKernel } from "../src/index.ts";
import { delay, waitFor } from "../src/kernel/wait.ts";
import { konsil, tslab } from "./kernels.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "konsil-display-")));
const modules = join(folder, "node_modules");
mkdirSync(modules);
const root = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
symlinkSync(root("node_modules/@types"), join(modules, "@types"));
symlinkSync(root("node_modules/zod"), join(modules, "zod"));
symlinkSync(root("packages/notebook/node_modules/@konsil"), join(modules, "@konsil"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Types by name only: here packages are linked from outside the folder, which stock tslab does not take for installed.
const first = `
import { compare, count, defineAlgorithm, defineStep, type Federation, localFederation } from "@konsil/sdk";
import { z } from "zod";
const rows = Array.from({ length: 20 }, (_, i) => ({ age: 40 + i, grade: i % 2 === 0 ? "1" : "2" }));
const federation: Federation = await localFederation(
  ["oslo", "<b>leeds"].map((name) => ({ name, rows, policy: "open" as const, reason: "rows made up by a test" })),
);
const step: any = defineStep({
  name: "test.count",
  arguments: z.strictObject({ round: z.number() }),
  columns: () => ({}),
  output: { n: count() },
  run: (table) => ({ n: table.rows }),
});
const counting: any = defineAlgorithm({
  name: "counting",
  arguments: z.strictObject({ wait: z.number() }),
  steps: [step],
  central: async (args, { pool }) => {
    await pool(step, { round: 1 });
    await new Promise((go) => setTimeout(go, args.wait));
    return { n: (await pool(step, { round: 2 })).n };
  },
});`;

/** Of a display its newest content, of a stream its text. */
type Shown = Readonly<Record<string, unknown>>;

function displays({ outputs }: Executed): readonly Shown[] {
  return outputs.flatMap((output) =>
    output.output_type === "display_data" || output.output_type === "execute_result" ? [output.data] : [],
  );
}

function streamed({ outputs }: Executed): string {
  return outputs.map((output) => (output.output_type === "stream" ? output.text : "")).join("");
}

describe.each([konsil, tslab])("$title shows", { timeout: 60_000 }, ({ spec }) => {
  let kernel: StartedKernel;
  const run = async (code: string): Promise<Executed> => {
    const executed = await kernel.execute(code, { timeout: 30_000 });
    expect(executed.status, JSON.stringify(executed.outputs)).toBe("ok");
    return executed;
  };
  const rich = spec === konsil.spec;
  beforeAll(async () => {
    kernel = await startKernel({ kernel: spec, cwd: folder });
    await run(first);
  }, 60_000);
  afterAll(() => kernel.shutdown());

  it("a result in all its forms, after a line of how it came about", async () => {
    const described = await run("const description: any = await federation.describe();\ndescription");
    const [progress, result] = displays(described);
    expect(progress?.["text/plain"]).toMatch(/^describe@1 · 2 of 2 sites · 2 rounds · [\d.]+ s$/);
    expect(progress?.["text/html"]).toContain("describe@1");
    expect(result?.["text/html"]).toContain("<table");
    expect(result?.["text/html"]).toContain("&lt;b&gt;leeds");
    expect(result?.["text/html"]).not.toContain("<b>");
    expect(result?.["text/plain"]).toContain("Missing values by site");
    // Stock tslab prints every value: that is a line, since the tables stand above it.
    expect(streamed(described)).toBe(rich ? "" : "The data at the sites\n");
  });

  it.each([
    ["federation", "Federation of 2 sites"],
    ['federation.data({ filter: compare("age", ">", 50) })', "rows with age &gt; 50"],
    ["description.toTable()", "<table"],
    ['description.toTable("Missing values by site").select("site")', "&lt;b&gt;leeds"],
    ["description.report", "What left the sites"],
    ['await federation.data({ filter: compare("age", ">", 50) }).ready()', "Not kept by the filter"],
  ])("%s", async (code, html) => {
    const executed = await run(code);
    const last = displays(executed).at(-1);
    expect(last?.["text/html"]).toContain(html);
    expect(String(last?.["text/plain"]).length).toBeGreaterThan(10);
  });

  it("a figure alone as an image, and what show() shows in the middle of a cell", async () => {
    const [figure] = displays(await run("description.report.toFigure()"));
    expect(figure?.["image/svg+xml"]).toMatch(/^<svg[\s\S]*<\/svg>$/);
    const shown = await run('description.show();\nconsole.log("after");');
    expect(shown.outputs.map(({ output_type }) => output_type)).toEqual(["display_data", "stream"]);
    expect(displays(shown)[0]?.["text/html"]).toContain("<table");
  });

  it("an error as it is meant to be read", async () => {
    const executed = await run(
      'const failed: any = await federation.run(counting, { wait: "long" } as never).catch((error: unknown) => error);\nfailed',
    );
    const words = rich ? displays(executed).at(-1)?.["text/plain"] : streamed(executed).trimEnd();
    expect(words).toMatch(/^ArgumentError: .*\[ARGUMENT_INVALID\]$/);
    if (rich) expect(displays(executed).at(-1)?.["text/html"]).toContain("<code>ARGUMENT_INVALID</code>");
  });

  it("an analysis while it runs, and its progress in its place", async () => {
    const begun = await run("const slow: any = federation.run(counting, { wait: 1200 });\nslow");
    await waitFor(5000, () =>
      displays(begun).some((shown) => String(shown["text/plain"]).includes("round 1")),
    );
    const running = await run("slow");
    expect(displays(running).at(-1)?.["text/html"]).toContain("kill() stops it");
    expect(displays(running).at(-1)?.["text/plain"]).toMatch(
      /counting@1 · round 1 test\.count · 2 of 2 sites/,
    );
    await run("await slow;");
    const lines = displays(begun).map((shown) => String(shown["text/plain"]));
    expect(lines.filter((line) => line.startsWith("counting@1"))).toMatchObject([
      expect.stringMatching(/^counting@1 · 2 of 2 sites · 2 rounds · 1\.\d s$/) as string,
    ]);
    expect(displays(await run("federation.running.length")).at(-1)?.["text/plain"] ?? "0").toBe("0");
  });

  it("what still runs when a cell is interrupted, and how to stop it", async () => {
    const waiting = kernel.execute("const never: any = await federation.run(counting, { wait: 30_000 });");
    await delay(800);
    await kernel.interrupt();
    const stopped = await waiting;
    expect(stopped.status).not.toBe("ok");
    await waitFor(5000, () => JSON.stringify(displays(stopped)).includes("Interrupted"));
    expect(displays(stopped)[0]?.["text/plain"]).toMatch(
      /^Interrupted, and still running.*\. To stop it: await federation\.running\[0\]\.kill\(\)\. counting@1 · round 1/,
    );
    await run("await federation.running[0].kill();");
    await waitFor(5000, () => !JSON.stringify(displays(stopped)).includes("Interrupted"));
    expect(displays(stopped)[0]?.["text/plain"]).toBe("counting@1 · stopped in round 1: ANALYSIS_ABORTED");
  });
});
