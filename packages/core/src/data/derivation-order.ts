import { ArgumentError } from "../errors/index.ts";
import { referencedColumns } from "./referenced-columns.ts";
import type { DataSpecification, Derivation } from "./specification.ts";

/**
 * The derived columns on which those wanted rest, and these themselves, each once and after all that it rests on.
 * Without recursion, and in time linear in the specification: a request can hold a long chain, or columns that rest
 * on two others each, whose paths are without number.
 * @throws ArgumentError EXPRESSION_INVALID when a column depends on itself
 */
export function derivationOrder(
  derive: readonly Derivation[],
  wanted: readonly string[] = derive.map(({ name }) => name),
): readonly Derivation[] {
  const byName = new Map(derive.map((derivation) => [derivation.name, derivation]));
  const ordered = new Set<Derivation>();
  for (const start of wanted) {
    const first = byName.get(start);
    if (first === undefined || ordered.has(first)) continue;
    const open = new Set([first]);
    const path = [{ derivation: first, inner: referencedColumns(first.expression).values() }];
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const next = last.inner.next();
      if (next.done === true) {
        ordered.add(last.derivation);
        open.delete(last.derivation);
        path.pop();
        continue;
      }
      const derivation = byName.get(next.value);
      if (derivation === undefined || ordered.has(derivation)) continue;
      if (open.has(derivation))
        throw new ArgumentError(
          "EXPRESSION_INVALID",
          `The derived column "${derivation.name}" depends on itself.`,
        );
      open.add(derivation);
      path.push({ derivation, inner: referencedColumns(derivation.expression).values() });
    }
  }
  return [...ordered];
}

/** A specification with those derived columns alone on which the columns that are read, or its filter, rest. */
export function withDerivedOf(
  specification: DataSpecification,
  columns: Iterable<string>,
): DataSpecification {
  const { derive, filter } = specification;
  const used = new Set(
    derivationOrder(derive, [...columns, ...(filter === null ? [] : referencedColumns(filter))]),
  );
  return { ...specification, derive: derive.filter((derivation) => used.has(derivation)) };
}
