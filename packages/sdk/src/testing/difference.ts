/** Where and how two plain values differ, or undefined. */
export function difference(
  left: unknown,
  right: unknown,
  tolerance: number,
  ignored: readonly string[],
  path = "value",
): string | undefined {
  if (typeof left === "number" && typeof right === "number") {
    if (left === right) return undefined;
    const whole =
      Number.isInteger(left) &&
      Number.isInteger(right) &&
      Math.max(Math.abs(left), Math.abs(right)) < 2 ** 31;
    const scale = Math.max(1, Math.abs(left), Math.abs(right));
    return !whole && Math.abs(left - right) <= tolerance * scale
      ? undefined
      : `${path}: ${left} and ${right}`;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left.length !== right.length) return `${path}: ${left.length} and ${right.length} entries`;
    for (let i = 0; i < left.length; i++) {
      const found = difference(left[i], right[i], tolerance, ignored, `${path}[${i}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof left === "object" && left !== null && typeof right === "object" && right !== null) {
    const [a, b] = [left as Record<string, unknown>, right as Record<string, unknown>];
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (ignored.includes(key)) continue;
      const found = difference(a[key], b[key], tolerance, ignored, `${path}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return Object.is(left, right) ? undefined : `${path}: ${JSON.stringify(left)} and ${JSON.stringify(right)}`;
}
