/** How exactly positions on an axis are known: as they are, to a cell of a lattice, or to a batch of people on a lattice. */
export type Exactness =
  | { readonly mode: "exact" }
  | { readonly mode: "lattice"; readonly resolution: number }
  | { readonly mode: "batches"; readonly resolution: number; readonly size: number };

const order = ["exact", "lattice", "batches"] as const;

/** What can be said of positions that are known in several ways: the least exact mode, with the widest of its settings. */
export function leastExact(all: readonly Exactness[]): Exactness {
  const mode = order[Math.max(0, ...all.map((one) => order.indexOf(one.mode)))] ?? "exact";
  if (mode === "exact") return { mode };
  const resolution = Math.max(...all.map((one) => (one.mode === "exact" ? 0 : one.resolution)));
  if (mode === "lattice") return { mode, resolution };
  return { mode, resolution, size: Math.max(...all.map((one) => (one.mode === "batches" ? one.size : 0))) };
}

/** "exact", "lattice of 30", "batches of 5, lattice of 30". */
export function exactnessWords(exactness: Exactness): string {
  switch (exactness.mode) {
    case "exact":
      return "exact";
    case "lattice":
      return `lattice of ${exactness.resolution}`;
    case "batches":
      return `batches of ${exactness.size}, lattice of ${exactness.resolution}`;
  }
}

const isPositive = (value: unknown): boolean => typeof value === "number" && value > 0;

/** Whether a message says how exactly positions are known. */
export function isExactness(value: unknown): value is Exactness {
  if (typeof value !== "object" || value === null || !("mode" in value)) return false;
  const { mode, resolution, size } = value as Record<string, unknown>;
  return (
    mode === "exact" ||
    (mode === "lattice" && isPositive(resolution)) ||
    (mode === "batches" && isPositive(resolution) && isPositive(size) && Number.isSafeInteger(size))
  );
}
