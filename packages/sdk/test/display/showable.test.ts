import { inspect } from "node:util";
import { ArgumentError, DefinitionError, type FigureView } from "@konsil/core";
import { expect, it } from "vitest";
import { makeFederation } from "../../src/federation/index.ts";
import { compare, localFederation } from "../../src/index.ts";
import { mean, rowsTo } from "../mean.ts";

const open = { policy: "open", reason: "rows made up by a test" } as const;
const two = (): ReturnType<typeof localFederation> =>
  localFederation(["oslo", "leeds"].map((name) => ({ name, rows: rowsTo(12), ...open })));

/** As a template prints it. The types of others do not say that it has words of its own. */
const printed = (value: { toString(): string }): string => value.toString();

const bundle = (value: unknown): Readonly<Record<string, string>> =>
  (value as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]?.() ?? {};

it("is bold and dim where the terminal has colours, and plain elsewhere", async () => {
  const description = await (await two()).describe();
  for (const shown of [description, description.report, description.toTable()]) {
    expect(inspect(shown, { colors: true })).toContain("\u001b[1m");
    expect(inspect(shown)).not.toContain("\u001b");
    expect(printed(shown)).not.toContain("\u001b");
    expect(bundle(shown)["text/plain"]).not.toContain("\u001b");
  }
});

it("is inside of something else as it is by itself", async () => {
  const description = await (await two()).describe();
  expect(inspect({ description })).toContain("Missing values by site");
});

it("shows the tables that arquero makes of a table", async () => {
  const description = await (await two()).describe();
  const table = description.toTable("Missing values by site");
  const narrow = table.filter("d => d.site == 'leeds'").select("site", "rows");
  expect(printed(narrow)).toBe(["Site   Rows", "───────────", "leeds    12", "───────────"].join("\n"));
  expect(bundle(narrow)["text/html"]).toContain('<th scope="row">leeds</th>');
  const derived = narrow.derive({ half: "d => d.rows / 2", text: "d => 'a<b'" });
  expect(bundle(derived)["text/html"]).toContain("a&lt;b");
  expect(printed(derived)).toContain("half");
  expect(Object.keys(narrow)).not.toContain("create");
});

it("shows the first rows of a long table, and says how many more there are", async () => {
  const sites = Array.from({ length: 45 }, (_, i) => ({ name: `site${i}`, rows: rowsTo(2), ...open }));
  const description = await (await localFederation(sites)).describe();
  const table = description.toTable("Missing values by site");
  for (const long of [table, table.orderby("site")]) {
    expect(printed(long)).toMatch(/\n… 5 more rows$/);
    expect(bundle(long)["text/html"]).toContain("… 5 more rows");
  }
});

it("shows one figure as an image", async () => {
  const { report } = await (await two()).describe();
  const figure = report.toFigure("Rounds");
  expect(Object.keys(bundle(figure))).toEqual(["text/html", "image/svg+xml", "text/plain"]);
  expect(bundle(figure)["image/svg+xml"]).toBe(figure.toSVG());
  expect((figure.view satisfies FigureView).kind).toBe("rounds");
  expect(() => report.toFigure("Round")).toThrow(/has no figure "Round"\. Did you mean "Rounds"\?/);
});

it("shows errors by what they say, and those of a definition with the place", () => {
  makeFederation({
    transport: { sites: [] } as never,
    register: () => undefined,
    release: () => undefined,
  });
  const error = new ArgumentError("ARGUMENT_INVALID", "No <b> here.", { cause: new Error("It was bold.") });
  expect(inspect(error)).toBe("ArgumentError: No <b> here.  [ARGUMENT_INVALID]\nIts cause: It was bold.");
  expect(bundle(error)).toEqual({
    "text/html": expect.stringContaining("<p>No &lt;b&gt; here.</p>") as string,
    "text/plain": inspect(error),
  });
  expect(inspect(new DefinitionError("DEFINITION_INVALID", "Twice."))).toMatch(/Twice\..*\n\s+at /);
});

it("shows which way rows went, and which analyses run", async () => {
  const federation = await two();
  const data = federation.data({ filter: compare("x", ">", 6) });
  const rows = await data.ready();
  expect(rows.map(({ selected }) => selected)).toEqual([6, 6]);
  expect(inspect(rows)).toContain('Database "default", rows with x > 6');
  expect(bundle(rows)["text/html"]).toContain("Not kept by the filter x &gt; 6");
  const analysis = federation.run(mean, { column: "x" });
  expect(federation.running).toEqual([analysis]);
  await analysis;
  expect(federation.running).toEqual([]);
  expect(printed(analysis)).toMatch(/^Analysis \w+: \S+@1 · 2 of 2 sites · 1 round · [\d.]+ s\. Await it/);
});
