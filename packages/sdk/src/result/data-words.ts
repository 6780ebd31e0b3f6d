import type { Report, View } from "@konsil/core";

/** What is printed beside a result; a longer text is in the report. */
const mostLetters = 300;

function shortened(text: string): string {
  return text.length <= mostLetters ? text : `${text.slice(0, mostLetters)}… (the report has all of it)`;
}

/**
 * The view of a result that says of which rows it is, under its title, and first among its notes what was computed: a
 * figure of some rows must not be taken for one of all.
 */
export function withData(view: View, { data }: Report): View {
  const { filter, derived } = data;
  const rows = filter === null ? [] : [`Rows with ${shortened(filter)}`];
  const subtitle = [...(view.subtitle === undefined ? [] : [view.subtitle]), ...rows].join(" · ");
  const columns = derived.map(({ name, expression }) => `${name} = ${expression}`).join("; ");
  return {
    ...view,
    ...(subtitle === "" ? {} : { subtitle }),
    ...(columns === "" ? {} : { notes: [`Derived columns: ${shortened(columns)}.`, ...(view.notes ?? [])] }),
  };
}
