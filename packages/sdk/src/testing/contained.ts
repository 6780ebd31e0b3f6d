interface Interval {
  readonly lower: number | null;
  readonly upper: number | null;
}

const isEnd = (value: unknown): boolean => value === null || typeof value === "number";

function isInterval(value: unknown): value is Interval {
  if (typeof value !== "object" || value === null) return false;
  const { lower, upper, ...others } = value as Record<string, unknown>;
  return Object.keys(others).length === 0 && isEnd(lower) && isEnd(upper) && "lower" in value;
}

/**
 * Where a value under a hospital's policy says something that is not true, or undefined. It may say less: `null` where there
 * is a number, an interval that holds it, words beside it. Numbers that it gives are those of the truth.
 */
export function contained(
  truth: unknown,
  found: unknown,
  tolerance: number,
  ignored: readonly string[],
  path = "value",
): string | undefined {
  if (found === null || found === undefined) return undefined;
  // What has no truth, such as the reason why there is no number, cannot be wrong by it; a number can.
  if (truth === null || truth === undefined)
    return typeof found === "number" ? `${path}: ${found}, where there is none` : undefined;
  if (typeof truth === "number") {
    const slack = tolerance * Math.max(1, Math.abs(truth));
    const [lower, upper] = isInterval(found) ? [found.lower, found.upper] : [found, found];
    const holds =
      isEnd(lower) &&
      isEnd(upper) &&
      (lower === null || (lower as number) - slack <= truth) &&
      (upper === null || truth <= (upper as number) + slack);
    return holds ? undefined : `${path}: ${JSON.stringify(found)} does not hold ${truth}`;
  }
  if (Array.isArray(truth) !== Array.isArray(found)) return `${path}: a list, or none, instead of the other`;
  if (Array.isArray(truth) && Array.isArray(found)) {
    if (truth.length !== found.length) return `${path}: ${found.length} entries instead of ${truth.length}`;
    for (let i = 0; i < truth.length; i++) {
      const wrong = contained(truth[i], found[i], tolerance, ignored, `${path}[${i}]`);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }
  if (typeof truth === "object" && truth !== null && typeof found === "object") {
    const [a, b] = [truth as Record<string, unknown>, found as Record<string, unknown>];
    for (const key of Object.keys(b)) {
      if (ignored.includes(key) || !(key in a)) continue;
      const wrong = contained(a[key], b[key], tolerance, ignored, `${path}.${key}`);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }
  return Object.is(truth, found)
    ? undefined
    : `${path}: ${JSON.stringify(found)} instead of ${JSON.stringify(truth)}`;
}
