import { cellCount, type Kind, type Statistic } from "./statistic.ts";

/** The levels of a category at one site, with the number of people in each. The numbers do not leave. */
export interface LevelPeople {
  readonly levels: readonly string[];
  readonly people: ArrayLike<number>;
}

/** The levels of a category in all sites. */
export interface PooledLevels {
  /** Levels that enough organizations know, sorted by code point. */
  readonly names: readonly string[];
  /** Levels that fewer than the minimum number of organizations know, sorted by code point. */
  readonly fewOrganizations: readonly string[];
  /** Sites that have a level with 1…k−1 people, which they do not name. */
  readonly rareAt: readonly string[];
  /** Sites in all. */
  readonly sites: number;
  /** By name of `names`: at how many sites it is named. */
  readonly namedAt: readonly number[];
  /** By name of `names`: at how many sites it is not, and may be the level that they do not name. */
  readonly perhapsRareAt: readonly number[];
}

/** Names of levels, for each cell of its dimensions. A level needs k people at a site to be named. */
export interface Levels<D extends string>
  extends Statistic<readonly LevelPeople[], readonly PooledLevels[], D> {
  readonly kind: "levels";
}

export function levels<const D extends readonly string[]>(dimensions: D): Levels<D[number]> {
  return { kind: "levels", dimensions, visibility: "pooled" };
}

interface Named {
  readonly names: readonly string[];
  /** Whether the site has a level that it does not name. */
  readonly rare: boolean;
}

/** Order by code point: the same for every locale. */
export function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function isNamed(entry: unknown): entry is Named {
  if (typeof entry !== "object" || entry === null || !("names" in entry) || !("rare" in entry)) return false;
  const { names, rare } = entry;
  return (
    typeof rare === "boolean" &&
    Array.isArray(names) &&
    names.every((name) => typeof name === "string") &&
    new Set(names).size === names.length
  );
}

export const levelsKind: Kind<Levels<string>, readonly Named[]> = {
  problem(statistic, value, dimensions) {
    const length = cellCount(statistic.dimensions, dimensions);
    if (!Array.isArray(value) || value.length !== length) return `must be ${length} lists of levels`;
    const complete = (value as LevelPeople[]).every(
      ({ levels, people }) => Array.isArray(levels) && people.length === levels.length,
    );
    return complete ? undefined : "must have the number of people for each level";
  },
  // By the site's own minimum: a wish that moves it would count the people of a level, name by name.
  release(_statistic, value, { policy: wished, own: policy = wished }) {
    const wire = (value as readonly LevelPeople[]).map(({ levels, people }): Named => {
      const names = levels
        .filter((_, i) => (people[i] as number) >= Math.max(1, policy.minimumCell))
        .sort(byCodePoint);
      const rare = levels.some(
        (_, i) => (people[i] as number) > 0 && (people[i] as number) < policy.minimumCell,
      );
      return { names, rare };
    });
    const cells = wire.reduce((total, { names }) => total + names.length, 0);
    const rule =
      policy.minimumCell <= 1
        ? "open policy: as they are"
        : `only levels with at least ${policy.minimumCell} people are named`;
    return { wire, cells, masked: wire.filter(({ rare }) => rare).length, rule };
  },
  read(statistic, wire, dimensions) {
    if (!Array.isArray(wire) || wire.length !== cellCount(statistic.dimensions, dimensions)) return undefined;
    return wire.every(isNamed) ? wire : undefined;
  },
  pool(statistic, parts, { dimensions, minimumOrganizations }): readonly PooledLevels[] {
    return Array.from({ length: cellCount(statistic.dimensions, dimensions) }, (_, cell) => {
      const organizations = new Map<string, number>();
      const namedWhereRare = new Map<string, number>();
      const rareAt: string[] = [];
      for (const { site, wire } of parts) {
        const { names, rare } = wire[cell] ?? { names: [], rare: false };
        if (rare) rareAt.push(site);
        for (const name of names) {
          organizations.set(name, (organizations.get(name) ?? 0) + 1);
          if (rare) namedWhereRare.set(name, (namedWhereRare.get(name) ?? 0) + 1);
        }
      }
      const sorted = [...organizations.keys()].sort(byCodePoint);
      const known = (name: string): boolean => (organizations.get(name) ?? 0) >= minimumOrganizations;
      const names = sorted.filter(known);
      return {
        names,
        fewOrganizations: sorted.filter((name) => !known(name)),
        rareAt: rareAt.sort(byCodePoint),
        sites: parts.length,
        namedAt: names.map((name) => organizations.get(name) ?? 0),
        perhapsRareAt: names.map((name) => rareAt.length - (namedWhereRare.get(name) ?? 0)),
      };
    });
  },
};
