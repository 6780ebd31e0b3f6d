import { type Stats, statSync } from "node:fs";
import type { OfferedDatabase } from "./environment.ts";

/** What cannot be looked at is for its source to complain of. */
function fileAt(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** What makes two databases the same rows: one file, whatever its path, or one address; of several tables the same. */
function identity({ uri, parameters }: OfferedDatabase): string {
  const { TABLE: table = "", SCHEMA: schema = "" } = parameters;
  const file = uri.startsWith("/") ? fileAt(uri) : undefined;
  // Who reads at an address, and by which driver, makes no other rows.
  const place =
    file === undefined
      ? uri.replace(/^([a-z]+)(\+\w+)?:\/\/([^@/]*@)?/i, "$1://").replace(/^postgres:/, "postgresql:")
      : `${file.dev}:${file.ino}`;
  return JSON.stringify([place, schema, table]);
}

/** By label the first of the labels that a node gives to one source: what is asked of either is counted together. */
export function identitiesOf(databases: readonly OfferedDatabase[]): Readonly<Record<string, string>> {
  const labels = new Map<string, string>();
  const inOrder = [...databases].sort((a, b) => (a.label < b.label ? -1 : 1));
  return Object.fromEntries(
    inOrder.map((database) => {
      const own = identity(database);
      const first = labels.get(own) ?? database.label;
      labels.set(own, first);
      return [database.label, first];
    }),
  );
}
