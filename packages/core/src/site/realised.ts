import { type DataSpecification, derivationOrder, referencedColumns } from "../data/index.ts";
import { bytesHash } from "../encoding/index.ts";
import type { Selection } from "./columns.ts";
import type { Built } from "./table.ts";

/** What a question reads of a database, however it is spelled. */
export interface Realised {
  /** The rows that a step uses, of all that there are: a hash of their positions, which tells nothing of what they hold. */
  readonly rows: string;
  /** The columns of the database that a step reads, in order; of derived columns those that they rest on. */
  readonly sources: readonly string[];
}

/** Once for each table that is prepared, not for each round. */
export function realised(
  { read, positions, stored }: Selection,
  { kept }: Pick<Built, "kept">,
  names: readonly string[],
  { derive }: DataSpecification,
): Realised {
  const used =
    kept === null ? positions : positions === null ? kept : kept.map((row) => positions[row] as number);
  return {
    rows: `${read} ${used === null || used.length === read ? "all" : positionsHash(used, read)}`,
    sources: storedBehind(names, stored, derive),
  };
}

/** The columns of the database, in order, on which columns rest: themselves, unless they are derived. */
export function storedBehind(
  names: readonly string[],
  stored: Selection["stored"],
  derive: DataSpecification["derive"],
): readonly string[] {
  const behind = derivationOrder(derive, names).flatMap(({ expression }) => referencedColumns(expression));
  // What is no column of the database is derived, or the same for everyone.
  return [...new Set([...names, ...behind])].filter((name) => stored.has(name)).sort();
}

function positionsHash(rows: Int32Array, of: number): string {
  const bits = new Uint8Array(Math.ceil(of / 8));
  for (const row of rows) bits[row >> 3]! |= 1 << (row & 7);
  return bytesHash(bits);
}
