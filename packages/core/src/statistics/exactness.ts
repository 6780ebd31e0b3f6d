/** The width of a lattice, and in which unit where that is known: "days" between dates, or what the data declare. */
export interface Width {
  readonly resolution: number;
  readonly unit?: string | undefined;
}

/** How exactly positions on an axis are known: as they are, to a cell of a lattice, or to a batch of people on a lattice. */
export type Exactness =
  | { readonly mode: "exact" }
  | ({ readonly mode: "lattice" } & Width)
  | ({ readonly mode: "batches"; readonly size: number } & Width);

const order = ["exact", "lattice", "batches"] as const;

/** What can be said of positions that are known in several ways: the least exact mode, with the widest of its settings. */
export function leastExact(all: readonly Exactness[]): Exactness {
  const mode = order[Math.max(0, ...all.map((one) => order.indexOf(one.mode)))] ?? "exact";
  if (mode === "exact") return { mode };
  const resolution = Math.max(...all.map((one) => (one.mode === "exact" ? 0 : one.resolution)));
  const units = new Set(all.flatMap((one) => (one.mode === "exact" ? [] : [one.unit])));
  const [unit] = units.size === 1 ? units : [];
  const width = unit === undefined ? { resolution } : { resolution, unit };
  if (mode === "lattice") return { mode, ...width };
  return { mode, ...width, size: Math.max(...all.map((one) => (one.mode === "batches" ? one.size : 0))) };
}

/** "30 days"; "30" where nobody said of what. */
export function widthWords({ resolution, unit }: Width): string {
  return unit === undefined ? String(resolution) : `${resolution} ${unit}`;
}

/** "exact", "lattice of 30 days", "batches of 5, lattice of 30 days"; without the unit where nobody said which. */
export function exactnessWords(exactness: Exactness): string {
  switch (exactness.mode) {
    case "exact":
      return "exact";
    case "lattice":
      return `lattice of ${widthWords(exactness)}`;
    case "batches":
      return `batches of ${exactness.size}, lattice of ${widthWords(exactness)}`;
  }
}

/** How positions are known of which those words say that they are not exact: "in batches of …", "to a lattice of …". */
export function exactnessPhrase(words: string): string {
  return `${words.startsWith("batches") ? "in" : "to a"} ${words}`;
}

const isPositive = (value: unknown): boolean => typeof value === "number" && value > 0;

/** Whether a message says how exactly positions are known. */
export function isExactness(value: unknown): value is Exactness {
  if (typeof value !== "object" || value === null || !("mode" in value)) return false;
  const { mode, resolution, size, unit } = value as Record<string, unknown>;
  if (unit !== undefined && typeof unit !== "string") return false;
  return (
    mode === "exact" ||
    (mode === "lattice" && isPositive(resolution)) ||
    (mode === "batches" && isPositive(resolution) && isPositive(size) && Number.isSafeInteger(size))
  );
}
