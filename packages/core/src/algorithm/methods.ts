/** What the methods section of a paper says of how a value was made. */
export interface Methods {
  /** Whole sentences in the past tense, true of this value: what was estimated, from whom, with which options. */
  readonly text: string;
  /** The works that describe the method. */
  readonly references: readonly string[];
}

/** Of a value whose algorithm says nothing of it: which algorithm it was, and what it was told. */
export function plainMethods(name: string, version: number, title: string, args: unknown): Methods {
  const given = Object.entries(typeof args === "object" && args !== null ? args : {})
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  const algorithm = `the algorithm "${name}", version ${version}`;
  const what =
    title === name ? `The result is that of ${algorithm}` : `"${title}" is the result of ${algorithm}`;
  return { text: `${what}${given.length === 0 ? "" : `, with ${given.join(", ")}`}.`, references: [] };
}
