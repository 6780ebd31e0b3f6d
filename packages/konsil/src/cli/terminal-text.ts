import { type View, viewText } from "@konsil/sdk";

/** A view as wide as the terminal, where there is one. */
export function terminalText(view: View): string {
  const { columns } = process.stdout;
  return viewText(view, columns === undefined ? {} : { width: columns });
}
