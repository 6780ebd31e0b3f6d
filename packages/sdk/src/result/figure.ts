import { ArgumentError, type FigureView, suggestion, type View } from "@konsil/core";
import { figureSvg, viewHtml, viewText } from "../display/index.ts";
import { show, showable, viewForms } from "../display/showable.ts";

/** One figure of a result, which shows itself as an image. */
export interface Figure {
  /** What it shows, as plain data. */
  readonly view: FigureView;
  /** The numbers that it shows. */
  toText(): string;
  /** As `toText()`. */
  toString(): string;
  /** A piece of HTML for a page or a notebook, with the numbers folded beneath. */
  toHTML(): string;
  toSVG(): string;
  /** Shows it: in the cell of a notebook, elsewhere as text. */
  show(): void;
}

/** The first figure of a view, or that of a title. @throws ArgumentError where there is none */
export function figureOf({ title: of, figures = [] }: View, title?: string): Figure {
  const figure = title === undefined ? figures[0] : figures.find((one) => one.title === title);
  if (figure === undefined) {
    const titles = figures.map((one) => one.title);
    const named = title === undefined ? "" : ` "${title}"`;
    const advice = title === undefined ? "" : ` ${suggestion(title, titles, "Figures")}`;
    throw new ArgumentError("ARGUMENT_INVALID", `"${of}" has no figure${named}.${advice}`);
  }
  const view = { title: figure.title, figures: [figure] };
  const forms = viewForms(() => view);
  return showable(
    {
      view: figure,
      toText: () => viewText(view),
      toHTML: () => viewHtml(view),
      toSVG: () => figureSvg(figure),
      show: () => show(forms),
    },
    forms,
  );
}
