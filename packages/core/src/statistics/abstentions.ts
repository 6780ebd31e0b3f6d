import { type Masked, narrowed, type Policy } from "../policy/index.ts";
import { type Declared, type Told, toldCounts, wishedCounts } from "./masked-counts.ts";

/** People of each cell, by stream. */
type PeopleByStream = readonly (readonly number[])[];

export interface Abstentions {
  /** The cells of which a site tells nothing but how many people are in them, as far as it tells that. */
  readonly people: ReadonlyMap<number, Masked>;
  readonly slack: Told["slack"];
}

const table: Declared = { dimensions: ["cell"], each: [], rest: null };

/**
 * The cells from which a site abstains, and their people: as of a table of these cells, since whoever knows the number of all
 * takes the others away. For a wish of more people, what is told without one decides, so that two answers tell no more.
 */
export function abstentionsOf(
  people: PeopleByStream,
  { policy, own }: { readonly policy: Policy; readonly own: Policy },
): Abstentions {
  const totals = people.map(sum);
  const unwished = abstainingCells(people, own.minimumCell, []);
  const cells =
    policy.minimumCell > own.minimumCell ? abstainingCells(people, policy.minimumCell, unwished) : unwished;
  const { slack, ...told } = toldCounts(
    table,
    unwished.map((cell) => totals[cell] as number),
    own,
    { cell: unwished.map(String) },
  );
  const places = new Map(unwished.map((cell, i) => [cell, i]));
  const bound = (which: "lower" | "upper") =>
    Float64Array.from(cells, (cell) => {
      const place = places.get(cell);
      return (place === undefined ? totals[cell] : told[which][place]) as number;
    });
  const wished = wishedCounts(
    table,
    { lower: bound("lower"), upper: bound("upper"), slack },
    { policy, own, dimensions: { cell: cells.map(String) } },
  );
  return {
    people: new Map(
      cells.map((cell, i) => [
        cell,
        narrowed({ lower: wished.lower[i] as number, upper: wished.upper[i] as number }),
      ]),
    ),
    slack: wished.slack,
  };
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/**
 * The cells that have 1…k−1 people in a stream, those that are `silent` anyway, and as many more as the curve of all asks for,
 * which is another question: less the cells that are told, it has the people of all others, and of each of their streams
 * these have to be no one or k people (complementary suppression, as in tables: Cox 1980). Of several choices the one with
 * the fewest people is taken; where none helps, since of all people few are in a stream, no cell is told.
 */
export function abstainingCells(
  people: PeopleByStream,
  k: number,
  silent: readonly number[],
): readonly number[] {
  const isFew = (count: number): boolean => count > 0 && count < k;
  const own = new Set(silent);
  const few: number[] = [];
  const told: number[] = [];
  for (const [cell, streams] of people.entries()) {
    if (own.has(cell) || streams.some(isFew)) few.push(cell);
    else if (sum(streams) > 0) told.push(cell);
  }
  const open = (people[0] ?? []).flatMap((_, s) =>
    isFew(sum(few.map((cell) => people[cell]?.[s] as number))) ? [s] : [],
  );
  return [...few, ...(fewestWith(people, told, open)?.cells ?? told)].sort((a, b) => a - b);
}

/** Cells among those `told` that have somebody in each of the streams, and so k people, and the fewest in all. */
function fewestWith(
  people: PeopleByStream,
  told: readonly number[],
  [stream, ...others]: readonly number[],
): { readonly cells: readonly number[]; readonly lost: number } | undefined {
  if (stream === undefined) return { cells: [], lost: 0 };
  let best: { readonly cells: readonly number[]; readonly lost: number } | undefined;
  for (const cell of told) {
    const streams = people[cell] as readonly number[];
    const here = sum(streams);
    if (streams[stream] === 0 || (best !== undefined && here >= best.lost)) continue;
    const rest = fewestWith(
      people,
      told,
      others.filter((s) => streams[s] === 0),
    );
    if (rest !== undefined && (best === undefined || here + rest.lost < best.lost))
      best = { cells: [cell, ...rest.cells], lost: here + rest.lost };
  }
  return best;
}
