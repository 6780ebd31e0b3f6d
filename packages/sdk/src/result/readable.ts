const inspect: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;

/**
 * Makes an object read as one text wherever it is printed: in a terminal, by `String(…)` and in a template. Hidden from
 * loops over it.
 */
export function readable<T extends object>(target: T, text: () => string): T {
  for (const key of ["toString", inspect] as const)
    Object.defineProperty(target, key, { value: text, enumerable: false, configurable: true });
  return target;
}
