import {
  type ColumnType,
  type Permission,
  type Policy,
  permits,
  rangeWidth,
  roundsNothing,
  type Source,
  suggestion,
} from "@konsil/core";
import { algorithmMeant, besides, standardAlgorithms } from "./algorithms-command.ts";

/** The columns of some data, each with its type where it has one everywhere. */
export type Columns = ReadonlyMap<string, ColumnType | undefined>;

/** The columns of several sources together. */
export async function columnsOf(sources: readonly Source[]): Promise<Columns> {
  const found = new Map<string, ColumnType | undefined>();
  for (const source of sources)
    for (const { name, type } of await source.describe())
      found.set(name, !found.has(name) || found.get(name) === type ? type : undefined);
  return found;
}

const named = ({ allow, deny }: Permission): readonly string[] => [
  ...(allow === "all" ? [] : allow),
  ...deny,
];

/** Algorithms may be a site's own, so that an unknown name is no mistake for sure: a typo in "deny" denies nothing. */
function unknownAlgorithms({ algorithms }: Policy): readonly string[] {
  const known = [...standardAlgorithms().values(), ...besides];
  const versions = known.map(({ name, version }) => `${name}@${version}`);
  const names = known.map(({ name }) => name);
  return named(algorithms)
    .filter((name) => !names.includes(name) && !versions.includes(name))
    .map(
      (name) =>
        `algorithms: "${name}" is no algorithm of this release, and changes nothing unless it is one of your own. ${algorithmMeant("policy", name, name.includes("@") ? versions : names)}`,
    );
}

/** Names in a policy that nothing here has: of columns, as far as the data are known. */
export function unknownNames(policy: Policy, columns?: Columns): readonly string[] {
  if (columns === undefined) return unknownAlgorithms(policy);
  const listed = [
    ...named(policy.columns).map((name) => ["columns", name] as const),
    ...Object.keys(policy.lattices).map((name) => ["lattices", name] as const),
  ];
  return [
    ...unknownAlgorithms(policy),
    ...listed
      .filter(([, name]) => !columns.has(name))
      .map(
        ([setting, name]) =>
          `${setting}: the data have no column "${name}". ${suggestion(name, columns.keys(), "Columns")}`,
      ),
  ];
}

/** The columns of a policy's lattices whose ends some of the data would tell: numbers or dates that are not all points. */
async function columnsOfRanges(policy: Policy, sources: readonly Source[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const source of sources) {
    const measured = (await source.describe()).filter(({ type }) => type === "numeric" || type === "date");
    const names = measured.map(({ name }) => name).filter((name) => Object.hasOwn(policy.lattices, name));
    if (names.length === 0) continue;
    const { columns } = await source.read(names);
    for (const [name, column] of columns) {
      const width = rangeWidth(policy, name);
      if (width === undefined || (column.type !== "numeric" && column.type !== "date")) continue;
      const values = column.values.filter((value) => !Number.isNaN(value));
      if (!roundsNothing(values, width)) found.add(name);
    }
  }
  return [...found];
}

/** What a policy lets leave of single people, which no other setting says: as far as the data are known, of them. */
export async function rangesThatLeave(
  policy: Policy,
  sources?: readonly Source[],
): Promise<readonly string[]> {
  const columns =
    sources === undefined ? Object.keys(policy.lattices) : await columnsOfRanges(policy, sources);
  const ranges = Object.keys(policy.lattices).flatMap((column) => {
    const width = rangeWidth(policy, column);
    const leaves = permits(policy.columns, column) && columns.includes(column);
    return width === undefined || !leaves ? [] : [`${column} to multiples of ${width}`];
  });
  return ranges.length === 0
    ? []
    : [`lattices: smallest and largest values leave, rounded outwards: ${ranges.join(", ")}.`];
}
