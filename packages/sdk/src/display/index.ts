export { escapeMarkup, plainText } from "./escape.ts";
export { type FigureOptions, figureSvg } from "./figure.ts";
export { figureTable } from "./figure-table.ts";
export { type FigureHtmlOptions, figureHtml, tableHtml, type ViewHtmlOptions, viewHtml } from "./html.ts";
export {
  formatCell,
  formatDuration,
  formatEstimate,
  formatInteger,
  formatNumber,
  formatP,
  formatPercent,
} from "./numbers.ts";
export { type Page, type PageSection, page } from "./page.ts";
export { type TextOptions, tableText, viewText } from "./text.ts";
