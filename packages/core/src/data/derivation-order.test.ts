import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { derivationOrder } from "./derivation-order.ts";
import { and, column } from "./expression.ts";
import { referencedColumns } from "./referenced-columns.ts";
import type { Derivation } from "./specification.ts";

const derivation = (name: string, ...inner: readonly string[]): Derivation => ({
  name,
  expression: and(...inner.map((other) => column<"boolean">(other))).node,
});
const names = (order: readonly Derivation[]): readonly string[] => order.map(({ name }) => name);

/** Derived columns in any order that rest on "x" and on ones of a lower number. */
const acyclic = fc
  .array(fc.array(fc.nat(20), { maxLength: 4 }), { maxLength: 12 })
  .map((lists) =>
    lists.map((on, i) => derivation(`d${i}`, "x", ...on.filter((j) => j < i).map((j) => `d${j}`))),
  )
  .chain((list) => fc.shuffledSubarray(list, { minLength: list.length }));

describe("derivationOrder", () => {
  it("has every column once, after all that it rests on", () => {
    fc.assert(
      fc.property(acyclic, (derive) => {
        const order = derivationOrder(derive);
        expect(names(order).toSorted()).toEqual(names(derive).toSorted());
        order.forEach(({ expression }, i) => {
          const before = ["x", ...names(order.slice(0, i))];
          for (const inner of referencedColumns(expression)) expect(before).toContain(inner);
        });
      }),
      { seed: 17 },
    );
  });

  it("has only what those wanted rest on", () => {
    const derive = [derivation("a", "b", "x"), derivation("b"), derivation("c", "a")];
    expect(names(derivationOrder(derive, ["a", "x"]))).toEqual(["b", "a"]);
  });

  it("names a column that depends on itself, directly or not, and minds no circle that is not wanted", () => {
    const derive = [derivation("a", "a"), derivation("b", "c"), derivation("c", "b"), derivation("d", "x")];
    expect(() => derivationOrder(derive, ["a"])).toThrow('"a" depends on itself');
    expect(() => derivationOrder(derive, ["b"])).toThrow('"b" depends on itself');
    expect(names(derivationOrder(derive, ["d"]))).toEqual(["d"]);
  });

  it("is done at once with paths without number, and with a chain of any length", () => {
    const rest = Array.from({ length: 5000 }, (_, i) => derivation(`d${i}`, `d${i + 1}`, `d${i + 2}`));
    expect(derivationOrder(rest)).toHaveLength(5000);
  });
});
