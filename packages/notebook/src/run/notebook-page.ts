import { stripVTControlCharacters } from "node:util";
import { escapeMarkup, page } from "@konsil/sdk";
import { Marked } from "marked";
import type { Output } from "../kernel/outputs.ts";
import { isContained } from "./contained.ts";
import type { Cell, Notebook } from "./notebook-file.ts";

const css = `
.nb-cell{margin:0 0 1.4em}
.nb-code,.nb-text{font:13.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre-wrap;overflow-wrap:anywhere;margin:0;tab-size:2}
.nb-code{padding:.75em .9em;border-inline-start:3px solid var(--link);background:rgba(128,128,128,.09)}
.nb-text{padding:.5em .9em}
.nb-stderr{opacity:.8;border-inline-start:3px solid rgba(128,128,128,.5)}
.nb-error{border-inline-start:3px solid #d55e00}
.nb-out{margin:.9em 0;overflow-x:auto}.nb-out:has(.konsil-scroll){overflow:visible}
.nb-out img,.nb-out svg{max-width:100%;height:auto}
.nb-out img,.nb-frame{background:#fff;color-scheme:light}
.nb-frame{display:block;width:100%;height:26em;resize:vertical;border:1px solid rgba(128,128,128,.4)}
.nb-markdown pre{padding:.75em .9em;overflow-x:auto;background:rgba(128,128,128,.09)}
.nb-markdown code{font:.88em ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.nb-markdown table{border-collapse:collapse;margin:0 0 1em}.nb-markdown th,.nb-markdown td{padding:.25em .7em;border-bottom:1px solid rgba(128,128,128,.4);text-align:start}
.nb-markdown img{max-width:100%}
.nb-markdown a{color:var(--link)}
@media print{.nb-cell{break-inside:avoid}.nb-out{overflow:visible}.nb-code{border-color:#888}}
`;

/** Text of many lines, line by line: `escapeMarkup` makes one of them. */
function escapeLines(text: string): string {
  return text
    .split("\n")
    .map((line) => escapeMarkup(line.replaceAll("\t", "  ")))
    .join("\n");
}

/** What a terminal would show: colours are left out, and a line that was written over is gone. */
function terminalText(text: string): string {
  return stripVTControlCharacters(text)
    .split("\n")
    .map((line) => line.split("\r").findLast((part) => part !== "") ?? "")
    .join("\n");
}

const text = (value: unknown): string => (Array.isArray(value) ? value.join("") : String(value));

/** A name as it stands in an address, which need not be written as one. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Markdown as HTML. What is HTML in it is shown as text; pictures are those that the cell holds. */
function markdown(source: string, attachments: Cell["attachments"] = {}): string {
  const attached = (href: string): string => {
    const name = /^attachment:(.*)$/.exec(href)?.[1];
    if (name === undefined) return href;
    const [type, data] = Object.entries(attachments[decoded(name)] ?? {})[0] ?? [];
    return type === undefined ? href : `data:${type};base64,${text(data)}`;
  };
  const marked = new Marked({
    async: false,
    renderer: {
      html: ({ text }) => escapeLines(text),
      image: ({ href, text }) => `<img src="${escapeMarkup(attached(href))}" alt="${escapeMarkup(text)}">`,
    },
  });
  return `<div class="nb-markdown">${marked.parse(source) as string}</div>`;
}

const pre = (kind: string, content: string): string =>
  content.trim() === "" ? "" : `<pre class="${kind}">${escapeLines(content.replace(/\n$/, ""))}</pre>`;

const framed =
  '<style>body{margin:8px;font:14px/1.45 "Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif}</style>';

/** HTML as a document of its own, which can neither change the page around it nor leave it. */
function frame(html: string): string {
  const source = (framed + html).replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<iframe class="nb-frame" title="An output" sandbox="" srcdoc="${source}"></iframe>`;
}

const image = (type: string, base64: string): string =>
  `<img src="data:${type};base64,${escapeMarkup(base64.replace(/\s/g, ""))}" alt="">`;

/**
 * The richest form that needs neither a script nor the network. HTML and SVG, as Konsil makes them, stay as they are where
 * they do not reach beyond their place.
 */
function rich(data: Readonly<Record<string, unknown>>): string {
  const wrapped = (html: string): string => `<div class="nb-out">${html}</div>`;
  const html = "text/html" in data ? text(data["text/html"]) : undefined;
  if (html !== undefined && isContained(html)) return wrapped(html);
  if ("image/svg+xml" in data) {
    const svg = text(data["image/svg+xml"]);
    return wrapped(isContained(svg) ? svg : image("image/svg+xml", Buffer.from(svg).toString("base64")));
  }
  for (const type of ["image/png", "image/jpeg", "image/gif", "image/webp"])
    if (type in data) return wrapped(image(type, text(data[type])));
  if (html !== undefined) return wrapped(frame(html));
  if ("text/markdown" in data) return wrapped(markdown(text(data["text/markdown"])));
  if ("text/plain" in data) return pre("nb-text", text(data["text/plain"]));
  return "application/json" in data
    ? pre("nb-text", JSON.stringify(data["application/json"], null, 2))
    : pre("nb-text", `(nothing that can be shown here: ${Object.keys(data).join(", ")})`);
}

function outputHtml(output: Output): string {
  switch (output.output_type) {
    case "stream":
      return pre(output.name === "stderr" ? "nb-text nb-stderr" : "nb-text", terminalText(output.text));
    case "error":
      return pre(
        "nb-text nb-error",
        terminalText(
          output.traceback.length === 0 ? `${output.ename}: ${output.evalue}` : output.traceback.join("\n"),
        ),
      );
    default:
      return rich(output.data);
  }
}

function cellHtml(cell: Cell): string {
  if (cell.cell_type === "markdown") return markdown(cell.source, cell.attachments);
  if (cell.cell_type === "raw") return pre("nb-text", cell.source);
  return [pre("nb-code", cell.source), ...(cell.outputs ?? []).map(outputHtml)].join("");
}

/** The first heading is the page's title, and stands there only. */
function takeTitle(cells: readonly Cell[]): { title: string | undefined; cells: readonly Cell[] } {
  const at = cells.findIndex(({ cell_type }) => cell_type === "markdown");
  const first = cells[at];
  const heading = /^\s*# +([^\n]+)\n?/.exec(first?.source ?? "");
  if (first === undefined || heading === null) return { title: undefined, cells };
  const rest: Cell = { ...first, source: first.source.slice(heading[0].length) };
  return { title: heading[1]?.replace(/[`*_]/g, "").trim(), cells: cells.with(at, rest) };
}

/** A notebook as a page in one file, which needs neither a script nor the network. */
export function notebookPage(
  notebook: Notebook,
  { name, failure }: { readonly name: string; readonly failure?: Error | undefined },
): string {
  const { title, cells } = takeTitle(notebook.cells);
  const html = cells
    .map(cellHtml)
    .filter((content) => content !== "")
    .map((content) => `<div class="nb-cell">${content}</div>`)
    .join("\n");
  return page({
    title: title ?? name,
    ...(failure && { subtitle: `This run ended early: ${failure.message.split("\n")[0] ?? ""}` }),
    sections: [{ html }],
    css,
  });
}
