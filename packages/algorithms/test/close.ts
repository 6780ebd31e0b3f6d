import { expect } from "vitest";

/** Expects the same shape, and numbers that differ by at most so much of the expected one (or absolutely, near zero). */
export function expectClose(
  actual: unknown,
  expected: unknown,
  relative = 1e-8,
  absolute = 1e-300,
  path = "value",
): void {
  if (typeof expected === "number" && typeof actual === "number") {
    const allowed = Math.max(relative * Math.abs(expected), absolute);
    expect(Math.abs(actual - expected), `${path}: ${actual} and ${expected}`).toBeLessThanOrEqual(allowed);
    return;
  }
  if (typeof expected === "object" && expected !== null && typeof actual === "object" && actual !== null) {
    const [a, e] = [actual as Record<string, unknown>, expected as Record<string, unknown>];
    expect(Object.keys(a).sort(), path).toEqual(Object.keys(e).sort());
    for (const key of Object.keys(e)) expectClose(a[key], e[key], relative, absolute, `${path}.${key}`);
    return;
  }
  expect(actual, path).toEqual(expected);
}
