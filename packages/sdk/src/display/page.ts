import type { View } from "@konsil/core";
import { escapeMarkup } from "./escape.ts";
import { foldedHtml, viewHtml } from "./html.ts";
import { pageStyle, style } from "./style.ts";

/** A part of a page: words, a view, and HTML made by this folder, in this order. */
export interface PageSection {
  readonly title?: string;
  readonly paragraphs?: readonly string[];
  readonly view?: View;
  /** Put on the page as it is: only what `tableHtml`, `figureHtml` and `viewHtml` made, never text from elsewhere. */
  readonly html?: string;
  /** More of the same kind of HTML at the section's end, under a line that unfolds it. */
  readonly folded?: { readonly summary: string; readonly html: string };
}

export interface Page {
  readonly title: string;
  readonly subtitle?: string;
  readonly sections: readonly PageSection[];
  readonly footer?: string;
  /** Rules after the page's own. */
  readonly css?: string;
  /** The language of the words, English unless said otherwise. */
  readonly language?: string;
}

// A page needs neither scripts nor the network, and the browser is told to allow none.
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** A whole page in one file that reads on a screen, on a phone, in the dark and on paper. */
export function page(content: Page): string {
  const title = escapeMarkup(content.title);
  return [
    `<!doctype html>`,
    `<html lang="${escapeMarkup(content.language ?? "en")}">`,
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    `<meta name="color-scheme" content="light dark"><title>${title}</title>`,
    `<style>${style}\n${pageStyle}\n${styleText(content.css ?? "")}</style></head>`,
    `<body><main class="konsil"><header><h1>${title}</h1>${paragraph(content.subtitle, "konsil-subtitle")}</header>`,
    ...content.sections.map(sectionHtml),
    content.footer === undefined ? "" : `<footer>${escapeMarkup(content.footer)}</footer>`,
    `</main></body></html>\n`,
  ].join("\n");
}

function sectionHtml(section: PageSection): string {
  const title = section.title === undefined ? "" : `<h2>${escapeMarkup(section.title)}</h2>`;
  const paragraphs = (section.paragraphs ?? []).map((words) => paragraph(words)).join("");
  const level = section.title === undefined ? 2 : 3;
  const view = section.view === undefined ? "" : viewHtml(section.view, { level, style: false });
  const folded = section.folded === undefined ? "" : foldedHtml(section.folded.summary, section.folded.html);
  return `<section>${title}${paragraphs}${view}${section.html ?? ""}${folded}</section>`;
}

function paragraph(words: string | undefined, name?: string): string {
  if (words === undefined) return "";
  return `<p${name === undefined ? "" : ` class="${name}"`}>${escapeMarkup(words)}</p>`;
}

/** Rules that cannot end the style element that holds them. */
function styleText(css: string): string {
  return css.replaceAll("</", "<\\/");
}
