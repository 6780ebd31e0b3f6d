import {
  type AnyStatistic,
  cellCount,
  type Dimensions,
  innermost,
  type MaskedCounts,
} from "../statistics/index.ts";
import type { PositionLabels } from "../step/index.ts";

/** One number that leaves, or several that belong together, and what of. */
export interface Told {
  /** The cell: "grade=2", "cell 0"; empty where there is only one. */
  readonly of: string;
  readonly is: string;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** A number as a message has it. */
const plain = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** A position without words has no name but its dimension's. */
const labelled = (dimension: string, label: string): string =>
  /^\d+$/.test(label) ? `${dimension} ${label}` : label;

/** The names of the cells of a dense array, row-major. */
function cellNames(
  names: readonly string[],
  dimensions: Dimensions,
  labels: PositionLabels,
): readonly string[] {
  const cells = names.reduce<readonly Readonly<Record<string, number>>[]>(
    (all, name) => all.flatMap((cell) => (dimensions[name] ?? []).map((_, i) => ({ ...cell, [name]: i }))),
    [{}],
  );
  return cells.map((cell) =>
    Object.entries(cell)
      .map(([name, i]) => labels[name]?.(i, cell) ?? labelled(name, dimensions[name]?.[i] ?? ""))
      .filter((part) => part !== "")
      .join(", "),
  );
}

function interval(lower: unknown, upper: unknown): string {
  return lower === upper ? plain(lower) : `${plain(lower)} to ${plain(upper)}`;
}

function maskedTold(wire: unknown, cells: readonly string[]): readonly Told[] | undefined {
  if (!isObject(wire) || !Array.isArray(wire["lower"]) || !Array.isArray(wire["upper"])) return undefined;
  const [lower, upper] = [wire["lower"] as unknown[], wire["upper"] as unknown[]];
  return cells.map((of, i) => ({ of, is: interval(lower[i], upper[i]) }));
}

/** Of each cell who have the number, who lack it, and its sums. */
function momentsTold(wire: unknown, cells: readonly string[]): readonly Told[] | undefined {
  if (!isObject(wire) || !isObject(wire["sums"])) return undefined;
  const parts = [
    ["have it", wire["people"]],
    ["lack it", wire["missing"]],
    ...Object.entries(wire["sums"]),
  ] as const;
  const told = parts.map(([part, bounds]) => ({ part, told: maskedTold(bounds, cells) }));
  if (told.some((one) => one.told === undefined)) return undefined;
  return cells.map((of, i) => ({
    of,
    is: told.map(({ part, told: ends }) => `${part}: ${ends?.[i]?.is ?? ""}`).join("; "),
  }));
}

function sumsTold(wire: unknown, cells: readonly string[]): readonly Told[] | undefined {
  if (wire === null) return [{ of: "", is: "left out" }];
  if (Array.isArray(wire)) return cells.map((of, i) => ({ of, is: plain(wire[i]) }));
  if (!isObject(wire) || !Array.isArray(wire["at"]) || !Array.isArray(wire["values"])) return undefined;
  const [at, values] = [wire["at"] as number[], wire["values"] as unknown[]];
  const others = cells.length - at.length;
  return [
    ...at.map((place, i) => ({ of: cells[place] ?? "", is: plain(values[i]) })),
    ...(others > 0 ? [{ of: others === 1 ? "the other one" : `the ${others} others`, is: "0" }] : []),
  ];
}

function levelsTold(wire: unknown, cells: readonly string[]): readonly Told[] | undefined {
  if (!Array.isArray(wire)) return undefined;
  return cells.map((of, i) => {
    const { names = [], rare = false } = (wire[i] ?? {}) as { names?: readonly string[]; rare?: boolean };
    const named = names.length === 0 ? "none" : names.map((name) => JSON.stringify(name)).join(" ");
    return { of, is: rare ? `${named}, and one or more with too few people to be named` : named };
  });
}

function batchText({
  ends,
  people,
}: {
  readonly ends: readonly number[];
  readonly people: readonly number[];
}): string {
  return ends.length === 0 ? "nobody" : ends.map((end, i) => `${people[i]} by ${end}`).join("; ");
}

function distributionTold(
  wire: unknown,
  cells: readonly string[],
  streams: readonly string[],
): readonly Told[] | undefined {
  if (!isObject(wire) || !Array.isArray(wire["cells"])) return undefined;
  return (wire["cells"] as unknown[]).flatMap((cell, c): Told[] => {
    const name = cells[c] ?? "";
    if (!isObject(cell)) return [{ of: name, is: plain(cell) }];
    if ("abstains" in cell) {
      const people = cell["abstains"];
      const count = isObject(people) ? interval(people["lower"], people["upper"]) : plain(people);
      return [{ of: name, is: `no times, for too few people; there are ${count}` }];
    }
    if (Array.isArray(cell["batches"]) && Object.keys(cell).length === 1)
      return (cell["batches"] as Parameters<typeof batchText>[0][]).map((batches, s) => ({
        of: [name, streams[s] ?? ""].filter((part) => part !== "").join(", "),
        is: batchText(batches),
      }));
    if (Array.isArray(cell["at"]) && Array.isArray(cell["people"]) && cell["weight"] === undefined)
      return (cell["people"] as number[][]).map((people, s) => ({
        of: [name, streams[s] ?? ""].filter((part) => part !== "").join(", "),
        is:
          (cell["at"] as number[])
            .flatMap((at, i) => ((people[i] ?? 0) > 0 ? [`${people[i]} at ${at}`] : []))
            .join("; ") || "nobody",
      }));
    return [{ of: name, is: plain(cell) }];
  });
}

/** What a statistic tells as it leaves, number by number. A form that is not known is shown as it is. */
export function toldBy(
  statistic: AnyStatistic,
  wire: unknown,
  dimensions: Dimensions,
  labels: PositionLabels = {},
): readonly Told[] {
  const own = innermost(statistic);
  const rest = own.kind === "maskedCounts" ? (own as MaskedCounts<string>).rest : null;
  const names = rest === null ? own.dimensions : own.dimensions.filter((name) => name !== rest);
  // Of a table beyond all reading, each number as it stands.
  if (cellCount(names, dimensions) > 100_000) return [{ of: "", is: plain(wire) }];
  const cells = [
    ...cellNames(names, dimensions, labels),
    ...(rest === null ? [] : cellNames([rest], dimensions, labels)),
  ];
  const streams = "streams" in own ? (own.streams as readonly string[]) : [];
  const told = {
    count: () => [{ of: "", is: plain(wire) }],
    counts: () => sumsTold(wire, cells),
    maskedCounts: () => maskedTold(wire, cells),
    moments: () => momentsTold(wire, cells),
    sums: () => sumsTold(wire, cells),
    weights: () => [],
    comparedPeople: () => [],
    distribution: () => distributionTold(wire, cells, streams),
    levels: () => levelsTold(wire, cells),
    range: () =>
      Array.isArray(wire) ? [{ of: "", is: interval(wire[0], wire[1]) }] : [{ of: "", is: "no value" }],
    flags: () =>
      Array.isArray(wire) ? cells.map((of, i) => ({ of, is: wire[i] === true ? "yes" : "no" })) : undefined,
    perSite: () => undefined,
  }[own.kind]();
  return told ?? [{ of: "", is: plain(wire) }];
}
