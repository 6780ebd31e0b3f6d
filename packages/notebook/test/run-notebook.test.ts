import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type NotebookEvent, type NotebookRun, type RunNotebookOptions, runNotebook } from "../src/index.ts";
import { ipykernel } from "./kernels.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "konsil-run-")));
process.env["TMPDIR"] = folder;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Given {
  readonly source: string | readonly string[];
  readonly tags?: readonly string[];
  readonly kind?: "markdown" | "raw";
  readonly attachments?: object;
}

let number = 0;

/** Writes a notebook of these cells: a text is one of code, whose output of earlier times is wrong. */
function notebook(cells: readonly (string | Given)[], metadata: object = {}): string {
  const file = join(folder, `notebook-${number++}.ipynb`);
  const content = {
    nbformat: 4,
    nbformat_minor: 2,
    metadata,
    cells: cells.map((given) => {
      const {
        source,
        tags,
        kind = "code",
        attachments,
      } = typeof given === "string" ? { source: given } : given;
      const code = {
        execution_count: 7,
        outputs: [{ output_type: "stream", name: "stdout", text: ["of an earlier run"] }],
      };
      return {
        cell_type: kind,
        source,
        metadata: { ...(tags && { tags }) },
        ...(attachments && { attachments }),
        ...(kind === "code" && code),
      };
    }),
  };
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const python = { kernelspec: { name: "python3", display_name: "Python 3", language: "python" } };
const output = (): string => join(folder, `output-${number++}.ipynb`);

interface Written {
  readonly nbformat_minor: number;
  readonly metadata: { readonly kernelspec: object; readonly language_info: object };
  readonly cells: readonly {
    readonly id: string;
    readonly source: readonly string[];
    readonly metadata: object;
    readonly execution_count?: number | null;
    readonly outputs?: readonly Record<string, unknown>[];
  }[];
}

const read = (file: string): Written => JSON.parse(readFileSync(file, "utf8")) as Written;
const outputsOf = (written: Written): unknown[] => written.cells.map(({ outputs }) => outputs);

/** Runs it, expects that it fails, and returns what was written and what was said. */
async function fails(
  file: string,
  options: RunNotebookOptions = {},
): Promise<{ readonly written: Written; readonly message: string; readonly cause: unknown }> {
  const to = options.output ?? output();
  const error = await runNotebook(file, { ...options, output: to }).then(
    () => {
      throw new Error("It did not fail.");
    },
    (thrown: unknown) => thrown as Error,
  );
  return { written: read(to), message: error.message, cause: error.cause };
}

function check(file: string): void {
  const interpreter = ipykernel.spec?.argv[0];
  if (interpreter === undefined) return;
  const script = "import nbformat, sys; nbformat.validate(nbformat.read(sys.argv[1], as_version=4))";
  execFileSync(interpreter, ["-W", "error", "-c", script, file], { stdio: "pipe" });
}

describe.concurrent("a notebook that succeeds", () => {
  it("is written in nbformat 4.5, with fresh outputs, as Python's nbformat takes it", async () => {
    const file = notebook([
      { kind: "markdown", source: ["# Survival\n", "of *patients*"] },
      "const answer: number = 6 * 7;\nanswer",
      'console.log("one\\ntwo"); console.error("careful");',
      "",
      { kind: "raw", source: "as it is" },
    ]);
    const to = output();
    const events: NotebookEvent[] = [];
    const run: NotebookRun = await runNotebook(file, { output: to, onEvent: (event) => events.push(event) });
    const written = read(to);
    expect(written.nbformat_minor).toBe(5);
    expect(written.metadata.kernelspec).toEqual({
      name: "konsil",
      display_name: "TypeScript (Konsil)",
      language: "typescript",
    });
    expect(written.metadata.language_info).toMatchObject({ name: "typescript", file_extension: ".ts" });
    expect(written.cells.map(({ execution_count }) => execution_count)).toEqual([
      undefined,
      1,
      2,
      null,
      undefined,
    ]);
    expect(outputsOf(written)).toEqual([
      undefined,
      [{ output_type: "execute_result", execution_count: 1, data: { "text/plain": ["42"] }, metadata: {} }],
      [
        { output_type: "stream", name: "stdout", text: ["one\n", "two\n"] },
        { output_type: "stream", name: "stderr", text: ["careful\n"] },
      ],
      [],
      undefined,
    ]);
    expect(written.cells[0]?.source).toEqual(["# Survival\n", "of *patients*"]);
    check(to);
    expect(run.cells.map((cell) => cell.number)).toEqual([1, 2]);
    expect(events.map(({ type }) => type)).toEqual([
      "kernel",
      "cell started",
      "cell ended",
      "cell started",
      "cell ended",
    ]);
    expect(events[2]).toMatchObject({
      cell: 1,
      of: 2,
      line: "const answer: number = 6 * 7;",
      succeeded: true,
    });
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("runs in the folder in which it is, and again gives the same file", async () => {
    const file = notebook(["process.cwd()"]);
    await runNotebook(file, { output: file });
    const once = readFileSync(file, "utf8");
    expect(once).toContain(folder);
    await runNotebook(file, { output: file });
    expect(readFileSync(file, "utf8")).toBe(once);
  });

  it("leaves out forms that nbformat does not take, and says of a value that it cannot show itself", async () => {
    const to = output();
    const showing = (forms: string): string =>
      `({ [Symbol.for("Jupyter.display")]: () => { const a: any = {}; a.a = a; return ${forms}; } })`;
    const file = notebook([
      showing("{ 'text/plain': null, 'text/html': '<b>b</b>', 'image/png': 5, 'application/json': null }"),
      showing("{ 'application/json': a }"),
    ]);
    await runNotebook(file, { output: to });
    expect(outputsOf(read(to))).toMatchObject([
      [{ data: { "text/html": ["<b>b</b>"], "application/json": null } }],
      [
        {
          data: {
            "text/plain": expect.arrayContaining([
              expect.stringMatching(/^This value cannot show itself: .*circular/),
            ]) as string[],
          },
        },
      ],
    ]);
    expect(JSON.stringify(outputsOf(read(to))[0])).not.toMatch(/plain|png/);
    check(to);
  });

  it("keeps the permissions of a file that is written anew, and a link to it", async () => {
    const file = notebook(["1 + 1"]);
    chmodSync(file, 0o600);
    const link = join(folder, "link.ipynb");
    symlinkSync(file, link);
    await runNotebook(link, { output: link });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(outputsOf(read(file))).toMatchObject([[{ data: { "text/plain": ["2"] } }]]);
  });

  it.skipIf(ipykernel.spec === undefined)("in Python (needs ipykernel)", async () => {
    const file = notebook(["from IPython.display import HTML\nHTML('<b>rich</b>')", "print(1)"], python);
    const to = output();
    await runNotebook(file, { output: to, parameters: { who: "you", n: null, all: [true, 1.5] } });
    const written = read(to);
    expect(written.cells[0]?.source).toEqual([
      "# Parameters\n",
      'who = "you"\n',
      "n = None\n",
      "all = [True, 1.5]",
    ]);
    expect(written.cells[1]?.outputs).toMatchObject([{ data: { "text/html": ["<b>rich</b>"] } }]);
    check(to);
  });

  it("in stock tslab", async () => {
    const to = output();
    await runNotebook(notebook(["1 + 1"]), { output: to, kernel: "tslab" });
    expect(read(to).cells[0]?.outputs).toMatchObject([{ text: ["2\n"] }]);
    check(to);
  });
});

describe.concurrent("parameters", () => {
  const cells = [
    "const first = 1;",
    { source: "let sites = 3;\nlet label = 'all';", tags: ["parameters"] },
    'label + ": " + sites',
  ];

  it("come after the cell that declares them, in the place of earlier ones", async () => {
    const to = output();
    await runNotebook(notebook(cells), { output: to, parameters: { sites: 5, label: "it's" } });
    await runNotebook(to, { output: to, parameters: { sites: 11 } });
    const written = read(to);
    expect(written.cells.map(({ metadata }) => metadata)).toEqual([
      {},
      { tags: ["parameters"] },
      { tags: ["injected-parameters"] },
      {},
    ]);
    expect(written.cells[2]?.source).toEqual(["// Parameters\n", "let sites = 11;"]);
    expect(written.cells[3]?.outputs).toMatchObject([{ data: { "text/plain": ["all: 11"] } }]);
    check(to);
  });

  it("stay where earlier ones are, also where no cell declares them", async () => {
    const to = output();
    const injected = { source: "let sites = 3;", tags: ["injected-parameters"] };
    await runNotebook(notebook(["const first = 1;", injected, "sites"]), {
      output: to,
      parameters: { sites: 5 },
    });
    expect(read(to).cells.map(({ source }) => source.join(""))).toEqual([
      "const first = 1;",
      "// Parameters\nlet sites = 5;",
      "sites",
    ]);
  });

  it("must be declared where others are: ARGUMENT_UNKNOWN, ARGUMENT_INVALID", async () => {
    await expect(runNotebook(notebook(cells), { parameters: { site: 5 } })).rejects.toThrow(
      /no parameter "site"\. Did you mean "sites"\? Parameters: sites, label\..*\[ARGUMENT_UNKNOWN\]/,
    );
    await expect(runNotebook(notebook(["1"]), { parameters: { "a b": 5 } })).rejects.toThrow(
      /"a b" cannot be the name of a parameter\..*\[ARGUMENT_INVALID\]/,
    );
    const parameters = JSON.parse(`{ "a": [1, { "b": 1e400 }] }`) as { a: number[] };
    await expect(runNotebook(notebook(["1"]), { parameters })).rejects.toThrow(
      /"a" holds a number that is too large.*\[ARGUMENT_INVALID\]/,
    );
  });
});

describe.concurrent("a notebook that fails", () => {
  it("says which cell, with its code and trace, and keeps what was put out: NOTEBOOK_FAILED", async () => {
    const file = notebook([
      'console.log("kept")',
      "function fit(): never {\n  throw new RangeError('out of reach');\n}\nfit();",
      'console.log("never")',
    ]);
    const { written, message } = await fails(file);
    expect(message).toMatch(
      /ipynb: cell 2 of 3 failed with RangeError: out of reach\n\n {4}function fit.*at fit \(a cell\).*\[NOTEBOOK_FAILED\]$/s,
    );
    expect(outputsOf(written)).toMatchObject([
      [{ text: ["kept\n"] }],
      [{ output_type: "error", ename: "RangeError" }],
      [],
    ]);
  });

  it("says so of types too, and passes on the code of an error of Konsil", async () => {
    expect((await fails(notebook(["const a: number = 'x';"]))).message).toMatch(
      /failed with TypeScriptError: 1:7 - Type 'string' is not assignable to type 'number'/,
    );
    const code = `throw Object.assign(new Error("No.  [CELL_TOO_SMALL]"), { code: "CELL_TOO_SMALL" });`;
    expect((await fails(notebook([code]))).cause).toMatchObject({ code: "CELL_TOO_SMALL" });
  });

  it("may fail where it is tagged so", async () => {
    const to = output();
    const file = notebook([
      { source: "throw new Error('as it should');", tags: ["raises-exception"] },
      'console.log("on")',
    ]);
    await runNotebook(file, { output: to });
    expect(outputsOf(read(to))).toMatchObject([
      [{ output_type: "error", evalue: "as it should" }],
      [{ text: ["on\n"] }],
    ]);
    check(to);
  });

  it.each(["konsil", "tslab"])("fails for a promise that nothing awaited, in %s", async (kernel) => {
    const late = "const later = new Promise((_, no) => setTimeout(() => no(new Error('late')), 80));";
    for (const cells of [
      [late],
      [late, "const pause = 1; await new Promise((go) => setTimeout(go, 300));"],
    ]) {
      const prepared =
        kernel === "tslab" ? cells.map((code) => `declare const setTimeout: any;\n${code}`) : cells;
      const { message } = await fails(notebook(prepared), { kernel });
      expect(message).toMatch(
        /an error in its background was caught by nothing: .*late.*\[NOTEBOOK_FAILED\]/s,
      );
    }
  });

  it.each([
    "setTimeout(() => { void Promise.reject(new Error('late')); }, 100)",
    "setTimeout(() => { throw new Error('late'); }, 100)",
  ])("names the cell whose background it was, also from one that may fail: %s", async (code) => {
    const wait = { source: "await new Promise((go) => setTimeout(go, 300));", tags: ["raises-exception"] };
    const { written, message } = await fails(
      notebook(["1", { source: code, tags: ["raises-exception"] }, wait, "2"]),
    );
    expect(message).toMatch(/cell 2 of 4: an error in its background was caught by nothing: Error: late\n/);
    expect(written.cells[1]?.outputs).toContainEqual(expect.objectContaining({ evalue: "late" }));
    expect(outputsOf(written).slice(2)).toEqual([[], []]);
  });

  it("takes no words on the error stream for an error, in Konsil's kernel", async () => {
    await runNotebook(notebook(["console.error('UncaughtException: as tslab writes it')"]));
  });

  it("stops a cell that takes too long: NOTEBOOK_TIMEOUT", async () => {
    const file = notebook(["console.log('begun'); await new Promise(() => setTimeout(() => {}, 1e6));"]);
    const { written, message } = await fails(file, { timeout: 300 });
    expect(message).toMatch(
      /cell 1 of 1 was stopped after .*which is longer than it may.*\[NOTEBOOK_TIMEOUT\]/s,
    );
    expect(outputsOf(written)).toMatchObject([[{ text: ["begun\n"] }, { output_type: "error" }]]);
  });

  it("says that the kernel ended: KERNEL_DIED", async () => {
    const { written, message } = await fails(notebook(["1 + 1", "process.kill(process.pid, 'SIGKILL')"]));
    expect(message).toMatch(
      /cell 2 of 2: the kernel ended in it.*It was ended by SIGKILL\. Memory that ran out is.*\[KERNEL_DIED\]/s,
    );
    expect(outputsOf(written)).toMatchObject([[{ data: { "text/plain": ["2"] } }], []]);
    const exit =
      "import { writeSync } from 'node:fs';\nwriteSync(2, 'no such library\\n');\nprocess.exit(3);";
    expect((await fails(notebook([exit]))).message).toMatch(
      /the kernel ended in it.*It ended by itself with code 3\. It wrote:\nno such library\s+\[KERNEL_DIED\]/s,
    );
  });

  it("ends at once when it is interrupted while its kernel starts, and writes nothing: NOTEBOOK_INTERRUPTED", async () => {
    const file = notebook(["1"]);
    const before = readFileSync(file, "utf8");
    const options = { output: file, signal: AbortSignal.timeout(50) };
    await expect(runNotebook(file, options)).rejects.toThrow(
      /was interrupted while its kernel started.*\[NOTEBOOK_INTERRUPTED\]/,
    );
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  it("keeps what it had when it is interrupted: NOTEBOOK_INTERRUPTED", async () => {
    const controller = new AbortController();
    const file = notebook(["console.log('begun'); while (true) {}", "1"]);
    const html = join(folder, "interrupted.html");
    const { written, message } = await fails(file, {
      html,
      signal: controller.signal,
      onEvent: ({ type }) => {
        if (type === "cell started") setTimeout(() => controller.abort(), 400);
      },
    });
    expect(message).toMatch(/cell 1 of 2 was interrupted.*\[NOTEBOOK_INTERRUPTED\]/s);
    expect(outputsOf(written)).toMatchObject([[{ text: ["begun\n"] }, { output_type: "error" }], []]);
    expect(readFileSync(html, "utf8")).toContain("This run ended early");
  });
});

describe("a file that is no notebook: NOTEBOOK_INVALID", () => {
  it.each([
    ["", /is no notebook: it is not JSON/],
    ["[]", /is no notebook: /],
    [`{"nbformat": 3, "worksheets": []}`, /of format 3; Konsil reads format 4/],
    [`{"nbformat": 4, "nbformat_minor": 5, "cells": [{"cell_type": "sql"}]}`, /cells\[0\]\.cell_type/],
    [Buffer.from(`{"nbformat": 4, "cells": "é"}`, "latin1"), /it is not text in UTF-8/],
  ])("%s", async (content, words) => {
    const file = join(folder, "bad.ipynb");
    writeFileSync(file, content);
    await expect(runNotebook(file)).rejects.toThrow(words);
    await expect(runNotebook(file)).rejects.toThrow(/\[NOTEBOOK_INVALID\]$/);
  });

  it("or is not there, or names a kernel that is not", async () => {
    await expect(runNotebook(join(folder, "none.ipynb"))).rejects.toThrow(
      /cannot be read.*\[NOTEBOOK_INVALID\]/,
    );
    const other = { kernelspec: { name: "julia-9", display_name: "Julia", language: "julia" } };
    await expect(runNotebook(notebook(["1"], other))).rejects.toThrow(
      /No kernel "julia-9".*Kernels: .*konsil.*tslab.*\[KERNEL_UNKNOWN\]/,
    );
    await expect(runNotebook(notebook(["1"]), { output: join(folder, "x.txt") })).rejects.toThrow(
      /must end in \.ipynb.*\[OUTPUT_UNWRITABLE\]/,
    );
  });
});

it("makes a page in one file that needs no network and no script", async () => {
  const dot =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  const shows = (data: object): string =>
    `({ [Symbol.for("Jupyter.display")]: () => (${JSON.stringify(data)}) })`;
  const file = notebook([
    {
      kind: "markdown",
      source:
        "# First `steps`\n\nWith **weight**, <script>alert(1)</script> and ![a dot](attachment:100%.png)",
      attachments: { "100%.png": { "image/png": [dot.slice(0, 20), dot.slice(20)] } },
    },
    "const a = 1 < 2 && 'tab';\n\tconsole.log('<b>text</b>\\u001b[31m red\\u001b[0m\\nkept\\r\\r\\ngone\\rlast\\r')",
    shows({ "text/html": "<table><tr><td>1</td></tr></table>" }),
    shows({ "image/svg+xml": "<svg viewBox='0 0 1 1'></svg>", "text/plain": "no" }),
    shows({ "image/png": dot }),
    shows({ "text/html": '<meta http-equiv="refresh" content="0;url=//x"><!-- &quot;' }),
    shows({ "image/svg+xml": "<?xml version='1.0'?><svg></svg>" }),
    { source: "throw new Error('<i>')", tags: ["raises-exception"] },
  ]);
  const html = join(folder, "page.html");
  await runNotebook(file, { html });
  const written = readFileSync(html, "utf8");
  expect(written).toContain("<title>First steps</title>");
  expect(written.match(/First/g)).toHaveLength(2);
  expect(written).toContain("<strong>weight</strong>");
  expect(written).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(written.split(`src="data:image/png;base64,${dot}"`)).toHaveLength(3);
  expect(written).toContain("const a = 1 &lt; 2 &amp;&amp; &#39;tab&#39;;\n  console.log(");
  expect(written).toContain("&lt;b&gt;text&lt;/b&gt; red\nkept\nlast</pre>");
  expect(written).toContain("<table><tr><td>1</td></tr></table>");
  expect(written).toContain("<svg viewBox='0 0 1 1'></svg>");
  expect(written).not.toContain(">no<");
  expect(written).toMatch(
    /<iframe [^>]*sandbox="" srcdoc="<style>[^"]*<meta http-equiv=&quot;refresh&quot; [^"]*<!-- &amp;quot;"><\/iframe>/,
  );
  expect(written).toContain('src="data:image/svg+xml;base64,PD94bWw');
  // A wide table is seen beyond the column of text, and whole on paper, which cannot scroll.
  expect(written).toContain(".nb-out:has(.konsil-scroll){overflow:visible}");
  expect(written).toMatch(/@media print\{[^@]*\.nb-out\{overflow:visible\}/);
  expect(written).toContain("Error: &lt;i&gt;");
  expect(written).not.toMatch(/<script|<link|https?:\/\//);
  expect(written).toContain("default-src 'none'");
});
