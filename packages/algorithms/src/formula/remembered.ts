/** What is remembered at most of one function: more than an analysis reads. */
const most = 16;

/**
 * The same function of a text or a number, which remembers what it made last: in every round each site reads the same few
 * formulas. What it throws is not remembered.
 */
export function rememberedByValue<Of extends string | number, T>(make: (of: Of) => T): (of: Of) => T {
  const known = new Map<Of, { readonly made: T }>();
  return (of) => {
    const found = known.get(of);
    if (found !== undefined) return found.made;
    const made = make(of);
    known.set(of, { made });
    for (const oldest of known.keys()) {
      if (known.size <= most) break;
      known.delete(oldest);
    }
    return made;
  };
}

/** The same function of an object that does not change, which remembers what it made of it while the object is there. */
export function remembered<Of extends object, T>(make: (of: Of) => T): (of: Of) => T {
  const known = new WeakMap<Of, { readonly made: T }>();
  return (of) => {
    const found = known.get(of) ?? { made: make(of) };
    known.set(of, found);
    return found.made;
  };
}
