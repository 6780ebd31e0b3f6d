import type { View } from "@konsil/core";
import { plainText } from "./escape.ts";
import { figureSvg } from "./figure.ts";
import { viewHtml } from "./html.ts";
import { type MimeBundle, sendToNotebook, showsTextOnly } from "./notebook.ts";
import { type TextOptions, viewText } from "./text.ts";

/** By which name Node asks an object how it is printed. */
export const inspected: symbol = Symbol.for("nodejs.util.inspect.custom");
/** By which name kernels of Jupyter ask a value for its forms. */
export const notebookForm: symbol = Symbol.for("Jupyter.display");

/** The forms in which something shows itself. All are made when they are wanted. */
export interface Forms {
  readonly text: (options: TextOptions) => string;
  readonly html: () => string;
  /** Of a figure and nothing else. */
  readonly svg?: () => string | undefined;
  /** A line for where the rich form stands above it. The first line of the text unless given. */
  readonly brief?: () => string;
}

/** The forms of a view: tables and figures, or a figure alone. It is asked for whenever it is shown. */
export function viewForms(view: () => View): Forms {
  return {
    text: (options) => viewText(view(), options),
    html: () => viewHtml(view()),
    svg: () => {
      const { tables = [], figures = [], notes = [] } = view();
      const [figure] = figures;
      const isAlone = figures.length === 1 && tables.length + notes.length === 0;
      return figure !== undefined && isAlone ? figureSvg(figure) : undefined;
    },
    brief: () => {
      const { title, subtitle } = view();
      return plainText(subtitle === undefined ? title : `${title} · ${subtitle}`);
    },
  };
}

/** As wide as the terminal, where there is one. */
function printed({ text }: Forms, colour: boolean): string {
  const width = process.stdout.columns;
  return text({ ...(width === undefined ? {} : { width }), ...(colour ? { colour } : {}) });
}

/** What a front end of Jupyter chooses from. */
export function bundleOf(forms: Forms): MimeBundle {
  const svg = forms.svg?.();
  return {
    "text/html": forms.html(),
    ...(svg === undefined ? {} : { "image/svg+xml": svg }),
    "text/plain": forms.text({}),
  };
}

/** Shows it in the cell that runs; where there is none, prints it. */
export function show(forms: Forms): void {
  if (sendToNotebook(bundleOf(forms))) return;
  const colour = process.stdout.isTTY === true && process.stdout.hasColors();
  process.stdout.write(`${printed(forms, colour)}\n`);
}

/** What Node passes to an object that prints itself. */
interface InspectOptions {
  readonly depth?: number | null;
  readonly colors?: boolean;
}

/**
 * Makes an object show itself wherever it is printed: richly in a cell of a notebook, in aligned columns in a terminal, as
 * the same text by `String(…)` and in a template. Hidden from loops over it.
 */
export function showable<T extends object>(target: T, forms: Forms): T {
  hide(target, {
    toString: () => printed(forms, false),
    [inspected]: (depth?: number | null, options: InspectOptions = {}) => {
      // At the top only: what is inside of something else is printed with it.
      if (depth === options.depth && showsTextOnly() && sendToNotebook(bundleOf(forms)))
        return forms.brief?.() ?? (forms.text({}).split("\n", 1)[0] as string);
      return printed(forms, options.colors === true);
    },
    [notebookForm]: () => bundleOf(forms),
  });
  return target;
}

/** Gives an object members that loops over it do not see. */
export function hide(target: object, members: Readonly<Record<string | symbol, unknown>>): void {
  for (const key of Reflect.ownKeys(members))
    Object.defineProperty(target, key, {
      value: members[key as string],
      enumerable: false,
      configurable: true,
    });
}
