// Jupyter counts characters of Unicode; JavaScript counts the halves of those beyond U+FFFF, such as emoji, one by one.

/** A place in JavaScript's text as Jupyter counts it. */
export function toJupyter(text: string, position: number): number {
  return Array.from(text.slice(0, position)).length;
}

/** A place as Jupyter counts it in JavaScript's text. */
export function fromJupyter(text: string, position: number): number {
  return Array.from(text).slice(0, position).join("").length;
}
